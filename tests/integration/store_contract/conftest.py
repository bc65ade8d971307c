"""Every promise of store.interface, for every implementation: `open_store` is parametrized."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest

from deploy.debian_servers.influx import InfluxServer
from models.readings import NEW_READINGS, Quality, Source
from store.duckdb_store import DuckDBStore
from store.influxdb_store import InfluxDB, InfluxDBStore
from store.influxdb_store.set_up import prepare
from store.interface import (
    FINDINGS,
    NEW_REJECTIONS,
    NEW_USAGE,
    WINDOWS,
    Store,
)
from tests.integration.store_contract.damaging import in_duckdb, in_influxdb

START = datetime(2026, 3, 1, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")


class Clock:
    """Time that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = START + timedelta(days=365)

    def __call__(self) -> datetime:
        return self.now


def table(schema: pa.Schema, rows: Sequence[dict[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist(list(rows), schema=schema)


def _hashed(row: dict[str, Any]) -> dict[str, Any]:
    payload = row.get("payload")
    if payload is None:
        return {}
    return {"payload_sha256": hashlib.sha256(payload).hexdigest(), "payload_length": len(payload)}


class Make:
    """Tables of the contract, written short: hours are counted from START."""

    start = START
    zone = SHANGHAI

    @staticmethod
    def at(hours: float) -> datetime:
        return START + timedelta(hours=hours)

    def readings(self, *rows: tuple[Any, ...]) -> pa.Table:
        """Rows (meter, hour, value[, received hour[, quality[, source]]])."""
        defaults = (0, 0.0, 0.0, 0.0, Quality.GOOD, Source.MQTT)
        full = [(*row, *defaults[len(row) :]) for row in rows]
        return table(
            NEW_READINGS,
            [
                {
                    "meter_key": meter,
                    "ts": self.at(hour),
                    "value": float(value),
                    "quality": int(quality),
                    "received": self.at(received),
                    "source": int(source),
                }
                for meter, hour, value, received, quality, source in full
            ],
        )

    def rejections(self, *rows: dict[str, Any]) -> pa.Table:
        blank = {"received": START, "source": 1, "peer": "park/p/e/batch", "item": -1}
        return table(NEW_REJECTIONS, [{**blank, **_hashed(row), **row} for row in rows])

    def windows(self, *rows: tuple[int, float, float]) -> pa.Table:
        return table(
            WINDOWS,
            [{"meter_key": m, "start": self.at(a), "end": self.at(b)} for m, a, b in rows],
        )

    def usage(self, *rows: tuple[Any, ...]) -> pa.Table:
        """Rows (meter, hour, amount[, coverage[, mean[, min[, max[, n]]]]])."""
        defaults = (0, 0, None, 1.0, None, None, None, 1)
        return table(
            NEW_USAGE,
            [
                {
                    "meter_key": meter,
                    "hour": self.at(hour),
                    "amount": amount,
                    "estimated": None if amount is None else 0.0,
                    "coverage": coverage,
                    "mean": mean,
                    "min": low,
                    "max": high,
                    "n": n,
                }
                for meter, hour, amount, coverage, mean, low, high, n in (
                    (*row, *defaults[len(row) :]) for row in rows
                )
            ],
        )

    def findings(self, *rows: tuple[int, float, str, str]) -> pa.Table:
        return table(
            FINDINGS,
            [
                {"meter_key": meter, "ts": self.at(hour), "kind": kind, "detail": detail}
                for meter, hour, kind, detail in rows
            ],
        )

    def hours(self, found: pa.Table) -> list[tuple[int, float]]:
        """(meter, hour) of a table with columns meter_key and hour, sorted."""
        return sorted(
            (row["meter_key"], (row["hour"] - START).total_seconds() / 3600)
            for row in found.to_pylist()
        )


@pytest.fixture
def make() -> Make:
    return Make()


@pytest.fixture
def clock() -> Clock:
    return Clock()


Opener = Callable[..., Store]


@pytest.fixture(params=["duckdb", pytest.param("influxdb", marks=pytest.mark.influxdb)])
def kind(request: pytest.FixtureRequest) -> str:
    """The implementation under test."""
    return str(request.param)


@pytest.fixture
def bucket(request: pytest.FixtureRequest, kind: str) -> InfluxDB | None:
    """A new bucket of the server's, where the store is InfluxDB's."""
    if kind != "influxdb":
        return None
    running = request.getfixturevalue("influx")
    server = connect(running, f"t{next(numbers)}")
    prepare(server)
    return server


numbers = count(1)


def connect(running: InfluxServer, name: str) -> InfluxDB:
    return InfluxDB(running.url, "carbonpeak", name, running.token)


@pytest.fixture
def open_store(
    kind: str,
    bucket: InfluxDB | None,
    influx_again: Callable[[], InfluxDB],
    tmp_path: Path,
    clock: Clock,
) -> Iterator[Opener]:
    """Opens the same store again and again; the caller closes it before it opens the next."""
    opened: list[Store] = []
    writers: dict[str, int] = {}

    def open_it(writer: str = "test") -> Store:
        if kind == "duckdb":
            file = tmp_path / "park.duckdb"
            store: Store = DuckDBStore(file, writer=writer, clock=clock, zone=SHANGHAI)
        else:
            number = writers.setdefault(writer, len(writers))
            store = InfluxDBStore(
                influx_again(), writer=writer, writer_number=number, clock=clock, zone=SHANGHAI
            )
        opened.append(store)
        return store

    yield open_it
    for store in opened:
        store.close()


@pytest.fixture
def influx_again(request: pytest.FixtureRequest, bucket: InfluxDB | None) -> Callable[[], InfluxDB]:
    """Another connection to the test's bucket."""

    def connect_again() -> InfluxDB:
        assert bucket is not None
        return connect(request.getfixturevalue("influx"), bucket.bucket)

    return connect_again


@pytest.fixture
def store(open_store: Callable[[], Store]) -> Store:
    return open_store()


@pytest.fixture
def damage(tmp_path: Path, bucket: InfluxDB | None) -> Callable[[str], None]:
    """Changes what a closed store keeps behind its back, by an SQL statement on its tables."""

    def run(statement: str) -> None:
        if bucket is None:
            in_duckdb(tmp_path / "park.duckdb", statement)
        else:
            in_influxdb(bucket, statement)

    return run


@pytest.fixture
def open_on(clock: Clock) -> Iterator[Callable[..., InfluxDBStore]]:
    """A store on a given connection."""
    opened: list[InfluxDBStore] = []

    def open_it(server: InfluxDB, writer: str = "test", number: int = 0) -> InfluxDBStore:
        store = InfluxDBStore(
            server, writer=writer, writer_number=number, clock=clock, zone=SHANGHAI
        )
        opened.append(store)
        return store

    yield open_it
    for store in opened:
        store.close()
