"""Sums of usage over the periods of any zone, from hours and from days kept in the park's zone."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa

from models.periods import Every, next_start, period_start, to_us
from store.hour_ranges import ints, times
from store.interface import USAGE_PERIODS
from store.rules.local_days import period_starts
from store.rules.period_sums import SUMS, from_hours, summed
from store.rules.selection import Selection

DAYS = ("meter_key", "day", *SUMS)


class UsageRows(Protocol):
    """What a store reads; every call sees the same state."""

    def hours(self, selection: Selection) -> pa.Table:
        """USAGE of the selection, by meter and hour."""

    def days(self, selection: Selection) -> pa.Table:
        """DAYS of the selection (its span bounds ``day``), by meter and day."""

    def first_hour(self, selection: Selection) -> int:
        """The first hour of the selection in µs; asked only where there is one."""


def usage_periods(
    rows: UsageRows, selection: Selection, every: Every, *, zone: ZoneInfo, day_zone: ZoneInfo
) -> pa.Table:
    """USAGE_PERIODS of the selected hours in ``zone``; see ``Store.usage``.

    Where the zone is that of the days, hours are read only for the days that start or end cut.
    """
    if every == "hour" or zone.key != day_zone.key:
        found = _hours(rows, selection, every, zone)
    else:
        found = _days(rows, selection, zone)
        if every not in ("day", "total"):
            period = period_starts(ints(found["period"]), every, zone)
            found = found.set_column(1, "period", times(period))
    if every == "total" and found.num_rows:
        start = selection.start
        first = rows.first_hour(selection) if start is None else to_us(start)
        found = found.set_column(1, "period", times(np.full(found.num_rows, first)))
    return summed(found).select(USAGE_PERIODS.names)


def _hours(rows: UsageRows, selection: Selection, every: Every, zone: ZoneInfo) -> pa.Table:
    """Hour rows with the period each belongs to."""
    hours = rows.hours(selection)
    at = ints(hours["hour"])
    return from_hours(hours, at if every in ("hour", "total") else period_starts(at, every, zone))


def _days(rows: UsageRows, selection: Selection, zone: ZoneInfo) -> pa.Table:
    """Day rows by meter and day; of a day that start or end cuts, what lies inside."""
    start, end = selection.start, selection.end
    first = _next_day_start(start, zone) if start is not None else None
    last = period_start(end, "day", zone) if end is not None else None
    if first is not None and last is not None and first > last:
        return summed(_hours(rows, selection, "day", zone))
    whole = rows.days(selection.between(first, last))
    parts = [whole.rename_columns(["meter_key", "period", *SUMS])]
    if start != first:
        parts.append(summed(_hours(rows, selection.between(start, first), "day", zone)))
    if end != last:
        parts.append(summed(_hours(rows, selection.between(last, end), "day", zone)))
    some = [part for part in parts if part.num_rows]
    if len(some) < 2:
        return some[0] if some else parts[0]
    return pa.concat_tables(some).sort_by([("meter_key", "ascending"), ("period", "ascending")])


def _next_day_start(at: datetime, zone: ZoneInfo) -> datetime:
    """The first start of a day at or after the instant."""
    start = period_start(at, "day", zone)
    return start if start == at else next_start(start, "day", zone)
