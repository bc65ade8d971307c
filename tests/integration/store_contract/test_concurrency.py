"""One writer of readings, one of usage, and readers, all at once."""

import threading
from concurrent.futures import ThreadPoolExecutor

from models.errors import CarbonpeakError
from store.interface import Batch

BATCHES = 120
METERS = 20


def test_appends_settling_and_reading_side_by_side(store, make, kind):
    done = threading.Event()

    def append():
        for number in range(BATCHES):
            store.append(
                Batch(
                    readings=make.readings(
                        *((meter, number / 4, number, number / 4) for meter in range(METERS))
                    )
                )
            )
        done.set()

    def settle():
        """Writes as the amount of each touched hour how many of its readings it saw."""
        last = False
        while not last:
            last = done.is_set()
            touched = store.touched()
            pairs = make.hours(touched.hours)
            windows = make.windows(*((meter, hour, hour + 1) for meter, hour in pairs))
            seen = make_counts(store.context(windows, 0))
            counted = [(*pair, float(seen[pair])) for pair in pairs if pair in seen]
            usage = make.usage(*counted)
            store.put_usage(windows, usage, make.findings(), touched)

    def make_counts(found):
        counts = {}
        for meter, hour in make.hours(found.rename_columns({"ts": "hour"})):
            counts[meter, hour // 1] = counts.get((meter, hour // 1), 0) + 1
        return counts

    def read():
        highest = 0
        while not done.is_set():
            rows = store.readings(range(METERS))["value"].to_pylist()
            assert len(rows) >= highest
            highest = len(rows)
            newest = set(store.latest()["value"].to_pylist())
            if kind == "duckdb":  # which has transactions: a batch is seen whole or not at all
                assert len(rows) % METERS == 0
                assert len(newest) <= 1
            store.usage([1, 2], every="day", zone=make.zone)
            store.counts()

    with ThreadPoolExecutor(4) as pool:
        futures = [pool.submit(job) for job in (append, settle, read, read)]
        for future in futures:
            future.result(timeout=120)
    assert store.touched().hours.num_rows == 0
    amounts = store.usage_hours(range(METERS))["amount"].to_pylist()
    assert amounts == [4.0] * (METERS * BATCHES // 4)
    assert store.verify_chain() == []


def test_appends_from_many_threads(store, make):
    def append(meter):
        return [
            store.append(
                Batch(make.readings((meter, hour, hour)), make.rejections({"item": meter}))
            )
            for hour in range(25)
        ]

    with ThreadPoolExecutor(4) as pool:
        appended = [one for many in pool.map(append, range(4)) for one in many]
    assert len({one.batch for one in appended}) == 100
    assert len({one.rejection_ids[0] for one in appended}) == 100
    assert store.readings(range(4)).num_rows == 100
    assert store.verify_chain() == []


def test_closing_waits_for_the_calls_under_way(open_store, make):
    store = open_store()
    rows = ((meter, hour / 4, hour) for meter in range(200) for hour in range(100))
    store.append(Batch(readings=make.readings(*rows)))
    started, answers = threading.Event(), []

    def ask():
        try:
            while True:
                started.set()
                answers.append(store.readings(range(200)).num_rows)
        except CarbonpeakError as error:
            answers.append(str(error))

    with ThreadPoolExecutor(3) as pool:
        futures = [pool.submit(ask) for _ in range(3)]
        started.wait()
        store.close()
        for future in futures:
            future.result(timeout=60)
    told = [answer for answer in answers if answer != 20_000]
    assert told == ["the store is closed"] * 3
