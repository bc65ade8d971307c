"""Local days and longer periods of instants, by the zone's rules, for arrays."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import numpy as np

from models.periods import HOUR_US, Every, from_us, next_start, period_start, to_us
from store.hour_ranges import Ints

DAY_US = 24 * HOUR_US


def period_starts(us: Ints, every: Every, zone: ZoneInfo) -> Ints:
    """UTC start of the local period that holds each instant; both in µs since 1970 UTC."""
    if len(us) == 0:
        return us
    lowest, highest = int(us.min()) // DAY_US, int(us.max()) // DAY_US
    # Every local day that meets a UTC day holds its first, middle or last instant (a local day has
    # 23 hours at least), so these give all period starts that can be needed.
    if highest - lowest < len(us) // 4:
        days = np.arange(lowest, highest + 1)
    else:
        days = np.unique(us // DAY_US)
    probes = (days[:, None] * DAY_US + np.array([0, DAY_US // 2, DAY_US - 1])).ravel()
    found = {to_us(period_start(from_us(int(probe)), every, zone)) for probe in probes}
    starts = np.array(sorted(found))
    result: Ints = starts[np.searchsorted(starts, us, side="right") - 1]
    return result


def period_ends(starts: Ints, every: Every, zone: ZoneInfo) -> Ints:
    """UTC end of the periods that begin at ``starts``, in µs."""
    unique, index = np.unique(starts, return_inverse=True)
    ends = [to_us(next_start(from_us(int(start)), every, zone)) for start in unique]
    result: Ints = np.array(ends, dtype=np.int64)[index]
    return result
