"""Intervals and means: values of the time (ts - interval, ts] that they end."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from models.usage.eras import Eras
from models.usage.findings import gaps_filled
from models.usage.pieces import Pieces, cut, share, usage_rows
from models.usage.profiles import NO_PROFILES, Profiles
from models.usage.series import Bools, Floats, Ints, Series


def interval_usage(
    eras: Eras, readings: Series, *, amounts: bool, profiles: Profiles = NO_PROFILES
) -> tuple[pa.Table, list[pa.Table]]:
    """NEW_USAGE of values of intervals, and FINDINGS; ``amounts`` for kind interval, else means.

    The interval is as long as the version valid at its end expects. An amount is spread evenly
    over its interval; a mean is weighted by it. Coverage counts a minute once, even where
    intervals overlap. Amounts whose quality is estimated or substituted count as estimated. ``n``
    counts a reading where its interval ends, in (hour, hour + 1 h].

    Between two intervals that do not meet, the typical profile stands in where the policy at the
    beginning says so and at least half an interval is missing: as estimated, and not as covered.
    """
    whole = eras.interval_us[eras.at(readings.meter, readings.ts - 1)]
    start = readings.ts - whole
    opens = np.roll(readings.last_of_meter(), 1)
    uncovered_since = np.where(opens, start, np.maximum(start, np.roll(readings.ts, 1)))
    if not amounts:
        return _means(eras, readings, start, uncovered_since), []

    # Stretches: the intervals, and behind them the gaps before some of these that are to be filled.
    before = np.where(opens, start, np.roll(readings.ts, 1))
    # Less than half an interval is no missing one: clocks jitter.
    gap = np.flatnonzero(2 * (start - before) >= whole)
    gap = gap[eras.by_profile[eras.at(readings.meter[gap], before[gap])]]
    meter, begin, end = readings.meter, start, readings.ts
    if len(gap):
        meter = np.concatenate([meter, meter[gap]])
        begin, end = np.concatenate([begin, before[gap]]), np.concatenate([end, start[gap]])
    pieces = cut(eras, meter, begin, end, eras.at(meter, begin))
    fills = pieces.stretch >= len(start)
    of = np.where(fills, 0, pieces.stretch)
    part = pieces.end - pieces.start
    used = share(readings.value[of], part, whole[of]) * eras.scale[pieces.era]
    used = np.where(fills, profiles.of(eras, pieces, fills), used)
    noticed = [_filled(eras, readings, pieces, used, gap=gap, before=before)] if len(gap) else []
    known = ~np.isnan(used)
    any_known = pieces.count(known) > 0
    used = np.where(known, used, 0.0)
    estimated = np.where(readings.estimated[of] | fills, used, 0.0)
    usage = usage_rows(
        eras,
        pieces,
        amount=np.where(any_known, pieces.sum(used), np.nan),
        estimated=np.where(any_known, pieces.sum(estimated), np.nan),
        covered_us=_covered_us(pieces, uncovered_since[of], ~fills),
        n=pieces.count((pieces.end == readings.ts[of]) & ~fills),
    )
    return usage, noticed


def _filled(
    eras: Eras, readings: Series, pieces: Pieces, used: Floats, *, gap: Ints, before: Ints
) -> pa.Table:
    """FINDINGS of the filled gaps, at the readings that close them."""
    intervals = len(readings.ts)
    amount = pieces.sum_known(used, intervals + len(gap))[intervals:]
    whole = eras.interval_us[eras.at(readings.meter[gap], readings.ts[gap] - 1)]
    length = readings.ts[gap] - whole - before[gap]
    every = np.ones(len(gap), dtype=bool)
    return gaps_filled(eras, readings.meter[gap], readings.ts[gap], length, amount, filled=every)


def _means(eras: Eras, readings: Series, start: Ints, uncovered_since: Ints) -> pa.Table:
    pieces = cut(eras, readings.meter, start, readings.ts, eras.at(readings.meter, start))
    of = pieces.stretch
    part = pieces.end - pieces.start
    value = readings.value[of] * eras.scale[pieces.era] + eras.offset[pieces.era]
    return usage_rows(
        eras,
        pieces,
        mean=pieces.sum(value * part) / pieces.sum(part),
        least=pieces.least(value),
        greatest=pieces.greatest(value),
        covered_us=_covered_us(pieces, uncovered_since[of], np.ones(len(of), dtype=bool)),
        n=pieces.count(pieces.end == readings.ts[of]),
    )


def _covered_us(pieces: Pieces, uncovered_since: Ints, counts: Bools) -> Floats:
    covered = pieces.end - np.maximum(pieces.start, uncovered_since)
    return pieces.sum_where(counts, np.maximum(covered, 0))
