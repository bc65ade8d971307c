"""Readings out of the store: which row holds, and the context of windows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import duckdb
import numpy as np
import pyarrow as pa

from models.periods import HOUR_US, to_us
from models.readings import LAST_COUNTED, READINGS, Source
from store.duckdb_store.range_join import rows_in
from store.duckdb_store.selection import Selection, instant
from store.hour_ranges import HourRanges, Ints, fold, ints

COLUMNS = ", ".join(f"t.{name}" for name in READINGS.names)

# The last of each (meter, ts) in this order is the one that holds.
IN_ORDER = (
    f"t.meter_key, t.ts, t.source = {int(Source.CORRECTION)}, t.received, t.batch, t.position"
)

# How far from a window its neighbours are sought, in hours: live meters have them within the first,
# most within a day; a meter read by hand once a month needs the last.
REACHES_H = (1, 24, 24 * 30, None)


def holding(rows: pa.Table) -> pa.Table:
    """Of rows ordered by IN_ORDER those that hold."""
    if rows.num_rows < 2:
        return rows
    meter, ts = ints(rows["meter_key"]), ints(rows["ts"])
    last = np.ones(len(ts), dtype=bool)
    last[:-1] = (meter[1:] != meter[:-1]) | (ts[1:] != ts[:-1])
    return rows if last.all() else rows.filter(pa.array(last))


def select(
    cursor: duckdb.DuckDBPyConnection,
    selection: Selection,
    *,
    as_of: datetime | None,
    every_row: bool,
) -> pa.Table:
    """READINGS of the selection; see ``Store.readings``."""
    known = f" and received <= {instant(to_us(as_of))}" if as_of is not None else ""
    rows = cursor.sql(
        f"select {COLUMNS} from readings t where {selection.condition('ts')}{known}"
        f" order by {IN_ORDER}"
    ).to_arrow_table()
    return rows if every_row else holding(rows)


def newest(cursor: duckdb.DuckDBPyConnection) -> tuple[pa.Table, Ints]:
    """READINGS that hold at each meter's greatest ts, and each meter's least ts in µs."""
    rows = cursor.sql(
        "with ends as (select meter_key, min(ts) as first, max(ts) as last"
        f" from readings group by meter_key) select {COLUMNS}, first from readings t"
        f" join ends on t.meter_key = ends.meter_key and t.ts = ends.last order by {IN_ORDER}"
    ).to_arrow_table()
    rows = holding(rows)
    return rows.select(READINGS.names), ints(rows["first"])


def context(
    cursor: duckdb.DuckDBPyConnection,
    windows: HourRanges,
    neighbours: int,
    extents: tuple[Ints, Ints],
) -> pa.Table:
    """See ``Store.context``. ``windows`` as of ``joined``; ``extents`` are the hours [first, end)
    between which each window's meter has readings. The cursor is inside a transaction.

    Looks near the windows first and further away only for the windows that found too little.
    """
    first, end = extents
    nothing = windows.where(slice(0, 0))
    unread, covered, parts = windows, nothing, [READINGS.empty_table()]
    bound_low, bound_high = windows.start, windows.end  # around each window, what was looked at
    short_low = short_high = np.ones(len(windows), dtype=bool)
    for reach in REACHES_H:
        below = first if reach is None else np.maximum(windows.start - reach, first)
        above = end if reach is None else np.minimum(windows.end + reach, end)
        wanted = unread.joined(
            HourRanges(windows.meter, below, bound_low).where(short_low),
            HourRanges(windows.meter, bound_high, above).where(short_high),
        )
        unread = nothing
        parts.extend(_counted(cursor, wanted))
        covered = covered.joined(wanted)
        rows = _together(parts)
        parts = [rows]
        # Neighbours are counted only as far as everything in between was looked at.
        key = fold(ints(rows["meter_key"]), ints(rows["ts"]) // HOUR_US)
        within = covered.where(covered.locate(windows.meter, windows.start))
        bound_low, bound_high = within.start, within.end
        lowest = np.searchsorted(key, fold(windows.meter, bound_low))
        highest = np.searchsorted(key, fold(windows.meter, bound_high))
        begin = np.searchsorted(key, fold(windows.meter, windows.start)) - neighbours
        stop = np.searchsorted(key, fold(windows.meter, windows.end)) + neighbours
        short_low = (begin < lowest) & (bound_low > first)
        short_high = (stop > highest) & (bound_high < end)
        if not (short_low.any() or short_high.any()):
            break
    return _marked(rows, np.maximum(begin, lowest), np.minimum(stop, highest))


def _counted(cursor: duckdb.DuckDBPyConnection, ranges: HourRanges) -> Iterator[pa.Table]:
    """READINGS of the ranges that hold and count, in tables ordered by meter and ts."""
    for rows in rows_in(cursor, f"select {COLUMNS} from readings t", "ts", ranges, IN_ORDER):
        held = holding(rows)
        counted = held["quality"].to_numpy() <= LAST_COUNTED
        yield held if counted.all() else held.filter(pa.array(counted))


def _together(parts: list[pa.Table]) -> pa.Table:
    """Rows of several reads of one state, ordered by meter and ts, none twice."""
    some = [part for part in parts if part.num_rows]
    if len(some) < 2:
        return some[0] if some else parts[0]
    rows = pa.concat_tables(some).combine_chunks()
    order = np.lexsort((ints(rows["ts"]), ints(rows["meter_key"])))
    return holding(rows.take(pa.array(order)))


def _marked(rows: pa.Table, begin: Ints, stop: Ints) -> pa.Table:
    """Rows whose index lies in one of the ranges [begin, stop)."""
    depth = np.zeros(rows.num_rows + 1, dtype=np.int64)
    np.add.at(depth, begin, 1)
    np.add.at(depth, np.maximum(stop, begin), -1)
    mask = np.cumsum(depth[:-1]) > 0
    return rows if mask.all() else rows.filter(pa.array(mask))
