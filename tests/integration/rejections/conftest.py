"""A service in this process on a park whose registry can be mended, and its API."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient

from carbonpeak.service import Service
from carbonpeak.settings import Settings
from carbonpeak.stores import open_registry
from ingest.message import Message
from models.readings import Source
from store.registry_files import load

PARK = """
park:
  code: demo
  name_zh: 示范园区
  name_en: Demo Park
  province: 吉林
  grid_region: 东北
  time_zone: Asia/Shanghai
clusters:
  - {code: equipment, name_zh: 高端装备制造, name_en: Advanced equipment}
"""
ENTERPRISES = "code,name_zh,name_en,cluster\nE01,一厂,First,equipment\n"
METERS = "enterprise,code,quantity,kind,unit,interval_s\nE01,M1,electricity,counter,kWh,900\n"
M7 = "E01,M7,electricity,counter,kWh,900\n"


@dataclass
class Park:
    """What a test does to the service, and asks of it."""

    service: Service
    client: TestClient
    folder: Path

    def register(self, *meters: str) -> None:
        """M1 and these meters are what is registered."""
        (self.folder / "meters.csv").write_text(METERS + "".join(meters), encoding="utf-8")
        load(self.service.database, self.folder)
        self.service.registry.renew()

    def by_mqtt(self, rest: str, items: Any, enterprise: str = "E01") -> None:
        """A message as the way in by MQTT hands it over."""
        meter = rest.partition("/")[2] or None
        payload = items if isinstance(items, bytes) else json.dumps(items).encode()
        topic = f"park/demo/{enterprise}/{rest}"
        now = self.service.pipeline.now()
        message = Message(payload, enterprise, meter, topic, Source.MQTT, now)
        self.service.pipeline.submit([message])

    def push(self, body: bytes, kind: str, **query: str) -> httpx.Response:
        """POST /readings."""
        return self.client.post(
            "/api/v1/readings", content=body, headers={"content-type": kind}, params=query
        )

    def get(self, path: str, **query: Any) -> Any:
        """The JSON of a good answer."""
        response = self.client.get(f"/api/v1/{path}", params=query)
        assert response.status_code == 200, response.text
        return response.json()

    def replay(self, **wanted: Any) -> Any:
        """The JSON of POST /rejections/replay."""
        response = self.client.post("/api/v1/rejections/replay", json={"by": "officer"} | wanted)
        assert response.status_code == 200, response.text
        return response.json()

    def rows(self, meter: str = "M7") -> list[dict[str, Any]]:
        """Every row that the store has of a meter of E01."""
        key = self.service.registry().key_of["E01", meter]
        return list(self.service.store.readings([key], every_row=True).to_pylist())


Open = Callable[..., Park]


@pytest.fixture(params=["duckdb", pytest.param("influxdb", marks=pytest.mark.influxdb)])
def store(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Settings of either store; on the server a bucket of the test's own."""
    if request.param == "duckdb":
        return {}
    server = request.getfixturevalue("influx")
    return {
        "store": "influxdb",
        "influx_url": server.url,
        "influx_token": server.token,
        "influx_bucket": f"replays{next(buckets)}",
    }


buckets = count(1)


@pytest.fixture
def open_park(tmp_path: Path, store: dict[str, Any], without_console: None) -> Iterator[Open]:
    """Opens the park's folder with settings; a second time after closing the first."""
    opened: list[Park] = []
    folder = tmp_path / "registry"
    folder.mkdir()
    (folder / "park.yaml").write_text(PARK, encoding="utf-8")
    (folder / "enterprises.csv").write_text(ENTERPRISES, encoding="utf-8")
    (folder / "meters.csv").write_text(METERS, encoding="utf-8")

    def open_it(**settings: Any) -> Park:
        while opened:
            opened.pop().service.stop()
        given = Settings(data=tmp_path / "data", broker="none", **store, **settings)
        given.data.mkdir(exist_ok=True)
        database = open_registry(given)
        if database.version() == 0:
            load(database, folder)
        database.close()
        service = Service(given)
        opened.append(Park(service, TestClient(service.app()), folder))
        return opened[0]

    yield open_it
    for park in opened:
        park.service.stop()


@pytest.fixture
def park(open_park: Open) -> Park:
    return open_park()
