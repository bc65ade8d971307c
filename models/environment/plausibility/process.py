"""What the process says about the measurement: load, oxygen, treatment and fuel.

Arrays are [rows, hours], a row an outlet (or a pollutant of it), NaN where unknown. Each row's
history is what is given of it: ask for some weeks more than are wanted.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.environment.arrays import Flags, Numbers, known_where, sums_by_period
from models.environment.flue_gas import OXYGEN_OF_AIR_PCT, oxygen_unusable
from models.environment.plausibility.rules import RULES
from models.environment.plausibility.runs import Runs, runs


def running_and_idle(load: Numbers) -> tuple[Flags, Flags]:
    """Hours at load and hours without, by each row's own full load; neither where unknown.

    A row of which too few hours are known, or that never ran, is neither.
    """
    known = (~np.isnan(load)).sum(axis=1)
    full = _quantile(load, RULES.load_mark_share)
    full = known_where((known >= RULES.history_min_hours) & (full > 0), full)[:, None]
    return load >= RULES.running_share * full, load <= RULES.idle_share * full


@dataclass(frozen=True, slots=True)
class Unusual:
    """Runs with the mean ``seen`` in each and what is ``usual`` of its row."""

    runs: Runs
    seen: Numbers
    usual: Numbers


def oxygen_of_air_at_load(oxygen: Numbers, running: Flags) -> Unusual:
    """At load, and the oxygen (%) is nearly air's for ``oxygen_high_hours``: diluted, or a leak.

    Only where the usual oxygen at load is at most ``oxygen_usual_max``: an exhaust of air has 21 %.
    """
    usual = _usual(oxygen, running)
    high = running & (oxygen >= RULES.oxygen_of_air) & (usual <= RULES.oxygen_usual_max)[:, None]
    found = runs(high, RULES.oxygen_high_hours)
    return Unusual(found, found.means(oxygen), usual[found.row])


def oxygen_of_load_when_idle(oxygen: Numbers, running: Flags, idle: Flags) -> Unusual:
    """Idle for hours, and the oxygen (%) is what it is at load: it does not see the duct's air.

    From ``oxygen_idle_after`` hours of idling on, for ``oxygen_idle_hours``, within
    ``oxygen_idle_near`` of the usual one at load.
    """
    usual = _usual(oxygen, running)
    near = oxygen <= np.minimum(usual + RULES.oxygen_idle_near, RULES.oxygen_of_air)[:, None]
    near &= (usual <= RULES.oxygen_usual_max)[:, None]
    found = runs(_for_hours(idle, RULES.oxygen_idle_after) & near, RULES.oxygen_idle_hours)
    return Unusual(found, found.means(oxygen), usual[found.row])


def treatment_off(power: Numbers, running: Flags) -> Unusual:
    """Production runs and the treatment does not: at most ``treatment_off_share`` of its usual
    power (any unit) for ``treatment_off_hours``.
    """
    usual = _usual(power, running & (power > 0))
    off = running & (power <= RULES.treatment_off_share * usual[:, None])
    found = runs(off, RULES.treatment_off_hours)
    return Unusual(found, found.means(power), usual[found.row])


def fallen_without_treatment(concentration: Numbers, power: Numbers, running: Flags) -> Unusual:
    """The treatment is off while production runs, and the pollutant is *lower* than with it.

    At most ``pollutant_fallen_share`` of the median with treatment. Rows as of ``treatment_off``.
    """
    off = treatment_off(power, running).runs
    usual_power = _usual(power, running & (power > 0))[:, None]
    treated = running & (power > RULES.treatment_off_share * usual_power)
    usual, seen = _usual(concentration, treated), off.means(concentration)
    fallen = seen <= RULES.pollutant_fallen_share * usual[off.row]
    return Unusual(off.where(fallen), seen[fallen], usual[off.row][fallen])


def theoretical_volume(standard_dry_m3: Numbers, oxygen_pct: Numbers) -> Numbers:
    """Dry flue gas without excess air, m3 at standard state: V x (21 - O2) / 21.

    What dilutes takes 21 % oxygen along, so the oxygen tells how much air it is. NaN where the
    oxygen is unknown or near air's.
    """
    usable = known_where(~oxygen_unusable(oxygen_pct), oxygen_pct)
    return standard_dry_m3 * (OXYGEN_OF_AIR_PCT - usable) / OXYGEN_OF_AIR_PCT


def flue_gas_against_fuel(
    theoretical_m3: Numbers, natural_gas_nm3: Numbers, day: npt.ArrayLike
) -> Unusual:
    """Days whose flue gas is not that of the natural gas burnt; runs are of *days*.

    Theoretical dry flue gas of methane: 8.52 Nm3 per Nm3 (``dry_flue_gas``). ``theoretical_m3``
    [rows, hours] from ``theoretical_volume``, summed over all outlets of the fuel's meter;
    ``natural_gas_nm3`` the amount of the hour. ``seen`` is the quotient of the volumes over the
    hours of which both are known (``flue_gas_day_hours`` or more) and fuel was burnt; it is outside
    [``flue_gas_low``, ``flue_gas_high``]. ``usual`` is 1.
    """
    known = ~np.isnan(theoretical_m3) & (natural_gas_nm3 > 0)
    hours = sums_by_period(known.astype(np.float64), day)
    expected = sums_by_period(np.where(known, natural_gas_nm3, 0.0), day) * RULES.dry_flue_gas
    measured = sums_by_period(np.where(known, theoretical_m3, 0.0), day)
    judged = (hours >= RULES.flue_gas_day_hours) & (expected > 0)
    quotient = known_where(judged, measured / np.where(expected > 0, expected, 1.0))
    low, high = runs(quotient < RULES.flue_gas_low), runs(quotient > RULES.flue_gas_high)
    found = Runs(
        np.concatenate([low.row, high.row]),
        np.concatenate([low.start, high.start]),
        np.concatenate([low.stop, high.stop]),
    )
    return Unusual(found, found.means(quotient), np.ones(len(found)))


def _usual(values: Numbers, when: Flags) -> Numbers:
    """Median of each row's values in these hours; NaN with fewer than ``history_min_hours``."""
    chosen = np.where(when, values, np.nan)
    known = (~np.isnan(chosen)).sum(axis=1)
    return known_where(known >= RULES.history_min_hours, _quantile(chosen, 0.5))


def _quantile(values: Numbers, share: float) -> Numbers:
    """Of the known values of each row; NaN without any."""
    answer = np.full(len(values), np.nan)
    some = ~np.isnan(values).all(axis=1) if values.size else np.zeros(len(values), dtype=bool)
    if some.any():
        answer[some] = np.nanquantile(values[some], share, axis=1)
    return answer


def _for_hours(flags: Flags, hours: float) -> Flags:
    """Where the flags have held for so many hours before too."""
    held = flags.copy()
    for back in range(1, int(hours) + 1):
        held[:, back:] &= flags[:, :-back]
        held[:, :back] = False
    return held
