"""The store on one DuckDB file: what ``store.interface.Store`` promises."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa

from models.periods import Every
from models.readings import READINGS
from store.duckdb_store import readings, rejections
from store.duckdb_store.append import Appender
from store.duckdb_store.audit import ChainedTables
from store.duckdb_store.conditions import condition
from store.duckdb_store.database import Database
from store.duckdb_store.put_usage import EVERY_WRITER, put_usage
from store.duckdb_store.usage import UsageTables
from store.hour_ranges import HourRanges, distinct
from store.interface import (
    CONTEXT,
    FINDINGS,
    REJECTIONS,
    RESENT,
    USAGE,
    USAGE_PERIODS,
    Appended,
    Batch,
    ChainFault,
    Touched,
)
from store.ordered_rows import in_order
from store.rules.chain_check import chain_faults
from store.rules.holding import context
from store.rules.latest_rows import LatestRows
from store.rules.selection import Selection
from store.rules.usage_changes import HOURS, hours_table, usage_key
from store.rules.usage_periods import usage_periods


class DuckDBStore:
    """Readings, rejections, usage and the hours still to settle, in one file of one process.

    Safe for use from many threads: appends wait for each other, so do writes of usage; reads wait
    for nothing and see the state at their begin. ``writer`` names the hash chain that this process
    extends; ``clock`` gives the UTC time of batches and computed usage; ``zone`` is the park's,
    by which days of usage are kept.

    Raises StoreInUseError when another process has the file open, NewerStoreError when a newer
    version of this program wrote it.
    """

    def __init__(
        self,
        path: Path,
        *,
        writer: str,
        clock: Callable[[], datetime],
        zone: ZoneInfo,
        memory_limit: str = "2GB",
        threads: int | None = None,
    ) -> None:
        self._clock = clock
        self._zone = zone
        self._database = Database(path, memory_limit, threads)
        self._settling = threading.Lock()
        self._latest_lock = threading.Lock()
        with self._database.reading() as cursor:
            self._latest = LatestRows(*readings.newest(cursor))
        self._appender = Appender(
            self._database,
            self._latest,
            self._latest_lock,
            writer=writer,
            clock=clock,
            zone=zone,
        )

    def append(self, batch: Batch) -> Appended:
        """See ``Store.append``. What stores nothing leaves no batch and names the newest one.

        Raises ValueError where a table has other columns or a reading lacks a value.
        """
        return self._appender.append(batch)

    def readings(
        self,
        meters: Sequence[int],
        start: datetime | None = None,
        end: datetime | None = None,
        *,
        as_of: datetime | None = None,
        every_row: bool = False,
        instants: int | None = None,
    ) -> pa.Table:
        """See ``Store.readings``."""
        with self._database.reading() as cursor:
            selection = Selection(meters, start, end)
            rows = readings.select(
                cursor, selection, as_of=as_of, every_row=every_row, instants=instants
            )
        return rows.cast(READINGS)

    def uncounted(
        self, meters: Sequence[int], start: datetime | None = None, end: datetime | None = None
    ) -> pa.Table:
        """See ``Store.uncounted``."""
        with self._database.reading() as cursor:
            rows = readings.uncounted(cursor, Selection(meters, start, end))
        return rows.cast(READINGS)

    def context(self, windows: pa.Table, neighbours: int) -> pa.Table:
        """See ``Store.context``. Raises ValueError where a window's bound is not a whole hour."""
        ranges = HourRanges.of_windows(windows).joined()
        if not len(ranges):
            return CONTEXT.empty_table()
        with self._database.reading() as cursor:
            cursor.execute("select 1 from readings limit 1").fetchall()  # fixes the state to read
            with self._latest_lock:
                extents = self._latest.extents(ranges.meter)
            read = partial(readings.in_ranges, cursor)
            return context(read, ranges, neighbours, extents).cast(CONTEXT)

    def latest(self, meters: Sequence[int] | None = None) -> pa.Table:
        """See ``Store.latest``; ordered by meter_key."""
        # Answered from memory; the cursor makes it fail like the rest once the store is closed.
        with self._database.reading(), self._latest_lock:
            return self._latest.table(meters)

    def resent(
        self, meters: Sequence[int], start: datetime | None = None, end: datetime | None = None
    ) -> pa.Table:
        """See ``Store.resent``."""
        with self._database.reading() as cursor:
            which = condition(Selection(meters, start, end), "day")
            rows = cursor.sql(
                "select meter_key, day, sum(n)::bigint as n from resent"
                f" where {which} group by all order by all"
            ).to_arrow_table()
        return rows.cast(RESENT)

    def touched(self) -> Touched:
        """See ``Store.touched``; ordered by meter_key and hour."""
        with self._database.reading() as cursor:
            ((batch,),) = cursor.execute("select coalesce(max(batch), 0) from touched").fetchall()
            hours = cursor.sql("select meter_key, hour from touched").to_arrow_table()
        hours = hours.combine_chunks()
        if not in_order(hours, "hour"):
            # Sorting folded keys is several times as fast as what the database does for distinct.
            hours = hours_table(distinct(usage_key(hours)))
        return Touched(hours=hours.cast(HOURS), seen={EVERY_WRITER: batch})

    def put_usage(
        self,
        windows: pa.Table,
        usage: pa.Table,
        findings: pa.Table,
        settled: Touched | None = None,
    ) -> pa.Table:
        """See ``Store.put_usage``.

        Raises ValueError where a row lies outside the windows, an hour comes twice, a window's
        bound is not a whole hour, or a table has other columns.
        """
        ranges = HourRanges.of_windows(windows).joined()
        with self._settling, self._database.writing() as cursor:
            return put_usage(
                cursor,
                ranges,
                usage,
                findings,
                settled=settled,
                zone=self._zone,
                computed=self._clock(),
            )

    def usage(
        self,
        meters: Sequence[int],
        start: datetime | None = None,
        end: datetime | None = None,
        *,
        every: Every = "hour",
        zone: ZoneInfo,
    ) -> pa.Table:
        """See ``Store.usage``: hours with start <= hour < end, each counted to its period."""
        with self._database.reading() as cursor:
            selection = Selection(meters, start, end)
            rows = usage_periods(
                UsageTables(cursor), selection, every, zone=zone, day_zone=self._zone
            )
        return rows.cast(USAGE_PERIODS)

    def usage_hours(
        self,
        meters: Sequence[int],
        start: datetime | None = None,
        end: datetime | None = None,
        *,
        columns: Sequence[str] | None = None,
    ) -> pa.Table:
        """See ``Store.usage_hours``."""
        selection = Selection(meters, start, end)
        with self._database.reading() as cursor:
            usage = UsageTables(cursor)
            if columns is None:
                return usage.hours(selection).cast(USAGE)
            rows = usage.columns(selection, columns)
        return rows.cast(pa.schema([USAGE.field(name) for name in columns]))

    def findings(
        self,
        meters: Sequence[int] | None = None,
        start: datetime | None = None,
        end: datetime | None = None,
        *,
        limit: int | None = None,
    ) -> pa.Table:
        """See ``Store.findings``."""
        with self._database.reading() as cursor:
            rows = rejections.findings(cursor, Selection(meters, start, end), limit)
        return rows.cast(FINDINGS)

    def rejections(
        self,
        *,
        enterprise: str | None = None,
        meter: str | None = None,
        reason: str | None = None,
        source: int | None = None,
        start: datetime | None = None,
        end: datetime | None = None,
        ids: Sequence[int] | None = None,
        before_id: int | None = None,
        limit: int | None = None,
        with_payload: bool = False,
    ) -> pa.Table:
        """See ``Store.rejections``."""
        conditions = {
            "enterprise = ?": enterprise,
            "meter = ?": meter,
            "reason = ?": reason,
            "source = ?": source,
            "received >= ?": start,
            "received < ?": end,
            "rejection_id < ?": before_id,
        }
        with self._database.reading() as cursor:
            rows = rejections.rejections(
                cursor, conditions, ids=ids, limit=limit, with_payload=with_payload
            )
        return rows.cast(REJECTIONS)

    def rejection(self, rejection_id: int) -> pa.Table:
        """See ``Store.rejection``."""
        with self._database.reading() as cursor:
            rows = rejections.rejections(
                cursor, {"rejection_id = ?": rejection_id}, with_payload=True
            )
        return rows.cast(REJECTIONS)

    def expire_payloads(self, before: datetime) -> int:
        """See ``Store.expire_payloads``; in one commit."""
        with self._database.writing() as cursor:
            return rejections.expire(cursor, before, self._clock())

    def batches(self, writer: str | None = None) -> pa.Table:
        """See ``Store.batches``."""
        with self._database.reading() as cursor:
            return ChainedTables(cursor).records(writer)

    def verify_chain(self) -> list[ChainFault]:
        """See ``Store.verify_chain``."""
        with self._database.reading() as cursor:
            return list(chain_faults(ChainedTables(cursor)))

    def counts(self) -> dict[str, int]:
        """See ``Store.counts``. An hour is touched once for each batch that did."""
        with self._database.reading() as cursor:
            row = cursor.execute(
                "select (select count(*) from readings), (select count(*) from rejections),"
                " (select count(*) from usage_hour),"
                " (select count(*) from touched),"
                " (select count(*) from batches)"
            ).fetchone()
        assert row is not None
        names = ("readings", "rejections", "usage", "touched", "batches")
        return dict(zip(names, map(int, row), strict=True))

    def close(self) -> None:
        """See ``Store.close``."""
        self._database.close()
