"""Usage written: only what differs, with its days, findings and settled hours, in one commit."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

import duckdb
import numpy as np
import pyarrow as pa

from store.duckdb_store.conditions import instant
from store.duckdb_store.database import insert
from store.duckdb_store.range_join import range_join, rows_in
from store.hour_ranges import HourRanges, ints
from store.interface import FINDINGS, NEW_USAGE, USAGE, Touched
from store.rules.usage_changes import (
    HOURS,
    changes,
    days,
    hours_table,
    ordered_findings,
    usage_key,
)

EVERY_WRITER = "*"  # one process writes at a time, and its batches are numbered through


def put_usage(
    cursor: duckdb.DuckDBPyConnection,
    windows: HourRanges,
    usage: pa.Table,
    findings: pa.Table,
    *,
    settled: Touched | None,
    zone: ZoneInfo,
    computed: datetime,
) -> pa.Table:
    """See ``Store.put_usage``; ``windows`` as of ``joined``. The cursor is inside a transaction.

    Raises ValueError where a row lies outside the windows or an hour comes twice.
    """
    if not len(windows):
        return HOURS.empty_table()
    change = changes(windows, usage, _standing(cursor, windows))
    removed = np.concatenate([change.gone, change.replaced])
    if len(removed):
        _delete(cursor, "usage_hour", "hour", hours_table(removed))
    if change.rows.num_rows:
        stamp = pa.array([computed], USAGE.field("computed").type)
        stamps = pa.repeat(stamp[0], change.rows.num_rows)
        insert(cursor, "usage_hour", change.rows.append_column("computed", stamps))
    if len(change.touched):
        read = partial(_standing, cursor)
        following = days(windows, change.usage, change.touched, zone, read)
        _delete(cursor, "usage_day", "day", following.all)
        insert(cursor, "usage_day", following.rows)
    _put_findings(cursor, windows, findings)
    if settled is not None:
        _strike_off(cursor, windows, settled)
    return hours_table(change.touched)


def _standing(cursor: duckdb.DuckDBPyConnection, ranges: HourRanges) -> pa.Table:
    """NEW_USAGE as it stands in the ranges, by meter and hour."""
    query = f"select {', '.join(f't.{name}' for name in NEW_USAGE.names)} from usage_hour t"
    parts = list(rows_in(cursor, query, "hour", ranges, order="t.meter_key, t.hour"))
    rows = pa.concat_tables(parts).combine_chunks()
    return rows if len(parts) == 1 else rows.take(pa.array(np.argsort(usage_key(rows))))


def _put_findings(
    cursor: duckdb.DuckDBPyConnection, windows: HourRanges, findings: pa.Table
) -> None:
    findings = ordered_findings(findings)
    join = range_join(windows, "ts")
    cursor.register("ranges", join.table)
    columns = ", ".join(f"t.{name}" for name in FINDINGS.names)
    standing = cursor.sql(
        f"select {columns} from findings t join ranges on {join.condition}"
    ).to_arrow_table()
    if not ordered_findings(standing.cast(FINDINGS)).equals(findings):
        if standing.num_rows:
            cursor.execute(f"delete from findings t using ranges where {join.condition}")
        if findings.num_rows:
            insert(cursor, "findings", findings)
    cursor.unregister("ranges")


def _strike_off(cursor: duckdb.DuckDBPyConnection, windows: HourRanges, settled: Touched) -> None:
    join = range_join(windows, "hour")
    cursor.register("ranges", join.table)
    cursor.execute(
        f"delete from touched t using ranges where t.batch <= ? and {join.condition}",
        [settled.seen.get(EVERY_WRITER, -1)],
    )
    cursor.unregister("ranges")


def _delete(cursor: duckdb.DuckDBPyConnection, table: str, time: str, rows: pa.Table) -> None:
    """Remove the rows of these meters and times."""
    at = ints(rows[time])
    cursor.register("doomed", rows)
    cursor.execute(
        f"delete from {table} t using doomed"
        f" where t.meter_key = doomed.meter_key and t.{time} = doomed.{time}"
        f" and t.{time} >= {instant(at.min())} and t.{time} <= {instant(at.max())}"
    )
    cursor.unregister("doomed")
