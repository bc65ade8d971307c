"""A running service on a park whose every figure can be worked by hand.

From 17 December 2025 to 15 January 2026, 360 hours of either year, an hour: the heat plant SV
burns 100 Nm3 of gas, sells 3 GJ of heat to EQ, of which 2.9 arrive, and 1 GJ to the town; EQ buys
40 kWh (10 of the meter x 4), makes 8 kWh from the sun; IT buys 5 kWh. A certificate of 2 MWh is
used by EQ for December and one of 8 MWh for 2026, of which January's 14.4 MWh are all that is
known.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.servers import plain_http

ROOT = Path(__file__).parents[3]
HOURS = 2 * 360
FILES = {
    "park.yaml": """
park: {code: demo, name_zh: 园区, name_en: Park, province: 吉林, grid_region: 东北}
clusters:
  - {code: equipment, name_zh: 装备, name_en: Equipment}
  - {code: services, name_zh: 服务, name_en: Services}
""",
    "enterprises.csv": """code,name_zh,name_en,cluster
EQ,装备厂,Works,equipment
IT,光电厂,Optics,equipment
SV,热力厂,Heat plant,services
""",
    "meters.csv": """enterprise,code,quantity,kind,unit,interval_s,multiplier,direction,counterpart
EQ,E1,electricity,interval,kWh,3600,4,import,
EQ,PV,electricity,interval,kWh,3600,1,generation,
EQ,H1,heat,interval,GJ,3600,1,import,SV
IT,E1,electricity,interval,kWh,3600,1,import,
SV,G1,natural_gas,interval,Nm3,3600,1,import,
SV,HEQ,heat,interval,GJ,3600,1,export,EQ
SV,HT,heat,interval,GJ,3600,1,export,
""",
    "groups.csv": """group,name_zh,name_en,enterprise
heat,热用户,Heat users,EQ
heat,热用户,Heat users,SV
""",
    "certificates.csv": """id,enterprise,kind,technology,generated,amount_mwh,evidence
C1,EQ,gec,wind,2025-06,2,account
C2,EQ,gec,sun,2025-07,8,account
""",
    "certificate_uses.csv": """certificate,enterprise,period,amount_mwh
C1,EQ,2025-12,2
C2,EQ,2026,8
""",
}
AMOUNTS = {
    ("EQ", "E1"): 10.0, ("EQ", "PV"): 8.0, ("EQ", "H1"): 2.9, ("IT", "E1"): 5.0,
    ("SV", "G1"): 100.0, ("SV", "HEQ"): 3.0, ("SV", "HT"): 1.0,
}  # fmt: skip


@dataclass
class Running:
    """The service's address and its folder."""

    url: str
    data: Path

    def json(self, noun: str, **params: str) -> Any:
        """The JSON of a good answer."""
        return self._get(noun, params, "application/json").json()

    def csv(self, noun: str, **params: str) -> str:
        """The CSV of a good answer."""
        return self._get(noun, params, "text/csv").text

    def _get(self, noun: str, params: dict[str, str], accept: str) -> httpx.Response:
        found = plain_http.get(
            f"{self.url}/{noun}", params=params, headers={"Accept": accept}, timeout=60
        )
        assert found.status_code == 200, found.text
        return found

    def command(self, *arguments: str) -> str:
        """What a command prints."""
        return run(self.data, *arguments)


def run(data: Path, *arguments: str) -> str:
    """A command to its good end."""
    done = subprocess.run(
        [sys.executable, "-m", "carbonpeak", *arguments, "--data", str(data)],
        capture_output=True, text=True, check=False, cwd=ROOT,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The park's service, on a store that was filled by commands."""
    folder = tmp_path_factory.mktemp("one-truth")
    files, data = folder / "registry", folder / "data"
    files.mkdir()
    data.mkdir()
    for name, text in FILES.items():
        (files / name).write_text(text, encoding="utf-8")
    run(data, "registry", "load", str(files))
    start = 1_765_900_800  # 2025-12-17 00:00 in the park
    rows = [
        f"{enterprise},{meter},{stamp(start + (hour + 1) * 3600)},{amount}\n"
        for (enterprise, meter), amount in AMOUNTS.items()
        for hour in range(HOURS)
    ]
    path = folder / "readings.csv"
    path.write_text("enterprise,meter,ts,value\n" + "".join(rows))
    run(data, "import", str(path))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {
        "CARBONPEAK_DATA": str(data), "CARBONPEAK_PORT": str(port), "CARBONPEAK_BROKER": "none",
    }  # fmt: skip
    process = subprocess.Popen([sys.executable, "-m", "carbonpeak", "run"], cwd=ROOT,
                               env=environment)  # fmt: skip
    running = Running(f"http://127.0.0.1:{port}/api/v1", data)
    try:
        wait(running, process)
        yield running
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)


def stamp(seconds: int) -> str:
    """RFC 3339 of seconds since 1970."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def wait(running: Running, process: subprocess.Popen[bytes]) -> None:
    """Until the service answers and has settled everything."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        assert process.poll() is None, "the service ended by itself"
        try:
            if running.json("health")["store"]["touched"] == 0:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    pytest.fail("the service has not settled in 120 s")
