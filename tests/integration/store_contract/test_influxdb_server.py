"""What is particular to InfluxDB: several writers, texts, refusals, its logs, its limits."""

import threading
from datetime import timedelta

import pyarrow as pa
import pytest

from models.readings import NEW_READINGS
from store.influxdb_store import InfluxDB, InfluxDBError, InfluxDBStore
from store.influxdb_store.set_up import prepare
from store.interface import Batch
from tests.integration.store_contract.conftest import SHANGHAI

pytestmark = [pytest.mark.influxdb, pytest.mark.parametrize("kind", ["influxdb"])]


def test_two_writers_of_one_meter_lose_nothing(influx_again, open_on, make, clock):
    one, two = open_on(influx_again(), "one", 0), open_on(influx_again(), "two", 1)
    one.append(Batch(readings=make.readings((1, 0, 5))))
    two.append(Batch(readings=make.readings((1, 0, 6, 1))))
    # To the first writer this looks like a resend of what it stored; since then 6 held.
    assert one.append(Batch(readings=make.readings((1, 0, 5, 2)))).stored == 1
    assert two.append(Batch(readings=make.readings((1, 0, 5, 3)))).stored == 1
    assert two.append(Batch(readings=make.readings((1, 0, 5, 4)))).duplicates == 1
    assert one.readings([1], every_row=True)["value"].to_pylist() == [5, 6, 5, 5]
    assert two.latest()["value"].to_pylist() == [5]
    assert one.verify_chain() == []
    assert sorted(set(one.batches()["writer"].to_pylist())) == ["one", "two"]
    ids = [
        writer.append(Batch(rejections=make.rejections({"item": 1}))).rejection_ids[0]
        for writer in (one, two)
    ]
    assert len(set(ids)) == 2


def test_more_than_a_thousand_revisions_of_one_instant(store, make):
    rows = [(1, 0, value, value / 1000) for value in range(1_500)]
    store.append(Batch(readings=make.readings(*rows[:1_400])))
    store.append(Batch(readings=make.readings(*rows[1_400:])))
    assert store.readings([1], every_row=True).num_rows == 1_500
    assert store.readings([1])["value"].to_pylist() == [1_499]
    assert store.latest()["value"].to_pylist() == [1_499]
    assert store.verify_chain() == []


def test_the_log_of_touched_hours_is_emptied(open_store, bucket, make, clock):
    store = open_store()
    for number in range(250):
        clock.now += timedelta(seconds=3)
        store.append(Batch(readings=make.readings((1, number / 4, number, number / 4))))
        if number % 50 == 49:
            touched = store.touched()
            store.put_usage(make.windows((1, 0, 100)), make.usage(), make.findings(), touched)
    assert store.touched().hours.num_rows == 0
    (row,) = bucket.rows(["SELECT count(hours) FROM touched"])
    assert row["count"] <= 20 + 50  # of the newest minute, and since the last look
    assert len(list(bucket.rows(["SELECT seen FROM struck"]))) <= 2


def test_text_of_any_kind_comes_back(store, make):
    text = 'a"b\\c,d=e f\n\tg\'h\r单位 \\" ' + "x" * 60_000
    rejected = make.rejections({"detail": text, "peer": "\\", "enterprise": "'; DROP", "meter": ""})
    store.append(Batch(rejections=rejected))
    (row,) = store.rejections().to_pylist()
    assert (row["detail"], row["peer"], row["meter"]) == (text, "\\", "")
    assert store.rejections(enterprise="'; DROP").num_rows == 1
    store.append(Batch(rejections=make.rejections({"enterprise": "a\r\0b"})))
    assert store.rejections(enterprise="a\r\0b", limit=5).num_rows == 1
    assert store.rejections(enterprise="\r", limit=1).num_rows == 0
    assert store.verify_chain() == []


def test_a_payload_of_a_mebibyte(store, make):
    payload = bytes(range(256)) * 4_096
    (number,) = store.append(Batch(rejections=make.rejections({"payload": payload}))).rejection_ids
    assert store.rejection(number)["payload"].to_pylist() == [payload]


def test_a_wrong_token_is_said(bucket, influx, clock):
    wrong = InfluxDB(influx.url, "carbonpeak", bucket.bucket, "wrong")
    assert wrong.ping()
    with pytest.raises(InfluxDBError, match=r"401.*unauthorized"):
        InfluxDBStore(wrong, writer="w", clock=clock, zone=SHANGHAI)
    wrong.close()


def test_an_unreachable_server_is_said(bucket, clock, free_port):
    nowhere = InfluxDB(f"http://127.0.0.1:{free_port}", bucket.org, bucket.bucket, "t")
    assert not nowhere.ping()
    with pytest.raises(InfluxDBError, match=r"127\.0\.0\.1"):
        InfluxDBStore(nowhere, writer="w", clock=clock, zone=SHANGHAI)
    nowhere.close()


def test_a_failing_statement_is_an_error_also_among_others(bucket):
    with pytest.raises(InfluxDBError, match="undefined function"):
        list(bucket.rows(["SELECT n FROM void", "SELECT nothing(n) FROM void"]))


def test_preparing_again_changes_nothing(bucket, store, make):
    store.append(Batch(readings=make.readings((1, 0, 5))))
    prepare(bucket)
    assert store.readings([1]).select(NEW_READINGS.names).num_rows == 1


@pytest.mark.parametrize(("writer", "number"), [("a b", 0), ("", 0), ("w", -1), ("w", 1000)])
def test_names_and_numbers_of_writers(influx_again, clock, writer, number):
    with pytest.raises(ValueError, match="writer"):
        InfluxDBStore(
            influx_again(), writer=writer, writer_number=number, clock=clock, zone=SHANGHAI
        )


def test_a_store_without_a_name_does_not_append(influx_again, clock, make):
    store = InfluxDBStore(influx_again(), writer=None, clock=clock, zone=SHANGHAI)
    with pytest.raises(ValueError, match="without a writer's name"):
        store.append(Batch(readings=make.readings((1, 0, 5))))
    store.close()


def test_numbers_go_on_though_the_clock_goes_back(store, make, clock):
    first = store.append(Batch(readings=make.readings((1, 0, 5)))).batch
    clock.now -= timedelta(days=1)
    assert store.append(Batch(readings=make.readings((1, 1, 5)))).batch > first
    assert store.verify_chain() == []


def test_an_audit_beside_appends_accuses_nobody(influx_again, open_on, make):
    store, other = open_on(influx_again(), "one", 0), open_on(influx_again(), "two", 1)
    done = threading.Event()

    def append():
        number = 0
        while not done.is_set():
            number += 1
            rows = ((meter, number / 4, number, number / 4) for meter in range(50))
            other.append(Batch(make.readings(*rows), make.rejections({"item": number})))

    sender = threading.Thread(target=append)
    sender.start()
    try:
        faults = []
        while store.batches("two").num_rows < 40:
            faults += store.verify_chain()
    finally:
        done.set()
        sender.join()
    assert faults == []


def test_points_that_show_some_of_their_fields_only_are_not_there_yet(store, bucket, make, clock):
    store.append(Batch(make.readings((1, 0, 5)), make.rejections({"item": 1})))
    store.put_usage(make.windows((1, 0, 1)), make.usage((1, 0, 5.0, 1.0)), make.findings())
    before = store.batches(), store.rejections(), store.findings(), store.touched()
    ns = int(clock.now.timestamp() * 1e9) + 60 * 10**9
    # What the server may show of a record, a rejection and a finding while it is writing them.
    bucket.write(
        pa.array(
            [
                f'batch,writer=one all_batches=2i,sha256="x" {ns}',
                "batch,writer=new received=1i 1",
                f'rejection,writer=one reason="malformed" {ns}',
                f'finding,meter=1 kind="spike" {ns}',
            ]
        )
    )
    assert (store.batches(), store.rejections(), store.findings(), store.touched()) == before
    assert store.verify_chain() == []
    store.append(Batch(readings=make.readings((1, 1, 6))))
    assert store.verify_chain() == []


def test_usage_that_no_number_can_say_is_unknown(store, make):
    rows = [(1, 0, float("inf"), 1.0), (1, 1, 2.0, 1.0)]
    store.put_usage(make.windows((1, 0, 2)), make.usage(*rows), make.findings())
    assert store.usage_hours([1])["amount"].to_pylist() == [None, 2.0]


def test_a_time_beyond_what_nanoseconds_say_is_refused(store, make):
    with pytest.raises(ValueError, match=r"^ts: "):
        store.append(Batch(readings=make.readings((1, -24 * 365 * 400, 5))))
    assert store.counts()["readings"] == 0
