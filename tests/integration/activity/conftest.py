"""A park with the records of accounting, a real service on it, and the command line as processes.

axle accounts by the default guideline, mill by that of steel (CETS-AG-03.01-V01-2024 from 2024 on).
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from carbonpeak.server import serving
from carbonpeak.service import Service
from carbonpeak.settings import Settings
from carbonpeak.stores import open_registry
from store.registry_files import load

ROOT = Path(__file__).parents[3]
FILES = {
    "park.yaml": """
park: {code: demo, name_zh: 示范园区, name_en: Demo Park, province: 吉林, grid_region: 东北}
clusters:
  - {code: equipment, name_zh: 高端装备制造, name_en: Advanced equipment}
""",
    "enterprises.csv": """code,name_zh,name_en,cluster,guideline
axle,车桥,Axle,equipment,
mill,钢厂,Mill,equipment,steel
""",
    "source_streams.csv": """enterprise,code,category,use,name_zh,name_en
axle,forklifts,mobile_combustion,use,叉车,forklifts
""",
    "declared_factors.csv": """enterprise,carrier,value,unit,category,valid_from,evidence
axle,paper,1.1,tCO2e/t,scope3_1,2025-01-01,supplier's statement
""",
    "certificates.csv": """id,enterprise,kind,technology,generated,amount_mwh,evidence,cancelled_on
G-1,axle,gec,wind,2025-03,120,extract 7,
G-2,mill,gec,solar,2025-04,50,extract 8,
""",
    "certificate_uses.csv": """certificate,enterprise,period,amount_mwh
G-1,axle,2025-05,80
G-1,axle,2026,15.5
""",
}
KEYS = {"axle": "axle-key-0123456789", "mill": "mill-key-0123456789"}
WRITE = "the-write-key"


def write(folder: Path, **replaced: str) -> Path:
    """The files of the park, some replaced."""
    folder.mkdir(exist_ok=True)
    for name, text in FILES.items():
        (folder / name).write_text(replaced.get(name.partition(".")[0], text), encoding="utf-8")
    return folder


@dataclass
class Running:
    """The service, and what asks it."""

    data: Path
    files: Path
    url: str

    def client(self, key: str = WRITE) -> httpx.Client:
        """A client with a key."""
        headers = {"Authorization": f"Bearer {key}"}
        return httpx.Client(base_url=f"{self.url}/api/v1", headers=headers, timeout=60)

    def run(self, *arguments: str | Path, code: int = 0) -> str:
        """One command; what it prints (of a failing one: its error)."""
        done = subprocess.run(
            [sys.executable, "-m", "carbonpeak", *map(str, arguments), "--data", str(self.data)],
            cwd=ROOT, capture_output=True, text=True, check=False,
            env=os.environ | {"CARBONPEAK_WRITE_KEY": WRITE, "COLUMNS": "200"},
        )  # fmt: skip
        assert done.returncode == code, done.stderr
        return done.stdout if code == 0 else done.stderr


@pytest.fixture
def running(tmp_path: Path, without_console: None) -> Iterator[Running]:
    """A service on a park of its own."""
    keys = tmp_path / "keys.toml"
    keys.write_text("".join(f'{code} = "{key}"\n' for code, key in KEYS.items()))
    settings = Settings(
        data=tmp_path / "data", broker="none", write_key=WRITE, enterprise_keys_file=keys
    )
    settings.data.mkdir()
    database = open_registry(settings)
    load(database, write(tmp_path / "registry"))
    database.close()
    service = Service(settings)
    service.start()
    try:
        with serving(service, "127.0.0.1", 0) as server:
            yield Running(settings.data, tmp_path / "registry", server.url)
    finally:
        service.stop()


@pytest.fixture
def record() -> Callable[..., dict[str, Any]]:
    """A sound record of axle's diesel, some fields replaced."""

    def make(**replaced: object) -> dict[str, Any]:
        sound = {
            "enterprise": "axle", "category": "mobile_combustion", "code": "diesel",
            "period": "2026-03", "amount": 12.5, "unit": "t", "origin": "invoice",
            "evidence": "invoice 118",
        }  # fmt: skip
        return sound | replaced

    return make
