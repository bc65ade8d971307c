"""A block of a file that comes again, after a kill between its append and its record."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from rich.progress import Progress

from carbonpeak.access import AnswerError
from carbonpeak.cli.importing import Account, _open, _send
from ingest.decode.mapping import Mapping
from ingest.pipeline import Outcome, Pipeline
from ingest.sources import http_imports, http_push
from ingest.sources.file_blocks import Block
from ingest.sources.files import submit_csv
from ingest.sources.http_imports import BlockRecorder, Place
from models.readings import Source
from store.duckdb_store import DuckDBStore
from store.registry_db import BlockCounts, FileKey, Imports
from tests.integration.ingest.test_files_and_http import now, pipeline, store
from tests.servers.migrated import sqlite_registry

__all__ = ["now", "pipeline", "store"]

HEADER = "enterprise,meter,ts,value,unit\n"
# Two readings (the second of them twice), one that was stored before, two that are refused.
BLOCK = Block(
    (
        HEADER + "steel-works,main,2026-05-01T08:00:00+08:00,1.5,kWh\n"
        "steel-works,main,2026-05-01T08:15:00+08:00,2.5,kWh\n"
        "steel-works,main,2026-05-01T08:15:00+08:00,2.5,kWh\n"
        "steel-works,main,2026-05-01T08:30:00+08:00,9.5,kWh\n"
        "steel-works,nobody,2026-05-01T08:00:00+08:00,1,kWh\n"
        "steel-works,main,2026-05-01T08:45:00+08:00,~1,kWh\n"
    ).encode(),
    "may.csv",
    2,
)


@pytest.fixture
def imports(tmp_path: Path) -> Imports:
    """The record in a database of its own."""
    return Imports(sqlite_registry(tmp_path / "registry.sqlite"))


def held(store: DuckDBStore) -> list[float]:
    """Every value that is stored, in the order of time."""
    return [float(value) for value in store.readings([1], every_row=True)["value"].to_pylist()]


def test_a_block_that_was_appended_but_not_recorded(
    pipeline: Pipeline, store: DuckDBStore, imports: Imports
) -> None:
    """It comes again: nothing is stored or refused twice, and its counts are what they were."""
    old = HEADER + "steel-works,main,2026-05-01T08:30:00+08:00,9.5,kWh\n"
    submit_csv(Block(old.encode(), "old.csv", 2), Mapping(), pipeline, Source.FILE)
    pipeline.now = lambda: now() + timedelta(minutes=1)
    one = imports.open(FileKey("a" * 64, "b" * 64), "may.csv", 1, pipeline.now(), again=False)
    imports.begin(one.id, 0, pipeline.now())
    first = submit_csv(BLOCK, Mapping(), pipeline, Source.FILE)
    stored, rejections = held(store), store.rejections()
    assert (first.accepted, first.duplicates, rejections.num_rows) == (2, 2, 2)

    pipeline.now = lambda: now() + timedelta(minutes=2)  # and here it was killed
    blocks = BlockRecorder(imports, pipeline.now)
    submit = partial(submit_csv, BLOCK, Mapping(), pipeline, Source.FILE)
    again = blocks.submit(Place(one.id, 0, last=True), lambda since: submit(since=since))
    assert isinstance(again, Outcome)
    assert (again.accepted, again.duplicates, len(again.refused)) == (2, 2, 2)
    assert again.rejection_ids == first.rejection_ids
    assert held(store) == stored
    assert store.rejections().equals(rejections)
    third = blocks.submit(Place(one.id, 0, last=True), lambda since: submit(since=since))
    assert third == BlockCounts(2, 2, 2)
    assert store.verify_chain() == []


def test_a_block_that_was_begun_but_not_appended(
    pipeline: Pipeline, store: DuckDBStore, imports: Imports
) -> None:
    """All of it comes in, also where another value of its time was received meanwhile."""
    one = imports.open(FileKey("a" * 64, "b" * 64), "may.csv", 1, now(), again=False)
    imports.begin(one.id, 0, now())
    pipeline.now = lambda: now() + timedelta(minutes=1)
    other = HEADER + "steel-works,main,2026-05-01T08:00:00+08:00,7.5,kWh\n"
    submit_csv(Block(other.encode(), "other.csv", 2), Mapping(), pipeline, Source.HTTP)
    pipeline.now = lambda: now() + timedelta(minutes=2)
    blocks = BlockRecorder(imports, pipeline.now)
    submit = partial(submit_csv, BLOCK, Mapping(), pipeline, Source.FILE)
    outcome = blocks.submit(Place(one.id, 0, last=True), lambda since: submit(since=since))
    assert isinstance(outcome, Outcome)
    assert (outcome.accepted, outcome.duplicates, len(outcome.refused)) == (3, 1, 2)
    day = datetime(2026, 5, 1, tzinfo=UTC)
    holds = store.readings([1], day, day + timedelta(days=1))
    assert holds["value"].to_pylist() == [1.5, 2.5, 9.5]


def test_a_file_that_changes_while_it_is_imported_is_not_called_imported(
    tmp_path: Path, pipeline: Pipeline, imports: Imports
) -> None:
    """Else its first bytes would be held for imported, of which nobody knows what came in."""
    app = FastAPI()
    app.include_router(http_push.router(pipeline, BlockRecorder(imports, now)))
    app.include_router(http_imports.router(imports, now))
    file = tmp_path / "may.csv"
    file.write_bytes(BLOCK.data)
    with TestClient(app) as api, Progress(disable=True) as progress:
        opened = _open(api, file, Mapping(), again=False)
        file.write_bytes(BLOCK.data.replace(b"1.5", b"1.6"))
        with pytest.raises(AnswerError, match=r"may\.csv: it was changed while"):
            _send(api, file, Mapping(), Account(), opened, progress)
        file.write_bytes(BLOCK.data)
        again = _open(api, file, Mapping(), again=False)
        assert (again["import_id"], again["finished"]) == (opened["import_id"], None)
        _send(api, file, Mapping(), Account(), again, progress)
        assert _open(api, file, Mapping(), again=False)["finished"] is not None
