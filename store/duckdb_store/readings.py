"""Readings out of the store: which row holds, and the context of windows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import duckdb
import pyarrow as pa

from models.periods import to_us
from models.readings import LAST_COUNTED, READINGS, Source
from store.duckdb_store.conditions import condition, instant
from store.duckdb_store.range_join import rows_in
from store.hour_ranges import HourRanges, Ints, ints
from store.interface import CONTEXT
from store.ordered_rows import in_order
from store.rules.holding import holding, not_counted
from store.rules.selection import Selection, one_meter

COLUMNS = ", ".join(f"t.{name}" for name in READINGS.names)

# The last of each (meter, ts) in this order is the one that holds.
IN_ORDER = (
    f"t.meter_key, t.ts, t.source = {int(Source.CORRECTION)}, t.received, t.batch, t.position"
)


def select(
    cursor: duckdb.DuckDBPyConnection,
    selection: Selection,
    *,
    as_of: datetime | None,
    every_row: bool,
    instants: int | None = None,
) -> pa.Table:
    """READINGS of the selection; see ``Store.readings``."""
    known = f" and received <= {instant(to_us(as_of))}" if as_of is not None else ""
    wanted = f"{condition(selection, 'ts')}{known}"
    if instants is not None:
        one_meter(selection)
        ((last,),) = cursor.execute(
            f"select epoch_us(max(ts)) from (select distinct ts from readings where {wanted}"
            f" order by ts limit {int(instants)})"
        ).fetchall()
        if last is None:
            return READINGS.empty_table()
        wanted += f" and ts <= {instant(last)}"
    query = f"select {COLUMNS} from readings t where {wanted}"
    rows = cursor.sql(query).to_arrow_table()
    if not in_order(rows, "ts"):
        rows = cursor.sql(f"{query} order by {IN_ORDER}").to_arrow_table()
    return rows if every_row else holding(rows)


def uncounted(cursor: duckdb.DuckDBPyConnection, selection: Selection) -> pa.Table:
    """READINGS of the selection; see ``Store.uncounted``."""
    wanted = condition(selection, "ts")
    rows = cursor.sql(
        f"select {COLUMNS} from readings t where {wanted} and (meter_key, ts) in"
        f" (select (meter_key, ts) from readings where {wanted} and quality > {LAST_COUNTED})"
        f" order by {IN_ORDER}"
    ).to_arrow_table()
    return not_counted(holding(rows))


def newest(cursor: duckdb.DuckDBPyConnection) -> tuple[pa.Table, Ints]:
    """READINGS that hold at each meter's greatest ts, and each meter's least ts in µs."""
    rows = cursor.sql(
        "with ends as (select meter_key, min(ts) as first, max(ts) as last"
        f" from readings group by meter_key) select {COLUMNS}, first from readings t"
        f" join ends on t.meter_key = ends.meter_key and t.ts = ends.last order by {IN_ORDER}"
    ).to_arrow_table()
    rows = holding(rows)
    return rows.select(READINGS.names), ints(rows["first"])


def in_ranges(cursor: duckdb.DuckDBPyConnection, ranges: HourRanges) -> Iterator[pa.Table]:
    """CONTEXT of the readings of the ranges that hold, in tables ordered by meter and ts."""
    query = f"select {', '.join(f't.{name}' for name in CONTEXT.names)} from readings t"
    for rows in rows_in(cursor, query, "ts", ranges, order=IN_ORDER):
        yield holding(rows)
