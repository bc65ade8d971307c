"""The service as a process, for benchmarks: started, watched, killed, and kept from writing."""

from __future__ import annotations

import os
import resource
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import duckdb
import httpx
import psutil

ROOT = Path(__file__).parents[1]
WAIT_S = 900.0
ANSWER_S = 180.0  # for a start to answer: it settles nothing before
# Without it httpx reads the machine's certificates for each question, thirty times its own time.
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def wait_until(what: str, holds: Callable[[], bool], longest_s: float) -> None:
    """Look again and again; SystemExit naming what was waited for."""
    deadline = time.monotonic() + longest_s
    while not holds():
        if time.monotonic() > deadline:
            raise SystemExit(f"waited {longest_s:.0f} s for: {what}")
        time.sleep(0.05)


class Service:
    """``carbonpeak run`` on one data folder, started and killed again and again."""

    def __init__(
        self, folder: Path, mqtt_port: int, settings: Mapping[str, str] | None = None
    ) -> None:
        self.file = folder / "data" / "readings.duckdb"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}/api/v1"
        self._log = (folder / "service.log").open("ab")
        self._environment = (
            {"CARBONPEAK_HJ212_PORT": "0"}
            | os.environ
            | dict(settings or {})
            | {
                "CARBONPEAK_DATA": str(folder / "data"),
                "CARBONPEAK_PORT": str(port),
                "CARBONPEAK_BROKER": "external",
                "CARBONPEAK_MQTT_PORT": str(mqtt_port),
            }
        )
        self._process: subprocess.Popen[bytes] | None = None

    def register(self, registry: Path) -> None:
        """Load the park's registry."""
        subprocess.run([*self._command("registry", "load"), registry],
                       env=self._environment, check=True, stdout=self._log)  # fmt: skip

    def start(self) -> None:
        """Start it; it need not answer yet."""
        self._process = subprocess.Popen(
            self._command("run"), env=self._environment, stdout=self._log, stderr=self._log
        )

    def kill(self) -> int:
        """SIGKILL; the touched hours that the file holds then, whose usage is not written."""
        process = self._running()
        process.send_signal(signal.SIGKILL)
        process.wait()
        if not self.file.exists():
            return 0
        try:
            with duckdb.connect(self.file, read_only=True) as file:
                ((touched,),) = file.execute("select count(*) from touched").fetchall()
        except duckdb.CatalogException:  # killed before the tables were made
            return 0
        return int(touched)

    def stop(self) -> None:
        """SIGTERM, as an administrator does."""
        process = self._running()
        process.terminate()
        if process.wait(timeout=WAIT_S):
            raise SystemExit(f"the service ended with {process.returncode}")

    def limit_files(self) -> None:
        """From now on its files cannot grow: a write fails as on a full disk."""
        size = self.file.stat().st_size
        log = self.file.with_name(self.file.name + ".wal")
        smaller = min(size, log.stat().st_size) if log.exists() else size
        resource.prlimit(
            self._running().pid, resource.RLIMIT_FSIZE, (smaller, resource.RLIM_INFINITY)
        )

    def unlimit_files(self) -> None:
        """There is room again."""
        unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
        resource.prlimit(self._running().pid, resource.RLIMIT_FSIZE, unlimited)

    def get(self, noun: str, **query: str) -> Any:
        """The body of a GET."""
        response = httpx.get(f"{self.url}/{noun}", params=query, timeout=WAIT_S, verify=NO_TLS)
        response.raise_for_status()
        return response.json()

    def await_answer(self) -> None:
        """Wait until it answers."""
        wait_until("the service answers", self._answers, ANSWER_S)

    def await_quiet(self) -> None:
        """Wait until everything that was sent is stored, acknowledged and settled."""
        seen: list[tuple[float, int]] = []

        def quiet() -> bool:
            health = self.get("health")
            seen.append((time.monotonic(), health["ingest"]["messages"]))
            since = next(at for at, messages in seen if messages == seen[-1][1])
            open_ = health["ingest"]["queued"] + (health["store"]["touched"] or 0)
            connected = health["broker"]["connected"] and health["store"]["trouble"] is None
            return bool(connected and open_ == 0 and seen[-1][0] - since > 1.0)

        wait_until("everything is stored and settled", quiet, WAIT_S)

    def peak_mb(self) -> float:
        """Its greatest memory so far."""
        return self._memory_mb("VmHWM")

    def rss_mb(self) -> float:
        """Its memory now, mapped libraries among it."""
        return self._memory_mb("VmRSS")

    def cpu_s(self) -> float:
        """CPU seconds that it took so far."""
        times = psutil.Process(self._running().pid).cpu_times()
        return float(times.user + times.system)

    def _memory_mb(self, name: str) -> float:
        status = Path(f"/proc/{self._running().pid}/status").read_text(encoding="ascii")
        return int(status.split(f"{name}:")[1].split()[0]) / 1024

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._running().pid

    def _answers(self) -> bool:
        if self._running().poll() is not None:
            raise SystemExit("the service ended by itself; see its log")
        try:
            return httpx.get(f"{self.url}/health", timeout=10, verify=NO_TLS).status_code == 200
        except httpx.TransportError:
            return False

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise RuntimeError("the service was not started")
        return self._process

    def close(self) -> None:
        """End it in any case."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        self._log.close()

    @staticmethod
    def _command(*arguments: str) -> list[str]:
        return [sys.executable, "-m", "carbonpeak", *arguments]
