"""A small park with typed loads on a real store and a real registry, and a client of its API.

Park time is UTC+8. The clock stands at 2026-04-11 12:00 there. From 2026-01-01 00:00 to
2026-04-01 00:00, with one reading an hour:

* steel/EL-01: counter in kWh, multiplier 40, 1 kWh of the register an hour: 40 kWh/h;
* steel/EL-02: its sub-meter, 10 kWh/h, not accounted;
* glass/EL-01: 5 kWh/h to the end of February, then nothing;
* glass/TEMP: a temperature, 20 and 30 °C in turn.

January has 744 hours, February 672, March 744: 2,160 in all.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pytest
from fastapi.testclient import TestClient

from api.app import ApiContext, create_app
from ledger.books import Books
from ledger.frozen import Wanted, freeze
from ledger.settle import settle
from models.carbon.factors import FactorLibrary
from models.readings import NEW_READINGS, TIMESTAMP
from store.duckdb_store import DuckDBStore
from store.interface import NEW_REJECTIONS, Batch
from store.registry_db import (
    Activity,
    AlarmDeliveries,
    Alarms,
    Appeals,
    FrozenInventories,
)
from store.registry_db.corrections import Corrections
from store.registry_files import load
from tests.servers.migrated import sqlite_registry

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 4, 11, 12, tzinfo=SHANGHAI).astimezone(UTC)
BEGIN = datetime(2026, 1, 1, tzinfo=SHANGHAI).astimezone(UTC)
REGISTERED = datetime(2025, 12, 1, tzinfo=UTC)
HOURS = 2160

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
  - {code: materials, name_zh: 新材料, name_en: New materials}
"""
FILES = {
    "park.yaml": PARK,
    "enterprises.csv": """code,name_zh,name_en,cluster,key_energy_user
steel,示例钢厂,Example Steel,equipment,true
glass,示例玻璃厂,Example Glass,materials,false
""",
    "meters.csv": """enterprise,code,quantity,kind,unit,interval_s,multiplier,parent
steel,EL-01,electricity,counter,kWh,3600,40,
steel,EL-02,electricity,counter,kWh,3600,1,EL-01
glass,EL-01,electricity,counter,kWh,3600,1,
glass,TEMP,temperature,level,degC,3600,1,
""",
    "outputs.csv": """enterprise,period,output_1e4_yuan,price_basis
steel,2026-01,1000,current
steel,2026-02,1000,current
steel,2026-03,1000,current
""",
    # 0.5 kg/kWh for steel, 0.8 for glass: easy to compute with, and told apart.
    "declared_factors.csv": """enterprise,carrier,value,unit,valid_from,valid_to,evidence
steel,electricity,0.5,kg/kWh,2026-01-01,,meter test
glass,electricity,0.8,kg/kWh,2026-01-01,,meter test
""",
}


def hourly(key: int, values: np.ndarray, *, late_s: int = 2, begin: datetime = BEGIN) -> pa.Table:
    """NEW_READINGS of one meter, hourly from ``begin``, received ``late_s`` after their time."""
    ts = np.datetime64(begin.replace(tzinfo=None), "us") + np.arange(len(values)) * np.timedelta64(
        3_600_000_000, "us"
    )
    return pa.table(
        {
            "meter_key": pa.array(np.full(len(ts), key, dtype=np.int32)),
            "ts": pa.array(ts).cast(TIMESTAMP),
            "value": pa.array(values.astype(float)),
            "quality": pa.array(np.zeros(len(ts), dtype=np.uint8)),
            "received": pa.array(ts + np.timedelta64(late_s, "s")).cast(TIMESTAMP),
            "source": pa.array(np.ones(len(ts), dtype=np.uint8)),
        },
        schema=NEW_READINGS,
    )


def rejection(number: int, payload: bytes, enterprise: str, reason: str) -> dict[str, Any]:
    """One row of NEW_REJECTIONS."""
    return {
        "received": NOW - timedelta(days=1) + timedelta(minutes=number),
        "source": 1,
        "peer": f"park/demo-park/{enterprise}/meter/EL-01",
        "enterprise": enterprise,
        "meter": "EL-01",
        "item": -1,
        "reason": reason,
        "detail": f"value: {number} is wrong",
        "payload": payload,
        "payload_sha256": hashlib.sha256(payload).hexdigest(),
        "payload_length": len(payload),
    }


@dataclass
class Park:
    """The park and what asks it."""

    books: Books
    client: TestClient
    begin: datetime = BEGIN

    def send(self, enterprise: str, meter: str, values: np.ndarray, **how: Any) -> None:
        """Store hourly readings (see ``hourly``) and settle them."""
        key = self.books.registry().key_of[enterprise, meter]
        self.books.store.append(Batch(readings=hourly(key, values, **how)))
        settle(self.books)

    def get(self, path: str, **params: Any) -> Any:
        """The JSON of a good answer."""
        response = self.client.get(f"/api/v1/{path}", params=params)
        assert response.status_code == 200, response.text
        return response.json()

    def csv(self, path: str, **params: Any) -> str:
        """The CSV of a good answer."""
        response = self.client.get(f"/api/v1/{path}", params=params, headers={"Accept": "text/csv"})
        assert response.status_code == 200, response.text
        return response.text

    def walk(self, path: str, **params: Any) -> list[list[dict[str, Any]]]:
        """All pages of a list."""
        pages, cursor = [], {}
        while True:
            answer = self.get(path, **params, **cursor)
            pages.append(answer["items"])
            if answer["next"] is None:
                return pages
            cursor = {"cursor": answer["next"]}


def open_park(folder: Path) -> Park:
    """A park of FILES in an empty folder, without readings."""
    files = folder / "registry"
    files.mkdir()
    for name, text in FILES.items():
        (files / name).write_text(text, encoding="utf-8")
    database = sqlite_registry(folder / "registry.db")
    load(database, files, now=REGISTERED)
    registry = database.snapshot()
    store = DuckDBStore(
        folder / "readings.duckdb",
        writer="test",
        clock=lambda: NOW,
        zone=registry.zone,
        memory_limit="256MB",
    )
    books = Books(
        store,
        lambda: registry,
        FactorLibrary(),
        lambda: NOW,
        registry_as_of=database.snapshot,
        corrections=Corrections(database),
        frozen=FrozenInventories(database),
    )
    health = {"status": "ok", "time": NOW}
    context = ApiContext(
        books,
        health=lambda: health,
        corrections=Corrections(database),
        activity=Activity(database),
        alarms=Alarms(database),
        alarm_deliveries=AlarmDeliveries(database),
        appeals=Appeals(database),
    )
    app = create_app(context)
    return Park(books, TestClient(app, raise_server_exceptions=False))


def fill(park: Park) -> None:
    """Store and settle what this folder's description says."""
    hours = np.arange(HOURS + 1)
    february = 744 + 672
    park.send("steel", "EL-01", 100 + hours)
    park.send("steel", "EL-02", 10 * hours)
    park.send("glass", "EL-01", 5 * hours[: february + 1])
    park.send("glass", "TEMP", np.where(hours % 2, 30, 20))
    refused = [
        rejection(0, b'{"ts": "2026-04-10"', "steel", "malformed"),
        rejection(1, b"\xff\xfe\x00", "glass", "malformed"),
        *[rejection(n, b'{"value": "x"}', "steel", "bad_value") for n in range(2, 7)],
    ]
    rows = pa.Table.from_pylist(refused, schema=NEW_REJECTIONS)
    park.books.store.append(Batch(rejections=rows))
    freeze(park.books, Wanted("2026-01", "Li Na", "January", "enterprise", "steel"), "a test")


@pytest.fixture(scope="session")
def park(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Park]:
    """The park as described, only to be read."""
    opened = open_park(tmp_path_factory.mktemp("park"))
    fill(opened)
    yield opened
    opened.books.store.close()


@pytest.fixture(scope="module")
def bare_park(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Park]:
    """A park without any reading, only to be read."""
    opened = open_park(tmp_path_factory.mktemp("bare"))
    yield opened
    opened.books.store.close()


@pytest.fixture
def empty_park(tmp_path: Path) -> Iterator[Park]:
    """A park of its own without any reading, to be changed."""
    opened = open_park(tmp_path)
    yield opened
    opened.books.store.close()
