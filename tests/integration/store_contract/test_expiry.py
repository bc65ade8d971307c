"""Expiry of payloads: cut off anywhere it harms nothing, and no other loss passes for one."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from store.influxdb_store import InfluxDBError
from store.interface import Batch
from tests.integration.store_contract.appender import open_store
from tests.integration.store_contract.damaging import meaning

ROOT = Path(__file__).parents[3]
EXPIRER = Path(__file__).with_name("expirer.py")
MANY = 1_000


def test_an_expiry_that_is_killed_is_made_whole_by_the_next(
    tmp_path, kind, bucket, make, influx_again
):
    where = [str(tmp_path / "park.duckdb")]
    if kind == "influxdb":
        where = [bucket.url, bucket.bucket, "token-of-tests"]
    store = open_store(*where)
    rows = [{"reason": "malformed", "payload": b"%06d" % number} for number in range(MANY)]
    store.append(Batch(rejections=make.rejections(*rows)))
    store.close()
    chance = random.Random(5)
    for _ in range(2):
        child = subprocess.Popen(
            [sys.executable, EXPIRER, *where],
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        assert child.stdout.readline() == b"ready\n"
        time.sleep(chance.random() / 50)
        child.send_signal(signal.SIGKILL)
        child.wait()
        child.stdout.close()
        store = open_store(*where)
        assert store.verify_chain() == []
        found = store.rejections(with_payload=True)
        gone = found["payload"].null_count
        assert gone == MANY - found["expired"].null_count
        store.close()
    store = open_store(*where)
    assert store.expire_payloads(make.at(1)) == MANY - gone
    found = store.rejections(with_payload=True)
    assert found["payload"].null_count == MANY == found.num_rows
    assert store.verify_chain() == []
    if kind == "influxdb":
        assert list(influx_again().rows(["SELECT * FROM payload"])) == []
    store.close()


@pytest.mark.influxdb
@pytest.mark.parametrize("kind", ["influxdb"], indirect=True)
def test_bytes_that_were_marked_and_not_deleted_go_with_the_next(
    open_on, influx_again, make, monkeypatch
):
    server = influx_again()
    store = open_on(server)
    store.append(Batch(rejections=make.rejections({"reason": "malformed", "payload": b"{"})))

    def lost(_):
        raise InfluxDBError("the connection is lost")

    with monkeypatch.context() as patch:
        patch.setattr(server, "run", lost)
        with pytest.raises(InfluxDBError):
            store.expire_payloads(make.at(1))
    assert store.rejections(with_payload=True)["payload"].to_pylist() == [None]
    assert store.verify_chain() == []
    assert len(list(server.rows(["SELECT * FROM payload"]))) == 1
    assert store.expire_payloads(make.at(1)) == 0
    assert list(server.rows(["SELECT * FROM payload"])) == []


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("payload = 'y'", "its payload gives "),
        ("payload = 'xx'", "its payload gives "),
        ("payload = ''", "0 bytes of its payload"),
        ("payload = null", "has not expired"),
        ("payload_sha256 = null", "has no hash"),
        ("payload_length = 0", "content gives "),
    ],
)
def test_a_kept_payload_that_was_touched_is_found(open_store, make, damage, change, says):
    store = open_store()
    store.append(Batch(readings=make.readings((1, 0, 1.5))))
    store.append(Batch(rejections=make.rejections({"reason": "malformed", "payload": b"x"})))
    numbers = store.batches()["batch"].to_pylist()
    store.close()
    damage(f"update rejections set {change} where rejection_id = 1")
    faults = open_store().verify_chain()
    assert {fault.batch for fault in faults} == {meaning(numbers, 2)}
    assert any(says in fault.detail for fault in faults), faults
