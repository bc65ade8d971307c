"""Outlets of a works on a real registry and store; every test sends what it needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pyarrow as pa
import pytest

from ledger.books import Books
from ledger.discharges import discharges
from ledger.settle import settle
from models.carbon.factors import FactorLibrary
from models.readings import NEW_READINGS, Quality, Source
from models.registry import Registry
from models.registry.channel_fields import FIELDS, meter_code
from store.duckdb_store import DuckDBStore
from store.interface import Batch
from store.registry_files import load
from tests.servers.migrated import sqlite_registry

ZONE = ZoneInfo("Asia/Shanghai")
MIDNIGHT = datetime(2026, 3, 5, tzinfo=ZONE)

PARK = """
park:
  code: demo-park
  name_zh: 示范园区
  name_en: Demo Park
  province: 吉林
  grid_region: 东北
  time_zone: Asia/Shanghai
clusters:
  - {code: equipment, name_zh: 高端装备制造, name_en: Advanced equipment}
"""
ENTERPRISES = """code,name_zh,name_en,cluster,key_energy_user
works,示例工厂,Example Works,equipment,true
mill,示例纸厂,Example Mill,equipment,false
"""
METERS = "enterprise,code,quantity,kind,unit,interval_s\nworks,EL-01,electricity,counter,kWh,3600\n"

Row = tuple[str, str]


@dataclass
class Clock:
    """Time that stands still until it is moved."""

    now: datetime = MIDNIGHT + timedelta(days=40)

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Works:
    """The books and the ways to fill and ask them."""

    books: Books
    clock: Clock

    def send(
        self,
        point: str,
        code: str,
        series: str,
        start: datetime,
        values: Sequence[float],
        *,
        marks: Mapping[int, Quality] | None = None,
        skipped: Sequence[int] = (),
        enterprise: str = "works",
    ) -> None:
        """Values one after another from ``start`` on, each at the end of its interval (real-time
        ones at its begin); ``marks`` of some, ``skipped`` ones are not sent.
        """
        registry = self.books.registry()
        key = registry.key_of[enterprise, meter_code(point, code, series)]
        step = timedelta(seconds=registry.meter_by_key[key].interval_s)
        first = start if FIELDS[series].series == "realtime" else start + step
        rows = [
            {
                "meter_key": key,
                "ts": first + number * step,
                "value": float(value),
                "quality": int((marks or {}).get(number, Quality.GOOD)),
                "received": first + number * step + timedelta(seconds=2),
                "source": int(Source.HJ212),
            }
            for number, value in enumerate(values)
            if number not in skipped
        ]
        table = pa.Table.from_pylist(rows, schema=NEW_READINGS)
        self.books.store.append(Batch(readings=table))

    def discharges(self, every: str, start: datetime, end: datetime, **more: Any) -> pd.DataFrame:
        """Of what was sent, settled."""
        settle(self.books)
        return discharges(self.books, every=every, start=start, end=end, **more)

    def row(self, every: str, start: datetime, end: datetime, **more: Any) -> dict[str, Any]:
        """The only row of such an answer; null is None."""
        frame = self.discharges(every, start, end, **more)
        assert len(frame) == 1, frame
        plain = frame.astype(object).where(frame.notna(), None)
        return dict(plain.iloc[0])


Open = Callable[..., Works]


@pytest.fixture(scope="session")
def registry_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Registry]:
    """The registry of such files, loaded once."""

    @cache
    def loaded(**files: str) -> Registry:
        folder = tmp_path_factory.mktemp("registry")
        given = {"park.yaml": PARK, "enterprises.csv": ENTERPRISES, "meters.csv": METERS}
        for name, text in (given | {f"{name}.csv": text for name, text in files.items()}).items():
            (folder / name).write_text(text, encoding="utf-8")
        database = sqlite_registry(tmp_path_factory.mktemp("database") / "registry.db")
        load(database, folder, now=datetime(2025, 1, 1, tzinfo=ZONE))
        return database.snapshot()

    return loaded


@pytest.fixture
def open_works(tmp_path: Path, registry_of: Callable[..., Registry]) -> Iterator[Open]:
    """Works with the given registry files beside the park's; closed afterwards."""
    opened: list[Works] = []

    def open_one(**files: str) -> Works:
        registry = registry_of(**files)
        clock = Clock()
        path = tmp_path / f"readings-{len(opened)}.duckdb"
        store = DuckDBStore(path, writer="test", clock=clock, zone=ZONE, memory_limit="256MB")
        works = Works(Books(store, lambda: registry, FactorLibrary(), clock), clock)
        opened.append(works)
        return works

    yield open_one
    for one in opened:
        one.books.store.close()
