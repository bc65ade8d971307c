"""Every batch's hash, and every kept payload's, computed anew from what is stored."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any, Protocol

import numpy as np
import pyarrow as pa

from models.periods import to_us
from models.readings import TIMESTAMP
from store.hash_chain import GENESIS, batch_hash
from store.hour_ranges import Ints, ints
from store.interface import NEW_REJECTIONS, PAYLOAD_LIMIT, ChainFault

ROWS_AT_ONCE = 1_000_000  # bounds memory: batches are read in runs of about so many readings
PAYLOAD_BYTES_AT_ONCE = 64 << 20

# What is asked of a rejection's payload, which may have expired.
PAYLOADS = pa.schema(
    [
        ("rejection_id", pa.int64()),
        *(field for field in NEW_REJECTIONS if field.name.startswith("payload")),
        ("expired", TIMESTAMP),
    ]
)


class ChainedRows(Protocol):
    """What a store reads; every call sees the same state."""

    def records(self) -> pa.Table:
        """BATCHES in the order of their numbers."""

    def content(self, records: pa.Table) -> tuple[pa.Table, pa.Table]:
        """Readings and rejections of these batches, which follow each other in BATCHES.

        Columns as batch_hash wants them, and batch; ordered by batch, then place in the batch.
        """

    def payloads(self, rejections: pa.Table) -> pa.Table:
        """PAYLOADS of these rejections, in any order."""

    def strangers(self) -> Iterator[tuple[str, int, int]]:
        """(readings or rejections, batch, rows) of rows whose batch has no record."""


def chain_faults(rows: ChainedRows) -> Iterator[ChainFault]:
    """Batches that no longer give their hash, do not follow the one before, or have no record.

    That the newest batches were cut off, records and all, shows only against a hash kept elsewhere.
    """
    records = rows.records()
    for what, batch, count in rows.strangers():
        yield ChainFault("", batch, f"{what}: {count} stored in a batch without a record")
    previous: dict[str, str] = {}
    for run in _runs(records):
        of_run = records.slice(run.start, len(run))
        numbers = ints(of_run["batch"])
        readings, refused = rows.content(of_run)
        for its_readings, its_rejections, record in zip(
            _slices(readings, numbers), _slices(refused, numbers), of_run.to_pylist(), strict=True
        ):
            follows = previous.get(record["writer"], GENESIS)
            previous[record["writer"]] = record["sha256"]
            for fault in _faults(record, follows, its_readings, its_rejections):
                yield ChainFault(record["writer"], record["batch"], fault)
        writers = dict(zip(numbers.tolist(), of_run["writer"].to_pylist(), strict=True))
        yield from _payload_faults(rows, refused, writers)


def _faults(
    record: dict[str, Any], follows: str, readings: pa.Table, rejections: pa.Table
) -> Iterator[str]:
    if record["previous"] != follows:
        yield "does not follow the batch before it"
    for what, count in (("readings", readings.num_rows), ("rejections", rejections.num_rows)):
        if count != record[what]:
            yield f"{what}: {count} stored, {record[what]} recorded"
    found = batch_hash(
        record["previous"],
        writer=record["writer"],
        batch=record["batch"],
        received_us=to_us(record["received"]),
        readings=readings,
        rejections=rejections,
    )
    if found != record["sha256"]:
        yield f"content gives {found}, recorded {record['sha256']}"


def _payload_faults(
    rows: ChainedRows, refused: pa.Table, writers: dict[int, str]
) -> Iterator[ChainFault]:
    """Payloads whose bytes are not those that the batch's hash covers, or that are gone."""
    length = ints(refused["payload_length"].fill_null(0).cast(pa.int64()))
    batch = dict(
        zip(refused["rejection_id"].to_pylist(), refused["batch"].to_pylist(), strict=True)
    )
    for run in _cut(np.minimum(length, PAYLOAD_LIMIT) + 1, PAYLOAD_BYTES_AT_ONCE):
        for row in rows.payloads(refused.slice(run.start, len(run))).to_pylist():
            fault = _payload_fault(row)
            number = batch[row["rejection_id"]]
            if fault is not None and number in writers:
                detail = f"rejection {row['rejection_id']}: {fault}"
                yield ChainFault(writers[number], number, detail)


def _payload_fault(row: dict[str, Any]) -> str | None:
    payload, length = row["payload"], row["payload_length"]
    if row["expired"] is not None:
        return None
    if payload is None:
        return None if row["payload_sha256"] is None else "its payload is gone and has not expired"
    if row["payload_sha256"] is None or length is None:
        return "its payload has no hash"
    if len(payload) < length:  # of a large one the beginning is kept; the hash is of the whole
        cut = len(payload) == PAYLOAD_LIMIT
        return None if cut else f"{len(payload)} bytes of its payload kept, of {length}"
    found = hashlib.sha256(payload).hexdigest()
    return None if found == row["payload_sha256"] else f"its payload gives {found}"


def _runs(records: pa.Table) -> Iterator[range]:
    """Ranges of records that hold about ROWS_AT_ONCE readings together."""
    yield from _cut(ints(records["readings"]) + 1, ROWS_AT_ONCE)


def _cut(size: Ints, at_once: int) -> Iterator[range]:
    total = np.cumsum(size)
    begin = 0
    while begin < len(total):
        done = total[begin - 1] if begin else 0
        stop = max(int(np.searchsorted(total, done + at_once, side="right")), begin + 1)
        yield range(begin, stop)
        begin = stop


def _slices(rows: pa.Table, batches: Ints) -> Iterator[pa.Table]:
    """The rows of each batch, in the order of ``batches``; rows are ordered by batch."""
    batch = ints(rows["batch"])
    begin, end = (np.searchsorted(batch, batches, side=side) for side in ("left", "right"))
    for start, stop in zip(begin.tolist(), end.tolist(), strict=True):
        yield rows.slice(start, stop - start)
