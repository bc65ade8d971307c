"""A process of its own that appends until it is killed; prints each batch once it is acknowledged.

Usage: appender.py SEED FILE, or appender.py SEED URL BUCKET TOKEN
"""

import hashlib
import random
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa

from models.readings import NEW_READINGS, TIMESTAMP
from store.duckdb_store import DuckDBStore
from store.influxdb_store import InfluxDB, InfluxDBStore
from store.interface import NEW_REJECTIONS, Batch, Store

START = datetime(2026, 3, 1, tzinfo=UTC)


METERS = 500


def readings(number: int, rows: int) -> pa.Table:
    """METERS rows a second from the batch's own hour on, their value the batch's number."""
    received = START + timedelta(days=300, seconds=number)
    begin = np.datetime64(START.replace(tzinfo=None) + timedelta(hours=number), "us")
    seconds = np.arange(rows) // METERS
    return pa.table(
        [
            pa.array(np.arange(rows) % METERS, pa.int32()),
            pa.array(begin + seconds * np.timedelta64(1_000_000, "us"), TIMESTAMP),
            pa.array(np.full(rows, float(number))),
            pa.array(np.zeros(rows), pa.uint8()),
            pa.array([received] * rows, TIMESTAMP),
            pa.array(np.ones(rows), pa.uint8()),
        ],
        schema=NEW_READINGS,
    )


def open_store(*where: str) -> Store:
    """DuckDB's of a file, InfluxDB's of an address, bucket and token."""
    zone = ZoneInfo("Asia/Shanghai")
    if len(where) == 1:
        return DuckDBStore(Path(where[0]), writer="child", clock=utc_now, zone=zone)
    url, bucket, token = where
    server = InfluxDB(url, "carbonpeak", bucket, token)
    return InfluxDBStore(server, writer="child", writer_number=1, clock=utc_now, zone=zone)


def utc_now() -> datetime:
    return datetime.now(UTC)


def main(seed: str, *where: str) -> None:
    chance = random.Random(int(seed))
    store = open_store(*where)
    number = store.counts()["batches"]
    while True:
        number += 1
        rows = chance.choice([1, 20, 500, *([20_000, 150_000] if len(where) == 1 else [5_000])])
        refused = pa.Table.from_pylist(
            [
                {
                    "received": START,
                    "reason": "malformed",
                    "payload": (payload := b"x" * (number % 50)),
                    "payload_sha256": hashlib.sha256(payload).hexdigest(),
                    "payload_length": len(payload),
                }
            ],
            schema=NEW_REJECTIONS,
        )
        appended = store.append(Batch(readings(number, rows), refused))
        print(appended.batch, appended.stored, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
