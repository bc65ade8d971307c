"""A sum of what is uncertain: as a mixture of normal or lognormal distributions."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

_STEPS = 80  # halvings of a span: to the last bit of a float


@dataclass(frozen=True, slots=True)
class Mixture:
    """Of a quantity X: with probability ``weights[k]``, X (or ln X where ``logarithmic``) is normal
    with ``means[k]`` and ``deviations[k]`` (zero: that value alone). Weights sum to 1.
    """

    weights: Floats
    means: Floats
    deviations: Floats
    logarithmic: bool

    def below(self, limit: float) -> float:
        """Probability that X <= ``limit``."""
        if self.logarithmic:
            if limit <= 0:
                return 0.0
            limit = math.log(limit)
        return self._below(limit)

    def _below(self, at: float) -> float:
        total = 0.0
        for weight, mean, deviation in zip(self.weights, self.means, self.deviations, strict=True):
            if deviation == 0:
                total += weight * (at >= mean)
            else:
                total += weight * 0.5 * math.erfc((mean - at) / (deviation * math.sqrt(2)))
        return float(min(total, 1.0))

    def quantile(self, probability: float) -> float:
        """The least value that X is below with ``probability`` (between 0 and 1, both excluded)."""
        if not 0 < probability < 1:
            raise ValueError(f"probability: {probability} is not between 0 and 1")
        low = float((self.means - 40 * self.deviations).min())
        high = float((self.means + 40 * self.deviations).max())
        for _ in range(_STEPS):
            middle = 0.5 * (low + high)
            if self._below(middle) >= probability:
                high = middle
            else:
                low = middle
        return math.exp(high) if self.logarithmic else high


def lognormal_sum(amounts: Floats, means: Floats, covariance: Floats) -> tuple[float, float]:
    """Mean and standard deviation of ln S, S = sum amounts_i exp(x_i), x normal.

    S is taken as lognormal with its exact first two moments (Fenton 1960, "The sum of log-normal
    probability distributions"): E S = sum e_i with e_i = amounts_i exp(means_i + covariance_ii/2),
    Var S = sum e_i e_j (exp(covariance_ij) - 1); deviation^2 = ln(1 + Var S / E S^2), and
    mean = ln E S - deviation^2 / 2. ``amounts`` are positive.
    """
    each = amounts * np.exp(means + 0.5 * np.diag(covariance))
    expected = float(each.sum())
    variance = float(each @ np.expm1(covariance) @ each)
    squared = math.log1p(max(variance, 0.0) / expected**2)
    return math.log(expected) - 0.5 * squared, math.sqrt(squared)
