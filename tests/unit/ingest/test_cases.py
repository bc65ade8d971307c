"""Inputs that once went wrong, each in its folder of ``tests/cases`` with what is right.

``message.json`` is sent to meter m1 of enterprise E1; ``rows.csv`` is imported for E1.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingest.decode.mapping import Mapping
from ingest.message import Message
from ingest.pipeline import Outcome, Pipeline
from ingest.sources.file_blocks import Block
from ingest.sources.files import submit_csv
from models.quantities import Kind
from models.readings import Source
from models.registry import Cluster, Enterprise, Meter, Park, Registry
from store.interface import Appended, Batch

CASES = sorted((Path(__file__).parents[2] / "cases").glob("*/expected.json"))
REGISTRY = Registry(
    Park("p", "园", "park", "吉林", "东北"),
    (Cluster("c", "c", "c"),),
    (Enterprise("E1", "一", "one", "c"), Enterprise("E2", "二", "two", "c")),
    (Meter(1, "E1", "m1", "electricity", Kind.COUNTER, "kWh", 900),),
)


class Accepting:
    """A store that takes everything and keeps nothing."""

    def append(self, batch: Batch) -> Appended:
        return Appended(1, batch.readings.num_rows, 0, tuple(range(batch.rejections.num_rows)))


def now() -> datetime:
    return datetime(2026, 6, 1, tzinfo=UTC)


def take_in(folder: Path) -> Outcome:
    """The case's input through the pipeline."""
    pipeline = Pipeline(
        Accepting(),  # type: ignore[arg-type]
        lambda: REGISTRY,
        on_stored=lambda: None,
        now=now,
    )
    rows = folder / "rows.csv"
    if rows.exists():
        mapping = Mapping(enterprise="E1")
        return submit_csv(Block(rows.read_bytes(), rows.name, 2), mapping, pipeline, Source.FILE)
    payload = (folder / "message.json").read_bytes()
    return pipeline.submit([Message(payload, "E1", "m1", "topic", Source.MQTT, now())])


def test_there_are_cases() -> None:
    assert CASES


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.parent.name)
def test_a_case_stays_mended(path: Path) -> None:
    expected = json.loads(path.read_text(encoding="utf-8"))
    outcome = take_in(path.parent)
    assert outcome.accepted_items.tolist() == expected["accepted"]
    assert {str(one.item): one.reason for one in outcome.refused} == expected["refused"]
