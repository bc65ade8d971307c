"""The rules of the assessment of enterprises: models/reference/assessment, dated and sourced.

A scheme holds for years. It has criteria with weights (100 together), for each of them the points
between which its share of the weight is interpolated, grades by score, caps (what keeps an
enterprise from a better grade whatever its score) and the rules of the watch on land use.
"""

from __future__ import annotations

import csv
import io
import itertools
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from math import isclose
from typing import Literal, cast

from models.errors import CarbonpeakError, Fault

Missing = Literal["redistribute", "zero", "withhold"]
MISSING = ("redistribute", "zero", "withhold")
STATUSES = ("verified", "verified-secondary", "from memory", "assumption")
TABLES = ("schemes", "criteria", "points", "grades", "caps", "watch_rules")


class RulesError(CarbonpeakError):
    """No scheme holds, or one does not hold together; the message says what is wrong."""


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion. ``points`` are (at, share of the weight), by ``at``; linear in between and
    level beyond. ``is_ratio``: what is scored is value / yardstick, else the value itself.

    ``missing`` says what becomes of the weight where the value is not known though it should be:
    it goes to the other criteria, counts nothing, or withholds the grade. Where the criterion does
    not apply it always goes to the others. ``effort`` is what moving over the whole scale costs.
    """

    code: str
    name_zh: str
    name_en: str
    weight: float
    is_lower_better: bool
    is_ratio: bool
    unit: str
    yardstick: str
    missing: Missing
    effort: float
    formula_zh: str
    formula_en: str
    source: str
    status: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Grade:
    """A grade from a score on."""

    code: str
    score_from: float
    name_zh: str
    name_en: str
    source: str
    status: str


@dataclass(frozen=True, slots=True)
class Cap:
    """Where a criterion is worse than ``worse_than``, no grade is better than ``best_grade``;
    ``if_unknown``: nor where it should be known and is not.
    """

    criterion: str
    worse_than: float
    best_grade: str
    text_zh: str
    text_en: str
    source: str
    status: str
    if_unknown: bool = False


@dataclass(frozen=True, slots=True)
class WatchRule:
    """A number of the watch on land use, with its words."""

    code: str
    value: float
    unit: str
    text_zh: str
    text_en: str
    source: str
    status: str


@dataclass(frozen=True, slots=True)
class Scheme:
    """The rules of some years; ``grades`` from the best down. ``known_weight_min`` of 100 must be
    known for a grade.
    """

    code: str
    first_year: int
    last_year: int | None
    name_zh: str
    name_en: str
    known_weight_min: float
    source: str
    status: str
    criteria: tuple[Criterion, ...]
    grades: tuple[Grade, ...]
    caps: tuple[Cap, ...]
    watch: Mapping[str, WatchRule]

    def criterion(self, code: str) -> Criterion:
        """One of its criteria. Raises KeyError."""
        for one in self.criteria:
            if one.code == code:
                return one
        raise KeyError(code)

    def better_grade(self, code: str) -> Grade | None:
        """The next better grade; None above the best."""
        codes = [one.code for one in self.grades]
        number = codes.index(code)
        return self.grades[number - 1] if number else None


def scheme_of(year: int) -> Scheme:
    """The scheme that holds in a year. Raises RulesError where none or several do."""
    of = [
        one
        for one in schemes()
        if one.first_year <= year and (one.last_year is None or year <= one.last_year)
    ]
    if len(of) != 1:
        raise RulesError(f"year: {len(of)} schemes of assessment hold in {year}, not one")
    return of[0]


@cache
def schemes(folder: Traversable | None = None) -> tuple[Scheme, ...]:
    """Every scheme of the folder (by default the library's). Raises RulesError on faults."""
    tables = {name: _rows(name, folder) for name in TABLES}
    faults = _faults(tables)
    if faults:
        raise RulesError("; ".join(str(one) for one in faults))
    return tuple(_scheme(row, tables) for row in tables["schemes"])


def rule_faults(folder: Traversable | None = None) -> list[Fault]:
    """What is wrong with the files of a folder, with file, line, field and reason."""
    return _faults({name: _rows(name, folder) for name in TABLES})


def _scheme(row: Mapping[str, str], tables: Mapping[str, list[dict[str, str]]]) -> Scheme:
    code = row["scheme"]
    of = {name: [one for one in tables[name] if one["scheme"] == code] for name in TABLES}
    grades = [
        Grade(one["grade"], float(one["score_from"]), one["name_zh"], one["name_en"],
              one["source"], one["status"])
        for one in of["grades"]
    ]  # fmt: skip
    caps = [
        Cap(one["criterion"], float(one["worse_than"]), one["best_grade"], one["text_zh"],
            one["text_en"], one["source"], one["status"], one["if_unknown"] == "true")
        for one in of["caps"]
    ]  # fmt: skip
    watch = {
        one["rule"]: WatchRule(one["rule"], float(one["value"]), one["unit"], one["text_zh"],
                               one["text_en"], one["source"], one["status"])
        for one in of["watch_rules"]
    }  # fmt: skip
    return Scheme(
        code, int(row["first_year"]), int(row["last_year"]) if row["last_year"] else None,
        row["name_zh"], row["name_en"], float(row["known_weight_min"]), row["source"],
        row["status"], tuple(_criterion(one, of["points"]) for one in of["criteria"]),
        tuple(sorted(grades, key=lambda grade: -grade.score_from)), tuple(caps), watch,
    )  # fmt: skip


def _criterion(row: Mapping[str, str], points: list[dict[str, str]]) -> Criterion:
    of = sorted(
        (float(one["at"]), float(one["share"]))
        for one in points
        if one["criterion"] == row["criterion"]
    )
    return Criterion(
        row["criterion"], row["name_zh"], row["name_en"], float(row["weight"]),
        row["better"] == "lower", row["measure"] == "ratio", row["unit"], row["yardstick"],
        cast(Missing, row["missing"]), float(row["effort"]), row["formula_zh"], row["formula_en"],
        row["source"], row["status"], tuple(of),
    )  # fmt: skip


def _faults(tables: Mapping[str, list[dict[str, str]]]) -> list[Fault]:
    found: list[Fault] = []
    for name, rows in tables.items():
        for number, row in enumerate(rows, 2):
            if row["status"] not in STATUSES:
                reason = f"{row['status']!r} is not one of: {', '.join(STATUSES)}"
                found.append(Fault(f"{name}.csv", number, "status", reason))
            if not row["source"]:
                found.append(Fault(f"{name}.csv", number, "source", "is empty"))
    codes = {row["scheme"] for row in tables["schemes"]}
    for code in sorted(codes):
        found.extend(_scheme_faults(code, tables))
    return found


def _scheme_faults(code: str, tables: Mapping[str, list[dict[str, str]]]) -> list[Fault]:
    of = {name: [one for one in tables[name] if one["scheme"] == code] for name in TABLES}
    criteria = [one["criterion"] for one in of["criteria"]]
    found = []
    whole = sum(float(one["weight"]) for one in of["criteria"])
    if not isclose(whole, 100.0, abs_tol=1e-9):
        found.append(Fault("criteria.csv", None, "weight", f"of {code}: {whole:g} together"))
    for row in of["criteria"]:
        found += _criterion_faults(row, of["points"])
    for name in ("points", "caps"):
        for row in of[name]:
            if row["criterion"] not in criteria:
                reason = f"{row['criterion']!r} is no criterion of {code}"
                found.append(Fault(f"{name}.csv", None, "criterion", reason))
    for name, field in (("criteria", "criterion"), ("grades", "grade"), ("grades", "score_from")):
        twice = [value for value, n in Counter(one[field] for one in of[name]).items() if n > 1]
        found += [Fault(f"{name}.csv", None, field, f"{one} of {code} twice") for one in twice]
    if not any(float(one["score_from"]) == 0 for one in of["grades"]):
        found.append(Fault("grades.csv", None, "score_from", f"no grade of {code} begins at 0"))
    grades = {one["grade"] for one in of["grades"]}
    for row in of["caps"]:
        if row["if_unknown"] not in ("true", "false"):
            reason = f"{row['if_unknown']!r} is not one of: true, false"
            found.append(Fault("caps.csv", None, "if_unknown", reason))
        if row["best_grade"] not in grades:
            reason = f"{row['best_grade']!r} is no grade of {code}"
            found.append(Fault("caps.csv", None, "best_grade", reason))
    return found


def _criterion_faults(row: Mapping[str, str], points: list[dict[str, str]]) -> Iterator[Fault]:
    for field, known in (
        ("missing", MISSING), ("better", ("lower", "higher")), ("measure", ("ratio", "value")),
    ):  # fmt: skip
        if row[field] not in known:
            reason = f"{row[field]!r} is not one of: {', '.join(known)}"
            yield Fault("criteria.csv", None, field, reason)
    for field in ("weight", "effort"):
        if not float(row[field]) > 0:
            reason = f"{row['criterion']}: {row[field]} is not above zero"
            yield Fault("criteria.csv", None, field, reason)
    curve = _curve_fault(_criterion(row, points))
    if curve is not None:
        yield Fault("points.csv", None, "share", f"{row['criterion']}: {curve}")


def _curve_fault(one: Criterion) -> str | None:
    """Why the points make no curve: it must run from no share to all of it towards the better
    side, and gain ever less on the way there, so that the path of least effort is exact.
    """
    if len(one.points) < 2:
        return "has fewer than two points"
    worst_first = one.points[::-1] if one.is_lower_better else one.points
    shares = [share for _, share in worst_first]
    if shares[0] != 0 or shares[-1] != 1:
        return "does not run from 0 to 1"
    slopes = [
        (after[1] - before[1]) / abs(after[0] - before[0])
        for before, after in itertools.pairwise(worst_first)
        if after[0] != before[0]
    ]
    if len(slopes) != len(worst_first) - 1 or min(slopes) <= 0:
        return "does not rise from point to point"
    if any(after > before * (1 + 1e-9) for before, after in itertools.pairwise(slopes)):
        return "gains more the better it is already"
    return None


def _rows(name: str, folder: Traversable | None) -> list[dict[str, str]]:
    place = files("models") / "reference" / "assessment" if folder is None else folder
    text = (place / f"{name}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(io.StringIO(text)))
