"""The receiver's process is killed: what it answered is stored, and another one goes on."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest

from carbonpeak.stations_view import StationsView
from ingest.pipeline import Pipeline
from ingest.sources.hj212_bounds import Bounds
from ingest.sources.hj212_process import Hj212Process
from models.environment.hj212_commands import NotConnectedError, order
from models.registry import Registry
from store.duckdb_store import DuckDBStore
from tests.integration.hj212.conftest import STACK, WAIT_S, until
from tests.servers.station import Station

AREA = "DataTime=20251126{:06};a21026-Rtd={},a21026-Flag=N"


def child() -> psutil.Process | None:
    """The receiver's process, where there is one."""
    ours = psutil.Process().children()
    return next((one for one in ours if any("hj212_child" in word for word in _words(one))), None)


def _words(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:  # it has just ended
        return []


@pytest.fixture
def store(registry: Registry, tmp_path: Path) -> Iterator[DuckDBStore]:
    file = tmp_path / "readings.duckdb"
    made = DuckDBStore(file, writer="w", clock=lambda: datetime.now(UTC), zone=registry.zone)
    yield made
    made.close()


def test_a_child_that_is_killed(registry: Registry, store: DuckDBStore) -> None:
    pipeline = Pipeline(
        store, lambda: registry, on_stored=lambda: None, now=lambda: datetime.now(UTC)
    )
    stations = StationsView(lambda: registry, {})
    receiver = Hj212Process("127.0.0.1", 0, stations, pipeline.put, Bounds())
    pipeline.start()
    receiver.start()
    try:
        with Station(receiver.port, STACK) as station, ThreadPoolExecutor(1) as pool:
            station.send("2011", AREA.format(1, 1), qn="20251126100000001")
            assert station.hear()
            failing = pool.submit(receiver._call, None, None, "no such question")
            assert isinstance(failing.exception(WAIT_S), NotConnectedError)
            given = pool.submit(receiver.command, STACK, order("get_time"))
            assert station.hear()
            first = child()
            assert first is not None
            first.kill()
            assert isinstance(given.exception(WAIT_S), NotConnectedError)
            # Nobody waits for the one that is gone, or for the one that is not there yet.
            with pytest.raises(NotConnectedError):
                receiver.command(STACK, order("get_time"))
            assert station.is_ended()
        until(lambda: child() not in (None, first))
        with Station(receiver.port, STACK) as station:
            station.send("2011", AREA.format(2, 2), qn="20251126100000002")
            assert station.hear()
            assert [link.mn for link in receiver.links()] == [STACK]
    finally:
        receiver.finish()
        pipeline.stop()
    assert [row["value"] for row in store.readings([1, 2, 3, 4]).to_pylist()] == [1.0, 2.0]
