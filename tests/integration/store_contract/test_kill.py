"""kill -9 in the middle of appends: what was acknowledged is there, and nothing is torn."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.integration.store_contract.appender import open_store

ROOT = Path(__file__).parents[3]
APPENDER = Path(__file__).with_name("appender.py")


def test_acknowledged_batches_survive_and_none_is_torn(tmp_path, kind, bucket, influx_again, make):
    where = [str(tmp_path / "park.duckdb")]
    if kind == "influxdb":
        where = [bucket.url, bucket.bucket, "token-of-tests"]
    chance = random.Random(20260301)
    acknowledged = {}
    for seed in range(6):
        child = subprocess.Popen(
            [sys.executable, APPENDER, str(seed), *where],
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        for _ in range(chance.randint(1, 25)):
            batch, stored = child.stdout.readline().split()
            acknowledged[int(batch)] = int(stored)
        time.sleep(chance.random() / 20)  # so that it dies in any part of an append
        child.send_signal(signal.SIGKILL)
        # Those it still acknowledged before it died; the last line may be cut.
        for line in child.stdout.read().splitlines(keepends=True):
            if line.endswith(b"\n"):
                acknowledged[int(line.split()[0])] = int(line.split()[1])
        child.wait()

        store = open_store(*where)
        records = {row["batch"]: row for row in store.batches().to_pylist()}
        assert all(records[batch]["readings"] == rows for batch, rows in acknowledged.items())
        # At most the one batch that was under way at each kill came in besides.
        assert len(acknowledged) <= len(records) <= len(acknowledged) + seed + 1
        assert store.verify_chain() == []
        assert store.counts()["readings"] == sum(row["readings"] for row in records.values())
        assert store.counts()["rejections"] == sum(row["rejections"] for row in records.values())
        if kind == "duckdb":  # which has transactions: no batch is without its rejection
            assert store.counts()["rejections"] == len(records)

        # The touched hours are those of the readings that are there, and of those that were to be.
        rows = store.readings(range(500), every_row=True).to_pandas()
        held = rows.assign(hour=rows["ts"].dt.floor("h"))[["meter_key", "hour"]].drop_duplicates()
        touched = store.touched().hours.to_pandas()
        if kind == "duckdb":
            assert touched.to_numpy().tolist() == held.to_numpy().tolist()
        else:
            assert len(held.merge(touched)) == len(held)
        newest = store.latest([0])["batch"].to_pylist()
        assert newest == [rows.loc[rows["meter_key"] == 0, "batch"].max()]
        store.close()
