"""Every batch's hash computed anew from what is stored."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import numpy as np
import pyarrow as pa

from models.periods import to_us
from models.readings import NEW_READINGS
from store.hash_chain import CHAINED_REJECTIONS, GENESIS, batch_hash
from store.hour_ranges import Ints, ints
from store.interface import BATCHES, ChainFault

ROWS_AT_ONCE = 1_000_000  # bounds memory: batches are read in runs of about so many readings


def batches(cursor: duckdb.DuckDBPyConnection, writer: str | None) -> pa.Table:
    """BATCHES in the order of their numbers."""
    where = "" if writer is None else " where writer = ?"
    query = f"select {', '.join(BATCHES.names)} from batches{where} order by batch"
    values = [] if writer is None else [writer]
    return cursor.sql(query, params=values).to_arrow_table().cast(BATCHES)


def chain_faults(cursor: duckdb.DuckDBPyConnection) -> Iterator[ChainFault]:
    """Batches that no longer give their hash, do not follow the one before, or have no record.

    The cursor is inside a transaction. That the newest batches were cut off, records and all, shows
    only against a hash kept elsewhere.
    """
    records = batches(cursor, None)
    known = ints(records["batch"])
    yield from _strangers(cursor)
    previous: dict[str, str] = {}
    for run in _runs(records):
        rows = records.slice(run.start, len(run)).to_pylist()
        numbers = known[run.start : run.stop]
        readings = _content(cursor, "readings", "position", NEW_READINGS, numbers)
        refused = _content(cursor, "rejections", "rejection_id", CHAINED_REJECTIONS, numbers)
        slices = zip(_slices(readings, numbers), _slices(refused, numbers), rows, strict=True)
        for its_readings, its_rejections, record in slices:
            writer, batch = record["writer"], record["batch"]
            if record["previous"] != previous.get(writer, GENESIS):
                yield ChainFault(writer, batch, "does not follow the batch before it")
            previous[writer] = record["sha256"]
            counted = {"readings": its_readings.num_rows, "rejections": its_rejections.num_rows}
            for what, count in counted.items():
                if count != record[what]:
                    yield ChainFault(
                        writer, batch, f"{what}: {count} stored, {record[what]} recorded"
                    )
            found = batch_hash(
                record["previous"],
                writer=writer,
                batch=batch,
                received_us=to_us(record["received"]),
                readings=its_readings,
                rejections=its_rejections,
            )
            if found != record["sha256"]:
                yield ChainFault(
                    writer, batch, f"content gives {found}, recorded {record['sha256']}"
                )


def _strangers(cursor: duckdb.DuckDBPyConnection) -> Iterator[ChainFault]:
    rows = cursor.execute(
        "select 'readings', batch, count(*) from readings t anti join batches using (batch)"
        " group by batch union all select 'rejections', batch, count(*) from rejections t"
        " anti join batches using (batch) group by batch order by 2, 1"
    ).fetchall()
    for what, batch, count in rows:
        yield ChainFault("", batch, f"{what}: {count} stored in a batch without a record")


def _runs(records: pa.Table) -> Iterator[range]:
    """Ranges of records that hold about ROWS_AT_ONCE readings together."""
    total = np.cumsum(ints(records["readings"]) + 1)
    begin = 0
    while begin < len(total):
        done = total[begin - 1] if begin else 0
        stop = max(int(np.searchsorted(total, done + ROWS_AT_ONCE, side="right")), begin + 1)
        yield range(begin, stop)
        begin = stop


def _content(
    cursor: duckdb.DuckDBPyConnection, table: str, order: str, schema: pa.Schema, run: Ints
) -> pa.Table:
    """The columns of ``schema`` and batch of a run of batches, in the order of the rows."""
    query = (
        f"select {', '.join(schema.names)}, batch from {table}"
        f" where batch between {run[0]} and {run[-1]} order by batch, {order}"
    )
    return cursor.sql(query).to_arrow_table().combine_chunks()


def _slices(rows: pa.Table, batches: Ints) -> Iterator[pa.Table]:
    """The rows of each batch, in the order of ``batches``; rows are ordered by batch."""
    batch = ints(rows["batch"])
    begin, end = (np.searchsorted(batch, batches, side=side) for side in ("left", "right"))
    for start, stop in zip(begin.tolist(), end.tolist(), strict=True):
        yield rows.slice(start, stop - start)
