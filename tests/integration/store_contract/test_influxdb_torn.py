"""What a crash, a lost write or a late one leaves in InfluxDB: nothing lost, nothing twice."""

import threading
import time

import pytest

from store.influxdb_store import InfluxDBError, InfluxDBStore
from store.influxdb_store.server import UnknownEndError
from store.influxdb_store.voids import void_lines
from store.interface import Batch
from tests.integration.store_contract.conftest import SHANGHAI
from tests.integration.store_contract.failing import Failing

pytestmark = [pytest.mark.influxdb, pytest.mark.parametrize("kind", ["influxdb"])]


def settled(store, make, windows, rows, touched=None):
    return store.put_usage(make.windows(*windows), make.usage(*rows), make.findings(), touched)


def day(store, make):
    rows = store.usage([1], every="day", zone=SHANGHAI).to_pylist()
    return [row["amount"] for row in rows]


@pytest.mark.parametrize("fails_at", [0, 1, 2])  # intent, rows, record
def test_what_was_never_acknowledged_is_void_even_when_it_comes_late(
    influx_again, open_on, make, monkeypatch, fails_at
):
    server = influx_again()
    store = open_on(server)
    store.append(Batch(readings=make.readings((1, 0, 5))))
    writing = Failing(server, monkeypatch)
    writing.fail_at = fails_at
    lost = make.readings((1, 0, 6, 1), (1, 1, 7, 1))
    with pytest.raises(InfluxDBError):
        store.append(Batch(readings=lost))
    assert writing.lines[fails_at] is not None
    again = store.append(Batch(readings=lost))  # as the pipeline does
    assert again.stored == 2
    writing.late()
    for each in (store, open_on(influx_again())):
        assert each.readings([1], every_row=True)["value"].to_pylist() == [5, 6, 7]
        assert each.latest()["value"].to_pylist() == [7]
        assert each.verify_chain() == []
        assert each.counts()["readings"] == 3


def test_a_torn_batch_is_voided_when_its_writer_opens_the_store_again(
    influx_again, open_on, make, monkeypatch
):
    server = influx_again()
    store = open_on(server)
    writing = Failing(server, monkeypatch)
    writing.fail_at = 3  # intent, rows, rejections' payloads, rejections
    batch = Batch(
        make.readings((1, 0, 5)), make.rejections({"reason": "malformed", "payload": b"x"})
    )
    with pytest.raises(InfluxDBError):
        store.append(batch)
    fresh = open_on(influx_again())
    assert fresh.readings([1]).num_rows == 0
    assert fresh.rejections().num_rows == 0
    assert fresh.batches().num_rows == 0
    # The hours that it was to touch are settled once more.
    assert make.hours(fresh.touched().hours) == [(1, 0)]
    writing.late()
    assert fresh.rejections().num_rows == 0
    assert fresh.append(batch).stored == 1
    assert fresh.verify_chain() == []


def test_hours_of_a_batch_under_way_are_not_struck_off(influx_again, open_on, make, monkeypatch):
    server = influx_again()
    store = open_on(server)
    ledger = InfluxDBStore(influx_again(), writer=None, clock=lambda: make.at(0), zone=SHANGHAI)
    writing = Failing(server, monkeypatch)
    writing.fail_at = 2  # the record: its rows are there
    with pytest.raises(InfluxDBError):
        store.append(Batch(readings=make.readings((1, 0, 5))))
    touched = ledger.touched()
    assert make.hours(touched.hours) == [(1, 0)]
    ledger.put_usage(make.windows((1, 0, 1)), make.usage(), make.findings(), touched)
    assert make.hours(ledger.touched().hours) == [(1, 0)]
    ledger.close()


def test_a_row_under_way_of_another_writer_makes_no_duplicate(
    influx_again, open_on, make, monkeypatch
):
    """It may yet be void: then the resend would be lost, though it was acknowledged."""
    server = influx_again()
    two = open_on(server, "two", 1)
    writing = Failing(server, monkeypatch)
    writing.fail_at = 2  # the record: its row is there
    with pytest.raises(InfluxDBError):
        two.append(Batch(readings=make.readings((1, 0, 5))))
    one = open_on(influx_again(), "one", 0)
    assert one.append(Batch(readings=make.readings((1, 0, 5, 1)))).stored == 1
    again = open_on(influx_again(), "two", 1)  # it comes back, and its batch is void
    for store in (one, again):
        assert store.readings([1], every_row=True)["value"].to_pylist() == [5]
        assert store.verify_chain() == []
    # What is recorded is known as a duplicate to both.
    assert again.append(Batch(readings=make.readings((1, 0, 5, 2)))).duplicates == 1


def test_usage_half_written_is_made_whole(influx_again, open_on, make, monkeypatch):
    server = influx_again()
    store = open_on(server)
    settled(store, make, [(1, 0, 1)], [(1, 0, 10.0)])
    store.append(Batch(readings=make.readings((1, 0, 5))))
    touched = store.touched()
    writing = Failing(server, monkeypatch)
    writing.fail_at = 1  # hours, days
    with pytest.raises(InfluxDBError):
        settled(store, make, [(1, 0, 1)], [(1, 0, 99.0)], touched)
    for again in (store, open_on(influx_again())):  # the same process, or a new one
        settled(again, make, [(1, 0, 1)], [(1, 0, 99.0)], touched)
        assert day(again, make) == [99.0]
    assert store.touched().hours.num_rows == 0


def test_days_follow_though_the_next_windows_are_others(influx_again, open_on, make, monkeypatch):
    server = influx_again()
    store = open_on(server)
    settled(store, make, [(1, 0, 1)], [(1, 0, 10.0)])
    writing = Failing(server, monkeypatch)
    writing.fail_at = 1
    with pytest.raises(InfluxDBError):
        settled(store, make, [(1, 0, 1)], [(1, 0, 99.0)])
    settled(store, make, [(1, 100, 101)], [(1, 100, 1.0)])
    assert day(store, make) == [99.0, 1.0]


def test_a_lost_write_of_usage_cannot_undo_what_comes_after(
    influx_again, open_on, make, monkeypatch
):
    monkeypatch.setattr("store.influxdb_store.facade.DOUBT_S", 0.8)
    server = influx_again()
    store = open_on(server)
    write = server.write

    def lost(lines):
        threading.Timer(0.3, write, [lines]).start()
        monkeypatch.setattr(server, "write", write)
        raise UnknownEndError("no answer")

    monkeypatch.setattr(server, "write", lost)
    with pytest.raises(UnknownEndError):
        settled(store, make, [(1, 0, 1)], [(1, 0, 10.0)])
    settled(store, make, [(1, 0, 1)], [(1, 0, 20.0)])
    time.sleep(0.5)
    assert store.usage_hours([1])["amount"].to_pylist() == [20.0]
    assert day(store, make) == [20.0]


def test_many_void_batches(influx_again, open_on, make, bucket):
    store = open_on(influx_again())
    store.append(Batch(readings=make.readings(*((1, hour, hour) for hour in range(50)))))
    for number in range(3_000):
        bucket.write(void_lines("gone", (number + 1) * 1_000 + 7))
    assert store.readings([1]).num_rows == 50
    assert store.latest()["value"].to_pylist() == [49]
    assert store.context(make.windows((1, 10, 12)), 3).num_rows == 8
    assert store.verify_chain() == []


def test_the_newest_row_is_found_beneath_void_ones(influx_again, open_on, make, monkeypatch):
    store = open_on(influx_again())
    store.append(Batch(readings=make.readings((1, 0, 5))))
    server = influx_again()
    torn = open_on(server, "torn", 1)
    writing = Failing(server, monkeypatch)
    writing.fail_at = 2
    rows = ((1, 1 + number / 4, number, 1) for number in range(40))
    with pytest.raises(InfluxDBError):
        torn.append(Batch(readings=make.readings(*rows)))
    open_on(influx_again(), "torn", 1)
    assert store.latest()["value"].to_pylist() == [5]


def test_hours_settled_from_a_batch_that_becomes_void_are_settled_again(
    influx_again, open_on, make, monkeypatch
):
    server = influx_again()
    store = open_on(server)
    writing = Failing(server, monkeypatch)
    writing.fail_at = 2
    with pytest.raises(InfluxDBError):
        store.append(Batch(readings=make.readings((1, 0, 5))))
    # The lost record comes into effect, a ledger settles, and then the writer is back.
    ledger = InfluxDBStore(influx_again(), writer=None, clock=lambda: make.at(0), zone=SHANGHAI)
    monkeypatch.setattr(
        "store.influxdb_store.append.batches.newest",
        lambda _server: (writing.late(), strike(), {})[2],
    )

    def strike():
        monkeypatch.undo()
        settled(ledger, make, [(1, 0, 1)], [(1, 0, 5.0)], ledger.touched())
        assert ledger.touched().hours.num_rows == 0

    again = open_on(influx_again())
    assert again.readings([1]).num_rows == 0
    assert make.hours(ledger.touched().hours) == [(1, 0)]
    settled(ledger, make, [(1, 0, 1)], [], ledger.touched())
    assert ledger.touched().hours.num_rows == 0
    ledger.close()


def test_late_rejections_of_a_void_batch_replace_no_others(
    influx_again, open_on, make, monkeypatch
):
    server = influx_again()
    store = open_on(server)
    writing = Failing(server, monkeypatch)
    writing.fail_at = 2  # intent, payloads, rejections
    lost = make.rejections({"item": 1, "payload": b"lost"}, {"item": 2, "payload": b"lost"})
    with pytest.raises(InfluxDBError):
        store.append(Batch(rejections=lost))
    again = open_on(influx_again())
    kept = again.append(Batch(rejections=make.rejections({"item": 3, "payload": b"kept"})))
    writing.late()
    found = again.rejections(with_payload=True).to_pylist()
    assert [(row["item"], row["payload"]) for row in found] == [(3, b"kept")]
    assert again.rejection(kept.rejection_ids[0])["payload"].to_pylist() == [b"kept"]
    assert again.rejections(limit=1).num_rows == 1
    assert again.verify_chain() == []
