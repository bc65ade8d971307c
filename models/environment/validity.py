"""Which minutes, hours and days count: from samples to the means that standards speak of.

HJ 212-2017 annex D (read in full text) and HJ 75-2017 (from memory, the same numbers): an hourly
mean needs 45 valid minutes, a daily mean 20 valid hours. Of GB 13271 and its like, the limits hold
for these means. Shapes as of ``models.environment.arrays``.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from models.environment.arrays import Flags, Numbers, Values, known_where, numbers, sums_by_period

# HJ 212-2017, annex D: flue gas.
SAMPLES_FOR_MINUTE = 12  # at most 5 s apart
MINUTES_FOR_HOUR = 45
HOURS_FOR_DAY = 20
# HJ 212-2017, annex D: waste water; slices of at most 5 s.
SLICES_FOR_TEN_MINUTES = 120
# HJ 212-2017, notes to examples C.16 to C.18: share of normal values below that make a normal one.
NORMAL_SHARE = 0.75

ROUNDING_MIN = 1e-6  # minutes are made of an hour's coverage, a quotient of microseconds


def valid_hours(valid_minutes: Values, abnormal_minutes: Values | None = None) -> Flags:
    """Whether each hour's mean counts: 45 valid minutes or more (HJ 212-2017 annex D).

    ``valid_minutes`` [..., hours], 0 to 60, is coverage x 60 of the hour; NaN is 0. For **waste
    water** give ``abnormal_minutes`` too, of values with any mark but N: one abnormal value below
    makes the hour abnormal (HJ 212-2017, notes to C.16 to C.18).
    """
    enough = numbers(valid_minutes) >= MINUTES_FOR_HOUR - ROUNDING_MIN
    if abnormal_minutes is None:
        return enough
    return enough & ~(numbers(abnormal_minutes) > ROUNDING_MIN)


def counts_by_period(valid: npt.ArrayLike, period: npt.ArrayLike) -> Numbers:
    """How many of the hours [..., hours] are valid in each period: [..., periods]."""
    return sums_by_period(numbers(valid), period)


def means_by_period(
    values: Values, valid: npt.ArrayLike, period: npt.ArrayLike, least: float = 1
) -> Numbers:
    """Arithmetic means of the valid hours of each period: [..., periods].

    ``values``, ``valid`` [..., hours]; ``period`` [hours] as of ``sums_by_period``. NaN where
    fewer than ``least`` hours of the period are valid: for a daily mean give HOURS_FOR_DAY
    (HJ 212-2017 annex D: at least 20 valid hours).
    """
    value = numbers(values)
    counts = np.asarray(valid, dtype=bool) & ~np.isnan(value)
    number = sums_by_period(counts.astype(np.float64), period)
    total = sums_by_period(np.where(counts, value, 0.0), period)
    return known_where(number >= max(least, 1), total / np.maximum(number, 1))


def minute_means(samples: Values) -> Numbers:
    """Means of flue gas minutes [..., minutes] of samples [..., minutes, samples], NaN = invalid.

    At least 12 samples, at most 5 s apart (HJ 212-2017 annex D); fewer give no minute.
    """
    value = numbers(samples)
    number = (~np.isnan(value)).sum(axis=-1)
    total = np.where(np.isnan(value), 0.0, value).sum(axis=-1)
    return known_where(number >= SAMPLES_FOR_MINUTE, total / np.maximum(number, 1))


def flue_gas_mark(marks: npt.ArrayLike) -> npt.NDArray[np.str_]:
    """Mark of a value made of values with ``marks`` [..., n] (letters of HJ 212; "" = missing).

    N where at least 75 % of the n are N, else D (HJ 212-2017, notes to C.16 to C.18). Where all
    there are say F, the facility stood still and the value says F too (own: D would call a
    stopped facility's instrument faulty).
    """
    letters = np.asarray(marks)
    normal = (letters == "N").mean(axis=-1) >= NORMAL_SHARE
    stopped = (letters == "F").any(axis=-1) & ((letters == "F") | (letters == "")).all(axis=-1)
    return np.where(normal, "N", np.where(stopped, "F", "D"))


def water_mark(marks: npt.ArrayLike) -> npt.NDArray[np.str_]:
    """Mark of a waste water value made of values with ``marks`` [..., n]; "" = missing.

    One abnormal value makes it abnormal (HJ 212-2017, notes to C.16 to C.18): the first abnormal
    mark in time, N where all there are say N, B where there are none.
    """
    letters = np.asarray(marks)
    there = letters != ""
    abnormal = there & (letters != "N")
    first = np.take_along_axis(letters, abnormal.argmax(axis=-1)[..., None], axis=-1)[..., 0]
    return np.where(abnormal.any(axis=-1), first, np.where(there.any(axis=-1), "N", "B"))
