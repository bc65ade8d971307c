"""Noise: energy means, day and night (GB 12348-2008 and GB 3096-2008, clause 3; from memory).

Levels are A-weighted sound pressure levels, dB(A). They are averaged by energy, never plainly: ten
minutes of 90 dB and ten of silence are 87 dB, not 45.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from models.environment.arrays import Flags, Indices, Numbers, Values, numbers, sums_by_period

DAY_FROM_HOUR, NIGHT_FROM_HOUR = 6, 22  # local time; local government may set others
# GB 12348-2008 4.1.2 and 4.1.3: how far the greatest level at night may lie over the limit.
NIGHT_PEAK_FREQUENT_DB, NIGHT_PEAK_OCCASIONAL_DB = 10.0, 15.0


def energy_mean(levels_db: Values, weights: Values = 1.0) -> Numbers:
    """L_eq = 10 lg(sum(w x 10^(0.1 L)) / sum(w)) over the last axis, dB(A).

    ``weights`` are durations (or covered shares of hours); they broadcast. Unknown levels do not
    count; NaN where none is known or nothing has weight.
    """
    level, weight = np.broadcast_arrays(numbers(levels_db), numbers(weights))
    counts = ~np.isnan(level) & (weight > 0)
    return _level(_energy(level, weight, counts).sum(axis=-1), (weight * counts).sum(axis=-1))


def energy_means_by_period(
    levels_db: Values, period: npt.ArrayLike, weights: Values = 1.0
) -> Numbers:
    """``energy_mean`` of [..., hours] for each period (``sums_by_period``): [..., periods]."""
    level, weight = np.broadcast_arrays(numbers(levels_db), numbers(weights))
    counts = ~np.isnan(level) & (weight > 0)
    energy = sums_by_period(_energy(level, weight, counts), period)
    return _level(energy, sums_by_period(np.where(counts, weight, 0.0), period))


def is_daytime(local_hour: npt.ArrayLike) -> Flags:
    """Whether hours of local time (0 to 23) are of the day (昼间, 06:00 to 22:00) or the night."""
    hour = np.asarray(local_hour)
    return (hour >= DAY_FROM_HOUR) & (hour < NIGHT_FROM_HOUR)


def day_and_night_periods(local_hours: npt.ArrayLike) -> tuple[Indices, Flags, Indices]:
    """Days and nights one after another, of ascending local hours counted from a local midnight.

    Gives ``period`` [hours] for ``energy_means_by_period``, and for each period whether it is of
    the day and in which of the given hours it begins. A night is one period from 22:00 to 06:00,
    although midnight lies in it.
    """
    hours = np.asarray(local_hours, dtype=np.intp)
    # Half periods since the first 06:00: even ones are days.
    half = 2 * ((hours - DAY_FROM_HOUR) // 24) + ~is_daytime(hours % 24)
    _, first, period = np.unique(half, return_index=True, return_inverse=True)
    return period.astype(np.intp), is_daytime(hours[first] % 24), first.astype(np.intp)


def _energy(level: Numbers, weight: Numbers, counts: Flags) -> Numbers:
    power: Numbers = np.where(counts, weight * 10 ** (np.where(counts, level, 0.0) / 10), 0.0)
    return power


def _level(energy: Numbers, weight: Numbers) -> Numbers:
    some = weight > 0
    mean = np.where(some, energy, 1.0) / np.where(some, weight, 1.0)
    return np.where(some, 10 * np.log10(mean), np.nan)
