"""Means that only stations are judged by: sound of day and night, the greatest 8 hours of ozone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import numpy.typing as npt

from ledger.discharging.outlet_hours import OutletHours
from models.environment.air_quality import HOURS_OF_OZONE_MEAN, eight_hour_means
from models.environment.arrays import Indices, Numbers, known_where, sums_by_period
from models.environment.noise import (
    DAY_FROM_HOUR,
    NIGHT_FROM_HOUR,
    day_and_night_periods,
    energy_means_by_period,
)
from models.periods import HOUR_US, from_us
from models.registry import Registry
from store.rules.local_days import period_ends, period_starts

SOUND = ("daytime", "nighttime")
OF_STATIONS = frozenset({*SOUND, "max_8_hours"})

# Of the 16 hours of a day and the 8 of a night so many must be valid: 75 %, our own number.
HOURS_FOR_SOUND = {"daytime": 12, "nighttime": 6}
EIGHT_HOUR_MEANS_FOR_DAY = 14  # GB 3095-2012, table 4: of those that end from 8 to 24 o'clock


@dataclass(frozen=True)
class StationMeans:
    """``value`` [rows, periods]; ``number`` of each hour's period, their starts and ends in µs."""

    value: Numbers
    number: Indices
    start: npt.NDArray[np.int64]
    end: npt.NDArray[np.int64]


def station_means(registry: Registry, hours: OutletHours, averaging: str) -> StationMeans:
    """Of the grid's whole days: ``daytime`` and ``nighttime`` equivalent levels (06:00 to 22:00 and
    22:00 to 06:00), or ``max_8_hours`` of each day.
    """
    value = known_where(hours.valid, hours.measured)
    at = hours.grid.hours * HOUR_US
    if averaging in SOUND:
        offset = from_us(int(at[0])).astimezone(registry.zone).utcoffset() or timedelta(0)
        local = hours.grid.hours + round(offset.total_seconds() / 3600)
        number, is_day, first = day_and_night_periods(local - local[0] // 24 * 24)
        enough = sums_by_period((~np.isnan(value)).astype(np.float64), number)
        level = energy_means_by_period(value, number)
        wanted = is_day if averaging == "daytime" else ~is_day
        known = (enough >= HOURS_FOR_SOUND[averaging]) & wanted
        left = np.where(is_day, NIGHT_FROM_HOUR, DAY_FROM_HOUR) - local[first] % 24
        end = at[first] + left % 24 * HOUR_US
        return StationMeans(known_where(known, level), number, at[first], end)
    starts = period_starts(at, "day", registry.zone)
    start, number = np.unique(starts, return_inverse=True)
    means = eight_hour_means(value)
    means[:, (at - starts) // HOUR_US < HOURS_OF_OZONE_MEAN - 1] = np.nan
    enough = sums_by_period((~np.isnan(means)).astype(np.float64), number)
    first = np.flatnonzero(np.diff(number, prepend=-1))
    greatest = np.fmax.reduceat(means, first, axis=-1)
    end = period_ends(start, "day", registry.zone)
    value = known_where(enough >= EIGHT_HOUR_MEANS_FOR_DAY, greatest)
    return StationMeans(value, number.astype(np.intp), start, end)
