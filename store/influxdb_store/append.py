"""One append: intent, rows, record; each is durable before the next is written.

What a crash leaves between intent and record is a torn batch: it was acknowledged to nobody, so its
senders send it again. The writer declares it void when it opens the store again, or appends again
after the server failed.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa

from models.periods import HOUR_US, to_us
from store.hash_chain import batch_hash
from store.hour_ranges import HourRanges, Ints, Mask, ints
from store.influxdb_store import batches, readings, rejections, touched_log, voids
from store.influxdb_store import resent as resends
from store.influxdb_store.lines import NAME
from store.influxdb_store.revisions import Revisions
from store.influxdb_store.server import InfluxDB
from store.influxdb_store.statements import LAST_NS, quoted
from store.influxdb_store.struck_off import Entry
from store.interface import Appended, Batch
from store.rules.latest_rows import LatestRows, to_columns
from store.rules.new_batch import checked
from store.rules.resent import resent

log = logging.getLogger(__name__)


class Appender:
    """Gives batch and rejection numbers and extends the writer's chain; one append at a time."""

    def __init__(
        self,
        server: InfluxDB,
        *,
        writer: str,
        writer_number: int,
        clock: Callable[[], datetime],
        zone: ZoneInfo,
    ) -> None:
        if not NAME.fullmatch(writer):
            raise ValueError(f"writer: {writer!r} is not of A-Z a-z 0-9 . _ -, at most 64 signs")
        self._server = server
        self._writer = writer
        self._clock = clock
        self._zone = zone
        self._lock = threading.Lock()
        self._numbers = batches.Numbers(writer_number, clock, 0)
        self._rejection_ids = batches.Numbers(writer_number, clock, 0)
        self._resent_numbers = batches.Numbers(writer_number, clock, 0)
        self._head = batches.Head()
        self._epoch = 0
        self._torn = True
        with self._lock:
            self._recover()

    def append(self, batch: Batch) -> Appended:
        """See ``Store.append``. What stores nothing leaves no batch and names the newest one.

        Raises ValueError where a table has other columns or a reading lacks a value, InfluxDBError
        where the server fails.
        """
        new, refused = checked(batch)
        if (np.abs(ints(new["ts"])) > LAST_NS // 1_000).any():
            raise ValueError("ts: not within the years 1678 to 2261, which InfluxDB can keep")
        with self._lock:
            if self._torn:
                self._recover()
            repeated = self._repeated(new)
            if repeated.any():
                again = new.filter(pa.array(repeated))
                new = new.filter(pa.array(~repeated))
                counted = resent(ints(again["meter_key"]), ints(again["received"]), self._zone)
                (number,) = self._resent_numbers.next()
                self._server.write(resends.written(counted, self._writer, number))
            if not new.num_rows and not refused.num_rows:
                return Appended(self._head.batch, 0, len(repeated), ())
            self._torn = True  # until everything is written
            appended = self._write(new, refused, int(repeated.sum()))
            self._torn = False
            return appended

    def _repeated(self, new: pa.Table) -> Mask:
        """Which rows are identical resends of what holds; see ``LatestRows.duplicates``.

        What looks like one is compared with what the store holds now: another writer may have
        stored something newer since. Only rows of recorded batches count, since a batch under way
        may yet be void.
        """
        columns = to_columns(new)
        suspected = self._latest.duplicates(columns)
        if not suspected.any():
            return suspected
        meters = np.unique(columns["meter_key"][suspected]).tolist()
        held = readings.newest(self._server, meters, self._clock())
        batch = ints(held["batch"])
        foreign = batch[batch % batches.WRITERS != self._numbers.writer].tolist()
        begun = touched_log.unrecorded(self._server, foreign) if foreign else set()
        held = held.filter(pa.array(~np.isin(batch, sorted(begun))))
        stands = LatestRows(held, ints(held["ts"])).duplicates(columns)
        return np.asarray(suspected & stands)

    def _write(self, new: pa.Table, refused: pa.Table, duplicates: int) -> Appended:
        (number,) = self._numbers.next()
        ids = self._rejection_ids.next(refused.num_rows)
        revision = self._revisions.give(new)
        hours = _hours(new)
        last_id = max(ids, default=0)
        self._server.write(touched_log.touched_lines(self._writer, number, hours, last_id))
        position: Ints = np.arange(new.num_rows, dtype=np.int64)
        if new.num_rows:
            self._server.write(readings.written(new, revision, self._writer, number, position))
        if refused.num_rows:
            lines = rejections.written(refused, ids, self._writer, number, epoch=self._epoch)
            for some in lines:
                self._server.write(some)
        self._record(number, new, refused.add_column(0, "rejection_id", pa.array(ids, pa.int64())))
        if new.num_rows:
            columns = to_columns(new)
            columns["batch"] = np.full(new.num_rows, number)
            self._latest.widen(columns)
            self._latest.absorb(columns)
        return Appended(number, new.num_rows, duplicates, tuple(ids))

    def _record(self, number: int, new: pa.Table, refused: pa.Table) -> None:
        """Write the batch's record; from here on it is part of the chain."""
        received = self._clock()
        digest = batch_hash(
            self._head.sha256,
            writer=self._writer,
            batch=number,
            received_us=to_us(received),
            readings=new,
            rejections=refused,
        )
        ts = ints(new["ts"])
        record = batches.Record(
            number, received, new.num_rows, refused.num_rows, digest, self._head.sha256,
            int(ts.min(initial=LAST_NS)) if len(ts) else 0,
            int(ts.max(initial=-LAST_NS)) if len(ts) else 0,
        )  # fmt: skip
        head = record.after(self._head)
        self._server.write(batches.record_lines(self._writer, record, head))
        self._head = head

    def _recover(self) -> None:
        """Learn what stands, and declare void what was begun and not recorded."""
        server, writer = self._server, self._writer
        self._head = batches.newest(server).get(writer, batches.Head())
        void = voids.of_writer(server, writer)
        self._numbers.last = max([self._numbers.last, self._head.batch, *void])
        begun = touched_log.intents(server, writer, max([self._head.batch, *void]))
        for intent in begun:
            void += self._void(intent)
        mine = f"writer={quoted(writer)}"
        last_rejection = [
            row["time"] // 1_000
            for row in server.rows([f"SELECT last(batch) FROM rejection WHERE {mine}"])
        ]
        self._rejection_ids.last = max(
            [self._rejection_ids.last, *last_rejection, *(intent.last_id for intent in begun)]
        )
        # Points of a void batch may still come: what is written from now on must not meet them.
        self._epoch = len(void)
        self._revisions = Revisions(server, writer, epoch=self._epoch)
        latest = readings.newest(server, None, self._clock())
        self._latest = LatestRows(latest, ints(latest["ts"]))
        self._torn = False

    def _void(self, intent: Entry) -> list[int]:
        """Declare a batch void, and its hours touched: a ledger may have settled its rows.

        They are touched by a batch that is void itself, which begins after whatever was settled.
        """
        number, server, writer = intent.batch, self._server, self._writer
        log.warning("batch %d of %s was begun and not finished: it is void", number, writer)
        self._numbers.last = max(self._numbers.last, number)
        if intent.ranges is None or not len(intent.ranges):
            server.write(voids.void_lines(writer, number))
            return [number]
        (again,) = self._numbers.next()
        # In this order a crash anywhere leaves an intent that is found once more.
        server.write(touched_log.touched_lines(writer, again, intent.ranges))
        server.write(voids.void_lines(writer, number))
        server.write(voids.void_lines(writer, again))
        return [number, again]


def _hours(new: pa.Table) -> HourRanges:
    """The hours that hold the readings."""
    meter, hour = ints(new["meter_key"]), ints(new["ts"]) // HOUR_US
    return HourRanges(meter, hour, hour + 1).joined()
