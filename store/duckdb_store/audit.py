"""What the hash chain is checked against: records and content of the batches."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from models.readings import NEW_READINGS
from store.hash_chain import CHAINED_REJECTIONS
from store.interface import BATCHES
from store.rules.chain_check import PAYLOADS


class ChainedTables:
    """``store.rules.chain_check.ChainedRows`` of one transaction."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection) -> None:
        self._cursor = cursor

    def records(self, writer: str | None = None) -> pa.Table:
        """BATCHES in the order of their numbers."""
        where = "" if writer is None else " where writer = ?"
        query = f"select {', '.join(BATCHES.names)} from batches{where} order by batch"
        values = [] if writer is None else [writer]
        return self._cursor.sql(query, params=values).to_arrow_table().cast(BATCHES)

    def content(self, records: pa.Table) -> tuple[pa.Table, pa.Table]:
        """Readings and rejections of these batches, ordered by batch and place in it."""
        first, last = records["batch"][0].as_py(), records["batch"][-1].as_py()
        tables = (
            ("readings", "position", NEW_READINGS),
            ("rejections", "rejection_id", CHAINED_REJECTIONS),
        )
        readings, refused = (
            self._cursor.sql(
                f"select {', '.join(schema.names)}, batch from {table}"
                f" where batch between {first} and {last} order by batch, {order}"
            )
            .to_arrow_table()
            .combine_chunks()
            for table, order, schema in tables
        )
        return readings, refused

    def payloads(self, rejections: pa.Table) -> pa.Table:
        """Payloads of these rejections, which follow each other."""
        if not rejections.num_rows:
            return PAYLOADS.empty_table()
        batches = pc.min_max(rejections["batch"]).as_py()
        ids = pc.min_max(rejections["rejection_id"]).as_py()
        return self._cursor.sql(
            f"select {', '.join(PAYLOADS.names)} from rejections"
            f" where batch between {batches['min']} and {batches['max']}"
            f" and rejection_id between {ids['min']} and {ids['max']}"
        ).to_arrow_table()

    def strangers(self) -> Iterator[tuple[str, int, int]]:
        """(readings or rejections, batch, rows) of rows whose batch has no record."""
        yield from self._cursor.execute(
            "select 'readings', batch, count(*) from readings t anti join batches using (batch)"
            " group by batch union all select 'rejections', batch, count(*) from rejections t"
            " anti join batches using (batch) group by batch order by 2, 1"
        ).fetchall()
