"""Somebody else has the port of the stations: who did not ask for it goes on all the same."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from carbonpeak.hj212_parts import WhereTaken, switched_on
from carbonpeak.service import Service
from carbonpeak.settings import Settings
from carbonpeak.stores import open_registry
from ingest.sources.hj212 import listening
from ledger.rejections import rejection
from models.errors import CarbonpeakError
from store.registry_files import load
from tests.integration.hj212.conftest import STACK, until
from tests.servers.station import Station, frame


@pytest.fixture
def taken() -> Iterator[int]:
    """A port at which somebody listens."""
    with listening("127.0.0.1", 0) as other:
        yield other.getsockname()[1]


@pytest.fixture
def service(taken: int, tmp_path: Path, registry_folder: Path) -> Iterator[Service]:
    """One that receives stations by default, as ``run`` and ``demo`` do; not started yet."""
    settings = Settings(data=tmp_path, broker="none", hj212_port=taken)
    database = open_registry(settings)
    load(database, registry_folder)
    made = Service(switched_on(settings))
    yield made
    made.stop()


def test_run_goes_on_without_stations_and_says_so_in_one_line(
    service: Service, taken: int, caplog: pytest.LogCaptureFixture
) -> None:
    service.hj212.where_taken = WhereTaken.WITHOUT
    with caplog.at_level(logging.WARNING):
        service.start(watching=False)
    assert service.hj212.host is None
    (said,) = [one.getMessage() for one in caplog.records if "hj212_port" in one.getMessage()]
    assert f"{taken} of 127.0.0.1" in said
    assert said.endswith("no stations are received")


def test_the_demo_takes_another_port(service: Service, taken: int) -> None:
    service.hj212.where_taken = WhereTaken.ANYWHERE
    service.start(watching=False)
    assert service.hj212.source is not None
    assert service.hj212.source.port != taken
    with Station(service.hj212.source.port, STACK) as station:
        station.send("2011", "DataTime=20251126100000", qn="20251126100000001")
        assert station.hear()
        # What is refused is told without the password, with which anybody could send.
        odd = station.segment("2011", "DataTime=20251126100000;a99999-Rtd=1", qn="2025112610000000")
        station.raw(odd)
        until(lambda: service.store.rejections().num_rows == 1)
    number = service.store.rejections()["rejection_id"][0].as_py()
    told = rejection(service.books, number).payload.decode()
    assert told == frame(odd).decode().rstrip().replace("PW=123456", "PW=******")


def test_who_asked_for_the_port_is_told(service: Service) -> None:
    with pytest.raises(CarbonpeakError, match="hj212_port"):
        service.start(watching=False)
