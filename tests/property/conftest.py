"""A real store that many examples share, each with meters of its own, and ledgers that fail."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pytest

from ledger.basis import Basis
from ledger.books import Books
from ledger.worker import LedgerWorker
from models.carbon.factors import FactorLibrary
from models.readings import NEW_READINGS, TIMESTAMP, Quality, Source
from models.registry import Cluster, Enterprise, Exchange, Meter, Park, Profile, Registry
from store.duckdb_store import DuckDBStore
from store.influxdb_store import InfluxDB, InfluxDBStore
from store.influxdb_store.set_up import prepare
from store.interface import NEW_USAGE, Batch, Store

START = datetime(2026, 3, 10, tzinfo=UTC)  # an arbitrary full hour
ZONE = ZoneInfo("Asia/Shanghai")
PARK = Registry(
    park=Park("p", "园区", "Park", "吉林", "东北"),
    clusters=(Cluster("c", "甲", "One"),),
    enterprises=(Enterprise("a", "甲厂", "A", "c"),),
)


class Killed(Exception):  # noqa: N818 - it stands for the end of a process, not for an error
    """Where a process ended."""


class DyingStore:
    """A store whose ``put_usage`` ends the process at the nth call, before or after it is done."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.calls_left: int | None = None
        self.done_first = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def put_usage(self, *given: Any) -> pa.Table:
        if self.calls_left == 0:
            if self.done_first:
                self._store.put_usage(*given)
            raise Killed
        if self.calls_left is not None:
            self.calls_left -= 1
        return self._store.put_usage(*given)


@dataclass(frozen=True)
class Row:
    """A reading: meter (a small number of the example's own), seconds since START, value."""

    meter: int
    second: int
    value: float
    quality: Quality = Quality.GOOD
    source: Source = Source.MQTT


@dataclass
class World:
    """One example: its meters, on a store that others share."""

    store: DyingStore
    basis: Path
    first_key: int
    clock: Iterator[datetime]
    registry: Registry = PARK
    ever: set[int] = field(default_factory=set)

    @property
    def books(self) -> Books:
        return Books(self.store, lambda: self.registry, FactorLibrary(), lambda: next(self.clock))

    def key(self, meter: int) -> int:
        return self.first_key + meter

    @property
    def keys(self) -> list[int]:
        """Of every meter that was ever registered."""
        return sorted(self.ever)

    def register(
        self,
        meters: Sequence[Meter],
        exchanges: Sequence[Exchange] = (),
        profiles: Sequence[Profile] = (),
    ) -> None:
        """Meters and what belongs to them, whose keys are the example's own small numbers."""
        self.registry = replace(
            PARK,
            meters=tuple(replace(one, key=self.key(one.key)) for one in meters),
            exchanges=tuple(replace(one, meter_key=self.key(one.meter_key)) for one in exchanges),
            profiles=tuple(replace(one, meter_key=self.key(one.meter_key)) for one in profiles),
        )
        self.ever |= self.registry.meter_by_key.keys()

    def append(self, rows: Sequence[Row]) -> None:
        received = next(self.clock)
        begin = np.datetime64(START.replace(tzinfo=None), "us")
        seconds = np.array([row.second for row in rows]).astype("timedelta64[s]")
        columns = {
            "meter_key": pa.array([self.key(row.meter) for row in rows], pa.int32()),
            "ts": pa.array(begin + seconds).cast(TIMESTAMP),
            "value": pa.array([float(row.value) for row in rows]),
            "quality": pa.array([int(row.quality) for row in rows], pa.uint8()),
            "received": pa.array([received] * len(rows), TIMESTAMP),
            "source": pa.array([int(row.source) for row in rows], pa.uint8()),
        }
        self.store.append(Batch(pa.table(columns, schema=NEW_READINGS)))

    def ledger(self) -> LedgerWorker:
        """A process that begins with what the one before left behind."""
        return LedgerWorker(self.books, Basis(self.basis))

    def settle(self) -> None:
        self.ledger().settle_now()

    def dies(self, after_calls: int, *, done_first: bool) -> None:
        """A ledger that is killed at a put_usage, if it comes to it."""
        self.store.calls_left, self.store.done_first = after_calls, done_first
        try:
            self.settle()
        except Killed:
            pass
        finally:
            self.store.calls_left = None

    def hours(self) -> pa.Table:
        return self.store.usage_hours(self.keys)

    def usage(self) -> pa.Table:
        """NEW_USAGE as it stands, meters by their small numbers."""
        return self._small(self.hours().select(NEW_USAGE.names))

    def amounts(self, meter: int) -> list[float | None]:
        table = self.store.usage_hours([self.key(meter)])
        found: list[float | None] = table["amount"].to_pylist()
        return found

    def _small(self, table: pa.Table) -> pa.Table:
        keys = pa.array(table["meter_key"].to_numpy() - self.first_key, pa.int32())
        return table.set_column(0, "meter_key", keys)


def ticking() -> Iterator[datetime]:
    """A clock that never stands still, long after the readings."""
    for tick in itertools.count(1):
        yield START + timedelta(days=365, milliseconds=tick)


class Worlds:
    """Makes worlds on one open store."""

    def __init__(self, store: Store, folder: Path, clock: Iterator[datetime]) -> None:
        self._store, self._folder, self._clock = store, folder, clock
        self._numbers = itertools.count(1)

    def new(self) -> World:
        number = next(self._numbers)
        basis = self._folder / f"basis-{number}"
        return World(DyingStore(self._store), basis, number * 100, self._clock)


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worlds]:
    """On DuckDB."""
    folder, clock = tmp_path_factory.mktemp("worlds"), ticking()
    file = folder / "readings.duckdb"
    store = DuckDBStore(file, writer="main", clock=lambda: next(clock), zone=ZONE)
    yield Worlds(store, folder, clock)
    store.close()


@pytest.fixture(scope="module")
def server_worlds(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Worlds]:
    """On InfluxDB, in a bucket of the module's own: the server is the session's."""
    running = request.getfixturevalue("influx")
    bucket = request.module.__name__.rpartition(".")[2]
    server = InfluxDB(running.url, "carbonpeak", bucket, running.token)
    prepare(server)
    folder, clock = tmp_path_factory.mktemp("worlds"), ticking()
    store = InfluxDBStore(server, writer="main", clock=lambda: next(clock), zone=ZONE)
    yield Worlds(store, folder, clock)
    store.close()
