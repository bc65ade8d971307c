"""The half year of the steel works on the server stack: two ingest processes, one of them killed.

Mosquitto, InfluxDB and PostgreSQL are real; ingest-1, ingest-2, ledger and api are processes of
their own. The figures are those of test_steel_works.
"""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from carbonpeak.broker import MosquittoProcess
from deploy.debian_servers.influx import InfluxServer
from tests.integration.end_to_end.conftest import EXAMPLE, ROOT, wait_until
from tests.integration.end_to_end.test_steel_works import (
    GRID_T,
    TOTAL_KWH,
    Sender,
    check_audit,
    check_totals,
    payloads,
)
from tests.servers import plain_http
from tests.servers.postgres import PASSWORD, own_database, postgres_server

pytestmark = [pytest.mark.mosquitto, pytest.mark.influxdb, pytest.mark.real_data]

READ_KEY = "read-key-of-tests"
WRITE_KEY = "write-key-of-tests"


class ProcessSet:
    """``carbonpeak run --role ...`` for each process of the set, by its name."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self._folder = folder
        self._environment = os.environ | environment
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._urls: dict[str, str] = {}

    def command(self, name: str, *arguments: str | Path) -> subprocess.CompletedProcess[bytes]:
        """A command with the environment of the process ``name``, to its end."""
        return subprocess.run(
            [sys.executable, "-m", "carbonpeak", *map(str, arguments)],
            cwd=ROOT, env=self._of(name, 0), capture_output=True, check=False,
        )  # fmt: skip

    def start(self, name: str, role: str) -> None:
        """Start it and wait until it answers and has its broker."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self._urls[name] = f"http://127.0.0.1:{port}/api/v1"
        self._running[name] = subprocess.Popen(
            [sys.executable, "-m", "carbonpeak", "run", "--role", role],
            cwd=ROOT, env=self._of(name, port),
        )  # fmt: skip
        wait_until(f"{name} answers", lambda: self._connected(name))

    def kill(self, name: str) -> None:
        """kill -9."""
        process = self._running.pop(name)
        process.send_signal(signal.SIGKILL)
        process.wait()

    def stop(self) -> dict[str, int]:
        """SIGTERM to all, and their exit codes."""
        for process in self._running.values():
            process.terminate()
        codes = {name: process.wait(timeout=60) for name, process in self._running.items()}
        self._running.clear()
        return codes

    def get(self, noun: str, **query: object) -> Any:
        """What the api process answers to who has the key."""
        response = plain_http.get(
            f"{self._urls['api']}/{noun}", params=query, timeout=120,
            headers={"Authorization": f"Bearer {READ_KEY}"},
        )  # fmt: skip
        assert response.status_code == 200, response.text
        return response.json()

    def post(self, name: str, noun: str, **given: Any) -> Any:
        """What the process answers to a POST of who has the key to write; it must succeed."""
        response = plain_http.post(
            f"{self._urls[name]}/{noun}", timeout=120,
            headers={"Authorization": f"Bearer {WRITE_KEY}"}, **given,
        )  # fmt: skip
        assert response.status_code < 300, response.text
        return response.json()

    def page(self) -> httpx.Response:
        """The console's first page."""
        return plain_http.get(self._urls["api"].replace("/api/v1", "/console/"), timeout=60)

    def _of(self, name: str, port: int) -> dict[str, str]:
        return self._environment | {
            "CARBONPEAK_DATA": str(self._folder / name),
            "CARBONPEAK_PORT": str(port),
            **({} if name == "ledger" else {"CARBONPEAK_WRITER": name}),
        }

    def _connected(self, name: str) -> bool:
        assert self._running[name].poll() is None, f"{name} ended by itself"
        try:
            health = plain_http.get(f"{self._urls[name]}/health", timeout=60).json()
        except httpx.TransportError:
            return False
        return bool(health["broker"]["connected"])


@contextmanager
def set_of_processes(
    registry: Path, broker: MosquittoProcess, influx: InfluxServer, tmp_path: Path
) -> Iterator[ProcessSet]:
    """A folder of registry files loaded into PostgreSQL; nothing runs yet."""
    with postgres_server() as postgres, own_database(postgres) as registry_url:
        processes = ProcessSet(
            tmp_path,
            {
                "CARBONPEAK_STORE": "influxdb",
                "CARBONPEAK_INFLUX_URL": influx.url,
                "CARBONPEAK_INFLUX_BUCKET": f"steel-works-{tmp_path.name}",
                "CARBONPEAK_INFLUX_TOKEN": influx.token,
                "CARBONPEAK_REGISTRY_URL": registry_url,
                "CARBONPEAK_REGISTRY_PASSWORD": PASSWORD,
                "CARBONPEAK_MQTT_PORT": str(broker.port),
                "CARBONPEAK_MQTT_SHARE": "ingest",
                "CARBONPEAK_READ_KEY": READ_KEY,
                "CARBONPEAK_WRITE_KEY": WRITE_KEY,
            },
        )
        loaded = processes.command("api", "registry", "load", registry)
        assert loaded.returncode == 0, loaded.stderr
        yield processes
        processes.stop()


@pytest.fixture
def process_set(
    broker: MosquittoProcess, influx: InfluxServer, tmp_path: Path
) -> Iterator[ProcessSet]:
    """The steel works registered; nothing runs yet."""
    with set_of_processes(EXAMPLE / "registry", broker, influx, tmp_path) as processes:
        yield processes


def test_two_workers_one_killed_on_the_way(
    process_set: ProcessSet, broker: MosquittoProcess, steel_works: Path
) -> None:
    for name, role in (("api", "api"), ("ledger", "ledger"), ("ingest-1", "ingest"),
                       ("ingest-2", "ingest")):  # fmt: skip
        process_set.start(name, role)
    messages = payloads(steel_works)
    random.Random(2018).shuffle(messages)
    sender = Sender(broker.port)
    sender.send(messages[:7_000])
    process_set.kill("ingest-2")
    sender.send(messages[7_000:12_000])
    process_set.start("ingest-2", "ingest")
    sender.send(messages[12_000:])
    sender.stop()

    def whole() -> bool:
        year = process_set.get("usage", enterprise="steel-works", every="year", start="2018")
        amount = sum(item["amount"] or 0 for item in year["items"])
        return abs(amount - TOTAL_KWH) < 0.005 and process_set.get("audit")["touched"] == 0

    wait_until("everything is stored and settled", whole)
    check_totals(process_set, GRID_T)
    check_audit(process_set)
    health = process_set.get("health")
    assert health["store"]["readings"] >= len(messages)
    assert {one["process"] for one in health["processes"]} == {
        "api", "ledger", "ingest-1", "ingest-2",
    }  # fmt: skip
    # Both took their part.
    batches = {one["process"]: one["ingest"] for one in health["processes"]}
    assert all(batches[name]["accepted"] > 0 for name in ("ingest-1", "ingest-2"))
    assert process_set.page().status_code == 200
    # The same heap once more changes nothing.
    sender = Sender(broker.port)
    sender.send(messages[:3_000])
    sender.stop()
    wait_until("the resend is settled", lambda: process_set.get("audit")["touched"] == 0)
    check_totals(process_set, GRID_T)
    assert set(process_set.stop().values()) == {0}
