"""Sen's slope: by how much a series rises or falls a year, unmoved by single outliers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from models.progress.peak.mann_kendall import Numbers, signs_variance


@dataclass(frozen=True, slots=True)
class Slope:
    """Per unit of time; ``low`` and ``high`` are None where so few values allow no interval."""

    value: float
    low: float | None
    high: float | None


def sen_slope(times: Numbers, values: Numbers, confidence: float = 0.95) -> Slope:
    """Median of the slopes between all pairs of ``values`` at ``times`` (years; all different).

    The interval's ends are the order statistics round((N - C)/2) and round((N + C)/2) + 1 of the N
    slopes, where C = z(1 - alpha/2) sqrt(Var S) (Sen 1968, formula 2.6; Gilbert 1987, 16.5.2).
    Under five values no interval of 95 % exists: its lower end would lie below the least slope.
    Raises ValueError for fewer than two values.
    """
    n = len(values)
    if n < 2:
        raise ValueError("values: a slope needs two of them")
    later, earlier = np.tril_indices(n, -1)
    slopes = np.sort((values[later] - values[earlier]) / (times[later] - times[earlier]))
    middle = float(np.median(slopes))
    width = NormalDist().inv_cdf((1 + confidence) / 2) * math.sqrt(signs_variance(values))
    lower = round((len(slopes) - width) / 2)  # the number of the lower end, counted from 1
    upper = round((len(slopes) + width) / 2) + 1
    if lower < 1 or upper > len(slopes):
        return Slope(middle, None, None)
    return Slope(middle, float(slopes[lower - 1]), float(slopes[upper - 1]))
