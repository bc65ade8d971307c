"""Registry data put right restates the past, a change leaves it alone; as of shows both states."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from ledger.books import Books
from ledger.settle import settle, settle_meters
from ledger.usage import usage
from models.carbon.factors import FactorLibrary
from models.readings import NEW_READINGS
from store.duckdb_store import DuckDBStore
from store.interface import Batch
from store.registry_db import RegistryDatabase
from store.registry_db.history import history
from store.registry_files import load
from tests.servers.migrated import sqlite_registry

PARK = """
park: {code: demo, name_zh: 示范园区, name_en: Demo Park, province: 吉林, grid_region: 东北}
clusters:
  - {code: equipment, name_zh: 高端装备制造, name_en: Advanced equipment}
"""
METERS = "enterprise,code,quantity,kind,unit,interval_s,multiplier,valid_from\n"
BEGIN = datetime(2026, 3, 1, tzinfo=UTC)
NOW = datetime(2026, 6, 1, tzinfo=UTC)

Load = Callable[[str, datetime], None]


def instant(day: int) -> datetime:
    """Noon UTC of a day in May 2026."""
    return datetime(2026, 5, day, 12, tzinfo=UTC)


@pytest.fixture
def books(tmp_path: Path) -> Books:
    """Books of one counter, whose register rises by 1 kWh in each of four hours."""
    database = sqlite_registry(tmp_path / "registry.db")
    (tmp_path / "park.yaml").write_text(PARK, encoding="utf-8")
    (tmp_path / "enterprises.csv").write_text("code,name_zh,name_en,cluster\nE1,厂,F,equipment\n")
    (tmp_path / "meters.csv").write_text(f"{METERS}E1,M1,electricity,counter,kWh,3600,40,\n")
    load(database, tmp_path, now=datetime(2026, 2, 1, tzinfo=UTC))
    zone = database.snapshot().zone
    store = DuckDBStore(tmp_path / "r.duckdb", writer="test", clock=lambda: NOW, zone=zone)
    rows = [
        {"meter_key": 1, "ts": BEGIN + timedelta(hours=hour), "value": float(hour), "quality": 0,
         "received": BEGIN + timedelta(hours=hour), "source": 1}
        for hour in range(5)
    ]  # fmt: skip
    store.append(Batch(readings=pa.Table.from_pylist(rows, schema=NEW_READINGS)))
    opened = Books(
        store, database.snapshot, FactorLibrary(), lambda: NOW, registry_as_of=database.snapshot
    )
    settle(opened)
    return opened


@pytest.fixture
def reload(books: Books, tmp_path: Path) -> Load:
    """Loads meters.csv with these rows, recorded at a time, and settles what stands on them."""

    def reload_it(rows: str, at: datetime) -> None:
        (tmp_path / "meters.csv").write_text(METERS + rows)
        database = RegistryDatabase(f"sqlite:///{tmp_path / 'registry.db'}")
        load(database, tmp_path, now=at)
        database.close()
        settle_meters(books, [1])

    return reload_it


def amounts(books: Books, as_of: datetime | None = None) -> list[float]:
    """Usage of the four hours in kWh."""
    return list(usage(books, every="hour", as_of=as_of)["amount"].dropna())


def test_a_wrong_ratio_put_right_restates_the_past(books: Books, reload: Load) -> None:
    reload("E1,M1,electricity,counter,kWh,3600,50,\n", instant(10))
    assert amounts(books) == [50.0] * 4
    assert amounts(books, instant(9)) == [40.0] * 4
    assert amounts(books, instant(10)) == [50.0] * 4
    assert amounts(books, NOW) == amounts(books)


def test_a_new_ratio_leaves_the_past_alone(books: Books, reload: Load) -> None:
    exchanged = "2026-03-01T10:00:00+08:00"  # two hours after the first reading
    reload(
        "E1,M1,electricity,counter,kWh,3600,40,\n"
        f"E1,M1,electricity,counter,kWh,3600,60,{exchanged}\n",
        instant(10),
    )
    assert amounts(books) == [40.0, 40.0, 60.0, 60.0]
    assert amounts(books, instant(9)) == [40.0] * 4
    # Then the first ratio turns out to have been wrong: only its own hours are restated.
    reload(
        "E1,M1,electricity,counter,kWh,3600,50,\n"
        f"E1,M1,electricity,counter,kWh,3600,60,{exchanged}\n",
        instant(20),
    )
    assert amounts(books) == [50.0, 50.0, 60.0, 60.0]
    assert amounts(books, instant(15)) == [40.0, 40.0, 60.0, 60.0]
    assert amounts(books, instant(9)) == [40.0] * 4


def test_the_history_tells_each_change_and_correction(
    books: Books, reload: Load, tmp_path: Path
) -> None:
    exchanged = "2026-03-01T10:00:00+08:00"
    second = f"E1,M1,electricity,counter,kWh,3600,60,{exchanged}\n"
    reload("E1,M1,electricity,counter,kWh,3600,40,\n" + second, instant(10))
    reload("E1,M1,electricity,counter,kWh,3600,50,\n" + second, instant(20))
    database = RegistryDatabase(f"sqlite:///{tmp_path / 'registry.db'}")
    found = history(database)
    assert [(one.version, one.recorded_at) for one in found] == [
        (3, instant(20)), (2, instant(10)), (1, datetime(2026, 2, 1, tzinfo=UTC))
    ]  # fmt: skip
    assert [one.difference.counts for one in found] == [
        {"meter": {"corrected": 1}},
        {"meter": {"closed": 1, "added": 1}},
        {name: {"added": 1} for name in ("park", "cluster", "enterprise", "meter")},
    ]
    (line,) = found[0].difference.lines()
    assert line == "~ meter E1 M1 corrected: multiplier 40.0 -> 50.0"
    assert history(database, 1) == found[:1]
    database.close()
