"""A park of one works on a real store and registry, with a clock that a test sets.

Park time is UTC+8. Meter steel/EL-01 is a counter in kWh with multiplier 40; its register rises by
1 an hour, 40 kWh/h, at 0.5 kg/kWh (declared). January 2026 has 744 hours: 29,760 kWh, 14.88 t.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pytest

from ingest.corrections import Corrector
from ledger.books import Books
from ledger.settle import settle, settle_meters
from models.carbon.factors import FactorLibrary
from models.readings import NEW_READINGS
from store.duckdb_store import DuckDBStore
from store.interface import Batch, Store
from store.registry_db import FrozenInventories, RegistryDatabase
from store.registry_db.corrections import Corrections
from store.registry_db.history import history
from store.registry_files import load
from tests.servers.migrated import sqlite_registry

SHANGHAI = ZoneInfo("Asia/Shanghai")
JANUARY = datetime(2026, 1, 1, tzinfo=SHANGHAI).astimezone(UTC)
HOURS = 744

PARK = """
park: {code: demo, name_zh: 示范园区, name_en: Demo Park, province: 吉林, grid_region: 东北}
clusters:
  - {code: equipment, name_zh: 高端装备制造, name_en: Advanced equipment}
"""
FILES = {
    "park.yaml": PARK,
    "enterprises.csv": """code,name_zh,name_en,cluster
steel,示例钢厂,Example Steel,equipment
""",
    "meters.csv": """enterprise,code,quantity,kind,unit,interval_s,multiplier,valid_from
steel,EL-01,electricity,counter,kWh,3600,40,
""",
    "declared_factors.csv": """enterprise,carrier,value,unit,valid_from,valid_to,evidence
steel,electricity,0.5,kg/kWh,2026-01-01,,contract 7
""",
}


@dataclass
class World:
    """The park and what changes it."""

    folder: Path
    database: RegistryDatabase
    store: Store
    clock: list[datetime]
    books: Books = field(init=False)
    corrector: Corrector = field(init=False)

    def __post_init__(self) -> None:
        self.books = Books(
            self.store, self.database.snapshot, FactorLibrary(), self.now,
            registry_as_of=self.database.snapshot, corrections=Corrections(self.database),
            frozen=FrozenInventories(self.database),
            registry_changes=lambda: history(self.database, 100),
        )  # fmt: skip
        self.corrector = Corrector(
            self.store, self.database, self.database.snapshot,
            on_stored=lambda: settle(self.books), now=self.now,
        )  # fmt: skip

    def now(self) -> datetime:
        return self.clock[-1]

    def on(self, month: int, day: int) -> None:
        """Let it be noon (UTC) of a day of 2026."""
        self.clock.append(datetime(2026, month, day, 12, tzinfo=UTC))

    def file(self, name: str, text: str) -> None:
        """Load the registry with another file, and settle what stands on it."""
        (self.folder / name).write_text(text, encoding="utf-8")
        load(self.database, self.folder, now=self.now())
        settle_meters(self.books, sorted(self.books.registry().meter_by_key))

    def send(
        self, first: int, registers: list[float], meter: str = "EL-01", *, settled: bool = True
    ) -> None:
        """Store registers of successive hours from hour ``first`` of January, received now."""
        key = self.books.registry().key_of["steel", meter]
        rows = [
            {"meter_key": key, "ts": JANUARY + timedelta(hours=first + at), "value": value,
             "quality": 0, "received": self.now() + timedelta(seconds=1), "source": 1}
            for at, value in enumerate(registers)
        ]  # fmt: skip
        self.clock.append(self.now() + timedelta(seconds=2))
        self.store.append(Batch(readings=pa.Table.from_pylist(rows, schema=NEW_READINGS)))
        if settled:
            settle(self.books)


def registers(first: int, last: int) -> list[float]:
    """Of hours first to last: 100 at the beginning of January, 1 more an hour."""
    return list(100.0 + np.arange(first, last + 1))


@pytest.fixture
def open_world(tmp_path: Path) -> Iterator[Callable[..., World]]:
    """Opens a world on a store that a test gives, or on DuckDB."""
    opened: list[World] = []

    def opening(store: Store | None = None) -> World:
        folder = tmp_path / "files"
        folder.mkdir()
        for name, text in FILES.items():
            (folder / name).write_text(text, encoding="utf-8")
        database = sqlite_registry(tmp_path / "registry.db")
        clock = [datetime(2025, 12, 1, tzinfo=UTC)]
        load(database, folder, now=clock[-1])
        zone = database.snapshot().zone
        kept = store or DuckDBStore(
            tmp_path / "r.duckdb", writer="test", clock=lambda: clock[-1], zone=zone,
            memory_limit="256MB",
        )  # fmt: skip
        opened.append(World(folder, database, kept, clock))
        return opened[-1]

    yield opening
    for one in opened:
        one.store.close()
        one.database.close()


@pytest.fixture
def world(open_world: Callable[..., World]) -> World:
    """The world on 10 February, with all of January but its last ten hours."""
    opened = open_world()
    opened.on(2, 10)
    opened.send(0, registers(0, HOURS - 10))
    return opened
