"""Every batch's hash computed anew from what is stored."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

import numpy as np
import pyarrow as pa

from models.periods import to_us
from store.hash_chain import GENESIS, batch_hash
from store.hour_ranges import Ints, ints
from store.interface import ChainFault

ROWS_AT_ONCE = 1_000_000  # bounds memory: batches are read in runs of about so many readings


class ChainedRows(Protocol):
    """What a store reads; every call sees the same state."""

    def records(self) -> pa.Table:
        """BATCHES in the order of their numbers."""

    def content(self, records: pa.Table) -> tuple[pa.Table, pa.Table]:
        """Readings and rejections of these batches, which follow each other in BATCHES.

        Columns as batch_hash wants them, and batch; ordered by batch, then place in the batch.
        """

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


def _runs(records: pa.Table) -> Iterator[range]:
    """Ranges of records that hold about ROWS_AT_ONCE readings together."""
    total = np.cumsum(ints(records["readings"]) + 1)
    begin = 0
    while begin < len(total):
        done = total[begin - 1] if begin else 0
        stop = max(int(np.searchsorted(total, done + ROWS_AT_ONCE, side="right")), begin + 1)
        yield range(begin, stop)
        begin = stop


def _slices(rows: pa.Table, batches: Ints) -> Iterator[pa.Table]:
    """The rows of each batch, in the order of ``batches``; rows are ordered by batch."""
    batch = ints(rows["batch"])
    begin, end = (np.searchsorted(batch, batches, side=side) for side in ("left", "right"))
    for start, stop in zip(begin.tolist(), end.tolist(), strict=True):
        yield rows.slice(start, stop - start)
