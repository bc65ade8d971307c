"""A yearly series with the weather, or the course of output, taken out of it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from models.progress.peak.rules import RULES


@dataclass(frozen=True, slots=True)
class Adjusted:
    """``values`` by year, only those whose influence is known; empty where ``reason`` says why not.

    ``coefficient`` with its standard ``error`` (weather: t per K.d; output: per cent per per cent)
    was found from ``pairs`` of consecutive years; ``reference`` is what every year is brought to.
    ``reason``: ``influence_unknown`` (too few such pairs), ``influence_constant``,
    ``not_significant`` (the coefficient does not lie clearly above zero), ``not_positive`` (a value
    or output of zero or less has no logarithm).
    """

    values: dict[int, float] = field(default_factory=dict)
    coefficient: float | None = None
    error: float | None = None
    pairs: int = 0
    reference: float | None = None
    reason: str | None = None


def weather_adjusted(
    values: Mapping[int, float], degree_days: Mapping[int, float], comparable: Mapping[int, str]
) -> Adjusted:
    """C'_t = C_t - b (H_t - mean H): a series (t) as if each year had the mean of its heating
    degree days (K.d).

    b is the slope of the changes from year to year, dC = a + b dH, by least squares: changes and
    not levels, so that a trend of either, even one that turns, is not taken for weather (own
    method). ``comparable`` names each year's boundary: changes across two are left out. Mean H is
    that of the years that have both.
    """
    known = sorted(values.keys() & degree_days.keys())
    fitted = _fitted(values, degree_days, known, comparable)
    if fitted.reason is not None:
        return fitted
    mean = float(np.mean([degree_days[year] for year in known]))
    slope = fitted.coefficient or 0.0
    found = {year: values[year] - slope * (degree_days[year] - mean) for year in known}
    return Adjusted(found, fitted.coefficient, fitted.error, fitted.pairs, mean)


def output_adjusted(
    values: Mapping[int, float], output: Mapping[int, float], comparable: Mapping[int, str]
) -> Adjusted:
    """C'_t = C_t (Q_T / Q_t)^e: a series (t) as if each year had the last year's output (10^4 yuan
    at constant prices).

    The elasticity e is the slope of d ln C = a + e d ln Q, found as in ``weather_adjusted``. All
    emissions that do not move with output (e < 1) stay where they are, unlike in an intensity.
    """
    known = sorted(values.keys() & output.keys())
    if any(values[year] <= 0 or output[year] <= 0 for year in known):
        return Adjusted(reason="not_positive")
    logs = {year: math.log(values[year]) for year in known}
    fitted = _fitted(logs, {year: math.log(output[year]) for year in known}, known, comparable)
    if fitted.reason is not None:
        return fitted
    last, slope = output[known[-1]], fitted.coefficient or 0.0
    found = {year: values[year] * (last / output[year]) ** slope for year in known}
    return Adjusted(found, fitted.coefficient, fitted.error, fitted.pairs, last)


def _fitted(
    values: Mapping[int, float],
    influence: Mapping[int, float],
    known: list[int],
    comparable: Mapping[int, str],
) -> Adjusted:
    """Slope of the changes of ``values`` over those of ``influence``; without adjusted values."""
    pairs = [
        year
        for year in known
        if year - 1 in known and comparable.get(year) == comparable.get(year - 1)
    ]
    if len(pairs) < RULES.adjusting_pairs:
        return Adjusted(pairs=len(pairs), reason="influence_unknown")
    rise = np.array([values[year] - values[year - 1] for year in pairs])
    moved = np.array([influence[year] - influence[year - 1] for year in pairs])
    around = moved - moved.mean()
    spread = float(around @ around)
    if spread <= 1e-18 * max(1.0, float(moved @ moved)):
        return Adjusted(pairs=len(pairs), reason="influence_constant")
    slope = float(around @ rise) / spread
    left = rise - rise.mean() - slope * around
    error = math.sqrt(float(left @ left) / (len(pairs) - 2) / spread)
    found = Adjusted(coefficient=slope, error=error, pairs=len(pairs))
    if slope <= 0 or slope < RULES.adjusting_errors * error:
        return Adjusted({}, slope, error, len(pairs), None, "not_significant")
    return found
