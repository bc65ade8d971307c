"""Records of batches: measurement ``batch``, tag ``writer``, time = the batch's number.

A number is the microsecond of the append, its last three digits the writer's number: rising for
each writer, unique over all of them, and close to the order of time between them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa

from models.periods import to_us
from store.hash_chain import GENESIS
from store.hour_ranges import times
from store.influxdb_store import voids
from store.influxdb_store.lines import lines
from store.influxdb_store.server import InfluxDB, is_whole
from store.influxdb_store.statements import quoted, where
from store.interface import BATCHES

WRITERS = 1_000
FIELDS = "received,readings,rejections,sha256,previous,first,last"
# ``first`` and ``last`` bound the ts of the batch's readings (µs).
RECORDS = pa.schema([*BATCHES, ("first", pa.int64()), ("last", pa.int64())])


@dataclass(frozen=True, slots=True)
class Head:
    """A writer's newest batch, and how much all its batches hold."""

    batch: int = 0
    sha256: str = GENESIS
    batches: int = 0
    readings: int = 0
    rejections: int = 0


@dataclass(frozen=True, slots=True)
class Record:
    """What a batch is, beside its rows. ``first`` and ``last`` bound its readings' ts (µs)."""

    batch: int
    received: datetime
    readings: int
    rejections: int
    sha256: str
    previous: str
    first: int
    last: int

    def after(self, head: Head) -> Head:
        """The writer's head once this is recorded."""
        return Head(
            self.batch,
            self.sha256,
            head.batches + 1,
            head.readings + self.readings,
            head.rejections + self.rejections,
        )


class Numbers:
    """Rising numbers of one writer."""

    def __init__(self, writer_number: int, clock: Callable[[], datetime], last: int) -> None:
        if not 0 <= writer_number < WRITERS:
            raise ValueError(f"writer_number: {writer_number} is not in 0 to {WRITERS - 1}")
        self.writer = writer_number
        self._clock = clock
        self.last = last

    def next(self, count: int = 1) -> list[int]:
        """The next numbers, ascending."""
        now = to_us(self._clock()) // WRITERS * WRITERS + self.writer
        first = max(now, self.last + WRITERS)
        numbers = [first + place * WRITERS for place in range(count)]
        if numbers:
            self.last = numbers[-1]
        return numbers


def record_lines(writer: str, record: Record, head: Head) -> pa.Array:
    """The record as a line; ``head`` is the writer's after it."""
    fields = {
        "received": pa.array([to_us(record.received)]),
        "readings": pa.array([record.readings]),
        "rejections": pa.array([record.rejections]),
        "sha256": pa.array([record.sha256]),
        "previous": pa.array([record.previous]),
        "first": pa.array([record.first]),
        "last": pa.array([record.last]),
        "all_batches": pa.array([head.batches]),
        "all_readings": pa.array([head.readings]),
        "all_rejections": pa.array([head.rejections]),
    }
    return lines("batch", {"writer": writer}, fields, np.array([record.batch * 1_000]))


def newest(server: InfluxDB) -> dict[str, Head]:
    """Of each writer its head."""
    void = voids.numbers(server)
    count = 1
    while True:
        rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for row in server.rows(
            [
                "SELECT sha256,all_batches,all_readings,all_rejections FROM batch"
                f" GROUP BY writer ORDER BY time DESC LIMIT {count}"
            ]
        ):
            rows[row["writer"]].append(row)
        heads = {}
        for writer, some in rows.items():
            # A void batch has a record only where one came late.
            valid = [row for row in some if is_whole(row) and row["time"] // 1_000 not in void]
            if valid:
                heads[writer] = _head(valid[0])
            elif len(some) == count:
                break  # look further back
        else:
            return heads
        count *= 10


def _head(row: dict[str, Any]) -> Head:
    return Head(
        row["time"] // 1_000, row["sha256"], row["all_batches"], row["all_readings"],
        row["all_rejections"],
    )  # fmt: skip


def table(server: InfluxDB, writer: str | None = None) -> pa.Table:
    """RECORDS in the order of their numbers."""
    which = where([] if writer is None else [f"writer={quoted(writer)}"])
    void = voids.numbers(server)
    found = server.rows([f"SELECT writer,{FIELDS} FROM batch{which}"])
    rows = sorted(
        (row for row in found if is_whole(row) and row["time"] // 1_000 not in void),
        key=lambda row: row["time"],
    )
    columns = {
        field.name: [
            row["time"] // 1_000 if field.name == "batch" else row[field.name] for row in rows
        ]
        for field in RECORDS
    }
    return pa.table(
        {
            field.name: times(np.array(columns[field.name], dtype=np.int64))
            if field.name == "received"
            else pa.array(columns[field.name], field.type)
            for field in RECORDS
        },
        schema=RECORDS,
    )
