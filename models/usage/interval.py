"""Intervals and means: values of the time (ts - interval, ts] that they end."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from models.usage.eras import Eras
from models.usage.pieces import cut, share, usage_rows
from models.usage.series import Series


def interval_usage(eras: Eras, readings: Series, *, amounts: bool) -> pa.Table:
    """NEW_USAGE of values of intervals; ``amounts`` for kind interval, else means.

    The interval is as long as the version valid at its end expects. An amount is spread evenly
    over its interval; a mean is weighted by it. Coverage counts a minute once, even where
    intervals overlap. Amounts whose quality is estimated or substituted count as estimated. ``n``
    counts a reading where its interval ends, in (hour, hour + 1 h].
    """
    whole = eras.interval_us[eras.at(readings.meter, readings.ts - 1)]
    start = readings.ts - whole
    opens = np.roll(readings.last_of_meter(), 1)
    uncovered_since = np.where(opens, start, np.maximum(start, np.roll(readings.ts, 1)))

    pieces = cut(eras, readings.meter, start, readings.ts, eras.at(readings.meter, start))
    of = pieces.stretch
    part = pieces.end - pieces.start
    covered = pieces.end - np.maximum(pieces.start, uncovered_since[of])
    covered_us = pieces.sum(np.maximum(covered, 0))
    n = pieces.sum(pieces.end == readings.ts[of])
    scale = eras.scale[pieces.era]
    if amounts:
        used = share(readings.value[of], part, whole[of]) * scale
        estimated = np.where(readings.estimated[of], used, 0.0)
        return usage_rows(
            eras,
            pieces,
            amount=pieces.sum(used),
            estimated=pieces.sum(estimated),
            covered_us=covered_us,
            n=n,
        )
    value = readings.value[of] * scale + eras.offset[pieces.era]
    return usage_rows(
        eras,
        pieces,
        mean=pieces.sum(value * part) / pieces.sum(part),
        least=pieces.least(value),
        greatest=pieces.greatest(value),
        covered_us=covered_us,
        n=n,
    )
