"""A park of one enterprise whose readings are corrected through the API of a service."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient

from carbonpeak.service import Service
from carbonpeak.settings import Settings
from carbonpeak.stores import open_registry
from store.registry_files import load

PARK = """
park: {code: demo, name_zh: 示范园区, name_en: Demo Park, province: 吉林, grid_region: 东北}
clusters:
  - {code: equipment, name_zh: 高端装备制造, name_en: Advanced equipment}
"""
SIGNED = {"reason": "wrong_entry", "note": "by hand", "evidence": "photo 1", "author": "Wang"}


class Park:
    """A service without a broker on a data folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.service = Service(Settings(data=folder, broker="none"))
        self.client = TestClient(self.service.app())

    def correct(self, kind: str, **body: Any) -> Any:
        wanted = {"kind": kind, "enterprise": "E1", "meter": "M1"} | SIGNED | body
        return self.client.post("/api/v1/corrections", json=wanted)

    def done(self, kind: str, **body: Any) -> Any:
        answer = self.correct(kind, **body)
        assert answer.status_code == 200, answer.text
        self.service.ledger.settle_now()
        return answer.json()

    def get(self, path: str, **query: Any) -> Any:
        answer = self.client.get(f"/api/v1/{path}", params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def amounts(self, meter: str = "M1", **query: Any) -> list[float]:
        rows = self.get("usage", enterprise="E1", meter=meter, every="hour", **query)["items"]
        return [row["amount"] for row in rows if row["amount"] is not None]

    def hours(self) -> dict[tuple[int, int], datetime]:
        rows = self.service.store.usage_hours([1, 2, 3]).to_pylist()
        return {(row["meter_key"], row["hour"]): row["computed"] for row in rows}


def opened_park(folder: Path, meters: str) -> Park:
    """The service of a new park with these meters (the text of meters.csv) of enterprise E1."""
    registry = folder / "registry"
    registry.mkdir()
    (registry / "park.yaml").write_text(PARK, encoding="utf-8")
    (registry / "enterprises.csv").write_text("code,name_zh,name_en,cluster\nE1,厂,F,equipment\n")
    (registry / "meters.csv").write_text(meters)
    given = Settings(data=folder / "data", broker="none")
    given.data.mkdir()
    database = open_registry(given)
    load(database, registry)
    database.close()
    return Park(given.data)
