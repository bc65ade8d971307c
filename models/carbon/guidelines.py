"""The accounting guideline of a sector: its fuel sets, its formula of combustion, its obligation.

One table (``models/reference/guidelines.csv``): a guideline has one row for each stretch of
accounting years in which one edition of it holds.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

from models.errors import FactorNotFoundError

DEFAULT_GUIDELINE = "other_industry"

Combustion = Literal["combustion", "combustion_no_oxidation"]


@dataclass(frozen=True, slots=True)
class Guideline:
    """One edition of a sector's guideline, for accounting years [year_from, year_to].

    ``fuel_sets`` and ``material_sets`` in the order in which they are asked. ``combustion`` is the
    code of the method of burnt fuels. ``electricity_in_obligation`` and ``heat_in_obligation``
    tell whether purchased energy counts in what an enterprise must surrender (or, outside the
    national ETS, in its reported total).
    """

    code: str
    name_zh: str
    name_en: str
    document: str
    year_from: int | None
    year_to: int | None
    fuel_sets: tuple[str, ...]
    material_sets: tuple[str, ...]
    combustion: Combustion
    electricity_in_obligation: bool
    heat_in_obligation: bool
    published: str
    source: str
    clause: str
    status: str
    note: str

    def holds(self, year: int) -> bool:
        """Whether this edition is that of an accounting year."""
        after = self.year_from is None or self.year_from <= year
        return after and (self.year_to is None or year <= self.year_to)


@cache
def guidelines() -> tuple[Guideline, ...]:
    """Every edition of every guideline, in the order of the file, read once."""
    path = files("models") / "reference" / "guidelines.csv"
    rows = csv.DictReader(path.read_text(encoding="utf-8").splitlines())
    return tuple(_guideline(row) for row in rows)


def guideline(code: str, year: int | None = None) -> Guideline:
    """The edition of a sector's guideline for an accounting year; the latest one without a year.

    Raises FactorNotFoundError, naming the known codes or the years that have an edition.
    """
    editions = [one for one in guidelines() if one.code == code]
    if not editions:
        known = ", ".join(dict.fromkeys(one.code for one in guidelines()))
        raise FactorNotFoundError(f"guideline {code} (known: {known})")
    if year is None:
        return editions[-1]
    for one in editions:
        if one.holds(year):
            return one
    raise FactorNotFoundError(f"guideline {code} of accounting year {year}")


def _guideline(row: dict[str, str]) -> Guideline:
    combustion = row["combustion"]
    if combustion not in ("combustion", "combustion_no_oxidation"):
        raise ValueError(f"guidelines.csv: {row['code']}: combustion {combustion!r} is not known")
    return Guideline(
        code=row["code"],
        name_zh=row["name_zh"],
        name_en=row["name_en"],
        document=row["document"],
        year_from=int(row["year_from"]) if row["year_from"] else None,
        year_to=int(row["year_to"]) if row["year_to"] else None,
        fuel_sets=tuple(row["fuel_sets"].split()),
        material_sets=tuple(row["material_sets"].split()),
        combustion="combustion" if combustion == "combustion" else "combustion_no_oxidation",
        electricity_in_obligation=row["electricity_in_obligation"] == "true",
        heat_in_obligation=row["heat_in_obligation"] == "true",
        published=row["published"],
        source=row["source"],
        clause=row["clause"],
        status=row["status"],
        note=row["note"],
    )
