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

import numpy as np
import pyarrow as pa

from models.periods import HOUR_US, to_us
from store.hash_chain import batch_hash
from store.hour_ranges import HourRanges, Ints, ints
from store.influxdb_store import batches, readings, rejections, touched_log, voids
from store.influxdb_store.lines import NAME, quoted
from store.influxdb_store.revisions import Revisions
from store.influxdb_store.server import InfluxDB
from store.interface import Appended, Batch
from store.rules.latest_rows import LatestRows, to_columns
from store.rules.new_batch import checked

log = logging.getLogger(__name__)


class Appender:
    """Gives batch and rejection numbers and extends the writer's chain; one append at a time."""

    def __init__(
        self, server: InfluxDB, writer: str, writer_number: int, clock: Callable[[], datetime]
    ) -> None:
        if not NAME.fullmatch(writer):
            raise ValueError(f"writer: {writer!r} is not of A-Z a-z 0-9 . _ -, at most 64 signs")
        self._server = server
        self._writer = writer
        self._clock = clock
        self._lock = threading.Lock()
        self._numbers = batches.Numbers(writer_number, clock, 0)
        self._rejection_ids = batches.Numbers(writer_number, clock, 0)
        self._head = batches.Head()
        self._torn = True
        with self._lock:
            self._recover()

    def append(self, batch: Batch) -> Appended:
        """See ``Store.append``. What stores nothing leaves no batch and names the newest one.

        Raises ValueError where a table has other columns or a reading lacks a value, InfluxDBError
        where the server fails.
        """
        new, refused = checked(batch)
        with self._lock:
            if self._torn:
                self._recover()
            repeated = self._repeated(new)
            if repeated.any():
                new = new.filter(pa.array(~repeated))
            if not new.num_rows and not refused.num_rows:
                return Appended(self._head.batch, 0, len(repeated), ())
            self._torn = True  # until everything is written
            appended = self._write(new, refused, int(repeated.sum()))
            self._torn = False
            return appended

    def _repeated(self, new: pa.Table) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Which rows are identical resends of what holds; see ``LatestRows.duplicates``."""
        columns = to_columns(new)
        suspected = self._latest.duplicates(columns)
        if suspected.any():
            # Another writer may have stored something newer: look before anything is dropped.
            meters = np.unique(columns["meter_key"][suspected]).tolist()
            self._absorb(readings.newest(self._server, meters, self._clock()))
            suspected = self._latest.duplicates(columns)
        return suspected

    def _write(self, new: pa.Table, refused: pa.Table, duplicates: int) -> Appended:
        (number,) = self._numbers.next()
        ids = self._rejection_ids.next(refused.num_rows)
        revision = self._revisions.give(new)
        hours = _hours(new)
        self._server.write(touched_log.touched_lines(self._writer, number, hours))
        position: Ints = np.arange(new.num_rows, dtype=np.int64)
        if new.num_rows:
            self._server.write(readings.written(new, revision, self._writer, number, position))
        if refused.num_rows:
            for some in rejections.written(refused, ids, self._writer, number):
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
            int(ts.min(initial=readings.LAST_NS)) if len(ts) else 0,
            int(ts.max(initial=-readings.LAST_NS)) if len(ts) else 0,
        )  # fmt: skip
        head = record.after(self._head)
        self._server.write(batches.record_lines(self._writer, record, head))
        self._head = head

    def _recover(self) -> None:
        """Learn what stands, and declare void what was begun and not recorded."""
        server, writer = self._server, self._writer
        self._head = batches.newest(server).get(writer, batches.Head())
        void = voids.of_writer(server, writer)
        for number in touched_log.intents(server, writer, max([self._head.batch, *void])):
            log.warning("batch %d of %s was begun and not finished: it is void", number, writer)
            server.write(voids.void_lines(writer, number))
            void.append(number)
        self._numbers.last = max([self._numbers.last, self._head.batch, *void])
        mine = f"writer={quoted(writer)}"
        last_rejection = [
            row["time"] // 1_000
            for row in server.rows([f"SELECT last(batch) FROM rejection WHERE {mine}"])
        ]
        self._rejection_ids.last = max([self._rejection_ids.last, *last_rejection])
        # Points of a void batch may still come: what is written from now on must not meet them.
        self._revisions = Revisions(server, writer, epoch=len(void))
        latest = readings.newest(server, None, self._clock())
        self._latest = LatestRows(latest, ints(latest["ts"]))
        self._torn = False

    def _absorb(self, rows: pa.Table) -> None:
        columns = to_columns(rows)
        self._latest.widen(columns)
        self._latest.absorb(columns)


def _hours(new: pa.Table) -> HourRanges:
    """The hours that hold the readings."""
    meter, hour = ints(new["meter_key"]), ints(new["ts"]) // HOUR_US
    return HourRanges(meter, hour, hour + 1).joined()
