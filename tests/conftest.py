"""What many tests need: programs on this machine, and free loopback ports."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.debian_servers.influx import InfluxServer

REAL_DATA = Path(__file__).parents[2] / "shared" / "data" / "real"

# Where one test takes longest. They are begun with: begun with last, they would keep one worker
# busy while the others have nothing left to do.
LONG = ("integration/end_to_end", "integration/faults", "browser", "fuzz", "property")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files of long tests first; the order within a file stays."""
    folder = {path: place for place, path in enumerate(LONG)}
    here = Path(__file__).parent

    def place(item: pytest.Item) -> int:
        parts = item.path.relative_to(here).parts
        return min(folder.get("/".join(parts[:depth]), len(LONG)) for depth in (1, 2))

    items.sort(key=place)


def find_program(*names: str) -> str:
    """The first of the programs that is installed; else skip, and with CI=true fail."""
    for name in names:
        found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")
        if found:
            return found
    reason = f"{' or '.join(names)} is not installed"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def mosquitto() -> str:
    """Path of the mosquitto program."""
    return find_program("mosquitto")


@pytest.fixture(scope="session")
def influx(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InfluxServer]:
    """A real InfluxDB (Debian's 1.6 behind nginx, which asks for the token); buckets are made."""
    find_program("influxd")
    find_program("nginx")
    server = InfluxServer(tmp_path_factory.mktemp("influx"), token="token-of-tests", bucket="park")
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of a Chromium."""
    return find_program("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def soffice() -> str:
    """Path of LibreOffice, which needs no screen."""
    return find_program("soffice", "libreoffice")


@pytest.fixture(scope="session")
def steel_works() -> Path:
    """The real half year of a steel works; it is reference material beside the project."""
    path = REAL_DATA / "steel-works-2018-h1.csv"
    if not path.exists():
        pytest.skip("the real data (../shared/data/real) is not here")
    return path


@pytest.fixture
def free_port() -> int:
    """A loopback port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@pytest.fixture
def without_console(monkeypatch: pytest.MonkeyPatch) -> None:
    """Services of the test's own process have no console: NiceGUI takes one a process."""
    monkeypatch.setattr("carbonpeak.service.mount", lambda *_, **__: None)
