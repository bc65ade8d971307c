"""Batches that were begun and never finished: measurement ``void``, tag ``writer``.

A write that was under way when its process died, or when the server answered too late, may still
come into effect after the process is back. So a torn batch is not mended but declared void, by its
number: nothing reads its points or its record, now or later. It was acknowledged to nobody, and its
senders send it again.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from store.influxdb_store.lines import lines
from store.influxdb_store.server import InfluxDB


def void_lines(writer: str, batch: int) -> pa.Array:
    """The declaration."""
    return lines("void", {"writer": writer}, {"n": pa.array([1])}, np.array([batch * 1_000]))


def of_writer(server: InfluxDB, writer: str) -> list[int]:
    """Numbers of the writer's void batches."""
    return [batch for name, batch in every(server) if name == writer]


def numbers(server: InfluxDB) -> set[int]:
    """Numbers of all void batches, by which their points are left out."""
    return {batch for _, batch in every(server)}


def every(server: InfluxDB) -> list[tuple[str, int]]:
    """Writer and number of each void batch."""
    rows = server.rows(["SELECT writer,n FROM void"])
    return [(row["writer"], row["time"] // 1_000) for row in rows]
