"""The service as a process of its own beside a real mosquitto, as in earnest."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from carbonpeak.broker import MosquittoProcess
from store.duckdb_store import DuckDBStore
from tests.servers import plain_http

ROOT = Path(__file__).parents[3]
EXAMPLE = ROOT / "docs" / "examples" / "steel-works"
WAIT_S = 120.0


def wait_until(what: str, holds: Callable[[], bool]) -> None:
    """Wait for a condition of another process; fails with what was waited for."""
    deadline = time.monotonic() + WAIT_S
    while not holds():
        if time.monotonic() > deadline:
            pytest.fail(f"waited {WAIT_S:.0f} s for: {what}")
        time.sleep(0.1)


class Carbonpeak:
    """The command line and the service on one data folder."""

    def __init__(self, data: Path, mqtt_port: int, port: int) -> None:
        self.data = data
        self.url = f"http://127.0.0.1:{port}/api/v1"
        self.environment = os.environ | {
            "CARBONPEAK_DATA": str(data),
            "CARBONPEAK_PORT": str(port),
            "CARBONPEAK_BROKER": "external",
            "CARBONPEAK_MQTT_PORT": str(mqtt_port),
        }
        self.process: subprocess.Popen[bytes] | None = None

    def run(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """One command to its end."""
        return subprocess.run(
            [sys.executable, "-m", "carbonpeak", *map(str, arguments)],
            cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False,
        )  # fmt: skip

    def json(self, *arguments: str | Path) -> Any:
        """The last line that a command prints, which is JSON; the command must succeed."""
        done = self.run(*arguments, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])

    def start(self) -> None:
        """Start the service and wait until it answers."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "carbonpeak", "run"], cwd=ROOT, env=self.environment
        )
        wait_until("the service answers", self._answers)

    def _answers(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, "the service ended by itself"
        try:
            return bool(self.health()["broker"]["connected"])
        except httpx.TransportError:
            return False

    def kill(self) -> None:
        """kill -9."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> int:
        """SIGTERM, and the exit code."""
        assert self.process is not None
        self.process.terminate()
        return self.process.wait(timeout=60)

    def get(self, noun: str, **query: object) -> Any:
        """The body of a GET that must succeed."""
        response = plain_http.get(f"{self.url}/{noun}", params=query, timeout=60)
        assert response.status_code == 200, response.text
        return response.json()

    def health(self) -> Any:
        """Body of /health."""
        return self.get("health")

    def quiet(self) -> None:
        """Wait until nothing is queued or to be settled, and nothing has come for a second."""
        seen: list[tuple[float, int]] = []

        def done() -> bool:
            state = self.health()
            now = time.monotonic()
            seen.append((now, state["ingest"]["messages"]))
            busy = state["ingest"]["queued"] + state["store"]["touched"]
            since = [at for at, messages in seen if messages == seen[-1][1]]
            return bool(busy == 0 and now - since[0] > 1.0)

        wait_until("everything is stored and settled", done)

    def left_to_settle(self) -> int:
        """Touched hours in the store of a service that was killed."""
        assert self.process is not None
        assert self.process.poll() is not None
        store = DuckDBStore(
            self.data / "readings.duckdb",
            writer="main",
            clock=lambda: datetime.now(UTC),
            zone=ZoneInfo("Asia/Shanghai"),
        )
        try:
            return store.touched().hours.num_rows
        finally:
            store.close()


@pytest.fixture
def broker(mosquitto: str, tmp_path: Path, free_port: int) -> Iterator[MosquittoProcess]:
    """A mosquitto that outlives the services of the test."""
    process = MosquittoProcess(tmp_path / "broker", free_port)
    process.start()
    yield process
    process.stop()


@pytest.fixture
def carbonpeak(broker: MosquittoProcess, tmp_path: Path) -> Iterator[Carbonpeak]:
    """A data folder with the steel works registered; the service is not started yet."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    service = Carbonpeak(tmp_path / "data", broker.port, port)
    loaded = service.run("registry", "load", EXAMPLE / "registry")
    assert loaded.returncode == 0, loaded.stderr
    yield service
    if service.process is not None and service.process.poll() is None:
        service.kill()
