"""Ranges of whole hours [start, end) per meter, as arrays.

Hours are counted from 1970 UTC (int64), so that meter and hour fold into one ordered number.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from models.periods import HOUR_US
from models.readings import TIMESTAMP
from store.interface import WINDOWS

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


def ints(column: pa.ChunkedArray) -> Ints:
    """A column of integers or timestamps (in µs) without nulls as int64."""
    if pa.types.is_timestamp(column.type):
        column = column.cast(pa.int64())
    result: Ints = column.to_numpy().astype(np.int64, copy=False)  # not copied if in one chunk
    return result


def times(us: Ints) -> pa.Array:
    """Microseconds since 1970 UTC as Arrow timestamps."""
    return pa.array(us, pa.int64()).cast(TIMESTAMP)


def fold(meter: Ints, hour: Ints) -> Ints:
    """One number that rises with meter, then hour."""
    return (meter << 32) + hour


def distinct(keys: Ints) -> Ints:
    """The different keys, ascending; of many numbers several times as fast as numpy's unique."""
    if (keys[1:] > keys[:-1]).all():
        return keys
    ascending = np.sort(keys)
    first = np.ones(len(ascending), dtype=bool)
    np.not_equal(ascending[1:], ascending[:-1], out=first[1:])
    return ascending[first]


def split(key: Ints) -> tuple[Ints, Ints]:
    """Meter and hour of folded numbers."""
    hour = key.astype(np.int32).astype(np.int64)
    return (key - hour) >> 32, hour


def find(wanted: Ints, among: Ints) -> tuple[Ints, Mask]:
    """Index of each wanted number among the ascending ones, and whether it is there."""
    if len(among) == 0:
        return np.zeros(len(wanted), dtype=np.int64), np.zeros(len(wanted), dtype=bool)
    index = np.minimum(np.searchsorted(among, wanted), len(among) - 1)
    return index, among[index] == wanted


@dataclass(frozen=True)
class HourRanges:
    """Ranges [start, end) of hours; three arrays of equal length."""

    meter: Ints
    start: Ints
    end: Ints

    @classmethod
    def of_windows(cls, windows: pa.Table) -> HourRanges:
        """Ranges of a WINDOWS table. Raises ValueError where a bound is not a whole hour."""
        if windows.schema.names != WINDOWS.names:
            raise ValueError(f"windows: columns {windows.schema.names}, not {WINDOWS.names}")
        meter, start, end = (ints(windows[name]) for name in WINDOWS.names)
        if (start % HOUR_US).any() or (end % HOUR_US).any():
            raise ValueError("windows: a bound is not a whole hour")
        return cls(meter, start // HOUR_US, end // HOUR_US)

    def windows(self) -> pa.Table:
        """The ranges as a WINDOWS table."""
        return pa.table(
            {
                "meter_key": pa.array(self.meter, pa.int32()),
                "start": times(self.start * HOUR_US),
                "end": times(self.end * HOUR_US),
            },
            schema=WINDOWS,
        )

    def __len__(self) -> int:
        return len(self.meter)

    def where(self, mask: Mask | Any) -> HourRanges:
        """The ranges of the mask, or in the order of the indices."""
        return HourRanges(self.meter[mask], self.start[mask], self.end[mask])

    def joined(self, *others: HourRanges, apart: int = 0) -> HourRanges:
        """All hours of these ranges: disjoint, ordered by meter and hour, empty ones left out.

        Ranges of a meter between which at most ``apart`` hours lie become one.
        """
        meter = np.concatenate([self.meter, *(other.meter for other in others)])
        start = np.concatenate([self.start, *(other.start for other in others)])
        end = np.concatenate([self.end, *(other.end for other in others)])
        some = start < end
        meter, start, end = meter[some], start[some], end[some]
        if len(meter) == 0:
            return HourRanges(meter, start, end)
        begin = fold(meter, start)
        if (begin[1:] < begin[:-1]).any():
            order = np.argsort(begin, kind="stable")
            meter, start, end, begin = meter[order], start[order], end[order], begin[order]
        furthest = np.maximum.accumulate(fold(meter, end))
        first = np.ones(len(meter), dtype=bool)
        first[1:] = begin[1:] > furthest[:-1] + apart
        first |= np.concatenate([[True], meter[1:] != meter[:-1]])
        begins = np.flatnonzero(first)
        return HourRanges(meter[begins], start[begins], np.maximum.reduceat(end, begins))

    def groups(self, apart: int) -> list[HourRanges]:
        """The ranges divided where, over all meters, more than ``apart`` hours lie in no range."""
        order = np.argsort(self.start, kind="stable")
        furthest = np.maximum.accumulate(self.end[order])
        cuts = np.flatnonzero(self.start[order][1:] - furthest[:-1] > apart) + 1
        return [self.where(np.sort(part)) for part in np.split(order, cuts) if len(part)]

    def hold(self, key: Ints) -> bool:
        """Whether all (meter, hour), folded and ascending, lie in the ranges (as of ``joined``)."""
        bounds = fold(self.meter, self.start), fold(self.meter, self.end)
        begin, stop = (np.searchsorted(key, bound) for bound in bounds)
        return int((stop - begin).sum()) == len(key)

    def locate(self, meter: Ints, hour: Ints) -> Ints:
        """Index of the range that holds each (meter, hour), or -1; ranges as of ``joined``."""
        if len(self) == 0:
            return np.full(len(meter), -1, dtype=np.int64)
        key = fold(meter, hour)
        index = np.searchsorted(fold(self.meter, self.start), key, side="right") - 1
        inside = (index >= 0) & (key < fold(self.meter, self.end)[np.maximum(index, 0)])
        return np.where(inside, index, -1)
