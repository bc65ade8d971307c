"""Half months of the simulated park under any seed: true emissions and energy, no product code.

The load functions of ``simulators`` are integrated over the first fifteen days of each month and
over its rest. A seed changes the weather's spells and the noise of every load, not the firms, so
the years of the simulated park are much alike. ``restless`` years are the same loads with what
real years have besides, drawn from the same seed:

- each firm: a step of sd 5 % at every New Year; a monthly AR(1) of sd 4 % (coefficient 0.8);
- the whole park: a random walk of sd 1 % a month;
- winters: heating loads of a month differ by sd 8 %, for everyone alike;
- each firm and month: with 1 % probability half of the month's load is lost.

These sizes are assumptions of the back-test alone; nothing of the product or the demo knows them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from simulators import load, noise
from simulators.grid import STEP_H, STEPS_PER_DAY
from simulators.meters import behind, loss_behind, meters
from simulators.supply import supplies

Floats = npt.NDArray[np.float64]

FIRST_YEAR, YEARS = 2024, 3
EARLY_DAYS = 15  # of a month's first part

# t CO2 and tce per unit of usage. Electricity: Jilin 2023, 0.4671 kg/kWh (MEE/NBS notice 47 of
# 2025), 302.4 gce/kWh (2024, equivalent value); natural gas 389.31 GJ/10^4 Nm3, coal 23.204 GJ/t,
# x tC/GJ x oxidation x 44/12 (NDRC guidelines, table 2.1), 29.3076 GJ/tce; heat 0.11 t/GJ and
# 0.03412 tce/GJ (GB/T 2589).
CARBON = {
    "electricity": 0.4671e-3,
    "natural_gas": 389.31e-4 * 0.0153 * 0.99 * 44 / 12,
    "bituminous": 23.204 * 0.02618 * 0.93 * 44 / 12,
    "heat": 0.11,
}
ENERGY = {
    "electricity": 0.3024e-3,
    "natural_gas": 389.31e-4 / 29.3076,
    "bituminous": 23.204 / 29.3076,
    "heat": 0.03412,
}
HEATING = ("heating", "mixed")  # responses to weather that a winter makes stronger or weaker


@dataclass(frozen=True, slots=True)
class HalfMonths:
    """Of both parts of each month, in order: share of the month's days, and amounts."""

    share: Floats
    co2e_t: Floats
    energy_tce: Floats


def _edges() -> list[date]:
    return [
        date(FIRST_YEAR + number // 12, number % 12 + 1, day)
        for number in range(12 * YEARS)
        for day in (1, 1 + EARLY_DAYS)
    ]


def _set_seed(seed: int) -> None:
    """All random numbers of the simulators come from it; what was kept of another is dropped."""
    noise.SEED = seed
    load.reference.cache_clear()
    load._reference_year.cache_clear()


def half_months(seed: int) -> dict[str, HalfMonths]:
    """The park's bought energy under ``seed``, sales within the park left out on both sides:
    ``as simulated``, and with ``restless`` years.
    """
    _set_seed(seed)
    edges = _edges()
    days = np.array([(edge - date(FIRST_YEAR, 1, 1)).days for edge in edges])
    end = (date(FIRST_YEAR + YEARS, 1, 1) - date(FIRST_YEAR, 1, 1)).days
    window = load.Window(0, end * STEPS_PER_DAY)
    told = _Restless(seed, edges)
    sums: dict[str, dict[tuple[str, str], Floats]] = {"as simulated": {}, "restless": {}}
    for key, group in behind().items():
        if "-" in key[1] or group[0].quantity == "water":
            continue
        calm, restless = np.zeros(len(edges)), np.zeros(len(edges))
        for consumer in group:
            used = np.add.reduceat(window.power(consumer), days * STEPS_PER_DAY) * STEP_H
            calm += used
            restless += used * told.factor(consumer.firm, heats=consumer.response in HEATING)
        sums["as simulated"][key] = calm * loss_behind(group)
        sums["restless"][key] = restless * loss_behind(group)
    lengths = np.diff([*days, end])
    share = lengths / np.repeat(lengths.reshape(-1, 2).sum(axis=1), 2)
    return {name: HalfMonths(share, *_park(of_meters)) for name, of_meters in sums.items()}


def _park(sums: dict[tuple[str, str], Floats]) -> tuple[Floats, Floats]:
    """Emissions and energy of what crosses the park's border."""
    for key in supplies():
        _supplied(key, sums)
    carbon, energy = (np.zeros(2 * 12 * YEARS) for _ in range(2))
    for meter in meters():
        if not meter.is_main or meter.counterpart or meter.quantity not in CARBON:
            continue
        sign = {"import": 1, "export": -1}.get(meter.direction, 0)
        carbon += sign * CARBON[meter.quantity] * sums[meter.key]
        energy += sign * ENERGY[meter.quantity] * sums[meter.key]
    return carbon, energy


def _supplied(key: tuple[str, str], sums: dict[tuple[str, str], Floats]) -> Floats:
    """Shares of what other meters carry; those may be such meters themselves."""
    if key not in sums:
        parts = supplies()[key].parts
        sums[key] = np.sum([factor * _supplied(part, sums) for part, factor in parts], axis=0)
    return sums[key]


class _Restless:
    """Factors by which the loads of half months differ from the simulated ones."""

    def __init__(self, seed: int, edges: list[date]) -> None:
        self._seed, self._months = seed, len(edges) // 2
        chance = np.random.default_rng([seed, 0])
        self._park = np.cumsum(chance.normal(0, 0.01, self._months))
        winter = np.array([edge.month in (10, 11, 12, 1, 2, 3, 4) for edge in edges[::2]])
        self._winter = winter * chance.normal(0, 0.08, self._months)
        self._firms: dict[str, Floats] = {}

    def factor(self, firm: str, *, heats: bool) -> Floats:
        if firm not in self._firms:
            self._firms[firm] = self._of_firm(firm)
        total = self._park + self._firms[firm] + (self._winter if heats else 0)
        return np.repeat(np.exp(total), 2)

    def _of_firm(self, firm: str) -> Floats:
        chance = np.random.default_rng([self._seed, *firm.encode()])
        steps = np.repeat(np.cumsum(chance.normal(0, 0.05, YEARS)), 12)
        wave = np.empty(self._months)
        wave[0] = chance.normal(0, 0.04)
        for number in range(1, self._months):
            wave[number] = 0.8 * wave[number - 1] + chance.normal(0, 0.04 * 0.6)
        lost = np.where(chance.random(self._months) < 0.01, np.log(0.5), 0.0)
        return steps + wave + lost
