"""What is told of HJ 212: its marks are the table's, and its example is read as it says."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from models.environment.hj212_marks import hj212_marks
from tests.documentation.test_reference_is_whole import table_rows

Reference = Callable[[str], str]


def test_marks(reference: Reference) -> None:
    section = reference("ingest.md").split("## HJ 212")[1].split("\n## ")[0]
    told = {row[0].strip("`"): row[2].strip("`") for row in table_rows(section) if len(row) == 3}
    marks = {mark: one.quality.name.lower() for mark, one in hj212_marks().items()}
    assert {mark: told.get(mark) for mark in marks} == marks


def test_the_example_by_the_command(reference: Reference, tmp_path: Path) -> None:
    (frame,) = [line for line in reference("ingest.md").splitlines() if line.startswith("##0188")]
    recorded = tmp_path / "capture.bin"
    recorded.write_bytes(b"noise\r\n" + frame.encode() + b"\r\n" + frame[:-4].encode() + b"0759\n")
    printed = subprocess.run(
        [sys.executable, "-m", "carbonpeak", "decode", "hj212", str(recorded)],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    noise, sound, broken = map(json.loads, printed.splitlines())
    assert (noise["ok"], noise["reason"]) == (False, "malformed")
    assert (broken["ok"], broken["reason"], broken["readings"]) == (False, "bad_crc", [])
    readings = sound.pop("readings")
    assert sound == {
        "ok": True, "reason": None, "edition": "2017", "assumed_interval": True,
        "mn": "880000000000000000000001", "st": "31", "cn": "2051", "unsupported": [],
    }  # fmt: skip
    ten_past = {"ts": "2026-11-24T02:10:00Z", "quality": "good"}
    assert readings == [
        {"code": "a21026", "field": "minute", "value": 12.5, "unit": "mg/m3", **ten_past},
        {"code": "a21026", "field": "minute-zs", "value": 14.1, "unit": "mg/m3", **ten_past},
        {"code": "a00000", "field": "minute-cou", "value": 10.5, "unit": "m3", **ten_past},
    ]
