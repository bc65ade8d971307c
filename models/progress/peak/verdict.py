"""Whether a yearly series has peaked: the decision table, and the numbers beside its verdict."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from models.progress.peak.mann_kendall import Direction, Trend, mann_kendall
from models.progress.peak.rules import RULES
from models.progress.peak.sen_slope import Slope, sen_slope


class Verdict(StrEnum):
    """A closed list; texts stand in models/reference/peak_verdicts.csv."""

    NOT_ENOUGH_YEARS = "not_enough_years"
    AT_MAXIMUM = "at_maximum"  # rising, or at its maximum
    NOT_ESTABLISHED = "not_established"  # past its maximum
    PEAKED = "peaked"
    PLATEAU = "plateau"
    RISING_AGAIN = "rising_again"


class Why(StrEnum):
    """The row of the decision table that holds."""

    NO_YEARLY_VALUES = "no_yearly_values"
    FEWER_THAN_FIVE_YEARS = "fewer_than_five_years"
    LAST_YEAR_IS_MAXIMUM = "last_year_is_maximum"
    WITHIN_ONE_PERCENT = "within_one_percent"
    FEWER_THAN_FIVE_YEARS_AFTER = "fewer_than_five_years_after"
    FEWER_THAN_FIVE_VALUES_AFTER = "fewer_than_five_values_after"
    SIGNIFICANT_DECREASE = "significant_decrease"
    NO_SIGNIFICANT_TREND = "no_significant_trend"
    SIGNIFICANT_INCREASE = "significant_increase"


@dataclass(frozen=True, slots=True)
class Peak:
    """A verdict with its evidence; what has no value is None.

    ``n`` judged values from ``first_year`` to ``last_year``, those since the last change of
    boundary; ``peak_year`` m and ``peak_value``; ``years_after`` k = last_year - m; ``after`` is
    the trend of the ``n_after`` values after m, ``slope_after`` their slope a year; ``overall`` and
    ``slope_overall`` are those of all judged values. ``missing_years`` lie between the judged
    values, ``boundary_changes`` are the first years of another boundary. ``earliest_year`` is the
    first in which the maximum can be established, where it is not.
    """

    verdict: Verdict
    why: Why
    n: int
    first_year: int | None = None
    last_year: int | None = None
    last_value: float | None = None
    peak_year: int | None = None
    peak_value: float | None = None
    years_after: int | None = None
    n_after: int = 0
    after: Trend | None = None
    slope_after: Slope | None = None
    overall: Trend | None = None
    slope_overall: Slope | None = None
    missing_years: tuple[int, ...] = ()
    boundary_changes: tuple[int, ...] = ()
    earliest_year: int | None = None


def peak_verdict(
    values: Mapping[int, float | None], boundaries: Mapping[int, str | None] | None = None
) -> Peak:
    """Verdict of ``values`` by calendar year (one unit; None or NaN: unknown, a missing year).

    ``boundaries`` name what a year's value covers; where the name changes the years before are not
    judged, as they do not compare; a year without one has that of the year before. The decision
    table (own, after Climate Change Research 2021, 17(2):131-139; limits: peak_rules.csv), with m
    the year of the maximum (the last if tied), k = last year - m, trend: Mann-Kendall after m:

    n < 5: not enough years; k = 0, or k < 5 and the last value within 1 % of the maximum: rising or
    at its maximum; other k < 5, or fewer than 5 known values after m: past its maximum, not
    established; k >= 5: peaked, plateau or rising again as the trend decreases, is none, increases.
    """
    known = {
        year: _rounded(float(value))
        for year, value in sorted(values.items())
        if value is not None and math.isfinite(value)
    }
    changes = boundary_changes(known, boundaries or {})
    if changes:
        known = {year: value for year, value in known.items() if year >= changes[-1]}
    if not known:
        return Peak(Verdict.NOT_ENOUGH_YEARS, Why.NO_YEARLY_VALUES, 0)
    years = np.array(list(known), dtype=np.float64)
    series = np.array(list(known.values()))
    first, last = min(known), max(known)
    top = float(series.max())
    peak_year = max(year for year, value in known.items() if value == top)
    later = years > peak_year
    behind, n_after = last - peak_year, int(later.sum())
    after = mann_kendall(series[later], RULES.significance) if n_after else None
    verdict, why = _judged(len(known), behind, float(series[-1]) >= nearly(top), after)
    return Peak(
        verdict, why, len(known), first, last, float(series[-1]), peak_year, top, behind, n_after,
        after,
        sen_slope(years[later], series[later], RULES.confidence) if n_after > 1 else None,
        mann_kendall(series, RULES.significance),
        sen_slope(years, series, RULES.confidence) if len(known) > 1 else None,
        tuple(year for year in range(first, last) if year not in known),
        changes,
        _earliest(verdict, len(known), last, behind, n_after),
    )  # fmt: skip


def boundary_changes(
    values: Mapping[int, float], boundaries: Mapping[int, str | None]
) -> tuple[int, ...]:
    """The known years, in order, whose boundary is another than that of the year known before."""
    changes, held = [], None
    for year in sorted(values):
        named = boundaries.get(year)
        if named is None:
            continue
        if held is not None and named != held:
            changes.append(year)
        held = named
    return tuple(changes)


def _judged(n: int, behind: int, near: bool, after: Trend | None) -> tuple[Verdict, Why]:
    """The decision table."""
    if n < RULES.years_needed:
        return Verdict.NOT_ENOUGH_YEARS, Why.FEWER_THAN_FIVE_YEARS
    if behind == 0 or after is None:
        return Verdict.AT_MAXIMUM, Why.LAST_YEAR_IS_MAXIMUM
    if behind < RULES.years_after:
        if near:
            return Verdict.AT_MAXIMUM, Why.WITHIN_ONE_PERCENT
        return Verdict.NOT_ESTABLISHED, Why.FEWER_THAN_FIVE_YEARS_AFTER
    if after.n < RULES.values_after:
        return Verdict.NOT_ESTABLISHED, Why.FEWER_THAN_FIVE_VALUES_AFTER
    return {
        Direction.DECREASING: (Verdict.PEAKED, Why.SIGNIFICANT_DECREASE),
        Direction.NO_TREND: (Verdict.PLATEAU, Why.NO_SIGNIFICANT_TREND),
        Direction.INCREASING: (Verdict.RISING_AGAIN, Why.SIGNIFICANT_INCREASE),
    }[after.direction]


def _rounded(value: float) -> float:
    """Without what sums and products of floats leave in the last bits: 0.1 + 0.2 ties with 0.3."""
    return float(f"{value:.12g}")


def nearly(top: float) -> float:
    """The least value that has not left a maximum yet."""
    return _rounded(top - RULES.near_maximum * abs(top))


def _earliest(verdict: Verdict, n: int, last: int, behind: int, n_after: int) -> int | None:
    """The first year whose value can establish the maximum, if every year from now on is known."""
    if verdict in (Verdict.PEAKED, Verdict.PLATEAU, Verdict.RISING_AGAIN):
        return None
    waits = (RULES.years_needed - n, RULES.years_after - behind, RULES.values_after - n_after)
    return last + int(max(waits))
