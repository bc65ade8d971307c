"""The years before the demo's meters: what enterprises, clusters and the park had reported.

Energy of a year = what the load functions give for the epoch's year x the cluster's course
(``history_shape.csv``) x a little noise of the enterprise; heat follows the year's degree days.
Emissions = energy x the factors of ``history_factors.csv``. Nothing of the product is asked. From
the epoch's year on the load functions themselves are summed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np

from simulators.grid import EPOCH, STEPS_PER_DAY, ZONE
from simulators.meters import behind, loss_behind
from simulators.noise import fraction
from simulators.park import Firm, firms, table
from simulators.seasons import outdoor_temperature
from simulators.supply import supplies, virtual_meters

FIRST_YEAR = 2015
_EPOCH_YEAR = EPOCH.astimezone(ZONE).year
_NOISE = 0.02  # half the width of the noise of an enterprise's year, as a share
_HEATED_BELOW_C = 18.0
_COAL_GJ_PER_T, _BOILER_EFFICIENCY = 23.204, 0.70  # assumption: small coal-fired boilers
_CARRIERS = {"electricity", "natural_gas", "heat"}

Amounts = dict[str, float]  # of carriers, in the unit of history_factors.csv


@dataclass(frozen=True, slots=True)
class Figures:
    """What of a year or of one carrier is reported: t CO2e and tce."""

    co2e_t: float = 0.0
    energy_tce_equivalent: float = 0.0
    energy_tce_calorific: float = 0.0

    def __add__(self, other: Figures) -> Figures:
        return Figures(
            self.co2e_t + other.co2e_t,
            self.energy_tce_equivalent + other.energy_tce_equivalent,
            self.energy_tce_calorific + other.energy_tce_calorific,
        )


@cache
def heating_degree_days(year: int) -> float:
    """Sum over the local days of the year of max(0, 18 - mean temperature), K.d."""
    days = (date(year, 1, 1) - date(_EPOCH_YEAR, 1, 1)).days
    count = (date(year + 1, 1, 1) - date(year, 1, 1)).days
    steps = np.arange(days * STEPS_PER_DAY, (days + count) * STEPS_PER_DAY, dtype=np.int64)
    mean = outdoor_temperature(steps).reshape(count, STEPS_PER_DAY).mean(axis=1)
    return float(np.maximum(_HEATED_BELOW_C - mean, 0.0).sum())


def output(firm: Firm, year: int) -> float:
    """Output of a whole year at the prices of 2020, 10^4 yuan; 0 before the firm was there."""
    if year < _founded(firm):
        return 0.0
    return float(firm.output_2020 * (1 + firm.output_growth) ** (year - 2020))


def is_known(firm: Firm, year: int) -> bool:
    """Whether the firm's report of the year exists."""
    row = _firm_rows().get(firm.code)
    return row is None or str(year) not in row["unknown_years"].split("|")


@cache
def reported(year: int) -> Mapping[str, Mapping[str, Figures]]:
    """Figures of every firm by carrier ("" what is no energy); none before it was there."""
    amounts = {firm.code: _amounts(firm, year) for firm in firms()}
    _add_heat_plants(amounts)
    return {firm.code: _figures(firm, year, amounts[firm.code]) for firm in firms()}


@cache
def _firm_rows() -> dict[str, dict[str, str]]:
    return {row["enterprise"]: row for row in table("history_firms.csv")}


def _founded(firm: Firm) -> int:
    row = _firm_rows().get(firm.code)
    return int(row["from_year"]) if row and row["from_year"] else FIRST_YEAR


@cache
def _shape() -> dict[tuple[str, int], tuple[float, float]]:
    """Use of the epoch's year, and share of the heat then made in own coal boilers."""
    return {
        (row["cluster"], int(row["year"])): (
            float(row["use_pct"]) / 100, float(row["coal_pct"]) / 100,
        )
        for row in table("history_shape.csv")
    }  # fmt: skip


def _by_loads(firm: Firm, year: int) -> Amounts:
    """Energy bought in a year by the load functions: growth taken at the middle of the year."""
    found: Amounts = {}
    for (owner, code), group in behind().items():
        bought = group[0].direction == "import" and "-" not in code
        if owner != firm.code or not bought or group[0].quantity not in _CARRIERS:
            continue
        amount = sum(one.annual_2020 * (1 + one.growth) ** (year - 2020) for one in group)
        carrier = group[0].quantity
        found[carrier] = found.get(carrier, 0.0) + amount * loss_behind(group)
    for virtual in virtual_meters().values():  # steam, bought by its heat
        if virtual.enterprise == firm.code and virtual.direction == "import":
            for part, factor in virtual.parts:
                [steam] = behind()[part]
                amount = steam.annual_2020 * (1 + steam.growth) ** (year - 2020)
                found["heat"] = found.get("heat", 0.0) + amount * factor
    return found


def _amounts(firm: Firm, year: int) -> Amounts:
    if year < _founded(firm):
        return {}
    cold = heating_degree_days(year) / heating_degree_days(_EPOCH_YEAR)
    if year >= _EPOCH_YEAR:
        found = _by_loads(firm, year)
        return found | {"heat": found["heat"] * cold} if "heat" in found else found
    use, coal = _shape()[firm.row["cluster"], year]
    use *= 1 + _NOISE * (2 * fraction("history", firm.code, str(year)) - 1)
    found = {carrier: amount * use for carrier, amount in _by_loads(firm, _EPOCH_YEAR).items()}
    if "heat" in found:
        needed = found["heat"] * cold
        found["heat"] = needed * (1 - coal)
        found["bituminous"] = needed * coal / _BOILER_EFFICIENCY / _COAL_GJ_PER_T
    return {carrier: amount for carrier, amount in found.items() if amount}


def _add_heat_plants(amounts: dict[str, Amounts]) -> None:
    """Who sells heat burns the fuel of it; sold is what the customers' meters show."""
    for supply in supplies().values():
        if supply.quantity != "heat" or supply.direction != "export":
            continue
        customer = amounts[supply.counterpart or ""].get("heat", 0.0)
        seller = amounts[supply.enterprise]
        seller["heat"] = seller.get("heat", 0.0) - customer
        [(_, loss)] = supply.parts
        for fuel in ("bituminous", "natural_gas"):
            [burnt] = [
                one for one in supplies().values()
                if (one.enterprise, one.quantity) == (supply.enterprise, fuel)
            ]  # fmt: skip
            per_gj = dict(burnt.parts)[supply.key]
            seller[fuel] = seller.get(fuel, 0.0) + customer * loss * per_gj


def _figures(firm: Firm, year: int, amounts: Amounts) -> dict[str, Figures]:
    use = _shape()[firm.row["cluster"], min(year, _EPOCH_YEAR)][0]
    found: dict[str, Figures] = {}
    if not amounts:
        return found
    amounts = dict(amounts)
    for row in table("history_other.csv"):
        if row["enterprise"] == firm.code:
            amount = float(row["annual"]) * use
            if row["carrier"]:
                amounts[row["carrier"]] = amounts.get(row["carrier"], 0.0) + amount
            else:
                found[""] = found.get("", Figures()) + Figures(round(amount, 2))
    for row in table("history_factors.csv"):
        if amount := amounts.get(row["carrier"], 0.0):
            found[row["carrier"]] = Figures(
                round(amount * float(row["co2e_t_per_unit"]), 2),
                round(amount * float(row["tce_equivalent_per_unit"]), 2),
                round(amount * float(row["tce_calorific_per_unit"]), 2),
            )
    return found


def total(parts: Mapping[str, Figures]) -> Figures:
    """All carriers of a firm, and what is no energy."""
    return sum(parts.values(), start=Figures())
