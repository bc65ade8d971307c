"""The same readings through both stores: every answer of the ledger is the same to the bit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest

from deploy.debian_servers.influx import InfluxServer
from ingest.decode.mapping import Mapping
from ingest.pipeline import Pipeline
from ingest.sources.files import import_file
from ledger.audit import verify
from ledger.books import Books
from ledger.inventory import inventory
from ledger.latest import latest
from ledger.settle import settle
from ledger.usage import usage
from models.carbon.factors import FactorLibrary
from models.registry import Registry
from simulators.demo_park import demo_registry
from simulators.history import write_history
from store.duckdb_store import DuckDBStore
from store.influxdb_store import InfluxDB, InfluxDBStore
from store.influxdb_store.set_up import prepare
from store.interface import Store
from store.registry_db import RegistryDatabase
from store.registry_files import load

NOW = datetime(2026, 11, 20, 3, tzinfo=UTC)
DAYS = 12

pytestmark = pytest.mark.influxdb


def clock() -> datetime:
    return NOW


@dataclass(frozen=True)
class Park:
    registry: Registry
    history: Path


@pytest.fixture(scope="module")
def park(tmp_path_factory: pytest.TempPathFactory) -> Park:
    """The demo park and its last days."""
    folder = tmp_path_factory.mktemp("park")
    database = RegistryDatabase(f"sqlite:///{folder / 'registry.sqlite'}")
    database.migrate()
    load(database, demo_registry(folder / "registry", NOW))
    for _ in write_history(folder / "history", NOW - timedelta(days=DAYS), NOW):
        pass
    return Park(database.snapshot(), folder / "history")


@pytest.fixture(scope="module")
def both(
    park: Park, influx: InfluxServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Books, Books]]:
    """The books on DuckDB and on InfluxDB, everything imported and settled."""
    zone = park.registry.zone
    server = InfluxDB(influx.url, "carbonpeak", "stores-agree", influx.token)
    prepare(server)
    file = tmp_path_factory.mktemp("duckdb") / "park.duckdb"
    stores: tuple[Store, Store] = (
        DuckDBStore(file, writer="main", clock=clock, zone=zone),
        InfluxDBStore(server, writer="main", clock=clock, zone=zone),
    )
    for store in stores:
        pipeline = Pipeline(store, lambda: park.registry, on_stored=lambda: None, now=clock)
        for path in sorted(park.history.iterdir()):
            assert import_file(path, Mapping(), pipeline).rejected == 0
    books = [Books(store, lambda: park.registry, FactorLibrary(), clock) for store in stores]
    for one in books:
        assert settle(one).rows.num_rows > 100_000
    yield books[0], books[1]
    for store in stores:
        store.close()


def test_readings_and_usage(both: tuple[Books, Books], park: Park) -> None:
    keys = sorted(park.registry.meter_by_key)
    duckdb, influxdb = (one.store for one in both)
    columns = ["meter_key", "ts", "value", "quality", "source"]
    of_duckdb = duckdb.readings(keys)
    assert of_duckdb.num_rows > 150_000
    assert influxdb.readings(keys).select(columns).equals(of_duckdb.select(columns))
    assert influxdb.usage_hours(keys).equals(duckdb.usage_hours(keys))
    zone = park.registry.zone
    for every in ("day", "month", "total"):
        assert influxdb.usage(keys, every=every, zone=zone).equals(
            duckdb.usage(keys, every=every, zone=zone)
        )
    assert influxdb.findings().equals(duckdb.findings())


@pytest.mark.parametrize("every", ["day", "month", "year"])
def test_inventory(both: tuple[Books, Books], every: str) -> None:
    of_duckdb, of_influxdb = (
        inventory(books, every=every, start=NOW - timedelta(days=DAYS), end=NOW).rows
        for books in both
    )
    assert of_duckdb["co2e_t"].sum() > 100
    pd.testing.assert_frame_equal(of_influxdb, of_duckdb, check_exact=True)


def test_the_other_questions(both: tuple[Books, Books]) -> None:
    start = NOW - timedelta(days=DAYS)
    for ask in (
        latest,
        lambda books: usage(books, every="day", start=start, end=NOW),
    ):
        of_duckdb, of_influxdb = (ask(books) for books in both)
        assert len(of_duckdb)
        pd.testing.assert_frame_equal(of_influxdb, of_duckdb, check_exact=True)


def test_audits_find_nothing(both: tuple[Books, Books]) -> None:
    audits = [verify(books) for books in both]
    for audit in audits:
        assert (audit.chain_faults, audit.usage_differences, audit.touched) == ((), 0, 0)
    assert audits[0].usage_hours == audits[1].usage_hours > 100_000
