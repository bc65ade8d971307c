"""A sum of what is uncertain: as a mixture of normal or lognormal distributions."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

_STEPS = 200  # more than halving alone would take
_CLOSE = 1e-12


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
        certain = self.deviations == 0
        safe = np.where(certain, 1.0, self.deviations)
        tails = [0.5 * math.erfc(z) for z in (self.means - at) / (safe * math.sqrt(2))]
        return float(self.weights @ np.where(certain, at >= self.means, tails))

    def _density(self, at: float) -> float:
        certain = self.deviations == 0
        safe = np.where(certain, 1.0, self.deviations)
        heights = np.exp(-0.5 * ((at - self.means) / safe) ** 2) / (safe * math.sqrt(2 * math.pi))
        return float(self.weights @ np.where(certain, 0.0, heights))

    def quantile(self, probability: float) -> float:
        """The value that X is below with ``probability`` (between 0 and 1, both excluded)."""
        if not 0 < probability < 1:
            raise ValueError(f"probability: {probability} is not between 0 and 1")
        # Newton's steps, and halvings of the span that holds it where one would leave it
        low = float((self.means - 40 * self.deviations).min())
        high = float((self.means + 40 * self.deviations).max())
        at = float(self.weights @ self.means)
        for _ in range(_STEPS):
            error = self._below(at) - probability
            low, high = (low, at) if error >= 0 else (at, high)
            density = self._density(at)
            step = error / density if density > 0 else math.inf
            following = at - step
            if not low <= following <= high:
                following = 0.5 * (low + high)
            if abs(following - at) <= _CLOSE * max(abs(at), abs(high - low), _CLOSE):
                at = following
                break
            at = following
        return math.exp(at) if self.logarithmic else at


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
