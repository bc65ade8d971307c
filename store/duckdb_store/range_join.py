"""Rows of tables that lie in ranges of hours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa

from models.periods import HOUR_US
from store.duckdb_store.conditions import instant
from store.hour_ranges import HourRanges, Ints, ints, times
from store.ordered_rows import in_order

# Ranges far apart are read one after the other: a late reading of last year beside this hour's must
# not make DuckDB look through all that lies in between.
APART_H = 24 * 30

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


def rows_in(
    cursor: duckdb.DuckDBPyConnection,
    query: str,
    time: str,
    ranges: HourRanges,
    *,
    order: str,
) -> Iterator[pa.Table]:
    """Rows of ``query`` (select ... from table t) in the ranges (as of ``joined``), in this order.

    The order begins with meter and time. Rows are sorted only where they do not lie in it: sorting
    takes most of the time of reading, and what came meter by meter in time lies in order. In one
    table or several, each in one chunk and of other hours than the rest.
    """
    for group in ranges.groups(APART_H):
        if _fills(group):
            some = _scanned(cursor, query, time, group)
            if in_order(some, time):
                yield some
                continue
        join = range_join(group, time)
        cursor.register("ranges", join.table)
        joined = f"{query} join ranges on {join.condition}"
        yield cursor.sql(f"{joined} order by {order}").to_arrow_table().combine_chunks()
        cursor.unregister("ranges")


def _fills(ranges: HourRanges) -> bool:
    """Whether the ranges are most of what lies between the first and the last hour of all."""
    between = int(ranges.end.max() - ranges.start.min()) * len(np.unique(ranges.meter))
    return 2 * int((ranges.end - ranges.start).sum()) > between


def _among(meters: Ints) -> str:
    """The condition that a row is of one of these meters.

    Keys that follow each other are one range: a text of tens of thousands of keys takes longer to
    be read, by Python, than the rows take.
    """
    keys = np.unique(meters)
    begins = np.flatnonzero(np.diff(keys, prepend=keys[0] - 2) != 1)
    firsts, lasts = keys[begins], keys[np.append(begins[1:], len(keys)) - 1]
    alone = firsts == lasts
    found = [
        f"t.meter_key between {first} and {last}"
        for first, last in zip(firsts[~alone].tolist(), lasts[~alone].tolist(), strict=True)
    ]
    if alone.any():
        found.append(f"t.meter_key in ({', '.join(map(str, firsts[alone].tolist()))})")
    return " or ".join(found)


def _scanned(
    cursor: duckdb.DuckDBPyConnection, query: str, time: str, ranges: HourRanges
) -> pa.Table:
    """Rows of the ranges as they lie: a join would lose their order, and take longer."""
    first, last = int(ranges.start.min()), int(ranges.end.max())
    rows = (
        cursor.sql(
            f"{query} where ({_among(ranges.meter)}) and t.{time} >= {instant(first * HOUR_US)}"
            f" and t.{time} < {instant(last * HOUR_US)}"
        )
        .to_arrow_table()
        .combine_chunks()
    )
    if (ranges.start == first).all() and (ranges.end == last).all():
        return rows
    within = ranges.locate(ints(rows["meter_key"]), ints(rows[time]) // HOUR_US) >= 0
    return rows if within.all() else rows.filter(pa.array(within))
