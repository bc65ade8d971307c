"""Targets: what they allow, what was used, what is left, and what the rest will take."""

from __future__ import annotations

import pandas as pd

from ledger.books import Books
from ledger.controlling.target_rows import COLUMNS, target_rows
from ledger.unknown_texts import none_where_unknown
from models.progress.control.targets import target_period
from models.registry import Scope, Target

NUMBERS = [
    "base_value", "reduction", "even_share", "end_value", "allowed", "gross", "raw_material",
    "renewable", "actual", "output_1e4_yuan", "coverage", "estimated_share", "used_share", "left",
    "days_left", "even_rate_per_day", "rate_per_day", "expected", "expected_course", "reached",
]  # fmt: skip
INTEGERS = ["year", "base_year", "months"]

_ORDER = [Scope.PARK.value, Scope.CLUSTER.value, Scope.ENTERPRISE.value]


def targets(
    books: Books,
    *,
    year: int | None = None,
    scope: str | None = None,
    code: str | None = None,
) -> pd.DataFrame:
    """COLUMNS of every target whose period has a part of the year (by default the current one), of
    everyone, a ``scope`` or one ``code``; by scope, code, subject, period.

    A target of several years is held against what its path allows in the year: a reduction r over
    its base year in even shares, base x (1 - r)^(k/n); only its last year can meet or miss it. A
    reduction is counted from the base year by the rule of the year
    (ledger.controlling.target_accounts). An ``actual`` of energy is without raw material and proved
    renewables as the rule of the year says (both told beside), at the target's ``basis``; an
    intensity is that of the months whose output is known at the target's constant prices.

    Totals that run: ``left``, the ``even_rate_per_day`` that would meet them, ``rate_per_day`` of
    the last 30 days, ``expected`` of the whole at that rate and ``expected_course`` by last year's
    course (the same days a year before and what followed, scaled by the last 30 days of both
    years); ``expected_by`` tells which of them the ``state`` is by: the course where it is known.
    Where nothing can be told ``state`` is ``unknown`` and ``reason``
    (ledger.controlling.target_words) says why. Targets that ask for the same thing in the same time
    name each other in ``overlaps``.
    """
    rows = target_rows(books)
    park = rows.park
    at = park.this_year if year is None else year
    chosen = [
        one
        for one in park.registry.targets
        if target_period(one.period).holds(at)
        and scope in (None, one.scope.value)
        and code in (None, one.code)
    ]
    return frame_of([rows.row(one, at) for one in sorted(chosen, key=_order)])


def target_paths(
    books: Books, *, scope: str | None = None, code: str | None = None
) -> pd.DataFrame:
    """COLUMNS of every target of several years, one row a year of its period that has begun, and
    rows with ``allowed`` alone of those to come.
    """
    rows = target_rows(books)
    park = rows.park
    found = []
    for one in sorted(park.registry.targets, key=_order):
        period = target_period(one.period)
        wanted = scope in (None, one.scope.value) and code in (None, one.code)
        if wanted and period.kind == "years":
            found += [rows.row(one, year) for year in range(period.first, period.last + 1)]
    return frame_of(found)


def _order(target: Target) -> tuple[int, str, str, str, str]:
    period = target_period(target.period)
    length = {"years": "0", "year": "1", "month": "2"}[period.kind]
    return (_ORDER.index(target.scope.value), target.code, target.subject.value,
            length + target.period, target.document)  # fmt: skip


def frame_of(rows: list[dict[str, object]]) -> pd.DataFrame:
    """Rows as a frame whose columns have their types whatever is known."""
    frame = pd.DataFrame(rows, columns=COLUMNS)
    texts = frame.columns.difference([*NUMBERS, *INTEGERS])
    frame = none_where_unknown(frame, texts)
    return frame.astype(dict.fromkeys(NUMBERS, "float64") | dict.fromkeys(INTEGERS, "Int64"))
