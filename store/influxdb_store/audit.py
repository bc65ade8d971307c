"""What the hash chain is checked against: records and content of the batches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from store.hash_chain import CHAINED_REJECTIONS
from store.hour_ranges import ints
from store.influxdb_store import batches, readings, rejections, touched_log, voids
from store.influxdb_store.server import InfluxDB
from store.influxdb_store.statements import between_ns, one_of
from store.rules.chain_check import PAYLOADS

METERS_AT_ONCE = 50
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
        within = between_ns(None, None)
        if some.any():
            within = between_ns(int(first.min()) * 1_000, int(last.max()) * 1_000 + 1_000)
        rows = readings.of_batches(self._server, run, within)
        refused = rejections.select(self._server, batches=run)
        order = [("batch", "ascending"), ("rejection_id", "ascending")]
        return rows, refused.sort_by(order).select([*CHAINED_REJECTIONS.names, "batch"])

    def payloads(self, rejections_: pa.Table) -> pa.Table:
        """Payloads of these rejections."""
        ids = rejections_["rejection_id"].to_pylist()
        found = rejections.select(self._server, ids=ids, with_payload=True)
        return found.select(PAYLOADS.names)

    def strangers(self) -> Iterator[tuple[str, int, int]]:
        """(readings or rejections, batch, rows) of rows whose batch has no record.

        Batches that came in while this looked, that are under way, or void, are none.
        """
        counts = {"readings": self._counted(), "rejections": Counter(self._rejected())}
        known = set(ints(self._records["batch"]).tolist())
        suspects = {number for some in counts.values() for number in some} - known
        if suspects:
            suspects -= touched_log.unrecorded(self._server, suspects)
            suspects -= set(ints(batches.table(self._server)["batch"]).tolist())
            suspects -= voids.numbers(self._server)
        for what, some in counts.items():
            for number in sorted(suspects & some.keys()):
                yield what, number, some[number]

    def _counted(self) -> Counter[int]:
        """Readings of each batch; some meters at a time, to bound memory."""
        counted: Counter[int] = Counter()
        meters = readings.known_meters(self._server).tolist()
        for begin in range(0, len(meters), METERS_AT_ONCE):
            which = one_of("meter", meters[begin : begin + METERS_AT_ONCE])
            query = f"SELECT batch FROM reading WHERE {which}"
            rows = self._server.numbers([query], BATCH_NUMBERS)
            numbers, counts = np.unique(ints(rows["batch"]), return_counts=True)
            counted.update(dict(zip(numbers.tolist(), counts.tolist(), strict=True)))
        return counted

    def _rejected(self) -> Iterator[int]:
        for row in self._server.rows(["SELECT batch FROM rejection"]):
            yield row["batch"]
