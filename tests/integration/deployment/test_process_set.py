"""The whole set of the compose file, started from it: the page, the figures, and changed values."""

from __future__ import annotations

import json
import queue
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import psutil
import psycopg
import pytest

from deploy import make_secrets
from deploy.debian_servers import process
from deploy.debian_servers.process import ServerError
from deploy.without_containers import Deployment
from tests.conftest import find_program
from tests.integration.deployment.client import Client
from tests.integration.deployment.project import Project
from tests.servers import plain_http

ROOT = Path(__file__).parents[3]
REGISTRY = ROOT / "docs" / "examples" / "steel-works" / "registry"
WAIT_S = 120.0
# The four quarters of an hour, 100 + 200 + 300 + 400 = 1,000 kWh;
# x 0.7769 kg/kWh (north-east grid, 2012) = 776.9 kg.
QUARTERS = [
    {"ts": f"2018-06-01T{time}:00+08:00", "value": value, "unit": "kWh"}
    for time, value in (("10:15", 100), ("10:30", 200), ("10:45", 300), ("11:00", 400))
]
KWH, CO2E_T = 1000.0, 0.7769

pytestmark = pytest.mark.mosquitto


@pytest.fixture(autouse=True)
def _programs() -> None:
    for name in ("mosquitto", "influxd", "nginx", "postgres"):
        if process.find_program(name) is None:
            find_program(name)  # skips, or fails in CI


class Up:
    """``python -m deploy.without_containers`` for a project."""

    def __init__(self, project: Project) -> None:
        self._command = [
            *(sys.executable, "-m", "deploy.without_containers"),
            *("--compose", str(project.compose), "--env-file", str(project.folder / ".env")),
            *("--folder", str(project.folder / "run")),
        ]
        self._lines: queue.Queue[str] = queue.Queue()
        self._process = subprocess.Popen(
            [*self._command, "up"], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put(line.strip())
        self._lines.put("")  # it ended

    def wait_for(self, start: str) -> str:
        """The first line that begins like this."""
        deadline = time.monotonic() + WAIT_S
        while line := self._lines.get(timeout=max(deadline - time.monotonic(), 0.01)):
            if line.startswith(start):
                return line
        pytest.fail(f"ended before it said: {start}")

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """A carbonpeak command with the environment of the api."""
        return subprocess.run(
            [*self._command, "run", "api", *arguments],
            cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip

    def stop(self) -> int:
        """SIGTERM, and the exit code."""
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(WAIT_S)


def port_in(line: str) -> int:
    """The port here in a line that says where a service is."""
    found = re.search(r"127\.0\.0\.1:(\d+) for", line)
    assert found is not None, line
    return int(found[1])


def connected(port: int, user: str, password: str) -> Client | None:
    """A client, if the broker knows its account."""
    client = Client(port, user, password)
    if client.connected.is_failure:
        client.leave()
        return None
    return client


def mosquitto_of(project: Project) -> psutil.Process:
    """The broker's process, by the configuration that it was started with."""
    configuration = str(project.folder / "run" / "services" / "mosquitto" / "mosquitto.conf")
    (found,) = [one for one in psutil.process_iter(["cmdline"]) if one.info["cmdline"] and
                configuration in one.info["cmdline"] and "mosquitto" in one.name()]  # fmt: skip
    return found


def ask(url: str, key: str | None, noun: str, **query: object) -> httpx.Response:
    """GET a noun of the API."""
    headers = {} if key is None else {"Authorization": f"Bearer {key}"}
    return plain_http.get(f"{url}/api/v1/{noun}", params=query, headers=headers, timeout=30)


def until(what: str, look: Callable[[], Any]) -> Any:
    """Ask again until the answer is something; fails with what was waited for."""
    deadline = time.monotonic() + WAIT_S
    pause = threading.Event()
    while not (found := look()):
        if time.monotonic() > deadline:
            pytest.fail(f"waited {WAIT_S:.0f} s for: {what}")
        pause.wait(0.1)
    return found


@pytest.fixture
def free_ports(project: Project) -> Project:
    """The project with free ports in the place of the published ones."""
    with (project.folder / ".env").open("a") as env:
        env.write("API_PORT=0\nMQTT_PORT=0\nGRAFANA_PORT=0\n")
    return project


@pytest.fixture
def up(free_ports: Project) -> Iterator[Up]:
    """The set of the unchanged compose file, by the command line."""
    running = Up(free_ports)
    yield running
    assert running.stop() == 0


def test_the_set_serves_page_and_figures(project: Project, up: Up) -> None:
    places = {name: up.wait_for(f"{name}: started") for name in ("mosquitto", "postgres")}
    places["api"] = up.wait_for("api: started")
    # Processes wait for a registered park; so the set is up before there is one.
    loaded = up.run("registry", "load", str(REGISTRY))
    assert loaded.returncode == 0, loaded.stderr
    up.wait_for("ready")
    url, key = f"http://127.0.0.1:{port_in(places['api'])}", project.secret("read_key.txt")

    password = project.add_enterprise("steel-works")
    mosquitto_of(project).send_signal(signal.SIGHUP)
    enterprise = until(
        "the new account", lambda: connected(port_in(places["mosquitto"]), "steel-works", password)
    )
    for reading in QUARTERS:
        topic = "park/changchun/steel-works/meter/main"
        assert enterprise.publish(topic, json.dumps(reading).encode()) == "Success"
    enterprise.leave()

    def hour() -> Any:
        answer = ask(url, key, "usage", enterprise="steel-works", every="month", start="2018")
        assert answer.status_code == 200, answer.text
        items = answer.json()["items"]
        return items if sum(item["amount"] or 0 for item in items) == KWH else None

    until("the usage of the hour", hour)
    year = ask(url, key, "inventory", year=2018, every="year").json()
    assert year["totals"]["co2e_t"] == pytest.approx(CO2E_T, abs=1e-6)
    assert ask(url, None, "inventory", year=2018).status_code == 401
    assert plain_http.get(f"{url}/console", follow_redirects=True, timeout=30).status_code == 200

    answer = ask(url, None, "health")
    assert project.secret(make_secrets.SUFFIX) not in answer.text  # everybody may read it
    health = answer.json()
    assert {one["process"] for one in health["processes"]} == {
        "ingest-1",
        "ingest-2",
        "ledger",
        "api",
    }
    assert health["status"] == "ok"
    assert health["ingest"]["accepted"] == len(QUARTERS)


def test_changed_port_passwords_and_token_take_effect(
    project: Project, free_ports: Project, free_port: int
) -> None:
    names = ("read_key.txt", "mqtt_password.txt", "influxdb_token.txt", "postgres_password.txt")
    old = {name: project.secret(name) for name in names}
    new = {name: f"changed-{name.removesuffix('.txt')}-0123456789" for name in names}
    for name, text in new.items():
        (project.folder / "secrets" / name).write_text(text + "\n")
    (project.folder / "secrets" / "mosquitto_passwords.txt").write_text(
        make_secrets.password_line("carbonpeak", new["mqtt_password.txt"])
    )
    text = project.compose.read_text(encoding="utf-8")
    for before, after in (
        ("${API_PORT:-8000}", str(free_port)),
        ("INIT_BUCKET: carbonpeak", "INIT_BUCKET: renamed"),
        ("INFLUX_BUCKET: carbonpeak", "INFLUX_BUCKET: renamed"),
        ('"8000"', '"8088"'),
        (":8000", ":8088"),
    ):
        assert before in text
        text = text.replace(before, after)
    project.compose.write_text(text, encoding="utf-8")

    deployment = Deployment(
        [project.compose],
        project.folder / "run",
        variables=project.variables(),
        only=["postgres"],
    )
    deployment.start()
    try:
        assert deployment.run("api", ["registry", "load", str(REGISTRY)]) == 0
    finally:
        deployment.stop()
    deployment = Deployment(
        [project.compose], project.folder / "run", variables=project.variables()
    )
    deployment.start()
    try:
        url = f"http://127.0.0.1:{free_port}"
        assert ask(url, new["read_key.txt"], "meters").status_code == 200
        assert ask(url, old["read_key.txt"], "meters").status_code == 401
        port = deployment.placement.port("mosquitto", 1883)
        for password, refused in (
            (old["mqtt_password.txt"], True),
            (new["mqtt_password.txt"], False),
        ):
            client = Client(port, "carbonpeak", password)
            client.leave()
            assert client.connected.is_failure is refused
        influx = deployment.url("influxdb", 8086)
        for token, status in ((old["influxdb_token.txt"], 401), (new["influxdb_token.txt"], 200)):
            query = {"q": "SHOW DATABASES"}
            headers = {"Authorization": f"Token {token}"}
            answer = plain_http.get(f"{influx}/query", params=query, headers=headers, timeout=30)
            assert answer.status_code == status
        assert "renamed" in answer.text
        assert "carbonpeak" not in answer.text
        port = deployment.placement.port("postgres", 5432)
        where = f"host=127.0.0.1 port={port} user=carbonpeak dbname=carbonpeak"
        psycopg.connect(where, password=new["postgres_password.txt"]).close()
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(where, password=old["postgres_password.txt"])
    finally:
        deployment.stop()


def test_a_process_that_ends_ends_the_set_and_is_named(free_ports: Project) -> None:
    text = free_ports.compose.read_text(encoding="utf-8")
    text = text.replace("CARBONPEAK_STORE: influxdb", "CARBONPEAK_STORE: duckdb")
    free_ports.compose.write_text(text, encoding="utf-8")
    deployment = Deployment(
        [free_ports.compose],
        free_ports.folder / "run",
        variables=free_ports.variables(),
        only=["ledger"],
    )
    with pytest.raises(ServerError, match=r"ledger ended at once(?s:.*)store: duckdb"):
        deployment.start()
    assert deployment.running == {}


def test_a_port_that_somebody_has_is_named_before_his_answers_pass_for_ours(
    project: Project, free_port: int
) -> None:
    for taken, only in (("MQTT_PORT", "mosquitto"), ("API_PORT", "api")):
        with socket.create_server(("127.0.0.1", free_port)):
            deployment = Deployment(
                [project.compose],
                project.folder / f"run-{only}",
                variables=project.variables(**{"MQTT_PORT": 0, "API_PORT": 0, taken: free_port}),
                only=[only],
            )
            with pytest.raises(ServerError, match=f"port {free_port} cannot be used"):
                deployment.start()
        assert deployment.running == {}


def test_a_server_that_ends_is_named(free_ports: Project) -> None:
    deployment = Deployment(
        [free_ports.compose],
        free_ports.folder / "run",
        variables=free_ports.variables(),
        only=["mosquitto", "influxdb"],
    )
    deployment.start()
    try:
        assert deployment.ended() == []
        mosquitto_of(free_ports).kill()
        assert until("the end of mosquitto", deployment.ended) == ["mosquitto"]
    finally:
        deployment.stop()


def test_a_program_that_ended_is_not_ready_because_somebody_answers(tmp_path: Path) -> None:
    ended = process.Process("ended", [sys.executable, "-c", "print('busy')"], tmp_path)
    ended.start()
    assert ended.ended_within(WAIT_S)
    with pytest.raises(ServerError, match=r"ended at once(?s:.*)busy"):
        ended.await_ready(lambda: True, WAIT_S)


def test_the_simulator_sends_with_its_account(free_ports: Project) -> None:
    deployment = Deployment(
        [free_ports.compose],
        free_ports.folder / "run",
        variables=free_ports.variables(),
        only=["simulator"],
    )
    deployment.start()
    try:
        assert set(deployment.running) == {"mosquitto", "simulator"}
        port = deployment.placement.port("mosquitto", 1883)
        service = Client(port, "carbonpeak", free_ports.secret("mqtt_password.txt"))
        service.subscribe("park/demo/+/batch")
        topic, payload = service.next()
        service.leave()
    finally:
        deployment.stop()
    assert topic.startswith("park/demo/")
    assert {"meter", "ts", "value", "unit"} <= set(json.loads(payload)[0])
