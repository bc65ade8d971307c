"""Thousands of hostile payloads for each decoder; benchmarks/fuzz.py sends two hundred thousand."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from benchmarks.fuzz import FORMS, Form, run
from benchmarks.hostile import MUTATIONS, hostile
from ingest.decode.forms import decode
from ingest.decode.sparkplug import Addressed
from ingest.message import Message
from models.readings import Source

# Of a file each is a batch of its own; the dear workbooks come later than these.
COUNTS = {
    "json": 5_000, "senml": 5_000, "sparkplug": 5_000, "hj212": 3_000,
    "csv": 1_000, "csv_wide": 300, "xlsx": 300, "xlsx_wide": 300, "parquet": 300,
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_none_brings_it_down_and_each_is_kept_with_a_reason(form: Form, tmp_path: Path) -> None:
    count = COUNTS[form.name]
    report = run(form, count, 20261125, tmp_path)
    assert report.unexplained == []
    assert report.readings + report.refused + report.empty == report.payloads == count
    # The payloads are hostile, and not so hostile that nothing behind the parsers is reached.
    assert report.refused > count / 2
    assert {"malformed", "bad_time", "bad_value"} <= set(report.reasons)
    assert "unknown_meter" in report.reasons or count < 1_000
    assert report.stored_rejections > 5


def test_hostile_payloads_can_be_made_again_and_differ_from_the_valid_one() -> None:
    valid = b'{"ts": "2026-01-24T10:15:00Z", "value": 1.5}'
    made = list(hostile([valid], 500, 7))
    assert made == list(hostile([valid], 500, 7))
    assert made != list(hostile([valid], 500, 8))
    assert sum(payload != valid for payload in made) > 480
    assert len(MUTATIONS) == 12


@pytest.mark.parametrize(
    "payload",
    [
        # Metric (field 2) whose name (field 1) is the byte ff.
        b"\x12\x03\x0a\x01\xff",
        # Metric "m" whose property engUnit (properties 9: keys 1, values 2, string 8) is that byte.
        b"\x12\x15\x0a\x01m\x18\x01\x4a\x0e\x0a\x07engUnit\x12\x03\x42\x01\xff",
    ],
)
def test_sparkplug_texts_that_are_none(payload: bytes) -> None:
    # Found by the fuzzer: protobuf hands over bytes for a text that is not UTF-8.
    where = Addressed("NDATA", None)
    received = datetime(2026, 11, 25, tzinfo=UTC)
    message = Message(payload, "E1", None, "t", Source.MQTT, received, sparkplug=where)
    columns, refusals = decode([message])
    (refused,) = refusals.kept()
    assert len(columns) == 0
    assert refused.reason == "malformed"
    assert refused.detail == "payload: a name or a property is not UTF-8"
