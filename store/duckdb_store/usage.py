"""Usage out of the store: hours as they stand, and the park's days."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import pyarrow as pa

from store.duckdb_store.conditions import condition
from store.interface import USAGE
from store.rules.selection import Selection
from store.rules.usage_periods import DAYS


class UsageTables:
    """``store.rules.usage_periods.UsageRows`` of one transaction."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection) -> None:
        self._cursor = cursor

    def hours(self, selection: Selection) -> pa.Table:
        """USAGE of the selection, by meter and hour."""
        return self._read("usage_hour", USAGE.names, "hour", selection)

    def columns(self, selection: Selection, names: Sequence[str]) -> pa.Table:
        """Columns of USAGE of the selection's hours, in no order."""
        return self._cursor.sql(
            f"select {', '.join(names)} from usage_hour where {condition(selection, 'hour')}"
        ).to_arrow_table()

    def days(self, selection: Selection) -> pa.Table:
        """DAYS of the selection, by meter and day."""
        return self._read("usage_day", DAYS, "day", selection)

    def first_hour(self, selection: Selection) -> int:
        """The first hour of the selection in µs."""
        where = condition(selection, "hour")
        ((first,),) = self._cursor.execute(
            f"select epoch_us(min(hour)) from usage_hour where {where}"
        ).fetchall()
        return int(first)

    def _read(self, table: str, names: Sequence[str], time: str, selection: Selection) -> pa.Table:
        return self._cursor.sql(
            f"select {', '.join(names)} from {table}"
            f" where {condition(selection, time)} order by meter_key, {time}"
        ).to_arrow_table()
