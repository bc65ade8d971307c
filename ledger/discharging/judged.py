"""Period means compared with limits: one row each that is beyond."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import cast

import numpy as np
import pandas as pd

from ledger.discharging.bounds import Limit, limits
from ledger.discharging.layout_channels import concentration_unit
from ledger.discharging.outlet_hours import OutletHours
from ledger.discharging.period_sums import means, periods
from ledger.discharging.states import STATES
from ledger.discharging.station_means import OF_STATIONS, SOUND, station_means
from ledger.instants import instants
from models.environment.arrays import Flags, Indices, Numbers, known_where, sums_by_period
from models.environment.flue_gas import OXYGEN_OF_AIR_PCT
from models.environment.hj212_codes import hj212_codes
from models.environment.limits import Condition
from models.environment.near_limits import has_share, near_from
from models.environment.validity import NORMAL_SHARE, means_by_period
from models.periods import Every, label, local_start, to_us
from models.registry import Registry
from models.registry.points import Medium, PermitKind, State
from models.units import conversion
from store.rules.local_days import period_ends

COLUMNS = [
    "period", "start", "until", "enterprise", "point", "medium", "pollutant", "averaging", "value",
    "unit", "limit", "times", "standard", "clause", "rule_zh", "rule_en", "basis", "excused",
]  # fmt: skip
ROW = "row"  # of the hours, beside COLUMNS

EXCUSING = frozenset({State.START_UP, State.SHUT_DOWN, State.CALIBRATION, State.MAINTENANCE})
WARM_WATER_DEGC = 12.0  # GB 18918-2002, note to table 1: above it the stricter value holds


@dataclass(frozen=True)
class Means:
    """Means of every row and period [rows, periods], in the unit of the concentration or kg/h.

    ``converted`` is at ``reference_oxygen`` in %, that of the period's last hour.
    ``number`` of each hour's period, ``start`` and ``end`` of each in µs since 1970 UTC.
    """

    measured: Numbers
    converted: Numbers
    rate: Numbers
    temperature: Numbers
    reference_oxygen: Numbers
    number: Indices
    start: np.ndarray[tuple[int], np.dtype[np.int64]]
    end: np.ndarray[tuple[int], np.dtype[np.int64]]


def period_means(
    registry: Registry, hours: OutletHours, averaging: str, least: float | None = None
) -> Means:
    """Of hours, joined to periods; ``least`` valid hours make a mean: by default of a day 20, of a
    month or year 75 % of those owed (of surface water, which is sampled, one).
    """
    if averaging in OF_STATIONS:
        at = station_means(registry, hours, averaging)
        unknown = np.full(at.value.shape, np.nan)
        return Means(
            at.value, at.value, unknown, unknown, unknown, at.number, at.start, at.end
        )  # fmt: skip
    every = cast("Every", averaging)
    start, number = periods(registry, hours, every)
    end = period_ends(start, every, registry.zone) if len(start) else start
    known = hours.inside & ~np.isnan(hours.mass)
    at_one, reference = _at_one_oxygen(hours, number)
    enough: Flags = np.ones((len(hours.points), len(start)), dtype=bool)
    if least is None and every in ("month", "year"):
        valid, owed = (sums_by_period(one.astype(np.float64), number)
                       for one in (hours.valid, hours.owed))  # fmt: skip
        sampled = [one.medium is Medium.SURFACE_WATER for one in hours.points]
        enough = (valid >= NORMAL_SHARE * owed) | np.array(sampled, dtype=bool)[:, None]
    return Means(
        known_where(enough, means(hours, hours.measured, number, every, least)),
        known_where(enough, means(hours, at_one, number, every, least)),
        means_by_period(hours.mass, known, number),
        means_by_period(hours.water_degc, hours.inside, number),
        reference,
        number,
        start,
        end,
    )  # fmt: skip


def _at_one_oxygen(hours: OutletHours, number: Indices) -> tuple[Numbers, Numbers]:
    """Converted concentrations [rows, hours] at the reference oxygen of the last hour of each
    period, and that [rows, periods]: an outlet's own may change in a period.
    """
    last = np.flatnonzero(np.diff(number, append=-1))
    own, reference = hours.reference_oxygen, hours.reference_oxygen[:, last]
    wanted = reference[:, number]
    differs = (own != wanted) & ~np.isnan(own) & ~np.isnan(wanted)
    if not differs.any():
        return hours.converted, reference
    scale = (OXYGEN_OF_AIR_PCT - wanted) / (OXYGEN_OF_AIR_PCT - own)
    return hours.converted * np.where(differs, scale, 1.0), reference


def beyond(
    registry: Registry,
    hours: OutletHours,
    averaging: str,
    *,
    near: bool = False,
    least: float | None = None,
) -> pd.DataFrame:
    """COLUMNS and ROW of the periods whose mean is beyond a limit, complete or not.

    ``averaging`` is a length of periods, or one of ``ledger.discharging.station_means``.

    ``near`` asks for those near one too (models.environment.near_limits). ``least`` valid hours
    make a mean, by default of a day 20.
    """
    found = period_means(registry, hours, averaging, least)
    calm = _excused_left_out(registry, hours, averaging)
    every = "hour" if averaging in SOUND else "day" if averaging in OF_STATIONS else averaging
    rows = [
        _rows(
            registry,
            hours,
            row,
            limit,
            every=cast("Every", every),
            found=found,
            calm=calm,
            near=near,
        )
        for row, one in enumerate(hours.points)
        for limit in limits(registry, one, hours.pollutants[row])
        if limit.averaging == averaging
    ]
    some = [one for one in rows if one is not None]
    return pd.concat(some, ignore_index=True) if some else pd.DataFrame(columns=[*COLUMNS, ROW])


def _excused_left_out(registry: Registry, hours: OutletHours, averaging: str) -> Means:
    """Means of the hours in which no state excuses, however few they are."""
    excusing = np.array([*(one in EXCUSING for one in STATES), False])[hours.state]
    mass = np.where(excusing, np.nan, hours.mass)
    left = replace(hours, valid=hours.valid & ~excusing, mass=mass)
    return period_means(registry, left, averaging, least=1)


def _rows(
    registry: Registry,
    hours: OutletHours,
    row: int,
    limit: Limit,
    *,
    every: Every,
    found: Means,
    calm: Means,
    near: bool,
) -> pd.DataFrame | None:
    """Of one limit of a pollutant of a point; None without any."""
    value = limited_values(row, limit, found)
    holds = (found.start >= to_us(local_start(limit.since, registry.zone))) & (
        found.start < to_us(local_start(limit.until, registry.zone))
    )
    at = np.flatnonzero(holds & _is_beyond(value, limit, near=near))
    if not len(at):
        return None
    point = hours.points[row]
    without = limited_values(row, limit, calm)[at]
    excused = ~_is_beyond(without, limit, near=near)
    return pd.DataFrame(
        {
            "period": [label(one.to_pydatetime(), every, registry.zone)
                       for one in instants(found.start[at])],
            "start": instants(found.start[at]),
            "until": instants(found.end[at]),
            "enterprise": point.enterprise,
            "point": point.code,
            "medium": point.medium.value,
            "pollutant": limit.pollutant,
            "averaging": limit.averaging,
            "value": value[at],
            "unit": limit.unit,
            "limit": limit.value,
            "times": value[at] / limit.value - 1 if _is_multiple(limit) else np.nan,
            "standard": limit.standard,
            "clause": limit.clause,
            "rule_zh": limit.rule_zh,
            "rule_en": limit.rule_en,
            "basis": limit.basis,
            "excused": [
                _states(hours, row, found.number == number) if is_excused else None
                for number, is_excused in zip(at.tolist(), excused.tolist(), strict=True)
            ],
            ROW: row,
        },
        columns=[*COLUMNS, ROW],
    )  # fmt: skip


def limited_values(row: int, limit: Limit, found: Means) -> Numbers:
    """What a limit judges, in its unit, of each period; NaN where its condition does not hold."""
    if limit.kind is PermitKind.RATE:
        scale, _ = conversion("kg/h", limit.unit)
        rate: Numbers = found.rate[row] * scale
        return rate
    scale, offset = conversion(concentration_unit(limit.pollutant), limit.unit)
    if limit.reference_oxygen_pct is None:
        value = found.measured[row]
    else:
        value = found.converted[row]
        own = found.reference_oxygen[row]
        differs = ~np.isnan(own) & (own != limit.reference_oxygen_pct)
        if differs.any():
            air = OXYGEN_OF_AIR_PCT
            other = value * (air - limit.reference_oxygen_pct) / (air - own)
            value = np.where(differs, other, value)
    cold = found.temperature[row] <= WARM_WATER_DEGC  # unknown is not cold: the stricter holds
    if limit.condition is Condition.COLD_WATER:
        value = np.where(cold, value, np.nan)
    elif limit.condition is Condition.WARM_WATER:
        value = np.where(cold, np.nan, value)
    in_unit: Numbers = value * scale + offset
    return in_unit


def _is_multiple(limit: Limit) -> bool:
    """Whether a value beyond is so many times the limit: not of least values, pH and sound."""
    return (
        not limit.lower and limit.value > 0 and has_share(hj212_codes()[limit.pollutant].quantity)
    )


def _is_beyond(value: Numbers, limit: Limit, *, near: bool) -> Flags:
    """NaN is not."""
    at = limit.value
    if near:
        at = near_from(hj212_codes()[limit.pollutant].quantity, at, lower=limit.lower)
    is_beyond: Flags = value < at if limit.lower else value > at
    return is_beyond


def _states(hours: OutletHours, row: int, within: Flags) -> str | None:
    held = {int(one) for one in hours.state[row, within] if one >= 0}
    names = [one.value for number, one in enumerate(STATES) if number in held and one in EXCUSING]
    return "|".join(names) or None
