"""The peak of a projected course, with the interval that its draws give."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from models.progress.roadmap.rules import RULES

Floats = npt.NDArray[np.float64]
ROUNDING = 1e-9  # relative


class Turning(StrEnum):
    """Where the highest year of history and projection lies."""

    BEHIND = "peak_behind"  # in the base year or before
    AHEAD = "peak_ahead"
    NONE = "no_peak"  # in the last year that is projected: it has not turned


@dataclass(frozen=True, slots=True)
class Span:
    """A value, and the ends of the middle 90 % of its draws: low <= value <= high."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Peak:
    """The highest year (the last one if tied) and its emissions (t CO2e).

    ``by_first_horizon``: share of the draws whose highest year is 2030 or earlier.
    """

    turning: Turning
    year: Span
    level_t: Span
    by_first_horizon: float


def peak(
    history: Mapping[int, float],
    base_year: int,
    years: npt.NDArray[np.int64],
    central: Floats,
    draws: Floats,
) -> Peak:
    """The peak of ``history`` (t by year, up to ``base_year``) and a course over ``years``:
    ``central`` (years) and ``draws`` (draws, years).
    """
    past = np.array(sorted(year for year in history if year <= base_year), dtype=np.int64)
    known = np.array([history[int(year)] for year in past])
    every = np.concatenate([past, years])
    whole = np.concatenate([np.broadcast_to(known, (len(draws), len(known))), draws], axis=1)
    one = np.concatenate([known, central])
    at = int(every[_last_highest(one)])
    highest = every[_last_highest(whole)]
    turning = Turning.AHEAD
    if at <= base_year:
        turning = Turning.BEHIND
    elif at == int(every[-1]):
        turning = Turning.NONE
    # A year is one that was drawn, never something between two of them.
    low, high = np.quantile(highest, _ends(), method="inverted_cdf")
    return Peak(
        turning,
        Span(float(at), min(float(low), at), max(float(high), at)),
        span(float(one.max()), whole.max(axis=1)),
        float((highest <= RULES.first_horizon).mean()),
    )


def span(value: float, draws: Floats) -> Span:
    """A value with the ends of the middle 90 % of its draws, widened to it where it lies outside:
    of assumptions that can only be exceeded the value itself is no likely draw.
    """
    low, high = np.quantile(draws, _ends())
    return Span(value, min(float(low), value), max(float(high), value))


def _last_highest(values: Floats) -> npt.NDArray[np.int64]:
    """Place of the highest value along the last axis; of those equal but for rounding the last."""
    top = values.max(axis=-1, keepdims=True)
    tied = values >= top - ROUNDING * np.abs(top)
    found: npt.NDArray[np.int64] = values.shape[-1] - 1 - np.argmax(tied[..., ::-1], axis=-1)
    return found


def _ends() -> tuple[float, float]:
    out = (1 - RULES.interval_share) / 2
    return out, 1 - out
