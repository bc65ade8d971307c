"""Corrections over HTTP while the service is killed, again and again, and started again.

A counter shows 0, 10, ... 470 kWh at hours 0 to 47. The n-th correction adds n/1000 kWh to what one
of its readings shows, or declares an exchange at half past one of its hours.
"""

from __future__ import annotations

import json
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient

from carbonpeak.broker import MosquittoProcess
from carbonpeak.service import Service
from carbonpeak.settings import Settings
from carbonpeak.stores import open_registry
from store.registry_files import load
from tests.integration.end_to_end.conftest import ROOT, Carbonpeak, wait_until

pytestmark = pytest.mark.mosquitto

BEGIN = datetime(2026, 3, 1, tzinfo=UTC)
HOURS = 48
KILLS = 2
PARK = """
park: {code: demo, name_zh: 示范园区, name_en: Demo Park, province: 吉林, grid_region: 东北}
clusters:
  - {code: equipment, name_zh: 高端装备制造, name_en: Advanced equipment}
"""
METERS = """enterprise,code,quantity,kind,unit,interval_s,register_max
E1,M1,electricity,counter,kWh,3600,1000
"""
SIGNED = {"reason": "wrong_entry", "evidence": "photo", "author": "Wang"}


def at(hour: float) -> str:
    return (BEGIN + timedelta(hours=hour)).isoformat()


def write_registry(folder: Path, meters: str) -> None:
    """The files of a park of one enterprise."""
    folder.mkdir()
    (folder / "park.yaml").write_text(PARK, encoding="utf-8")
    (folder / "enterprises.csv").write_text("code,name_zh,name_en,cluster\nE1,厂,F,equipment\n")
    (folder / "meters.csv").write_text(meters)


class Officer:
    """Sends one correction after another; ``note`` is its number."""

    def __init__(self, url: str) -> None:
        self.sent: dict[int, dict[str, Any]] = {}
        self.answered: set[int] = set()
        self._url = url
        self._chance = random.Random(4)
        self._is_on = False
        self._thread = threading.Thread()

    def wanted(self) -> dict[str, Any]:
        """The next one; it counts as sent."""
        number, hour = len(self.sent) + 1, self._chance.randrange(HOURS - 1)
        wanted: dict[str, Any] = {"enterprise": "E1", "meter": "M1", "note": str(number)} | SIGNED
        if self._chance.random() < 0.3:
            final = 10 * hour + 6 + number / 1000
            wanted |= {"kind": "exchange", "ts": at(hour + 0.5), "final_value": final,
                       "initial_value": 10 * hour + 4}  # fmt: skip
        else:
            value = {"ts": at(hour), "value": 10 * hour + number / 1000}
            wanted |= {"kind": "replace", "values": [value]}
        self.sent[number] = wanted
        return wanted

    def begin(self) -> None:
        self._is_on = True
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def end(self) -> None:
        self._is_on = False
        self._thread.join()

    def _run(self) -> None:
        with httpx.Client(timeout=60) as client:
            while self._is_on:
                wanted = self.wanted()
                try:
                    answer = client.post(f"{self._url}/corrections", json=wanted)
                except httpx.TransportError:
                    return  # killed: whether it was recorded is not known
                assert answer.status_code == 200, answer.text
                self.answered.add(int(wanted["note"]))


@pytest.fixture
def metered(
    broker: MosquittoProcess, tmp_path: Path, without_console: None
) -> Iterator[Carbonpeak]:
    """The counter with its readings; the service is not started yet."""
    registry = tmp_path / "registry"
    write_registry(registry, METERS)
    settings = Settings(data=tmp_path / "data", broker="none")
    settings.data.mkdir()
    database = open_registry(settings)
    load(database, registry)
    database.close()
    taking = Service(settings)
    rows = "".join(f"M1,{at(hour)},{hour * 10},kWh\n" for hour in range(HOURS))
    answer = TestClient(taking.app()).post(
        "/api/v1/readings", content="meter,ts,value,unit\n" + rows,
        headers={"content-type": "text/csv"}, params={"enterprise": "E1"},
    )  # fmt: skip
    assert answer.json()["accepted"] == HOURS
    taking.stop()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    service = Carbonpeak(tmp_path / "data", broker.port, port)
    yield service
    if service.process is not None and service.process.poll() is None:
        service.kill()


def killed_at(data: Path, wanted: dict[str, Any], method: str) -> None:
    script = Path(__file__).parent / "killed_correction.py"
    settings = json.dumps({"data": str(data), "broker": "none"})
    done = subprocess.run(
        [sys.executable, str(script), settings, json.dumps(wanted), method],
        cwd=ROOT, capture_output=True, check=False, env={"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()


def test_every_correction_is_whole_or_was_never_made(metered: Carbonpeak) -> None:
    officer = Officer(metered.url)
    certain = []
    for method in ("finish", "append"):  # stored and not called applied; recorded and not stored
        wanted = officer.wanted()
        while wanted["kind"] != "replace":
            del officer.sent[int(wanted["note"])]
            wanted = officer.wanted()
        killed_at(metered.data, wanted, method)
        certain.append(int(wanted["note"]))
    metered.start()
    states = [one["state"] for one in metered.get("corrections")["items"]]
    assert states == ["applied", "applied"]
    chance = random.Random(9)
    for _ in range(KILLS):
        before = len(officer.answered)
        officer.begin()
        wait_until("some are made", lambda before=before: len(officer.answered) > before + 2)
        time.sleep(chance.uniform(0, 0.1))
        metered.kill()
        officer.end()
        metered.start()
    metered.quiet()

    recorded = metered.get("corrections", limit=1000)["items"][::-1]
    numbers = [int(one["note"]) for one in recorded]
    assert officer.answered | set(certain) <= set(numbers) <= set(officer.sent)
    assert numbers == sorted(set(numbers))
    assert {one["state"] for one in recorded} == {"applied"}
    # What holds is what the last correction of each instant says.
    shown = {at(hour): [10.0 * hour] for hour in range(HOURS)}
    exchanged: dict[str, tuple[float, float]] = {}
    for number in numbers:
        one = officer.sent[number]
        if one["kind"] == "exchange":
            exchanged[one["ts"]] = (one["final_value"], one["initial_value"])
        else:
            shown[one["values"][0]["ts"]].append(one["values"][0]["value"])
    rows = metered.get("readings", enterprise="E1", meter="M1", every_row=True, limit=10_000)
    found: dict[str, list[float]] = {ts: [] for ts in shown}
    for row in rows["items"]:
        found[datetime.fromisoformat(row["ts"]).isoformat()].append(row["value"])
    assert found == shown
    usage = metered.get("usage", enterprise="E1", meter="M1", every="hour")["items"]
    amounts = [row["amount"] for row in usage if row["amount"] is not None]
    expected = []
    for hour in range(HOURS - 1):
        gone = shown[at(hour + 1)][-1] - shown[at(hour)][-1]
        final, initial = exchanged.get(at(hour + 0.5), (0.0, 0.0))
        expected.append(gone + final - initial)
    assert amounts == pytest.approx(expected, abs=1e-9)
    audit = metered.get("audit")
    assert (audit["chain_faults"], audit["touched"], audit["usage_differences"]) == ([], 0, 0)
    assert metered.stop() == 0
