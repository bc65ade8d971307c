"""One append: checks, duplicates, touched hours, hash, and everything in one commit."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa

from models.periods import HOUR_US, to_us
from models.readings import TIMESTAMP
from store.duckdb_store.database import Database, insert
from store.hash_chain import CHAINED_REJECTIONS, GENESIS, batch_hash
from store.hour_ranges import Ints, distinct, fold, ints, times
from store.interface import BATCHES, RESENT, Appended, Batch
from store.rules.latest_rows import Columns, LatestRows, to_columns
from store.rules.new_batch import checked
from store.rules.resent import resent

TOUCHED = pa.schema([("meter_key", pa.int32()), ("hour", TIMESTAMP), ("batch", pa.int64())])


class Appender:
    """Gives batch and rejection numbers and extends the writer's chain; one append at a time.

    Appends wait for each other, not for ``put_usage``: the two insert into and delete from the
    touched hours, but never the same rows, which DuckDB's transactions allow side by side.
    """

    def __init__(
        self,
        database: Database,
        latest: LatestRows,
        latest_lock: threading.Lock,
        *,
        writer: str,
        clock: Callable[[], datetime],
        zone: ZoneInfo,
    ) -> None:
        self._database = database
        self._zone = zone
        self._latest = latest
        self._latest_lock = latest_lock
        self._writer = writer
        self._clock = clock
        self._lock = threading.Lock()
        with database.reading() as cursor:
            ((self._batch,),) = cursor.execute(
                "select coalesce(max(batch), 0) from batches"
            ).fetchall()
            ((self._rejection,),) = cursor.execute(
                "select coalesce(max(rejection_id), 0) from rejections"
            ).fetchall()
            last = cursor.execute(
                "select sha256 from batches where writer = ? order by batch desc limit 1", [writer]
            ).fetchall()
            # The first insert from Arrow takes longer; this one is never committed.
            insert(cursor, "touched", pa.table([[0], [clock()], [0]], schema=TOUCHED))
        self._hash: str = last[0][0] if last else GENESIS

    def append(self, batch: Batch) -> Appended:
        """See ``Store.append``. What stores nothing leaves no batch and names the newest one.

        Raises ValueError where a table has other columns or a reading lacks a value.
        """
        new, refused = checked(batch)
        columns = to_columns(new)
        with self._lock:
            with self._latest_lock:
                repeated = self._latest.duplicates(columns)
            again = RESENT.empty_table()
            if repeated.any():
                meter, received = (columns[name][repeated] for name in ("meter_key", "received"))
                again = resent(meter, received, self._zone)
                new = new.filter(pa.array(~repeated))
                columns = {name: values[~repeated] for name, values in columns.items()}
            if not new.num_rows and not refused.num_rows:
                if again.num_rows:
                    with self._database.writing() as cursor:
                        insert(cursor, "resent", again)
                return Appended(self._batch, 0, len(repeated), ())
            return self._commit(new, columns, refused, again)

    def _commit(
        self, new: pa.Table, columns: Columns, refused: pa.Table, again: pa.Table
    ) -> Appended:
        number = self._batch + 1
        received = self._clock()
        ids = np.arange(self._rejection + 1, self._rejection + 1 + refused.num_rows)
        refused = refused.add_column(0, CHAINED_REJECTIONS.field("rejection_id"), pa.array(ids))
        digest = batch_hash(
            self._hash,
            writer=self._writer,
            batch=number,
            received_us=to_us(received),
            readings=new,
            rejections=refused,
        )
        record = {
            "writer": self._writer, "batch": number, "received": received,
            "readings": new.num_rows, "rejections": refused.num_rows,
            "sha256": digest, "previous": self._hash,
        }  # fmt: skip
        with self._latest_lock:
            # Before the commit: whoever sees the rows must not take the meter's times as shorter.
            self._latest.widen(columns)
        with self._database.writing() as cursor:
            if new.num_rows:
                position = pa.array(np.arange(new.num_rows, dtype=np.int32))
                rows = _numbered(new, number).append_column("position", position)
                insert(cursor, "readings", rows)
                insert(cursor, "touched", _touched_hours(columns, number))
            if again.num_rows:
                insert(cursor, "resent", again)
            if refused.num_rows:
                rows = _numbered(refused, number)
                insert(cursor, f"rejections ({', '.join(rows.column_names)})", rows)
            cursor.execute(
                "insert into batches values (?, ?, ?, ?, ?, ?, ?)",
                [record[name] for name in BATCHES.names],
            )
        self._batch, self._hash = number, digest
        self._rejection += refused.num_rows
        columns["batch"] = np.full(new.num_rows, number)
        with self._latest_lock:
            self._latest.absorb(columns)
        duplicates = int(ints(again["n"]).sum())
        return Appended(number, new.num_rows, duplicates, tuple(ids.tolist()))


def _numbered(table: pa.Table, batch: int) -> pa.Table:
    return table.append_column("batch", pa.array(np.full(table.num_rows, batch, dtype=np.int64)))


def _touched_hours(columns: Columns, batch: int) -> pa.Table:
    hours: Ints = columns["ts"] // HOUR_US
    key = distinct(fold(columns["meter_key"], hours))
    # Folding loses nothing: the hour is what is left below the meter, as a signed 32-bit number.
    hour = key.astype(np.int32).astype(np.int64)
    meter = (key - hour) >> 32
    batches = np.full(len(key), batch, dtype=np.int64)
    return pa.table(
        [pa.array(meter, pa.int32()), times(hour * HOUR_US), pa.array(batches)], schema=TOUCHED
    )
