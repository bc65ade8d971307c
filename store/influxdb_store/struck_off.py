"""Which touched hours are struck off: those that the newest strike over them has seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from store.hour_ranges import HourRanges, Ints, Mask, find, fold, split

BIG_HOURS = 100_000  # a strike of more is held against whole ranges, not hour by hour
NEWEST = 3  # strikes that are held against whole ranges first: of live hours they cover nearly all


@dataclass(frozen=True)
class Entry:
    """What one write to a log says; ``ranges`` None where some of it is not there (yet)."""

    author: str  # writer, or ledger
    time: int  # ns
    ranges: HourRanges | None
    seen: Mapping[str, int]  # of a strike
    last_id: int  # of an intent: the greatest rejection id that the batch gives, or 0

    @property
    def batch(self) -> int:
        """Number of the batch that an intent is of."""
        return self.time // 1_000


@dataclass(frozen=True)
class Open:
    """Hours still to settle: folded (meter, hour), and the index of the entry that touched each."""

    hours: Ints
    of_entry: Ints


def still_open(entries: Sequence[Entry], strikes: Sequence[Entry]) -> Open:
    """What of the intents no strike has struck off; both in the order of their times, whole."""
    writers = sorted({entry.author for entry in entries})
    batch = np.array([entry.batch for entry in entries])
    author = np.array([writers.index(entry.author) for entry in entries])

    def has_seen(strike: Entry, of_entry: Ints) -> Mask:
        through = np.array([strike.seen.get(writer, -1) for writer in writers])
        result: Mask = batch[of_entry] <= through[author[of_entry]]
        return result

    ranges, of_range = _together(entries)
    big = [one for one in strikes if _hours(one) > BIG_HOURS]
    for strike in [*reversed(strikes[-NEWEST:]), *big]:
        if strike.ranges is None or not len(ranges):
            continue
        windows = strike.ranges.joined()
        first = windows.locate(ranges.meter, ranges.start)
        covered = (first >= 0) & (first == windows.locate(ranges.meter, ranges.end - 1))
        left = ~(covered & has_seen(strike, of_range))
        ranges, of_range = ranges.where(left), of_range[left]
    hours, of_entry = _expanded(ranges, of_range)
    for strike in big:
        if strike.ranges is not None:
            inside = strike.ranges.joined().locate(*split(hours)) >= 0
            left = ~(inside & has_seen(strike, of_entry))
            hours, of_entry = hours[left], of_entry[left]
    small = [one for one in strikes if _hours(one) <= BIG_HOURS]
    if small and len(hours):
        newest, known = _newest_over(hours, small)
        through = np.array([[one.seen.get(name, -1) for name in writers] for one in small])
        left = ~(known & (batch[of_entry] <= through[newest, author[of_entry]]))
        hours, of_entry = hours[left], of_entry[left]
    return Open(hours, of_entry)


def _newest_over(hours: Ints, strikes: Sequence[Entry]) -> tuple[Ints, Mask]:
    """Index of the newest strike over each hour, and whether there is one."""
    struck, of_strike = _expanded(*_together(strikes))
    order = np.lexsort((of_strike, struck))
    struck, of_strike = struck[order], of_strike[order]
    last = np.concatenate([struck[1:] != struck[:-1], [True]]) if len(struck) else struck > 0
    place, known = find(hours, struck[last])
    if not known.any():
        return np.zeros(len(hours), dtype=np.int64), known
    return of_strike[last][place], known


def _together(entries: Sequence[Entry]) -> tuple[HourRanges, Ints]:
    """All ranges of the entries, and the index of the entry of each."""
    some = [one.ranges for one in entries if one.ranges is not None]
    if not some:
        none = np.zeros(0, dtype=np.int64)
        return HourRanges(none, none, none), none
    arrays = (np.concatenate([getattr(one, name) for one in some])
              for name in ("meter", "start", "end"))  # fmt: skip
    return HourRanges(*arrays), np.repeat(np.arange(len(some)), [len(one) for one in some])


def _expanded(ranges: HourRanges, of_range: Ints) -> tuple[Ints, Ints]:
    """Folded (meter, hour) of every hour of the ranges, and what each range is of."""
    length = ranges.end - ranges.start
    index = np.repeat(np.arange(len(ranges)), length)
    hour = np.arange(len(index)) - np.repeat(np.cumsum(length) - length, length)
    return fold(ranges.meter[index], hour + ranges.start[index]), of_range[index]


def _hours(entry: Entry) -> int:
    return 0 if entry.ranges is None else int((entry.ranges.end - entry.ranges.start).sum())
