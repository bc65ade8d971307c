"""Local days and longer periods of instants, by the zone's rules, for arrays."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
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
    if highest - lowest < len(us) // 4:
        by_hour = _by_hour(lowest, highest, every, zone)
        if by_hour is not None:
            return by_hour[us // HOUR_US - lowest * 24]
        starts = _starts(range(lowest, highest + 1), every, zone)
    else:
        starts = _starts(np.unique(us // DAY_US).tolist(), every, zone)
    return _started(starts, us)


def _starts(days: Iterable[int], every: Every, zone: ZoneInfo) -> Ints:
    """Starts of the periods that meet these UTC days (counted from 1970), ascending."""
    # Every local day that meets a UTC day holds its first, middle or last instant (a local day has
    # 23 hours at least), so these give all period starts that can be needed.
    probes = (day * DAY_US + at for day in days for at in (0, DAY_US // 2, DAY_US - 1))
    return np.array(sorted({to_us(period_start(from_us(at), every, zone)) for at in probes}))


@lru_cache(maxsize=8)
def _by_hour(lowest: int, highest: int, every: Every, zone: ZoneInfo) -> Ints | None:
    """Start of the period of each UTC hour of the days; None where one begins within an hour."""
    starts = _starts(range(lowest, highest + 1), every, zone)
    if (starts % HOUR_US).any():
        return None
    return _started(starts, np.arange(lowest * 24, (highest + 1) * 24) * HOUR_US)


def _started(starts: Ints, us: Ints) -> Ints:
    """The last of the starts at or before each instant."""
    result: Ints = starts[np.searchsorted(starts, us, side="right") - 1]
    return result


def period_ends(starts: Ints, every: Every, zone: ZoneInfo) -> Ints:
    """UTC end of the periods that begin at ``starts``, in µs."""
    unique, index = np.unique(starts, return_inverse=True)
    ends = [_next(start, every, zone) for start in unique.tolist()]
    result: Ints = np.array(ends, dtype=np.int64)[index]
    return result


@lru_cache(maxsize=4096)
def _next(start: int, every: Every, zone: ZoneInfo) -> int:
    return to_us(next_start(from_us(start), every, zone))
