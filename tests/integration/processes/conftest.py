"""A registered park, a broker with an account, and settings of one process of several."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from carbonpeak.settings import Settings
from store.registry_db import RegistryDatabase
from store.registry_files import load
from tests.servers.migrated import sqlite_registry
from tests.servers.mosquitto import Guarded, guarded_mosquitto

WAIT_S = 30.0
EXAMPLE = Path(__file__).parents[3] / "docs" / "examples" / "steel-works" / "registry"
PARK = "changchun"


def until(holds: Callable[[], bool]) -> None:
    """Wait for a condition of other threads."""
    deadline = time.monotonic() + WAIT_S
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.fixture
def broker(mosquitto: str, tmp_path: Path) -> Iterator[Guarded]:
    with guarded_mosquitto(tmp_path / "broker", {"carbonpeak": "s3cret"}) as running:
        yield running


@pytest.fixture
def registry_url(tmp_path: Path) -> str:
    """An empty registry."""
    path = tmp_path / "registry.sqlite"
    sqlite_registry(path).close()
    return f"sqlite:///{path}"


@pytest.fixture
def registered(registry_url: str) -> str:
    """A registry that holds the example's park."""
    load(RegistryDatabase(registry_url), EXAMPLE)
    return registry_url


@pytest.fixture
def settings(
    tmp_path: Path, broker: Guarded, registered: str, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Settings]:
    """Settings of one process of the set, each with a data folder of its own."""
    password = tmp_path / "mqtt_password"
    password.write_text("s3cret\n")

    def make(name: str, **given: object) -> Settings:
        return Settings(
            **{
                "data": tmp_path / name,
                "broker": "external",
                "mqtt_port": broker.port,
                "mqtt_username": "carbonpeak",
                "mqtt_password_file": password,
                "store": "influxdb",
                "registry_url": registered,
                **given,
            }  # type: ignore[arg-type]
        )

    return make
