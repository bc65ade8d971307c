"""The service's clock goes back: what came last holds all the same, also over a restart."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow.compute as pc

from benchmarks.fuzz import REGISTRY
from ingest.message import Message
from ingest.pipeline import Outcome, Pipeline
from models.readings import Source
from store.duckdb_store import DuckDBStore

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


def opened(path: Path) -> tuple[DuckDBStore, Pipeline]:
    store = DuckDBStore(path, writer="main", clock=lambda: NOON, zone=REGISTRY.zone)

    def newest() -> datetime | None:
        received: datetime | None = pc.max(store.latest()["received"]).as_py()
        return received

    return store, Pipeline(
        store, lambda: REGISTRY, on_stored=lambda: None, now=lambda: NOON, newest=newest
    )


def send(pipeline: Pipeline, value: float, received: datetime) -> Outcome:
    payload = f'{{"ts": "2026-06-01T09:00:00Z", "value": {value}}}'.encode()
    return pipeline.submit([Message(payload, "E1", "m1", "t", Source.MQTT, received)])


def test_what_came_last_holds_though_the_clock_went_back(tmp_path: Path) -> None:
    path = tmp_path / "park.duckdb"
    store, pipeline = opened(path)
    send(pipeline, 1.0, NOON)
    send(pipeline, 2.0, NOON - timedelta(hours=1))
    assert store.readings([1])["value"].to_pylist() == [2.0]
    store.close()

    store, pipeline = opened(path)  # started again, the clock still an hour behind
    send(pipeline, 3.0, NOON - timedelta(hours=1))
    assert store.readings([1])["value"].to_pylist() == [3.0]
    rows = store.readings([1], every_row=True)
    assert rows["received"].to_pylist() == [NOON] * 3
    # A reading is ahead of its receipt by the clock itself, not by the receipt that was put right.
    early = send(pipeline, 4.0, NOON - timedelta(hours=4))
    assert [one.reason for one in early.refused] == ["bad_time"]
    store.close()


def test_readings_of_a_clock_a_year_ahead_do_not_stop_receipts(tmp_path: Path) -> None:
    store, pipeline = opened(tmp_path / "park.duckdb")
    send(pipeline, 1.0, NOON + timedelta(days=365))
    payload = b'{"ts": "2026-06-01T10:00:00Z", "value": 5}'
    pipeline.submit([Message(payload, "E1", "m1", "t", Source.MQTT, NOON)])
    assert store.latest([1])["received"].to_pylist() == [NOON]
    store.close()
