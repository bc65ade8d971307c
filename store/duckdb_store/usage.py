"""Usage out of the store: hours as they stand, and sums over periods of any zone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import duckdb
import numpy as np
import pyarrow as pa

from models.periods import Every, next_start, period_start, to_us
from store.duckdb_store.local_days import period_starts
from store.duckdb_store.period_sums import SUMS, from_hours, summed
from store.duckdb_store.selection import Selection
from store.hour_ranges import ints, times
from store.interface import USAGE, USAGE_PERIODS


def usage_hours(cursor: duckdb.DuckDBPyConnection, selection: Selection) -> pa.Table:
    """USAGE of the selection, by meter and hour."""
    return _read(cursor, "usage_hour", USAGE.names, "hour", selection)


def usage_periods(
    cursor: duckdb.DuckDBPyConnection,
    selection: Selection,
    every: Every,
    *,
    zone: ZoneInfo,
    day_zone: ZoneInfo,
) -> pa.Table:
    """USAGE_PERIODS of the selected hours in ``zone``; see ``Store.usage``.

    Where the zone is that of usage_day, hours are read only for the days that start or end cut.
    """
    if every == "hour" or zone.key != day_zone.key:
        rows = _hours(cursor, selection, every, zone)
    else:
        rows = _days(cursor, selection, zone)
        if every not in ("day", "total"):
            period = period_starts(ints(rows["period"]), every, zone)
            rows = rows.set_column(1, "period", times(period))
    if every == "total" and rows.num_rows:
        first = _first_hour(cursor, selection)
        rows = rows.set_column(1, "period", times(np.full(rows.num_rows, first)))
    return summed(rows).select(USAGE_PERIODS.names)


def _hours(
    cursor: duckdb.DuckDBPyConnection, selection: Selection, every: Every, zone: ZoneInfo
) -> pa.Table:
    """Hour rows with the period each belongs to."""
    hours = usage_hours(cursor, selection)
    at = ints(hours["hour"])
    return from_hours(hours, at if every in ("hour", "total") else period_starts(at, every, zone))


def _days(cursor: duckdb.DuckDBPyConnection, selection: Selection, zone: ZoneInfo) -> pa.Table:
    """Day rows by meter and day; of a day that start or end cuts, what lies inside."""
    start, end = selection.start, selection.end
    first = _next_day_start(start, zone) if start is not None else None
    last = period_start(end, "day", zone) if end is not None else None
    if first is not None and last is not None and first > last:
        return summed(_hours(cursor, selection, "day", zone))
    names = ["meter_key", "day", *SUMS]
    whole = _read(cursor, "usage_day", names, "day", selection.between(first, last))
    parts = [whole.rename_columns(["meter_key", "period", *SUMS])]
    if start != first:
        cut = selection.between(start, first)
        parts.append(summed(_hours(cursor, cut, "day", zone)))
    if end != last:
        cut = selection.between(last, end)
        parts.append(summed(_hours(cursor, cut, "day", zone)))
    some = [part for part in parts if part.num_rows]
    if len(some) < 2:
        return some[0] if some else parts[0]
    return pa.concat_tables(some).sort_by([("meter_key", "ascending"), ("period", "ascending")])


def _next_day_start(at: datetime, zone: ZoneInfo) -> datetime:
    """The first start of a day at or after the instant."""
    start = period_start(at, "day", zone)
    return start if start == at else next_start(start, "day", zone)


def _first_hour(cursor: duckdb.DuckDBPyConnection, selection: Selection) -> int:
    """Start of the selection in µs, or its first hour where it is open."""
    if selection.start is not None:
        return to_us(selection.start)
    query = f"select epoch_us(min(hour)) from usage_hour where {selection.condition('hour')}"
    ((first,),) = cursor.execute(query).fetchall()
    return int(first)


def _read(
    cursor: duckdb.DuckDBPyConnection,
    table: str,
    names: Sequence[str],
    time: str,
    selection: Selection,
) -> pa.Table:
    return cursor.sql(
        f"select {', '.join(names)} from {table}"
        f" where {selection.condition(time)} order by meter_key, {time}"
    ).to_arrow_table()
