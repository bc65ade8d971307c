"""How a process of several starts: what it refuses, what it waits for, how it ends meanwhile."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from carbonpeak.registry_view import LOOK_S, RegistryView
from carbonpeak.roles import Role, as_role
from carbonpeak.settings import Settings, SettingsError
from carbonpeak.stores import await_park
from models.registry import Registry
from store.registry_db import RegistryDatabase
from store.registry_files import load
from tests.integration.processes.conftest import EXAMPLE

ROOT = Path(__file__).parents[3]


def command(tmp_path: Path, *arguments: str, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "carbonpeak", *arguments],
        cwd=ROOT,
        env=os.environ | {"CARBONPEAK_DATA": str(tmp_path / "data")} | environment,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_role_on_a_file_is_refused_in_one_line(tmp_path: Path) -> None:
    process = command(tmp_path, "run", "--role", "ingest")
    _, said = process.communicate(timeout=60)
    assert process.returncode == 1
    assert said.splitlines() == [
        "carbonpeak: store: duckdb is a file of one process; --role ingest needs store influxdb, "
        "or run everything in one process without --role"
    ]


@pytest.mark.parametrize("broker", ["none", "embedded", "mosquitto"])
def test_a_role_without_the_others_broker_is_refused(broker: str) -> None:
    settings = Settings(store="influxdb", broker=broker)  # type: ignore[arg-type]
    with pytest.raises(SettingsError, match=f"broker: {broker}: --role ledger"):
        as_role(settings, Role.LEDGER)


def test_commands_do_not_open_a_store_that_others_use(tmp_path: Path) -> None:
    process = command(tmp_path, "inventory", CARBONPEAK_STORE="influxdb")
    _, said = process.communicate(timeout=60)
    assert process.returncode == 1
    assert said.startswith(f"carbonpeak: no service runs in {tmp_path / 'data'}; store influxdb")


def test_an_unknown_role_is_a_misuse(tmp_path: Path) -> None:
    process = command(tmp_path, "run", "--role", "cook")
    process.communicate(timeout=60)
    assert process.returncode == 2


def test_it_waits_for_a_park_and_says_so(
    registry_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    database = RegistryDatabase(registry_url)
    waiting = threading.Thread(target=await_park, args=(database,), daemon=True)
    said = threading.Event()

    class Hearing(logging.Handler):
        def emit(self, _record: logging.LogRecord) -> None:
            said.set()

    log = logging.getLogger("carbonpeak.stores")
    log.addHandler(hearing := Hearing())
    try:
        waiting.start()
        assert said.wait(30)
    finally:
        log.removeHandler(hearing)
    assert waiting.is_alive()
    load(RegistryDatabase(registry_url), EXAMPLE)
    waiting.join(30)
    assert not waiting.is_alive()
    assert caplog.messages == [
        "waiting: registry: no park registered yet; run `carbonpeak registry load`"
    ]


def test_sigterm_ends_it_while_it_waits(tmp_path: Path, registry_url: str) -> None:
    process = command(
        tmp_path,
        "run",
        "--role",
        "ledger",
        CARBONPEAK_STORE="influxdb",
        CARBONPEAK_REGISTRY_URL=registry_url,
    )
    assert process.stderr is not None
    said = process.stderr.readline()
    assert "no park registered yet" in said
    process.send_signal(signal.SIGTERM)
    _, rest = process.communicate(timeout=60)
    assert (process.returncode, rest) == (0, "")


def test_one_process_without_a_park_does_not_wait(tmp_path: Path) -> None:
    process = command(tmp_path, "run", CARBONPEAK_BROKER="none")
    _, said = process.communicate(timeout=60)
    assert process.returncode == 1
    assert said == (
        "carbonpeak: registry: no park registered yet; run `carbonpeak registry load`\n"
    )


class Restarting(RegistryDatabase):
    """A database whose server is away for a while."""

    away = False

    def version(self) -> int:
        if self.away:
            raise ConnectionError("server closed the connection")
        return super().version()


def test_what_is_known_holds_while_the_registry_does_not_answer(
    registered: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    database = Restarting(registered)
    view = RegistryView(database)
    known: Registry = view()
    database.away = True
    view.renew()
    assert view() is known
    assert caplog.messages == [
        "registry: no answer, what is known holds: server closed the connection"
    ]
    assert view() is known
    assert len(caplog.messages) == 1, f"asked again within {LOOK_S} s"
