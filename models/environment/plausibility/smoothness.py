"""Series that are much smoother than they were: as if a filter, or a hand, had drawn them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.environment.arrays import Flags, Numbers, known_where, sums_by_period
from models.environment.plausibility.rules import RULES
from models.environment.plausibility.runs import Runs, runs

STEPS_OF_RESOLUTION = 5  # usual changes below so many of them are the display's, not the gas's


@dataclass(frozen=True, slots=True)
class Smooth:
    """Runs of *days* (places of ``day``); change from hour to hour over the mean value, each as a
    share: ``change`` of these days, ``usual`` of the days before.
    """

    runs: Runs
    change: Numbers
    usual: Numbers


def too_smooth(mean: Numbers, day: npt.ArrayLike) -> Smooth:
    """Days that change at most ``smooth_share`` of what is usual from hour to hour.

    ``mean`` [rows, hours], NaN where not valid or standing still; ``day`` [hours] numbers local
    days from 0. A day is judged with ``smooth_day_hours`` known changes, by the median of the
    ``history_days`` days before it, of which ``smooth_history_days`` are known. A day without any
    change is stuck, not smooth; where the usual change is near the series' resolution nothing is
    said.
    """
    step = np.full(mean.shape, np.nan)
    step[:, 1:] = np.abs(np.diff(mean, axis=1))
    known = ~np.isnan(step)
    number = sums_by_period(known.astype(np.float64), day)
    total = sums_by_period(np.where(known, step, 0.0), day)
    level = sums_by_period(np.where(known, np.abs(mean), 0.0), day)
    judged = (number >= RULES.smooth_day_hours) & (level > 0)
    change = known_where(judged, total / np.where(level > 0, level, 1.0))
    usual = _median_before(change)
    coarse = _resolution(mean)[:, None] * STEPS_OF_RESOLUTION > usual * (
        level / np.maximum(number, 1)
    )
    flags: Flags = (change > 0) & (change <= RULES.smooth_share * usual) & ~coarse
    found = runs(flags)
    return Smooth(found, found.means(change), found.means(usual))


def _median_before(change: Numbers) -> Numbers:
    """Median of the ``history_days`` days before each day; NaN with too few of them."""
    days = int(RULES.history_days)
    lead = np.full((len(change), days), np.nan)
    windows = np.lib.stride_tricks.sliding_window_view(
        np.concatenate([lead, change], axis=1)[:, :-1], days, axis=1
    )
    known = (~np.isnan(windows)).sum(axis=-1)
    ordered = np.sort(windows, axis=-1)  # NaN last
    low = np.take_along_axis(ordered, np.maximum(known - 1, 0)[..., None] // 2, axis=-1)[..., 0]
    high = np.take_along_axis(ordered, np.minimum(known, days - 1)[..., None] // 2, axis=-1)[..., 0]
    return known_where(known >= RULES.smooth_history_days, (low + high) / 2)


def _resolution(mean: Numbers) -> Numbers:
    """Least difference of two values of each row that differ at all."""
    ordered = np.sort(mean, axis=1)
    apart = np.diff(ordered, axis=1)
    apart = np.where(apart > 1e-9 * np.abs(ordered[:, 1:]), apart, np.inf)
    least: Numbers = apart.min(axis=1, initial=np.inf)
    return np.where(np.isfinite(least), least, 0.0)
