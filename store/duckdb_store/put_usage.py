"""Usage written: only what differs, with its days, findings and settled hours, in one commit."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import duckdb
import numpy as np
import pyarrow as pa

from models.periods import HOUR_US
from store.duckdb_store.database import insert
from store.duckdb_store.local_days import period_ends, period_starts
from store.duckdb_store.period_sums import from_hours, summed
from store.duckdb_store.range_join import range_join, rows_in
from store.duckdb_store.selection import instant
from store.hour_ranges import (
    HourRanges,
    Ints,
    Mask,
    find,
    fold,
    ints,
    times,
)
from store.interface import FINDINGS, NEW_USAGE, USAGE, Touched

HOURS = pa.schema([USAGE.field("meter_key"), USAGE.field("hour")])


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
    usage, key = _ordered(usage, windows)
    standing = _standing(cursor, windows)
    standing_key = _key(standing)
    gone = standing_key[~find(standing_key, key)[1]]
    differs = _differs(usage, key, standing, standing_key)
    changed = key[differs]
    removed = np.concatenate([gone, changed[find(changed, standing_key)[1]]])
    if len(removed):
        _delete(cursor, "usage_hour", "hour", _hours(removed))
    if len(changed):
        rows = usage if differs.all() else usage.filter(pa.array(differs))
        stamp = pa.array([computed], USAGE.field("computed").type)
        rows = rows.append_column("computed", pa.repeat(stamp[0], rows.num_rows))
        insert(cursor, "usage_hour", rows)
    touched = np.sort(np.concatenate([changed, gone])) if len(gone) else changed
    if len(touched):
        _put_days(cursor, windows, usage, touched, zone)
    _put_findings(cursor, windows, findings)
    if settled is not None:
        _strike_off(cursor, windows, settled)
    return _hours(touched)


def _key(rows: pa.Table) -> Ints:
    return fold(ints(rows["meter_key"]), ints(rows["hour"]) // HOUR_US)


def _split(key: Ints) -> tuple[Ints, Ints]:
    hour = key.astype(np.int32).astype(np.int64)
    return (key - hour) >> 32, hour


def _hours(key: Ints) -> pa.Table:
    meter, hour = _split(key)
    return pa.table([pa.array(meter, pa.int32()), times(hour * HOUR_US)], schema=HOURS)


def _ordered(usage: pa.Table, windows: HourRanges) -> tuple[pa.Table, Ints]:
    """The rows by meter and hour, and their folded keys, each once and inside the windows."""
    if not usage.schema.equals(NEW_USAGE):
        raise ValueError(f"usage: columns {usage.schema} are not {NEW_USAGE}")
    usage = usage.combine_chunks()
    key = _key(usage)
    if (key[1:] < key[:-1]).any():
        order = np.argsort(key, kind="stable")
        usage, key = usage.take(pa.array(order)), key[order]
    if (key[1:] == key[:-1]).any():
        raise ValueError("usage: an hour of a meter comes twice")
    if (windows.locate(*_split(key)) < 0).any():
        raise ValueError("usage: an hour lies outside the windows")
    return usage, key


def _standing(cursor: duckdb.DuckDBPyConnection, ranges: HourRanges) -> pa.Table:
    """NEW_USAGE as it stands in the ranges, by meter and hour."""
    query = f"select {', '.join(f't.{name}' for name in NEW_USAGE.names)} from usage_hour t"
    parts = list(rows_in(cursor, query, "hour", ranges, "t.meter_key, t.hour"))
    rows = pa.concat_tables(parts).combine_chunks()
    return rows if len(parts) == 1 else rows.take(pa.array(np.argsort(_key(rows))))


def _differs(usage: pa.Table, key: Ints, standing: pa.Table, standing_key: Ints) -> Mask:
    """Which rows of ``usage`` are not among the standing ones in every column."""
    if not len(standing_key):
        return np.ones(len(key), dtype=bool)
    index, known = find(key, standing_key)
    result = ~known
    beside = standing.take(pa.array(index))
    for name in NEW_USAGE.names[2:]:
        new, old = usage[name].combine_chunks(), beside[name].combine_chunks()
        valid_new, valid_old = (
            column.is_valid().to_numpy(zero_copy_only=False) for column in (new, old)
        )
        values_new, values_old = (
            column.fill_null(0).to_numpy(zero_copy_only=False) for column in (new, old)
        )
        result |= (valid_new != valid_old) | (values_new != values_old)
    return result


def _put_days(
    cursor: duckdb.DuckDBPyConnection,
    windows: HourRanges,
    usage: pa.Table,
    touched: Ints,
    zone: ZoneInfo,
) -> None:
    """Sum anew the days of the touched hours; ``usage`` is what now stands in the windows."""
    meter, hour = _split(touched)
    day = period_starts(hour * HOUR_US, "day", zone)
    # Days are longer than an hour, so that their hour of start tells them apart.
    day_key = fold(meter, day // HOUR_US)
    first = np.concatenate([[True], day_key[1:] != day_key[:-1]])
    meter, day, day_key = meter[first], day[first], day_key[first]
    begin = -(-day // HOUR_US)
    end = -(-period_ends(day, "day", zone) // HOUR_US)
    inside = windows.locate(meter, begin)
    whole = (inside >= 0) & (inside == windows.locate(meter, end - 1))
    # Days wholly inside the windows are summed from what was just given; the others are read.
    given = summed(from_hours(usage, period_starts(ints(usage["hour"]), "day", zone)))
    given_key = fold(ints(given["meter_key"]), ints(given["period"]) // HOUR_US)
    parts = [given.filter(pa.array(find(given_key, day_key[whole])[1]))]
    if not whole.all():
        edges = HourRanges(meter[~whole], begin[~whole], end[~whole]).joined()
        standing = _standing(cursor, edges)
        hours = from_hours(standing, period_starts(ints(standing["hour"]), "day", zone))
        parts.append(summed(hours))
    doomed = pa.table({"meter_key": pa.array(meter, pa.int32()), "day": times(day)})
    _delete(cursor, "usage_day", "day", doomed)
    insert(cursor, "usage_day", pa.concat_tables(parts))


def _put_findings(
    cursor: duckdb.DuckDBPyConnection, windows: HourRanges, findings: pa.Table
) -> None:
    if not findings.schema.equals(FINDINGS):
        raise ValueError(f"findings: columns {findings.schema} are not {FINDINGS}")
    order = [(name, "ascending") for name in FINDINGS.names]
    findings = findings.sort_by(order)
    join = range_join(windows, "ts")
    cursor.register("ranges", join.table)
    columns = ", ".join(f"t.{name}" for name in FINDINGS.names)
    standing = cursor.sql(
        f"select {columns} from findings t join ranges on {join.condition}"
    ).to_arrow_table()
    if not standing.cast(FINDINGS).sort_by(order).equals(findings):
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
        [settled.batch],
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
