"""Quotas of energy and water per product: their levels, and where a product stands between them.

``models/reference/quotas``: energy.csv (单位产品能耗限额, GB standards), water.csv (取水定额) and
adjustments.csv (what a standard adds to its levels for a product's composition). Levels 1 to 3 are
advanced, access and limit of energy (1级 advanced, 2级 for new plants, 3级 the limit that binds
existing ones), and leading, advanced and general value of water. A product is compared by <=.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Literal

from models.errors import CarbonpeakError

Kind = Literal["energy", "water"]

BEYOND_PER_LEVEL = 0.1  # of level 3: so much beyond it is a whole place further on


class QuotaError(CarbonpeakError):
    """A product's use cannot be compared with a quota; the message says why."""


@dataclass(frozen=True, slots=True)
class Quota:
    """The quota of a product: ``levels`` 1 to 3 in ``unit``, growing, valid from a day on.

    ``counts`` is what it limits: comprehensive energy, electricity, fuel, or water.
    """

    product: str
    name_zh: str
    name_en: str
    levels: tuple[float, float, float]
    unit: str
    product_unit: str
    counts: str
    standard: str
    clause: str
    valid_from: date
    source: str
    status: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Adjustment:
    """What is added to a level per unit by which ``of`` differs from ``reference``."""

    of: str
    reference: float
    level: int
    per_unit: float


@cache
def quotas(kind: Kind) -> Mapping[str, tuple[Quota, ...]]:
    """All quotas of a kind by product, each product's in time."""
    levels: dict[tuple[str, str], dict[int, dict[str, str]]] = {}
    for row in _rows(kind):
        levels.setdefault((row["product"], row["valid_from"]), {})[int(row["level"])] = row
    found: dict[str, list[Quota]] = {}
    for (product, valid_from), rows in sorted(levels.items()):
        one = rows[1]
        values = (float(one["value"]), float(rows[2]["value"]), float(rows[3]["value"]))
        found.setdefault(product, []).append(
            Quota(
                product, one["name_zh"], one["name_en"], values, one["unit"], one["product_unit"],
                one["energy"], one["standard"], one["clause"], date.fromisoformat(valid_from),
                one["source"], one["status"], one["note"],
            )
        )  # fmt: skip
    return {product: tuple(of) for product, of in found.items()}


def quota_in(kind: Kind, product: str, year: int) -> Quota | None:
    """The quota in force at the end of a year; None where there is none."""
    of = [one for one in quotas(kind).get(product, ()) if one.valid_from.year <= year]
    return of[-1] if of else None


def adjusted(quota: Quota, **stated: float) -> Quota:
    """The quota with its levels adjusted to what is stated of the product (``clinker_pct``).

    GB 16780-2021: 1.10, 1.15 and 1.20 kgce/t on the levels of cement per percentage point by which
    its clinker is above or below 75 %. Raises QuotaError where nothing is known to be adjusted so.
    """
    levels = list(quota.levels)
    for of, value in stated.items():
        known = [one for one in _adjustments().get(quota.product, ()) if one.of == of]
        if not known:
            raise QuotaError(f"{of}: {quota.standard} adjusts nothing of {quota.product} by it")
        for one in known:
            levels[one.level - 1] += one.per_unit * (value - one.reference)
    return replace(quota, levels=(levels[0], levels[1], levels[2]))


def specific_use(use: float, amount: float) -> float:
    """Use per unit of product. Raises QuotaError where nothing was produced, or less than that."""
    if not amount > 0:
        raise QuotaError(f"product_amount: {amount:g} was produced; a use per product needs some")
    if use < 0:
        raise QuotaError(f"use: {use:g} is negative")
    return use / amount


def place(quota: Quota, value: float) -> float:
    """Where a use per product stands: 1 at level 1 or below, 2 and 3 at those levels, in between
    linear; beyond level 3 one further for every 10 % of it.

    Two equal levels count as the better one.
    """
    first, second, third = quota.levels
    if value <= first:
        return 1.0
    if value <= second:
        return 1.0 + (value - first) / (second - first)
    if value <= third:
        return 2.0 + (value - second) / (third - second)
    return 3.0 + (value - third) / (BEYOND_PER_LEVEL * third)


def value_at(quota: Quota, at: float) -> float:
    """The use per product that stands at a place (the inverse of ``place``); level 1 at 1."""
    first, second, third = quota.levels
    if at <= 1.0:
        return first
    if at <= 2.0:
        return first + (at - 1.0) * (second - first)
    if at <= 3.0:
        return second + (at - 2.0) * (third - second)
    return third * (1.0 + BEYOND_PER_LEVEL * (at - 3.0))


def level(quota: Quota, value: float) -> int | None:
    """The best level that is kept, compared by <=; None beyond level 3."""
    return next((number for number, of in enumerate(quota.levels, 1) if value <= of), None)


@cache
def _adjustments() -> Mapping[str, tuple[Adjustment, ...]]:
    found: dict[str, list[Adjustment]] = {}
    for row in _rows("adjustments"):
        one = Adjustment(
            row["of"], float(row["reference"]), int(row["level"]), float(row["per_unit"])
        )
        found.setdefault(row["product"], []).append(one)
    return {product: tuple(of) for product, of in found.items()}


def _rows(name: str) -> list[dict[str, str]]:
    path = files("models") / "reference" / "quotas" / f"{name}.csv"
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
