"""The test of Mann and Kendall: whether a series rises or falls more than chance makes it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]


class Direction(StrEnum):
    """What the test says of a series."""

    DECREASING = "decreasing"
    INCREASING = "increasing"
    NO_TREND = "no_trend"


@dataclass(frozen=True, slots=True)
class Trend:
    """``s`` is the sum of signs, ``p`` that of the two-sided test, by the normal distribution."""

    n: int
    s: int
    variance: float
    z: float
    p: float
    direction: Direction


def mann_kendall(values: Numbers, alpha: float = 0.05) -> Trend:
    """Of ``values`` (any unit) in the order of time; none of them may be unknown.

    S = sum over i < j of sign(x_j - x_i); Var = [n(n-1)(2n+5) - sum over groups of t equal values
    of t(t-1)(2t+5)] / 18; Z = (S -+ 1) / sqrt(Var), 0 where S = 0; p = 2 (1 - Phi(|Z|)) (Mann
    1945; Kendall 1975; as pyMannKendall's original_test). Where all values are equal p is 1. The
    distances in time play no part. Raises ValueError where a value is not finite.
    """
    if not np.isfinite(values).all():
        raise ValueError("values: a trend is tested of known values only")
    n = len(values)
    later, earlier = np.tril_indices(n, -1)
    s = int(np.sign(values[later] - values[earlier]).sum())
    variance = signs_variance(values)
    z = 0.0 if s == 0 else (s - math.copysign(1, s)) / math.sqrt(variance)
    p = min(1.0, 2 * NormalDist().cdf(-abs(z)))
    if p >= alpha:
        return Trend(n, s, variance, z, p, Direction.NO_TREND)
    return Trend(n, s, variance, z, p, Direction.INCREASING if s > 0 else Direction.DECREASING)


def signs_variance(values: Numbers) -> float:
    """Variance of S where there is no trend, corrected for equal values."""
    n = len(values)
    ties = np.unique(values, return_counts=True)[1].astype(np.float64)
    tied = float((ties * (ties - 1) * (2 * ties + 5)).sum())
    return (n * (n - 1) * (2 * n + 5) - tied) / 18
