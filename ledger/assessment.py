"""The assessment of enterprises: grade and rank, every point, the path to the next grade, land."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from ledger.assessing.assessor import Assessor, OfEnterprise, OfYear
from ledger.assessing.facts import Facts
from ledger.assessing.frames import (
    ASSESSMENT_COLUMNS,
    PATH_COLUMNS,
    POINT_COLUMNS,
    WATCH_COLUMNS,
    framed,
)
from ledger.assessing.rows import assessment_row, path_rows, point_row, watch_row
from ledger.books import Books
from ledger.years.park_years import park_years
from models.errors import CarbonpeakError
from models.progress.assessment.rules import scheme_of


class AssessmentYearError(CarbonpeakError):
    """A year that cannot be assessed."""


def assessment(
    books: Books,
    *,
    year: int | None = None,
    enterprise: str | None = None,
    cluster: str | None = None,
) -> pd.DataFrame:
    """ASSESSMENT_COLUMNS of every enterprise in a whole year (by default the last), by place;
    those without a grade last.

    ``score`` (0 to 100) = sum of weight x share over the criteria that count, the weights of the
    others spread over them (models.progress.assessment.score); ``grade`` with ``caps`` that hold it
    down; places among those that have a score, ``graded`` in the park. ``score_change`` is on the
    year before by the same rules. Without a grade ``no_grade`` tells why. Places are of all the
    park's enterprises whatever is asked for. Raises AssessmentYearError for a year that is not over
    or that no scheme is for.
    """
    assessor, at = _assessor(books, year)
    found = _of(assessor, at)
    before = assessor.year(at - 1)
    rows = [
        assessment_row(assessor, at, code, found, before)
        for code, _ in _chosen(assessor, found, enterprise, cluster)
    ]
    rows.sort(key=lambda row: (row["rank"] is None, row["rank"] or 0, row["enterprise"]))
    return framed(rows, ASSESSMENT_COLUMNS)


def assessment_points(
    books: Books, *, year: int | None = None, enterprise: str | None = None
) -> pd.DataFrame:
    """POINT_COLUMNS: every criterion of every enterprise with value, yardstick, what is scored
    (``at``), share, weight as the scheme has it and as it counts, points, source and rule.
    """
    assessor, at = _assessor(books, year)
    found = _of(assessor, at)
    rows = [
        point_row(assessor, at, code, one, point)
        for code, one in _chosen(assessor, found, enterprise, None)
        for point in one.assessed.points
    ]
    return framed(rows, POINT_COLUMNS)


def grade_paths(
    books: Books, *, year: int | None = None, enterprise: str | None = None
) -> pd.DataFrame:
    """PATH_COLUMNS: what brings each enterprise to the next grade at the least effort, a row a
    criterion to be moved; one row without a criterion where there is no path (``state``).

    Yardsticks are held as they are. ``effort`` is in scales moved: 1 is the whole way from no
    points to all of them, times the criterion's effort by the rules.
    """
    assessor, at = _assessor(books, year)
    found = _of(assessor, at)
    rows: list[dict[str, Any]] = []
    for code, one in _chosen(assessor, found, enterprise, None):
        rows += path_rows(assessor, at, code, found.scheme, one)
    return framed(rows, PATH_COLUMNS)


def land_watch(
    books: Books, *, year: int | None = None, enterprise: str | None = None
) -> pd.DataFrame:
    """WATCH_COLUMNS: the list of low-efficiency land use, those on it first."""
    assessor, at = _assessor(books, year)
    found = _of(assessor, at)
    rows = [
        watch_row(assessor, at, code, found.scheme)
        for code, _ in _chosen(assessor, found, enterprise, None)
    ]
    order = ["listed", "watched", "unknown", "clear", "exempt"]
    rows.sort(key=lambda row: (order.index(row["verdict"]), row["enterprise"]))
    return framed(rows, WATCH_COLUMNS)


def _assessor(books: Books, year: int | None) -> tuple[Assessor, int]:
    this_year = books.now().astimezone(books.registry().zone).year
    at = this_year - 1 if year is None else year
    if at >= this_year:
        raise AssessmentYearError(f"year: {at} is not over; whole years are assessed")
    scheme_of(at)
    # A page asks for grades, points, paths and land at once.
    found = books.kept.of(("assessor", at), books.registry(), books.now(), lambda: _made(books, at))
    return found, at


def _made(books: Books, year: int) -> Assessor:
    assessor = Assessor(Facts(park_years(books)))
    assessor.year(year)
    assessor.year(year - 1)
    return assessor


def _of(assessor: Assessor, year: int) -> OfYear:
    found = assessor.year(year)
    assert found is not None  # a scheme holds
    return found


def _chosen(
    assessor: Assessor, found: OfYear, enterprise: str | None, cluster: str | None
) -> Iterator[tuple[str, OfEnterprise]]:
    for code, one in assessor.facts.enterprises.items():
        if enterprise in (None, code) and cluster in (None, one.cluster):
            yield code, found.of[code]
