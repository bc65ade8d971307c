"""kill -9 in the middle of appends: what was acknowledged is there, and nothing is torn."""

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
APPENDER = Path(__file__).with_name("appender.py")


def test_acknowledged_batches_survive_and_none_is_torn(tmp_path, open_store, make):
    chance = random.Random(20260301)
    acknowledged = {}
    for seed in range(6):
        child = subprocess.Popen(
            [sys.executable, APPENDER, tmp_path / "park.duckdb", str(seed)],
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        for _ in range(chance.randint(1, 25)):
            batch, stored = child.stdout.readline().split()
            acknowledged[int(batch)] = int(stored)
        child.send_signal(signal.SIGKILL)
        # Those it still acknowledged before it died; the last line may be cut.
        for line in child.stdout.read().splitlines(keepends=True):
            if line.endswith(b"\n"):
                acknowledged[int(line.split()[0])] = int(line.split()[1])
        child.wait()

        store = open_store("parent")
        records = {row["batch"]: row for row in store.batches().to_pylist()}
        assert all(records[batch]["readings"] == rows for batch, rows in acknowledged.items())
        # At most the one batch that was under way at each kill came in besides.
        assert len(acknowledged) <= len(records) <= len(acknowledged) + seed + 1
        assert store.verify_chain() == []
        assert store.counts()["readings"] == sum(row["readings"] for row in records.values())
        assert store.counts()["rejections"] == len(records)

        # The touched hours are those of the readings that are there.
        rows = store.readings(range(500), every_row=True).to_pandas()
        held = rows.assign(hour=rows["ts"].dt.floor("h"))[["meter_key", "hour"]].drop_duplicates()
        touched = store.touched().hours.to_pandas()
        assert touched.to_numpy().tolist() == held.to_numpy().tolist()
        newest = store.latest([0])["batch"].to_pylist()
        assert newest == [max(records)]
        store.close()
