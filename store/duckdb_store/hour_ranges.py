"""Ranges of whole hours [start, end) per meter, as arrays, and how they join with tables.

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
from store.duckdb_store.selection import instant
from store.interface import WINDOWS

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


def ints(column: pa.ChunkedArray) -> Ints:
    """A column of integers or timestamps (in µs) without nulls as int64."""
    values = column.combine_chunks()
    if pa.types.is_timestamp(values.type):
        values = values.cast(pa.int64())
    result: Ints = values.to_numpy(zero_copy_only=False).astype(np.int64, copy=False)
    return result


def times(us: Ints) -> pa.Array:
    """Microseconds since 1970 UTC as Arrow timestamps."""
    return pa.array(us, pa.int64()).cast(TIMESTAMP)


def fold(meter: Ints, hour: Ints) -> Ints:
    """One number that rises with meter, then hour."""
    return (meter << 32) + hour


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

    def __len__(self) -> int:
        return len(self.meter)

    def where(self, mask: Mask | Any) -> HourRanges:
        """The ranges of the mask, or in the order of the indices."""
        return HourRanges(self.meter[mask], self.start[mask], self.end[mask])

    def joined(self, *others: HourRanges) -> HourRanges:
        """All hours of these ranges: disjoint, ordered by meter and hour, empty ones left out."""
        meter = np.concatenate([self.meter, *(other.meter for other in others)])
        start = np.concatenate([self.start, *(other.start for other in others)])
        end = np.concatenate([self.end, *(other.end for other in others)])
        some = start < end
        meter, start, end = meter[some], start[some], end[some]
        if len(meter) == 0:
            return HourRanges(meter, start, end)
        order = np.lexsort((start, meter))
        meter, start, end = meter[order], start[order], end[order]
        furthest = np.maximum.accumulate(fold(meter, end))
        first = np.ones(len(meter), dtype=bool)
        first[1:] = fold(meter, start)[1:] > furthest[:-1]
        first |= np.concatenate([[True], meter[1:] != meter[:-1]])
        begins = np.flatnonzero(first)
        return HourRanges(meter[begins], start[begins], np.maximum.reduceat(end, begins))

    def locate(self, meter: Ints, hour: Ints) -> Ints:
        """Index of the range that holds each (meter, hour), or -1; ranges as of ``joined``."""
        if len(self) == 0:
            return np.full(len(meter), -1, dtype=np.int64)
        key = fold(meter, hour)
        index = np.searchsorted(fold(self.meter, self.start), key, side="right") - 1
        inside = (index >= 0) & (key < fold(self.meter, self.end)[np.maximum(index, 0)])
        return np.where(inside, index, -1)


# A meter with many ranges is joined by day as well: on the meter alone every row would meet every
# range of its meter.
RANGES_A_METER = 4
DAY_H = 24


@dataclass(frozen=True)
class RangeJoin:
    """Ranges as a table to register as ``ranges``, and the condition that joins it."""

    table: pa.Table
    condition: str


def range_join(ranges: HourRanges, time: str) -> RangeJoin:
    """How to join a table, aliased t, that has meter_key and the time column with the ranges.

    Ranges as of ``joined`` and not empty; every row of t then meets at most one of them.
    """
    lowest, highest = int(ranges.start.min()) * HOUR_US, int(ranges.end.max()) * HOUR_US
    condition = (
        f"t.meter_key = ranges.meter_key and t.{time} >= ranges.start and t.{time} < ranges.stop"
        f" and t.{time} >= {instant(lowest)} and t.{time} < {instant(highest)}"
    )
    _, counts = np.unique(ranges.meter, return_counts=True)
    if counts.max() <= RANGES_A_METER:
        return RangeJoin(_range_table(ranges), condition)
    first, last = ranges.start // DAY_H, (ranges.end - 1) // DAY_H
    days = last - first + 1
    index = np.repeat(np.arange(len(ranges)), days)
    day = np.arange(len(index)) - np.repeat(np.cumsum(days) - days, days) + first[index]
    pieces = HourRanges(
        ranges.meter[index],
        np.maximum(ranges.start[index], day * DAY_H),
        np.minimum(ranges.end[index], (day + 1) * DAY_H),
    )
    table = _range_table(pieces).append_column("day", pa.array(day))
    return RangeJoin(table, f"{condition} and floor(epoch(t.{time}) / 86400)::bigint = ranges.day")


def _range_table(ranges: HourRanges) -> pa.Table:
    return pa.table(
        {
            "meter_key": pa.array(ranges.meter, pa.int32()),
            "start": times(ranges.start * HOUR_US),
            "stop": times(ranges.end * HOUR_US),
        }
    )
