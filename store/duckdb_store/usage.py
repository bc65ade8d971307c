"""Usage out of the store: hours as they stand, and the park's days."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import numpy as np
import pyarrow as pa

from store.duckdb_store.conditions import condition
from store.hour_ranges import ints
from store.interface import USAGE
from store.rules.selection import Selection
from store.rules.usage_periods import DAYS


class UsageTables:
    """``store.rules.usage_periods.UsageRows`` of one transaction."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection) -> None:
        self._cursor = cursor

    def hours(self, selection: Selection) -> pa.Table:
        """USAGE of the selection, by meter and hour."""
        return self._cursor.sql(
            f"select {', '.join(USAGE.names)} from usage_hour"
            f" where {condition(selection, 'hour')} order by meter_key, hour"
        ).to_arrow_table()

    def columns(self, selection: Selection, names: Sequence[str]) -> pa.Table:
        """Columns of USAGE of the selection's hours, in no order."""
        return self._cursor.sql(
            f"select {', '.join(names)} from usage_hour where {condition(selection, 'hour')}"
        ).to_arrow_table()

    def days(self, selection: Selection) -> pa.Table:
        """DAYS of the selection, by meter and day."""
        # Rows lie in runs of ordered ones, which numpy merges in a tenth of DuckDB's time.
        days = self._cursor.sql(
            f"select {', '.join(DAYS)} from usage_day where {condition(selection, 'day')}"
        ).to_arrow_table()
        order = np.lexsort((ints(days["day"]), ints(days["meter_key"])))
        return days if np.array_equal(order, np.arange(len(order))) else days.take(order)

    def first_hour(self, selection: Selection) -> int:
        """The first hour of the selection in µs."""
        where = condition(selection, "hour")
        ((first,),) = self._cursor.execute(
            f"select epoch_us(min(hour)) from usage_hour where {where}"
        ).fetchall()
        return int(first)
