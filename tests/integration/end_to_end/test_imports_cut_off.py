"""An import whose command line and service are killed in its middle; the same file twice."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from carbonpeak.cli import app
from tests.integration.end_to_end.conftest import ROOT, WAIT_S, Carbonpeak

pytestmark = pytest.mark.mosquitto

ROWS, REFUSED_EVERY = 24_000, 1_000  # 250 days of quarter hours
FIRST = datetime.fromisoformat("2025-01-01T00:15:00+08:00")


def written(path: Path) -> Path:
    """Wide remarks make few rows many blocks; every thousandth row is of an unknown meter."""
    remark = "r" * 2_000
    with path.open("w", encoding="utf-8") as file:
        file.write("enterprise,meter,ts,value,unit,remark\n")
        for row in range(ROWS):
            meter = "nobody" if row % REFUSED_EVERY == 0 else "main"
            at = (FIRST + timedelta(minutes=15 * row)).isoformat()
            file.write(f"steel-works,{meter},{at},{row % 97}.5,kWh,{remark}\n")
    return path


def blocks_done(service: Carbonpeak) -> int:
    """Blocks on record, read beside the service: asking it takes longer than a block does."""
    with closing(sqlite3.connect(service.data / "registry.sqlite")) as database:
        query = "select count(*) from import_block where done is not null"
        return int(database.execute(query).fetchone()[0])


def begun(service: Carbonpeak, file: Path) -> subprocess.Popen[str]:
    """The import as a process, when one more block of it is done."""
    before = blocks_done(service)
    process = subprocess.Popen(
        [sys.executable, "-m", "carbonpeak", "import", str(file), "--json"],
        cwd=ROOT, env=service.environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    deadline = time.monotonic() + WAIT_S
    while blocks_done(service) == before:
        assert time.monotonic() < deadline
        time.sleep(0.002)
    return process


def test_killed_and_given_again(carbonpeak: Carbonpeak, tmp_path: Path) -> None:
    """First the command line, then the service; then to the end, and once more for nothing."""
    file = written(tmp_path / "year.csv")  # 49 MB: six blocks
    carbonpeak.start()
    process = begun(carbonpeak, file)
    process.kill()
    process.communicate()
    assert process.returncode == -9

    process = begun(carbonpeak, file)
    carbonpeak.kill()
    _, errors = process.communicate()
    assert process.returncode == 1
    assert "give the same command again to go on" in errors
    assert "Traceback" not in errors

    carbonpeak.start()
    here = CliRunner()  # not killed, so it needs no process of its own
    ended = here.invoke(app, ["import", str(file), "--json"], env=carbonpeak.environment)
    assert ended.exit_code == 0, ended.output
    report = json.loads(ended.stdout.splitlines()[-1])
    assert 1 <= report["blocks_before"] <= 5
    expected = {"accepted": 23_976, "duplicates": 0, "rejected": 24, "rows": 24_000}
    assert {name: report[name] for name in expected} == expected
    rows = carbonpeak.health()["store"]
    assert (rows["readings"], rows["rejections"]) == (23_976, 24)

    done = here.invoke(app, ["import", str(file)], env=carbonpeak.environment)
    assert done.exit_code == 0, done.output
    (line,) = done.stdout.splitlines()
    assert line.startswith("imported on 20")
    assert line.endswith("(23,976 accepted, 24 rejected); nothing to do, --again imports it anew")
    assert carbonpeak.health()["store"]["rejections"] == 24
    assert carbonpeak.stop() == 0
