"""The store on an InfluxDB server: ``store.interface.Store`` without transactions."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from uuid import uuid4
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa

from models.periods import HOUR_US, Every, to_us
from store.hour_ranges import HourRanges, Ints, ints
from store.influxdb_store import batches, readings, rejections, touched_log
from store.influxdb_store import findings as noted
from store.influxdb_store import resent as resends
from store.influxdb_store import usage as points
from store.influxdb_store.append import Appender
from store.influxdb_store.audit import ChainedPoints
from store.influxdb_store.extents import Extents
from store.influxdb_store.quiet_time import QuietTime
from store.influxdb_store.server import InfluxDB
from store.influxdb_store.statements import LAST_NS
from store.interface import (
    BATCHES,
    CONTEXT,
    REJECTIONS,
    USAGE_PERIODS,
    Appended,
    Batch,
    ChainFault,
    Touched,
)
from store.rules.chain_check import chain_faults
from store.rules.holding import context
from store.rules.selection import Selection
from store.rules.usage_changes import HOURS, changes, days, hours_table, usage_key
from store.rules.usage_periods import usage_periods

COUNTED_S = 60.0
DOUBT_S = 60.0  # within which a write whose end is unknown has come into effect, or never will


class InfluxDBStore:
    """Readings, rejections, usage and the hours still to settle, on a server.

    Several processes may share it: each that appends has a ``writer`` name of its own, whose chain
    it extends, with a ``writer_number`` (0 to 999) that no other writer has; without a name the
    store asks and settles only. Two that settle must not settle the same meters at once. Safe for
    use from many threads. A read may see part of a batch that is being written; usage is right once
    the batch's hours are settled, which they are not before it is whole.

    ``clock`` gives UTC; ``zone`` is the park's, by which days of usage are kept. Every method
    raises InfluxDBError where the server fails.
    """

    def __init__(
        self,
        server: InfluxDB,
        *,
        writer: str | None,
        writer_number: int = 0,
        clock: Callable[[], datetime],
        zone: ZoneInfo,
    ) -> None:
        self._server = server
        self._clock = clock
        self._zone = zone
        self._settling = threading.Lock()
        self._quiet = QuietTime(DOUBT_S)
        self._ledger = uuid4().hex[:12]  # tells the strikes of this process from those of others
        self._half_done: HourRanges | None = None
        self._struck = 0
        self._counted, self._counted_at = 0, float("-inf")
        self._extents = Extents(server)
        self._appender = None
        if writer is not None:
            self._appender = Appender(
                server, writer=writer, writer_number=writer_number, clock=clock, zone=zone
            )

    def append(self, batch: Batch) -> Appended:
        """See ``Store.append``: intent, rows and record, one after the other.

        Raises ValueError where a table has other columns or a reading lacks a value.
        """
        if self._appender is None:
            raise ValueError("this store was opened without a writer's name: it does not append")
        appended = self._appender.append(batch)
        self._extents.widen(_hours_of(batch.readings))
        return appended

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
        selection = Selection(meters, start, end)
        return readings.select(
            self._server, selection, as_of=as_of, every_row=every_row, instants=instants
        )

    def uncounted(
        self, meters: Sequence[int], start: datetime | None = None, end: datetime | None = None
    ) -> pa.Table:
        """See ``Store.uncounted``."""
        return readings.uncounted(self._server, Selection(meters, start, end))

    def context(self, windows: pa.Table, neighbours: int) -> pa.Table:
        """See ``Store.context``. Raises ValueError where a window's bound is not a whole hour.

        Neighbours are those that were there when this process last asked for the touched hours.
        """
        ranges = HourRanges.of_windows(windows).joined()
        if not len(ranges):
            return CONTEXT.empty_table()
        extents = self._extents.of(ranges.meter)
        read = partial(readings.holding_in, self._server)
        return context(read, ranges, neighbours, extents)

    def latest(self, meters: Sequence[int] | None = None) -> pa.Table:
        """See ``Store.latest``; ordered by meter_key."""
        return readings.newest(self._server, meters, self._clock())

    def resent(
        self, meters: Sequence[int], start: datetime | None = None, end: datetime | None = None
    ) -> pa.Table:
        """See ``Store.resent``."""
        return resends.select(self._server, Selection(meters, start, end))

    def touched(self) -> Touched:
        """See ``Store.touched``; ordered by meter_key and hour."""
        touched, _ = touched_log.read(self._server, purge=True)
        if self._struck:
            self._extents.widen(touched.hours)
        else:
            self._extents.forget()  # others settle: hours come and go between two looks
        return touched

    def put_usage(
        self,
        windows: pa.Table,
        usage: pa.Table,
        findings: pa.Table,
        settled: Touched | None = None,
    ) -> pa.Table:
        """See ``Store.put_usage``: usage, days, findings, and last what is struck off.

        Raises ValueError where a row lies outside the windows, an hour comes twice, a window's
        bound is not a whole hour, or a table has other columns.
        """
        ranges = HourRanges.of_windows(windows).joined()
        if not len(ranges):
            return HOURS.empty_table()
        server = self._server
        with self._settling:
            self._quiet.wait()
            with self._quiet.watching():
                if self._half_done is not None:
                    self._days_again(self._half_done)
                self._half_done = ranges
                standing = points.standing(server, ranges)
                change = changes(ranges, usage, standing)
                points.delete(server, "usage", hours_table(change.gone), "hour")
                points.put_hours(server, change.rows, standing, self._clock())
                self._put_days(ranges, change.usage, usage_key(standing))
                noted.put(server, ranges, findings)
                if len(change.touched):
                    self._counted_at = float("-inf")
                if settled is not None and settled.hours.num_rows:
                    self._strike_off(ranges, settled)
            self._half_done = None
        return hours_table(change.touched)

    def _days_again(self, windows: HourRanges) -> None:
        """The days of windows that a failed call left half done; the next may have others."""
        stands = points.standing(self._server, windows)
        self._put_days(windows, stands, np.zeros(0, dtype=np.int64))

    def _put_days(self, windows: HourRanges, usage: pa.Table, stood: Ints) -> None:
        """The days of all hours that are or were in the windows."""
        hours = np.union1d(usage_key(usage), stood)
        if len(hours):
            read = partial(points.standing, self._server)
            following = days(windows, usage, hours, self._zone, read)
            points.put_days(self._server, following.rows, following.all)

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
        selection = Selection(meters, start, end)
        rows = usage_periods(
            points.UsagePoints(self._server), selection, every, zone=zone, day_zone=self._zone
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
        rows = points.UsagePoints(self._server).hours(Selection(meters, start, end))
        return rows if columns is None else rows.select(columns)

    def findings(
        self,
        meters: Sequence[int] | None = None,
        start: datetime | None = None,
        end: datetime | None = None,
        *,
        limit: int | None = None,
    ) -> pa.Table:
        """See ``Store.findings``."""
        return noted.select(self._server, Selection(meters, start, end), limit)

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
        return rejections.select(
            self._server, enterprise=enterprise, meter=meter, reason=reason, source=source,
            start=start, end=end, ids=ids, before_id=before_id, limit=limit,
            with_payload=with_payload,
        )  # fmt: skip

    def rejection(self, rejection_id: int) -> pa.Table:
        """See ``Store.rejection``."""
        if not 0 < rejection_id * 1_000 < LAST_NS:
            return REJECTIONS.empty_table()
        return rejections.select(self._server, ids=[rejection_id], with_payload=True)

    def expire_payloads(self, before: datetime) -> int:
        """See ``Store.expire_payloads``: marks first, then deletes."""
        return rejections.expire(self._server, before, self._clock())

    def batches(self, writer: str | None = None) -> pa.Table:
        """See ``Store.batches``."""
        return batches.table(self._server, writer).select(BATCHES.names)

    def verify_chain(self) -> list[ChainFault]:
        """See ``Store.verify_chain``."""
        return list(chain_faults(ChainedPoints(self._server)))

    def counts(self) -> dict[str, int]:
        """See ``Store.counts``. An hour is touched once for each batch that did.

        Usage that another process wrote may be counted as of ``COUNTED_S`` seconds ago.
        """
        heads = batches.newest(self._server).values()
        return {
            "readings": sum(head.readings for head in heads),
            "rejections": sum(head.rejections for head in heads),
            "usage": self._usage_rows(),
            "touched": touched_log.read(self._server, purge=False)[1],
            "batches": sum(head.batches for head in heads),
        }

    def close(self) -> None:
        """See ``Store.close``."""
        self._server.close()

    def _usage_rows(self) -> int:
        """Rows of usage; counting them takes InfluxDB a second for some millions."""
        if time.monotonic() - self._counted_at > COUNTED_S:
            counts = self._server.rows(["SELECT count(computed) FROM usage"])
            self._counted = sum(row["count"] for row in counts)
            self._counted_at = time.monotonic()
        return self._counted

    def _strike_off(self, windows: HourRanges, settled: Touched) -> None:
        hours = settled.hours
        place = windows.locate(ints(hours["meter_key"]), ints(hours["hour"]) // HOUR_US)
        some = windows.where(np.unique(place[place >= 0]))
        if len(some):
            self._struck = max(self._struck + 1, to_us(self._clock()) * 1_000)
            self._server.write(touched_log.strike_lines(self._ledger, some, settled, self._struck))


def _hours_of(readings: pa.Table) -> pa.Table:
    return readings.select(["meter_key", "ts"]).rename_columns(HOURS.names)
