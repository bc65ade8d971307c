"""The commands: a file of a meter that is not registered, mended and replayed by hand."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.integration.rejections.conftest import ENTERPRISES, M7, METERS, PARK

ROOT = Path(__file__).parents[3]
MAPPING = "{enterprise: E01, meter: M7, unit: kWh, zone: Asia/Shanghai, columns: {value: stand}}\n"
ROWS = "ts,stand\n2026-03-02 10:00:00,1\n2026-03-02 11:00:00,2\n2026-03-02 12:00:00,x\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The registry's files, and an empty data folder in the environment."""
    files = tmp_path / "registry"
    files.mkdir()
    for name, text in (("park.yaml", PARK), ("enterprises.csv", ENTERPRISES)):
        (files / name).write_text(text, encoding="utf-8")
    monkeypatch.setenv("CARBONPEAK_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("CARBONPEAK_BROKER", "none")
    return files


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "carbonpeak", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def answer(*arguments: object) -> Any:
    """What a command prints last, as JSON; it must succeed."""
    done = run(*arguments, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_a_file_of_a_meter_that_was_not_registered(folder: Path, tmp_path: Path) -> None:
    (folder / "meters.csv").write_text(METERS, encoding="utf-8")
    assert run("registry", "load", folder).returncode == 0
    (tmp_path / "m.yaml").write_text(MAPPING, encoding="utf-8")
    (tmp_path / "may.csv").write_text(ROWS, encoding="utf-8")
    assert run("import", tmp_path / "may.csv", "--mapping", tmp_path / "m.yaml").returncode == 1
    counts = answer("rejections", "list", "--counts", "--state", "open")
    assert {(row["reason"], row["n"]) for row in counts} == {("unknown_meter", 2), ("bad_value", 1)}
    refused = answer("rejections", "list", "--reason", "unknown_meter", "--source", "file")
    number = refused[0]["rejection_id"]
    told = run("rejections", "replay", "--reason", "unknown_meter")
    assert told.returncode == 1
    assert "refused 2" in told.stdout

    (folder / "meters.csv").write_text(METERS + M7, encoding="utf-8")
    assert run("registry", "load", folder).returncode == 0
    text = run("rejections", "explain", number).stdout
    assert "meter E01/M7 is registered: electricity in kWh" in text
    assert "现在重放将接受 1 条读数" in text
    assert "2026-03-02 11:00:00,2" in text
    tried = answer("rejections", "replay", number, "--dry-run")
    assert (tried["rejections"], tried["accepted"]) == (1, 1)
    done = answer("rejections", "replay")
    assert done["outcomes"] == {"accepted": 2, "refused": 1}
    assert (done["accepted"], done["duplicates"]) == (2, 0)
    (example,) = done["examples"]
    assert example["detail"] == "value: 'x' is not a number"
    states = {row["reason"]: row["state"] for row in answer("rejections", "list")}
    assert states == {"unknown_meter": "replayed", "bad_value": "open"}
    assert answer("rejections", "replay", "--reason", "unknown_meter")["rejections"] == 0
    explained = answer("rejections", "explain", number)
    assert explained["rejection"]["outcome"] == "accepted"
