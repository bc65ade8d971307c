"""Ambient air: the air quality index (HJ 633) and means of ozone (GB 3095).

HJ 633-2012 clause 4 and, from 2026-03-01, HJ 633-2026 (the formulas from memory; the breakpoints
are data, see ``models.environment.aqi_tables``). Shapes as of ``models.environment.arrays``.
"""

from __future__ import annotations

import numpy as np

from models.environment.aqi_tables import LEVELS
from models.environment.arrays import Flags, Indices, Numbers, Values, known_where, numbers

INDEX_LEVELS = np.array(LEVELS, dtype=np.float64)
PRIMARY_FROM = 50.0  # a primary pollutant is named where the index is over it (HJ 633, 4.4)
HOURS_OF_OZONE_MEAN = 8
HOURS_FOR_OZONE_MEAN = 6  # GB 3095, clause on validity: at least 6 of the 8


def individual_index(
    concentration: Values, breakpoints: Values, *, capped: bool = False
) -> Numbers:
    """IAQI of a pollutant (HJ 633, equation (1)), rounded up to whole numbers.

    ``concentration`` of any shape, in the breakpoints' unit; ``breakpoints`` [8] and ``capped`` as
    of ``models.environment.aqi_tables.AqiTable``: where breakpoints end below index 500, what lies
    above the last one has its index (``capped``) or none (NaN, another mean tells). Above that of
    500 the index stays 500. Negative values, which instruments show near zero, count as 0.
    """
    value, points = numbers(concentration), numbers(breakpoints)
    given = ~np.isnan(points)
    points, levels = points[given], INDEX_LEVELS[: len(given)][given]
    # Rounding errors must not lift what is a whole number.
    index = np.ceil(np.round(np.interp(value, points, levels), 6))
    ends = levels[-1] == INDEX_LEVELS[-1] or capped
    return known_where(~np.isnan(value) & (ends | (value <= points[-1])), index)


def air_quality_index(individual: Values) -> Numbers:
    """AQI, the greatest of the individual indices [pollutants, ...] (HJ 633, equation (2)).

    Of those that are known; NaN where none is.
    """
    index = numbers(individual)
    greatest = np.where(np.isnan(index), -np.inf, index).max(axis=0, initial=-np.inf)
    return known_where(np.isfinite(greatest), greatest)


def primary_pollutants(individual: Values) -> Flags:
    """Which of [pollutants, ...] are primary pollutants (首要污染物, HJ 633, 4.4).

    Those whose index is the AQI, where that is over 50; there may be several.
    """
    index = numbers(individual)
    highest = air_quality_index(index)
    leading: Flags = (index == highest) & (highest > PRIMARY_FROM)
    return leading


def index_class(index: Values) -> Indices:
    """Class of an AQI (HJ 633, table 2): 1 excellent (优) to 6 severe (严重污染); 0 = unknown."""
    value = numbers(index)
    steps = np.array([50.0, 100, 150, 200, 300])
    classes = np.searchsorted(steps, np.where(np.isnan(value), 0.0, value), side="left") + 1
    return np.where(np.isnan(value), 0, classes)


def eight_hour_means(ozone: Values) -> Numbers:
    """Means of the 8 hours that end with each hour of [..., hours] (GB 3095, clause 3 and 6).

    NaN where fewer than 6 of the 8 are known; the first seven hours look back on what is given.
    """
    value = numbers(ozone)
    lead = np.full((*value.shape[:-1], HOURS_OF_OZONE_MEAN - 1), np.nan)
    windows = np.lib.stride_tricks.sliding_window_view(
        np.concatenate([lead, value], axis=-1), HOURS_OF_OZONE_MEAN, axis=-1
    )
    number = (~np.isnan(windows)).sum(axis=-1)
    total = np.where(np.isnan(windows), 0.0, windows).sum(axis=-1)
    return known_where(number >= HOURS_FOR_OZONE_MEAN, total / np.maximum(number, 1))
