"""A registry that does not answer makes nobody wait who receives stations."""

from __future__ import annotations

import threading
import time

import pytest

from carbonpeak import stations_view
from carbonpeak.stations_view import StationsWatch
from ingest.hj212_stations import RegisteredStations
from models.registry import Registry


def test_what_was_seen_last_holds_while_the_database_hangs(
    monkeypatch: pytest.MonkeyPatch, registry: Registry
) -> None:
    monkeypatch.setattr(stations_view, "LOOK_S", 0.01)
    before, after = RegisteredStations(registry), RegisteredStations(registry)
    asked, answers = threading.Event(), threading.Event()
    first = iter([before])

    def view() -> RegisteredStations:
        known = next(first, None)
        if known is not None:
            return known
        asked.set()
        answers.wait(20)
        return after

    watch = StationsWatch(view)
    assert asked.wait(20)
    assert watch() is before
    answers.set()
    deadline = time.monotonic() + 20
    while watch() is not after:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    watch.stop()
