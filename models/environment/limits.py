"""Limits of standards (``models/reference/limits``): one value a row, dated, sourced, with status.

A *class* is what a limit depends on besides the pollutant: of ``GB13271-2014/new/gas`` the table
and the fuel, of ``GB12348-2008/3`` the zone. ``classes.csv`` tells the standard, validity and
reference oxygen of each; the other files hold the values. Pollutants are codes of HJ 212-2017
(models.environment.hj212_codes), units are the row's own. The statuses are those of the factor
library: ``verified`` (read in the standard's text), ``verified-secondary`` (read in a page that
quotes it), ``from memory`` (to be compared with the standard before it is relied on).
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING

from models.registry.points import Medium

if TYPE_CHECKING:
    from collections.abc import Mapping

RATE_UNIT = "kg/h"  # of the only rates that standards limit
LIMIT_FILES = (
    "boilers",
    "power",
    "waste_gas",
    "pharmaceutical_gas",
    "voc",
    "waste_water",
    "pharmaceutical_water",
    "noise",
    "surface_water",
    "ambient_air",
    "site_dust",
)


class Averaging(StrEnum):
    """The mean that a limit is compared with."""

    HOUR = "hour"
    MAX_8_HOURS = "max_8_hours"  # the highest mean of 8 hours that ends within a day
    DAY = "day"
    DAYTIME = "daytime"  # equivalent level of 06:00 to 22:00
    NIGHTTIME = "nighttime"  # equivalent level of 22:00 to 06:00
    MONTH = "month"
    YEAR = "year"


class Bound(StrEnum):
    """Which side of the limit is allowed; pH has one of each, dissolved oxygen a minimum."""

    MAX = "max"
    MIN = "min"


class Condition(StrEnum):
    """When a row counts; ``ALWAYS`` where the standard makes no difference."""

    ALWAYS = ""
    WARM_WATER = "water_above_12_degC"
    COLD_WATER = "water_up_to_12_degC"


class Basis(StrEnum):
    """Which concentration a class limits."""

    AS_MEASURED = "as_measured"
    CONVERTED = "converted"  # of dry gas, to the class's reference oxygen


@dataclass(frozen=True, slots=True)
class LimitClass:
    """One class. ``valid_to`` is the day on which it ends, None where it is open.

    ``reference_oxygen_pct`` in percent by volume of dry gas, None where ``basis`` is as measured.
    """

    code: str
    media: frozenset[Medium]
    standard: str
    basis: Basis
    reference_oxygen_pct: float | None
    name_zh: str
    name_en: str
    valid_from: date
    valid_to: date | None
    source: str
    status: str
    note: str

    def valid_on(self, day: date) -> bool:
        """Whether the standard is in force on a day of Asia/Shanghai."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


@dataclass(frozen=True, slots=True)
class LimitRow:
    """One limit of one pollutant; ``value`` in ``unit``."""

    limit_class: str
    pollutant: str
    value: float
    bound: Bound
    unit: str
    averaging: Averaging
    condition: Condition
    standard: str
    table: str
    clause: str
    reference_oxygen_pct: float | None
    source: str
    status: str
    note: str

    @property
    def is_rate(self) -> bool:
        """Whether it limits a mass an hour, not a concentration or level."""
        return self.unit == RATE_UNIT

    def passed_by(self, value: float) -> bool:
        """Whether a mean in the row's unit is beyond the limit; the limit itself is allowed."""
        return value > self.value if self.bound is Bound.MAX else value < self.value


@cache
def limit_classes() -> Mapping[str, LimitClass]:
    """Every class by its code, in the order of the file."""
    return MappingProxyType(
        {
            row["class"]: LimitClass(
                code=row["class"],
                media=frozenset(Medium(medium) for medium in row["media"].split("|")),
                standard=row["standard"],
                basis=Basis(row["basis"]),
                reference_oxygen_pct=float(row["reference_oxygen_pct"])
                if row["reference_oxygen_pct"]
                else None,
                name_zh=row["name_zh"],
                name_en=row["name_en"],
                valid_from=date.fromisoformat(row["valid_from"]),
                valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
                source=row["source"],
                status=row["status"],
                note=row["note"],
            )
            for row in _lines("classes")
        }
    )


@cache
def limits() -> tuple[LimitRow, ...]:
    """Every limit of every class."""
    classes = limit_classes()
    return tuple(
        LimitRow(
            limit_class=row["class"],
            pollutant=row["pollutant"],
            value=float(row["value"]),
            bound=Bound(row["bound"]),
            unit=row["unit"],
            averaging=Averaging(row["averaging"]),
            condition=Condition(row["condition"]),
            standard=classes[row["class"]].standard,
            table=row["table"],
            clause=row["clause"],
            reference_oxygen_pct=classes[row["class"]].reference_oxygen_pct,
            source=row["source"],
            status=row["status"],
            note=row["note"],
        )
        for name in LIMIT_FILES
        for row in _lines(name)
    )


def limits_of(
    limit_class: str, pollutant: str | None = None, *, on: date | None = None
) -> list[LimitRow]:
    """The limits of a class, of one pollutant or all; empty where it limits no such pollutant.

    With ``on`` (a day of Asia/Shanghai) only where the class is in force that day: a point names
    the old and the new edition of a standard side by side. KeyError that tells the code where there
    is no such class.
    """
    try:
        known = limit_classes()[limit_class]
    except KeyError:
        raise KeyError(f"limit class {limit_class!r} is not known") from None
    if on is not None and not known.valid_on(on):
        return []
    rows = _by_class()[limit_class]
    return [row for row in rows if pollutant is None or row.pollutant == pollutant]


@cache
def _by_class() -> Mapping[str, list[LimitRow]]:
    found: dict[str, list[LimitRow]] = {code: [] for code in limit_classes()}
    for row in limits():
        found[row.limit_class].append(row)
    return found


def _lines(name: str) -> list[dict[str, str]]:
    path = files("models") / "reference" / "limits" / f"{name}.csv"
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


def clause_zh(clause: str) -> str:
    """Where in its document a limit stands, in Chinese: ``table 1, 4`` is ``表 1, 4``."""
    return re.sub(r"\btable (?=\S)", "表 ", clause)
