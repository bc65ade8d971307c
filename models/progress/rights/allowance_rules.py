"""Rules, benchmarks and prices of the national ETS as dated rows (``models/reference``:
``allowance_rules.csv``, ``benchmarks.csv``, ``allowance_prices.csv``).
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files

GAS = "gas"  # the class of unit with benchmarks and a rule of its own; all others burn coal


class Stage(StrEnum):
    """How far a benchmark is one of its year, the firmest first."""

    FINAL = "final"
    DRAFT = "draft"  # of a consultation text
    CARRIED = "carried"  # of the last year that has a final one


@dataclass(frozen=True, slots=True)
class AllowanceRule:
    """One rule for accounting years [year_from, year_to] of a sector of the ETS."""

    rule: str
    sector: str
    year_from: int
    year_to: int | None
    value: float
    unit: str
    text_zh: str
    text_en: str
    source: str
    status: str


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A benchmark in tCO2/MWh generated (electricity) or tCO2/GJ supplied (heat)."""

    id: str
    unit_class: str
    product: str
    value: float
    year: int
    stage: Stage
    source: str
    status: str


@dataclass(frozen=True, slots=True)
class Price:
    """The price of one unit of an instrument on a day."""

    instrument: str
    on: date
    price_yuan: float
    what: str
    source: str
    status: str


@cache
def allowance_rules() -> tuple[AllowanceRule, ...]:
    """Every rule, in the order of the file."""
    return tuple(
        AllowanceRule(
            row["rule"], row["sector"], int(row["year_from"]),
            int(row["year_to"]) if row["year_to"] else None, float(row["value"]), row["unit"],
            row["text_zh"], row["text_en"], row["source"], row["status"],
        )
        for row in _rows("allowance_rules")
    )  # fmt: skip


def sectors() -> tuple[str, ...]:
    """Sectors whose allocation is known here."""
    return tuple(dict.fromkeys(one.sector for one in allowance_rules()))


def rule(name: str, sector: str, year: int) -> AllowanceRule | None:
    """The rule of a sector that holds for an accounting year; None where there is none."""
    for one in allowance_rules():
        within = one.year_from <= year and (one.year_to is None or year <= one.year_to)
        if within and (one.rule, one.sector) == (name, sector):
            return one
    return None


@cache
def benchmarks() -> tuple[Benchmark, ...]:
    """Every benchmark by which something is allocated; those that only serve to compare are not."""
    return tuple(
        Benchmark(
            row["id"], row["unit_class"], row["product"], float(row["value"]), int(row["year"]),
            Stage(row["stage"]), row["source"], row["status"],
        )
        for row in _rows("benchmarks")
        if row["stage"] != "comparison"
    )  # fmt: skip


def unit_classes() -> tuple[str, ...]:
    """Classes of generating units that have a benchmark of electricity."""
    return tuple(
        dict.fromkeys(one.unit_class for one in benchmarks() if one.product == "electricity")
    )


def benchmark(year: int, unit_class: str, product: str) -> Benchmark | None:
    """The benchmark of a class of unit for an accounting year.

    Of heat that of coal for every class but gas. Where the year has none yet, the last final one
    before it, as Stage.CARRIED; None where there is none before either.
    """
    if product == "heat":
        unit_class = GAS if unit_class == GAS else "coal"
    mine = [one for one in benchmarks() if (one.unit_class, one.product) == (unit_class, product)]
    for one in mine:
        if one.year == year:
            return one
    before = [one for one in mine if one.year < year and one.stage is Stage.FINAL]
    if not before:
        return None
    last = max(before, key=lambda one: one.year)
    return Benchmark(
        last.id, last.unit_class, last.product, last.value, last.year, Stage.CARRIED, last.source,
        last.status,
    )  # fmt: skip


def price_on(instrument: str, on: date) -> Price | None:
    """The last price known on a day; None before the first."""
    rows = [
        Price(
            row["instrument"], date.fromisoformat(row["date"]), float(row["price_yuan"]),
            row["what"], row["source"], row["status"],
        )
        for row in _rows("allowance_prices")
        if row["instrument"] == instrument
    ]  # fmt: skip
    return max((one for one in rows if one.on <= on), key=lambda one: one.on, default=None)


def _rows(name: str) -> list[dict[str, str]]:
    text = (files("models") / "reference" / f"{name}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
