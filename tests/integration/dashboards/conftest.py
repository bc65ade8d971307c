"""The real service with a small park on either store, and what looks at it.

The park: one enterprise with an electricity meter (1,000 kWh in each of the last 30 hours) and a
water meter that never sent; one reading is refused.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from dashboards.boards import BOARDS
from dashboards.grafana.dashboard import Dashboard, dashboard
from deploy.debian_servers.influx import InfluxServer
from tests.servers import plain_http
from tests.servers.program import serving as serving_program

ROOT = Path(__file__).parents[3]
KEY = "key-that-may-read"
HOURS = 30

PARK = """
park:
  code: trial
  name_zh: 试验园区
  name_en: Trial Park
  province: 吉林
  grid_region: 东北
clusters:
  - {code: equipment, name_zh: 装备制造, name_en: Equipment}
"""
FILES = {
    "park.yaml": PARK,
    "enterprises.csv": "code,name_zh,name_en,cluster\naxle,示例车桥,Example Axle,equipment\n",
    "meters.csv": """enterprise,code,quantity,kind,unit,interval_s,name_zh,name_en
axle,EL-01,electricity,interval,kWh,3600,总进线,main feeder
axle,WA-01,water,counter,m3,60,生产用水,process water
""",
}


@dataclass(frozen=True)
class Service:
    """A running service: its address and the environment that its commands need."""

    url: str
    environment: dict[str, str]

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """One command to its end."""
        return command(*arguments, **self.environment)


def command(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """``carbonpeak`` with the arguments, to its end."""
    return subprocess.run(
        [sys.executable, "-m", "carbonpeak", *arguments],
        cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.fixture(scope="session")
def carbonpeak() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run a command; environment variables as keywords."""
    return command


@pytest.fixture(scope="session")
def boards() -> list[Dashboard]:
    """Every dashboard as it is built."""
    return [dashboard(board) for board in BOARDS]


@contextmanager
def serving(data: Path, **more: str) -> Iterator[Service]:
    """``carbonpeak run`` with the park and its readings, until the block ends."""
    environment = {
        "CARBONPEAK_DATA": str(data),
        "CARBONPEAK_BROKER": "none",
        "CARBONPEAK_READ_KEY": KEY,
        "CARBONPEAK_WRITE_KEY": "key-that-may-write",
        "NICEGUI_STORAGE_PATH": str(data / "console"),
    } | more
    registry = data / "registry"
    registry.mkdir(parents=True)
    for name, text in FILES.items():
        (registry / name).write_text(text, encoding="utf-8")
    loaded = command("registry", "load", str(registry), **environment)
    assert loaded.returncode == 0, loaded.stderr
    program = [sys.executable, "-m", "carbonpeak", "run", "--port", "0"]
    with serving_program(program, environment) as url:
        fill(url)
        yield Service(url, environment)


def fill(url: str) -> None:
    """Send the readings that this file's head tells of."""
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    rows = [f"axle,EL-01,{(now - timedelta(hours=hour)).isoformat()},1000" for hour in range(HOURS)]
    refused = f"axle,EL-01,{now.isoformat()},many"
    answer = plain_http.post(
        f"{url}/api/v1/readings",
        content="\n".join(("enterprise,meter,ts,value", *rows, refused)),
        headers={"Content-Type": "text/csv", "Authorization": "Bearer key-that-may-write"},
        timeout=60,
    )
    assert answer.json()["accepted"] == HOURS, answer.text


@pytest.fixture(scope="session")
def on_duckdb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The service with its readings in a file."""
    with serving(tmp_path_factory.mktemp("duckdb") / "data") as service:
        yield service


@pytest.fixture(scope="session")
def on_influxdb(
    tmp_path_factory: pytest.TempPathFactory, influx: InfluxServer
) -> Iterator[Service]:
    """The service with its readings in a real InfluxDB."""
    with serving(
        tmp_path_factory.mktemp("influxdb") / "data",
        CARBONPEAK_STORE="influxdb",
        CARBONPEAK_INFLUX_URL=influx.url,
        CARBONPEAK_INFLUX_BUCKET=influx.bucket,
        CARBONPEAK_INFLUX_TOKEN=influx.token,
    ) as service:
        yield service


@pytest.fixture
def client(on_duckdb: Service) -> Iterator[httpx.Client]:
    """Asks the service on DuckDB with the key that may read."""
    headers = {"Authorization": f"Bearer {KEY}"}
    with httpx.Client(base_url=f"{on_duckdb.url}/api/v1", headers=headers, timeout=60) as http:
        yield http
