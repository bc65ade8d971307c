"""What is particular to InfluxDB: torn batches, several writers at once, refusals, set-up."""

import threading
import time
from datetime import timedelta

import pytest

from models.readings import NEW_READINGS
from store.influxdb_store import InfluxDB, InfluxDBError, InfluxDBStore
from store.influxdb_store.server import UnknownEndError
from store.influxdb_store.set_up import prepare
from store.influxdb_store.voids import void_lines
from store.interface import Batch
from tests.integration.store_contract.conftest import SHANGHAI

pytestmark = [pytest.mark.influxdb, pytest.mark.parametrize("kind", ["influxdb"])]


@pytest.fixture
def open_on(clock):
    """A store on a given connection."""
    opened = []

    def open_it(server, writer="test", number=0):
        store = InfluxDBStore(
            server, writer=writer, writer_number=number, clock=clock, zone=SHANGHAI
        )
        opened.append(store)
        return store

    yield open_it
    for store in opened:
        store.close()


class Failing:
    """Stands before a server's ``write`` and lets it fail, once what it got is known."""

    def __init__(self, server, monkeypatch):
        self.fail_at = None
        self.lines = []
        self._write = server.write
        monkeypatch.setattr(server, "write", self)

    def __call__(self, lines):
        if self.fail_at == len(self.lines):
            self.lines.append(lines)
            raise InfluxDBError("the connection is lost")
        self.lines.append(lines)
        self._write(lines)

    def late(self):
        """The lost write comes into effect after all."""
        self._write(self.lines[self.fail_at])


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


def settled(store, make, windows, rows, touched=None):
    return store.put_usage(make.windows(*windows), make.usage(*rows), make.findings(), touched)


def day(store, make):
    rows = store.usage([1], every="day", zone=SHANGHAI).to_pylist()
    return [row["amount"] for row in rows]


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


def test_usage_that_no_number_can_say_is_unknown(store, make):
    rows = [(1, 0, float("inf"), 1.0), (1, 1, 2.0, 1.0)]
    settled(store, make, [(1, 0, 2)], rows)
    assert store.usage_hours([1])["amount"].to_pylist() == [None, 2.0]


def test_a_time_beyond_what_nanoseconds_say_is_refused(store, make):
    with pytest.raises(ValueError, match=r"^ts: "):
        store.append(Batch(readings=make.readings((1, -24 * 365 * 400, 5))))
    assert store.counts()["readings"] == 0
