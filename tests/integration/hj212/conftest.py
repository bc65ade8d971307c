"""A park of stations of HJ 212 on a real pipeline and a real store, and a receiver of its own.

Stations: STACK (edition 2017), OLD (2005), NEW (2025), each with the password 123456; SO2 in real
time, by the minute and by the hour.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from carbonpeak.stations_view import StationsView
from ingest.pipeline import Pipeline
from ingest.sources.hj212 import Hj212Source, listening
from ingest.sources.hj212_bounds import Bounds
from ingest.sources.hj212_host import Patience
from models.registry import Registry
from store.duckdb_store import DuckDBStore
from store.registry_db import RegistryDatabase
from store.registry_files import load
from tests.servers.station import Station

WAIT_S = 20.0
FILES = {
    "park.yaml": """
park: {code: tl, name_zh: 铁岭, name_en: Tieling, province: 辽宁, grid_region: 东北,
       time_zone: Asia/Shanghai}
clusters:
  - {code: c, name_zh: 集群, name_en: Cluster}
""",
    "enterprises.csv": "code,name_zh,name_en,cluster\nE1,一厂,Works 1,c\n",
    "points.csv": """enterprise,code,medium,name_zh,name_en,mn,password,st,edition
E1,STACK,waste_gas,排放口,stack,010000A8900016F000169DC0,123456,31,2017
E1,OLD,waste_gas,旧排放口,old stack,88888880000001,123456,31,2005
E1,NEW,waste_gas,新排放口,new stack,A110000_0001,123456,31,2025
""",
    "channels.csv": "enterprise,point,code,fields\n"
    + "".join(f"E1,{point},a21026,realtime|minute|hour\n" for point in ("STACK", "OLD", "NEW")),
}
STACK, OLD, NEW = "010000A8900016F000169DC0", "88888880000001", "A110000_0001"


def until(holds: Callable[[], bool], wait_s: float = WAIT_S) -> None:
    """Wait for a condition of other threads or processes."""
    deadline = time.monotonic() + wait_s
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@dataclass
class Receiver:
    """A receiver, and what is stored."""

    source: Hj212Source
    pipeline: Pipeline
    store: DuckDBStore
    registry: Registry

    def station(self, mn: str = STACK, password: str = "123456") -> Station:
        """A station that has just connected."""
        return Station(self.source.port, mn, password)

    def values(self, meter: str) -> list[tuple[datetime, float]]:
        """The readings of a meter of E1."""
        rows = self.store.readings([self.registry.key_of["E1", meter]]).to_pylist()
        return [(row["ts"], row["value"]) for row in rows]

    def refused(self) -> list[tuple[str, bytes]]:
        """Reason and bytes of every rejection, oldest first."""
        table = self.store.rejections(with_payload=True)
        return [(row["reason"], row["payload"]) for row in reversed(table.to_pylist())]


@pytest.fixture(scope="session")
def registry_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The registry's files."""
    folder = tmp_path_factory.mktemp("stations")
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def registry(registry_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Registry:
    """The park as it is registered."""
    file = tmp_path_factory.mktemp("registry") / "registry.sqlite"
    database = RegistryDatabase(f"sqlite:///{file}")
    database.migrate()
    load(database, registry_folder)
    return database.snapshot()


@contextmanager
def receiving(registry: Registry, folder: Path, **given: Any) -> Iterator[Receiver]:
    """A receiver of its own for the length of the block."""
    store = DuckDBStore(
        folder / "readings.duckdb",
        writer="main",
        clock=lambda: datetime.now(UTC),
        zone=registry.zone,
    )
    pipeline = Pipeline(
        store, lambda: registry, on_stored=lambda: None, now=lambda: datetime.now(UTC)
    )
    given.setdefault("put", lambda some: [pipeline.put(one) for one in some])
    source = Hj212Source(listening("127.0.0.1", 0), StationsView(lambda: registry, {}), **given)
    pipeline.start()
    source.start()
    try:
        yield Receiver(source, pipeline, store, registry)
    finally:
        source.finish()
        pipeline.stop()
        store.close()


@pytest.fixture
def receiver(registry: Registry, tmp_path: Path) -> Iterator[Receiver]:
    """A receiver with short patience, so that what has no answer is soon told."""
    with receiving(registry, tmp_path, patience=Patience(0.2, 2, 0.5), bounds=Bounds()) as made:
        yield made
