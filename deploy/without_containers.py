"""Run the services of docker-compose.yml as processes of this machine, without containers.

For a trial on a Debian host, and for the tests: the same processes with the same environment, read
from the compose file itself, with Debian's mosquitto, InfluxDB 1.6 (behind nginx) and PostgreSQL
in the place of the images. Other images are skipped, and that is said.

    python -m deploy.without_containers up
    python -m deploy.without_containers run api registry load docs/examples/steel-works/registry
"""

from __future__ import annotations

import argparse
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from dotenv import dotenv_values

from deploy.compose_file import ComposeError, read_compose, start_order
from deploy.debian_servers.influx import InfluxServer
from deploy.debian_servers.mosquitto import MosquittoServer
from deploy.debian_servers.postgres import PostgresServer
from deploy.debian_servers.process import Process, ServerError, require_free
from deploy.placement import Placement

TOP = Path(__file__).resolve().parents[1]
LOOK_S = 0.5


class Running(Protocol):
    """A service that runs."""

    def start(self) -> None:
        """Start it."""

    def stop(self) -> None:
        """End it."""

    def has_ended(self) -> bool:
        """Whether it is not running, or not whole."""


class OwnProcess:
    """One of carbonpeak's processes, started as its image would start it."""

    def __init__(self, service: str, placement: Placement, healthcheck: Mapping[str, Any]) -> None:
        self._service = service
        self._placement = placement
        self._check = healthcheck
        self.process = Process(
            service,
            [sys.executable, "-m", "carbonpeak", *placement.arguments(service)],
            placement.home(service),
            environment=environment_here(placement.environment(service)),
        )

    def start(self) -> None:
        """Start it; ``await_healthy`` tells when it answers. Raises ServerError: port taken."""
        for port in self._placement.ports(self._service).values():
            require_free(port)
        self.process.start()

    def stop(self) -> None:
        """End it and wait."""
        self.process.stop(seconds("60s"))

    def has_ended(self) -> bool:
        """Whether it is not running."""
        return self.process.ended_within(0)

    def await_healthy(self) -> None:
        """Wait as long as the compose file allows. Raises ServerError otherwise.

        A service without ports is healthy while it runs: its check looks into its container.
        """
        if not self._placement.ports(self._service):
            return
        check = self._check
        patience = seconds(check["start_period"]) + check["retries"] * seconds(check["interval"])
        self.process.await_ready(self._is_healthy, patience)

    def _is_healthy(self) -> bool:
        kind, *command = self._check["test"]
        if kind != "CMD":
            raise ComposeError(f"{self._service}: a healthcheck is written CMD, program, ...")
        program, *arguments = [self._placement.moved(self._service, one) for one in command]
        try:
            done = subprocess.run(
                [sys.executable if program == "python" else program, *arguments],
                timeout=seconds(self._check["timeout"]),
                capture_output=True,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return False
        return done.returncode == 0


class Deployment:
    """The services of compose files on this machine, everything of theirs in ``folder``."""

    def __init__(
        self,
        files: Sequence[Path],
        folder: Path,
        *,
        variables: Mapping[str, str],
        profiles: Sequence[str] = (),
        only: Sequence[str] = (),
        say: Callable[[str], None] = lambda _: None,
    ) -> None:
        compose = read_compose(files, variables)
        self._services: Mapping[str, Any] = compose["services"]
        self._order = start_order(self._services, profiles, only)
        self._say = say
        self.placement = Placement(compose, files[0].resolve().parent, folder)
        self.running: dict[str, Running] = {}

    def start(self) -> None:
        """Start everything in order and wait until it is healthy. Raises ServerError otherwise."""
        try:
            for name in self._order:
                self._start(name)
            self._await_healthy()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End everything, last started first; raises the first trouble after all are ended."""
        troubles = []
        while self.running:
            name, one = self.running.popitem()
            try:
                one.stop()
            except ServerError as error:
                troubles.append(error)
            self._say(f"{name}: ended")
        if troubles:
            raise troubles[0]

    def ended(self) -> list[str]:
        """Names of services that ended by themselves."""
        return [name for name, one in self.running.items() if one.has_ended()]

    def url(self, service: str, inside: int) -> str:
        """Address of a service's port."""
        return f"http://127.0.0.1:{self.placement.port(service, inside)}"

    def run(self, service: str, arguments: Sequence[str]) -> int:
        """Run a carbonpeak command with the environment of a service; its exit code."""
        if "build" not in self._services[service]:
            raise ComposeError(f"{service}: is not one of carbonpeak's own processes")
        self.placement.prepare(service)
        environment = environment_here(self.placement.environment(service))
        command = [sys.executable, "-m", "carbonpeak", *arguments]
        return subprocess.run(command, env=environment, check=False).returncode

    def _start(self, name: str) -> None:
        service = self._services[name]
        self.placement.prepare(name)
        made = self._made(name, service)
        if made is None:
            self._say(f"{name}: skipped, nothing here stands in for {service['image']}")
            return
        made.start()
        self.running[name] = made
        ports = self.placement.ports(name)
        where = ", ".join(f"127.0.0.1:{here} for {inside}" for inside, here in ports.items())
        self._say(f"{name}: started" + (f", {where}" if where else ""))

    def _made(self, name: str, service: Mapping[str, Any]) -> Running | None:
        if "build" in service:
            return OwnProcess(name, self.placement, service["healthcheck"])
        image = str(service["image"]).split(":", maxsplit=1)[0]
        makers = {"eclipse-mosquitto": self._mosquitto, "influxdb": self._influx}
        maker = (makers | {"postgres": self._postgres}).get(image)
        return None if maker is None else maker(name)

    def _mosquitto(self, name: str) -> Running:
        return MosquittoServer(
            self.placement.home(name),
            Path(self.placement.place(name, "/mosquitto/config/mosquitto.conf")),
            place=lambda path: self.placement.place(name, path),
            ports=self.placement.ports(name),
        )

    def _influx(self, name: str) -> Running:
        given = self.placement.environment(name)
        return InfluxServer(
            Path(self.placement.place(name, "/var/lib/influxdb2")),
            token=text_of(given["DOCKER_INFLUXDB_INIT_ADMIN_TOKEN_FILE"]),
            bucket=given["DOCKER_INFLUXDB_INIT_BUCKET"],
            port=self.placement.port(name, 8086),
        )

    def _postgres(self, name: str) -> Running:
        given = self.placement.environment(name)
        return PostgresServer(
            Path(self.placement.place(name, "/var/lib/postgresql/data")),
            user=given["POSTGRES_USER"],
            password=text_of(given["POSTGRES_PASSWORD_FILE"]),
            database=given["POSTGRES_DB"],
            port=self.placement.port(name, 5432),
        )

    def _await_healthy(self) -> None:
        for name, one in self.running.items():
            if isinstance(one, OwnProcess):
                one.await_healthy()
                self._say(f"{name}: healthy")


def environment_here(given: Mapping[str, str]) -> dict[str, str]:
    """What a process is given: the compose file's, and of ours nothing that is a setting."""
    ours = {name: value for name, value in os.environ.items() if "CARBONPEAK_" not in name.upper()}
    return {**ours, **given}


def text_of(file: str) -> str:
    """Content of a secret's file."""
    return Path(file).read_text(encoding="utf-8").rstrip("\r\n")


def seconds(duration: str) -> float:
    """A duration of a compose file: 1m30s."""
    parts = re.findall(r"([\d.]+)(ms|s|m|h)", duration)
    return sum(float(number) * {"ms": 0.001, "s": 1, "m": 60, "h": 3600}[u] for number, u in parts)


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--compose", type=Path, action="append", help="default: docker-compose.yml")
    parser.add_argument("--env-file", type=Path, default=TOP / ".env", help="default: .env")
    parser.add_argument("--folder", type=Path, default=TOP / "var" / "deployment")
    parser.add_argument("--profile", action="append", default=[], help="also these profiles")
    what = parser.add_subparsers(dest="what", required=True)
    up = what.add_parser("up", help="start all and stop them at Ctrl-C or SIGTERM")
    up.add_argument("--only", nargs="+", default=[], help="these and what they depend on")
    run = what.add_parser("run", help="run a carbonpeak command as a service would")
    run.add_argument("service")
    run.add_argument("arguments", nargs=argparse.REMAINDER)
    given = parser.parse_args()
    variables = {
        name: value or ""
        for name, value in dotenv_values(given.env_file, interpolate=False).items()
    }
    try:
        deployment = Deployment(
            given.compose or [TOP / "docker-compose.yml"],
            given.folder,
            variables={**variables, **os.environ},
            profiles=given.profile,
            only=given.only if given.what == "up" else (),
            say=lambda text: print(text, flush=True),  # noqa: T201 - a program's own output
        )
        if given.what == "run":
            sys.exit(deployment.run(given.service, given.arguments))
        stay_up(deployment)
    except (ComposeError, ServerError, OSError) as error:
        sys.exit(f"without_containers: {error}")


def stay_up(deployment: Deployment) -> None:
    """Start, and stop at Ctrl-C, at SIGTERM or when a service ends by itself."""
    never = threading.Event()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    ended: list[str] = []
    try:
        deployment.start()
        print("ready", flush=True)  # noqa: T201
        while not ended:
            never.wait(LOOK_S)
            ended = deployment.ended()
    except KeyboardInterrupt:
        pass
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # ending takes its time, and is under way
    deployment.stop()
    if ended:
        raise ServerError(f"ended by itself: {', '.join(ended)}; see its log in the folder")


if __name__ == "__main__":
    main()
