"""Uncertainty of an inventory by simulation: approach 2 of the IPCC, the check of approach 1.

IPCC 2006, vol. 1 ch. 3, section 3.2.3.2 (Monte Carlo). Seeded: the same inventory gives the same
figures.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.carbon.uncertainty import Labels, labels

Numbers = npt.NDArray[np.float64]

SIGMAS_OF_95 = 1.959963984540054  # half of the 95 % interval of a normal distribution
# Beyond this a normal distribution would give amounts below zero too often; the guidelines take a
# lognormal one for large uncertainties (section 3.2.2.4).
LARGE = 0.6
TRIALS = 20_000
SEED = 20060301
_AT_ONCE = 2_000_000  # cells drawn at once


@dataclass(frozen=True, slots=True)
class Simulated:
    """``mean``, and the 2.5 and 97.5 percentiles ``low`` and ``high``, in t CO2e; ``rel`` half of
    the interval over the absolute mean; NaN where any uncertainty is unknown.
    """

    mean: float
    low: float
    high: float
    rel: float
    trials: int


def simulated_rel(
    co2e: Numbers,
    rel_independent: Numbers,
    rel_factor: Numbers,
    factor_id: Labels,
    activity_id: Labels | None = None,
    *,
    trials: int = TRIALS,
    seed: int = SEED,
) -> Simulated:
    """The total of rows whose activities and factors are drawn; operands as of ``total_rel``.

    Rows of one factor share its draw, rows of one activity theirs.
    """
    counts = np.flatnonzero(co2e != 0)
    parts = co2e[counts]
    own = np.full(len(parts), None, dtype=object)
    activity = labels(own if activity_id is None else activity_id[counts])
    factor = labels(factor_id[counts])
    rel_a, rel_f = rel_independent[counts], rel_factor[counts]
    if not np.isfinite(rel_a).all() or not np.isfinite(rel_f).all():
        return Simulated(*(np.nan,) * 4, trials=trials)
    random = np.random.default_rng(seed)
    step = max(1, _AT_ONCE // max(len(parts), 1))
    totals = np.concatenate(
        [
            (
                parts
                * _drawn(random, min(step, trials - at), activity, rel_a)
                * _drawn(random, min(step, trials - at), factor, rel_f)
            ).sum(axis=1)
            for at in range(0, trials, step)
        ]
    )
    low, high = np.percentile(totals, (2.5, 97.5))
    mean = float(totals.mean())
    rel = (high - low) / 2 / abs(mean) if mean else np.nan
    return Simulated(mean, float(low), float(high), float(rel), trials)


def _drawn(
    random: np.random.Generator, trials: int, source: npt.NDArray[np.int64], rel: Numbers
) -> Numbers:
    """Multipliers of mean 1, one row a trial and one column a row of the inventory."""
    sources = int(source.max()) + 1 if len(source) else 0
    normal = random.standard_normal((trials, sources))[:, source]
    sigma = rel / SIGMAS_OF_95
    spread = np.sqrt(np.log1p(np.square(sigma)))
    found: Numbers = np.where(
        rel <= LARGE, 1 + sigma * normal, np.exp(spread * normal - np.square(spread) / 2)
    )
    return found
