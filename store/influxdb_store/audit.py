"""What the hash chain is checked against: records and content of the batches."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from store.hash_chain import CHAINED_REJECTIONS
from store.hour_ranges import ints
from store.influxdb_store import batches, readings, rejections, voids
from store.influxdb_store.readings import Span
from store.influxdb_store.server import InfluxDB

BATCH_NUMBERS = pa.schema([("time", pa.int64()), ("batch", pa.int64())])


class ChainedPoints:
    """``store.rules.chain_check.ChainedRows`` of the server."""

    def __init__(self, server: InfluxDB) -> None:
        self._server = server
        self._records = batches.table(server)

    def records(self) -> pa.Table:
        """BATCHES in the order of their numbers, and the bounds of their ts."""
        return self._records

    def content(self, records: pa.Table) -> tuple[pa.Table, pa.Table]:
        """Readings and rejections of these batches, ordered by batch and place in it."""
        run = records["batch"][0].as_py(), records["batch"][-1].as_py()
        some = ints(records["readings"]) > 0
        first, last = ints(records["first"])[some], ints(records["last"])[some]
        within = Span()
        if some.any():
            within = Span(int(first.min()) * 1_000, int(last.max()) * 1_000 + 1_000)
        rows = readings.of_batches(self._server, run, within)
        refused = rejections.select(self._server, batches=run, with_payload=True)
        order = [("batch", "ascending"), ("rejection_id", "ascending")]
        return rows, refused.sort_by(order).select([*CHAINED_REJECTIONS.names, "batch"])

    def strangers(self) -> Iterator[tuple[str, int, int]]:
        """(readings or rejections, batch, rows) of rows whose batch has no record.

        Looked for one by one only where the number of rows is not that of the records.
        """
        known = ints(self._records["batch"])
        for what, measurement in (("readings", "reading"), ("rejections", "rejection")):
            recorded = int(ints(self._records[what]).sum())
            left_out = voids.conditions(self._server)
            where = f" WHERE {' AND '.join(left_out)}" if left_out else ""
            found = self._server.rows([f"SELECT count(batch) FROM {measurement}{where}"])
            counted = sum(row["count"] for row in found)
            if counted == recorded:
                continue
            rows = self._server.numbers([f"SELECT batch FROM {measurement}{where}"], BATCH_NUMBERS)
            numbers, counts = np.unique(ints(rows["batch"]), return_counts=True)
            strange = ~np.isin(numbers, known)
            for number, count in zip(
                numbers[strange].tolist(), counts[strange].tolist(), strict=True
            ):
                yield what, number, count
