"""The service as a process: what it answered survives its end by SIGKILL; commands from outside."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from deploy.debian_servers.process import free_port
from store.lock import running_service
from tests.integration.hj212.conftest import STACK, until
from tests.servers import plain_http
from tests.servers.station import Station, answering

TIME = "20251126100000"
START_S = 120.0


class Service:
    """``carbonpeak run`` on a data folder, with a mosquitto of its own where there is one."""

    def __init__(self, folder: Path, registry: Path) -> None:
        self.folder = folder
        self.port = free_port()
        ours = {name: one for name, one in os.environ.items() if "CARBONPEAK_" not in name}
        self._environment = ours | {
            "CARBONPEAK_DATA": str(folder / "data"),
            "CARBONPEAK_PORT": "0",
            "CARBONPEAK_MQTT_PORT": "0",
            "CARBONPEAK_HJ212_PORT": str(self.port),
        }
        assert self.call("registry", "load", str(registry)).returncode == 0
        self.start()

    def call(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the command line to its end."""
        return subprocess.run(
            [sys.executable, "-m", "carbonpeak", *arguments],
            env=self._environment, capture_output=True, text=True, check=False,
        )  # fmt: skip

    def start(self) -> None:
        """Start it and wait until it answers."""
        process = self.process = subprocess.Popen(
            [sys.executable, "-m", "carbonpeak", "run"],
            env=self._environment,
            stderr=(self.folder / "log").open("ab"),
        )
        until(lambda: process.poll() is not None or self.answers(), START_S)
        assert process.poll() is None, (self.folder / "log").read_text()

    def answers(self) -> bool:
        """Whether its API answers."""
        running = running_service(self.folder / "data")
        return running is not None and running.url is not None

    def get(self, noun: str, **query: str) -> Any:
        """The body of a GET."""
        running = running_service(self.folder / "data")
        assert running is not None
        return plain_http.get(f"{running.url}/api/v1/{noun}", params=query, timeout=30).json()

    def command(self, **given: Any) -> httpx.Response:
        """The answer to a command for STACK by the API."""
        running = running_service(self.folder / "data")
        assert running is not None
        address = f"{running.url}/api/v1/stations/E1/STACK/commands"
        return plain_http.post(address, json=given, timeout=30)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, registry_folder: Path) -> Iterator[Service]:
    made = Service(tmp_path_factory.mktemp("service"), registry_folder)
    yield made
    made.process.kill()
    made.process.wait()


def test_commands_and_connections_by_command_line_and_api(service: Service) -> None:
    away = service.call("hj212", "E1", "STACK", "get_time")
    assert away.returncode == 1
    assert "it is not connected" in away.stderr
    with Station(service.port, STACK) as station:
        station.send("2011", f"DataTime={TIME};a21026-Rtd=1,a21026-Flag=N", qn=f"{TIME}001", flag=9)
        assert station.hear()

        def answers(heard: dict[str, str]) -> None:
            done = "QnRtn=1" if heard["CP"] == "RtdInterval=60" else "QnRtn=2"
            station.send("9011", done, qn=heard["QN"], st="91", flag=4)
            station.send("9012", "ExeRtn=1", qn=heard["QN"], st="91", flag=4)

        answering(station, answers)
        rows = {row["point"]: row for row in service.get("stations/connections")["items"]}
        assert [rows[point]["connected"] for point in ("STACK", "OLD", "NEW")] == [
            True, False, False,
        ]  # fmt: skip
        assert (rows["STACK"]["edition"], rows["STACK"]["told"]) == ("2017", "2025")
        assert "123456" not in json.dumps(rows)
        done = service.call(
            "hj212", "E1", "STACK", "set_realtime_interval", "--seconds", "60", "--json"
        )
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["outcome"] == "done"
        refused = service.command(command="set_realtime_interval", seconds=90)
        assert refused.json()["outcome"] == "refused"
        assert refused.json()["code"] == 2
    wrong = service.command(command="set_minute_interval", minutes=7)
    assert wrong.status_code == 422
    assert wrong.json()["errors"][0]["field"] == "minutes"


def test_a_receiver_that_ends_is_started_again(service: Service) -> None:
    """The connections are a child's; who is cut off connects anew, on the same port."""
    (child,) = psutil.Process(service.process.pid).children()[-1:]
    assert "ingest.sources.hj212_child" in child.cmdline()
    with Station(service.port, STACK) as station:
        station.send("2011", f"DataTime={TIME};a21026-Rtd=1,a21026-Flag=N", qn=f"{TIME}001")
        assert station.hear()
        child.kill()
        assert station.is_ended()
    with Station(service.port, STACK) as station:
        station.send("2011", f"DataTime={TIME};a21026-Rtd=2,a21026-Flag=N", qn=f"{TIME}002")
        heard = station.hear(START_S)
    assert heard is not None
    assert heard["QN"] == f"{TIME}002"


def test_what_was_answered_is_there_after_a_kill(service: Service) -> None:
    """A station sends without a pause; the service is killed in the middle of it."""
    answered: list[float] = []

    def send() -> None:
        with Station(service.port, STACK) as station:
            for n in range(100_000):
                area = f"DataTime={20251126000000 + n // 60 * 100 + n % 60};a21026-Rtd={n}"
                station.send("2011", f"{area},a21026-Flag=N", qn=f"{TIME}{n % 1000:03}")
                if n >= 20:  # at most so many are open
                    heard = station.hear()
                    if heard is None:
                        return
                    answered.append(n - 20)

    sender = threading.Thread(target=send)
    sender.start()
    until(lambda: len(answered) > 100)
    service.process.send_signal(signal.SIGKILL)
    service.process.wait()
    sender.join()
    service.start()
    items = service.get(
        "readings", enterprise="E1", meter="STACK.a21026.realtime", limit="10000"
    )["items"]  # fmt: skip
    assert set(answered) <= {item["value"] for item in items}
