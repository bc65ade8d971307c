"""Which of several rows of (meter, ts) holds, now and as of a time; against a plain model."""

from bisect import bisect_left
from datetime import timedelta
from itertools import count

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.readings import LAST_COUNTED, READINGS, Quality, Source
from store.interface import Batch

CORRECTION = (Quality.GOOD, Source.CORRECTION)


def held(store, **options):
    return store.readings([1], **options)["value"].to_pylist()


def test_newest_received_holds_whatever_the_order_of_arrival(store, make):
    store.append(Batch(readings=make.readings((1, 0, 10, 5))))
    store.append(Batch(readings=make.readings((1, 0, 20, 3))))
    assert held(store) == [10]


def test_at_the_same_instant_of_receipt_the_later_batch_then_the_later_row_holds(store, make):
    store.append(Batch(readings=make.readings((1, 0, 10, 5), (1, 0, 11, 5))))
    assert held(store) == [11]
    store.append(Batch(readings=make.readings((1, 0, 12, 5))))
    assert held(store) == [12]


def test_a_correction_holds_over_a_device_whenever_it_came(store, make):
    store.append(Batch(readings=make.readings((1, 0, 10, 1, *CORRECTION))))
    store.append(Batch(readings=make.readings((1, 0, 20, 9))))
    assert held(store) == [10]
    assert store.latest([1])["value"].to_pylist() == [10]
    store.append(Batch(readings=make.readings((1, 0, 30, 2, *CORRECTION))))
    assert held(store) == [30]
    assert store.latest([1])["value"].to_pylist() == [30]


def test_as_of_knows_only_what_had_been_received(store, make):
    store.append(Batch(readings=make.readings((1, 0, 10, 1), (1, 0, 20, 5), (1, 2, 7, 6))))
    store.append(Batch(readings=make.readings((1, 0, 30, 8, *CORRECTION))))
    known = {hour: held(store, as_of=make.at(hour)) for hour in (0.5, 1, 4, 5, 6, 8)}
    assert known == {0.5: [], 1: [10], 4: [10], 5: [20], 6: [20, 7], 8: [30, 7]}
    assert held(store, as_of=make.at(5), every_row=True) == [10, 20]
    assert held(store, every_row=True) == [10, 20, 30, 7]


def test_uncounted_are_the_rows_that_hold_and_do_not_count(store, make):
    fault, good = (Quality.FAULT, Source.MQTT), (Quality.GOOD, Source.MQTT)
    store.append(
        Batch(
            readings=make.readings(
                (1, 0, 10, 1, *fault), (1, 1, 11, 1, *good), (1, 2, 12, 1, *fault),
                (1, 3, 13, 1, *fault), (2, 1, 14, 1, *fault), (3, 1, 15, 1, *good),
            )
        )
    )  # fmt: skip
    # Of meter 1 hour 1 is found at fault later, hour 2 is put right; hour 3 is out of the span.
    store.append(Batch(readings=make.readings((1, 1, 11, 5, *fault), (1, 2, 12, 5, *CORRECTION))))
    found = store.uncounted([1, 2, 3], make.at(0), make.at(3))
    assert found.schema == READINGS
    columns = (found[name].to_pylist() for name in ("meter_key", "ts", "value"))
    expected = [(1, make.at(0), 10), (1, make.at(1), 11), (2, make.at(1), 14)]
    assert list(zip(*columns, strict=True)) == expected
    assert store.uncounted([3]).num_rows == 0
    assert store.uncounted([]).num_rows == 0
    assert store.uncounted([1])["value"].to_pylist() == [10, 11, 13]


def test_start_is_inside_and_end_is_not(store, make):
    store.append(Batch(readings=make.readings(*((1, hour, hour) for hour in range(4)))))
    assert held(store, start=make.at(1), end=make.at(3)) == [1, 2]
    assert held(store, start=make.at(1) + timedelta(microseconds=1)) == [2, 3]
    assert store.readings([]).num_rows == 0
    assert store.readings([77]).schema == READINGS


def test_latest_is_by_time_of_the_reading_not_of_receipt(store, make):
    store.append(Batch(readings=make.readings((1, 5, 50, 1), (2, 1, 20, 1))))
    store.append(Batch(readings=make.readings((1, 4, 40, 9))))
    assert store.latest()["value"].to_pylist() == [50, 20]
    assert store.latest([2])["value"].to_pylist() == [20]
    assert store.latest([3]).num_rows == 0
    assert store.latest([]).num_rows == 0


readings_of_a_batch = st.lists(
    st.tuples(
        st.integers(1, 3),
        st.integers(0, 12).map(lambda quarter: quarter / 4),
        st.integers(0, 3),
        st.integers(0, 6),
        st.sampled_from([Quality.GOOD, Quality.MANUAL, Quality.SUSPECT]),
        st.sampled_from([Source.MQTT, Source.HTTP, Source.CORRECTION]),
    ),
    min_size=1,
    max_size=6,
)


class Model:
    """All rows ever sent in a list; the rule written down row by row."""

    def __init__(self, batches):
        self.rows = [
            (*row, number, place)
            for number, batch in enumerate(batches)
            for place, row in enumerate(batch)
        ]

    def holding(self, as_of=None):
        best = {}
        for row in self.rows:
            meter, ts, _, received, _, source, batch, place = row
            if as_of is not None and received > as_of:
                continue
            rank = (source == Source.CORRECTION, received, batch, place)
            if rank >= best.get((meter, ts), ((False, -1, -1, -1),))[0]:
                best[meter, ts] = (rank, row)
        return [best[key][1] for key in sorted(best)]

    def context(self, windows, neighbours):
        chosen = set()
        for meter, start, end in windows:
            times = [r[1] for r in self.holding() if r[0] == meter and r[4] <= LAST_COUNTED]
            low, high = bisect_left(times, start), bisect_left(times, end)
            chosen |= {(meter, ts) for ts in times[max(low - neighbours, 0) : high + neighbours]}
        return [row for row in self.holding() if row[:2] in chosen]


def seen(make, table: pa.Table):
    return [
        (r["meter_key"], (r["ts"] - make.start).total_seconds() / 3600, r["value"], r["quality"])
        for r in table.to_pylist()
    ]


def expected(rows):
    return [(meter, ts, value, quality) for meter, ts, value, _, quality, *_ in rows]


# Each example has meters of its own, so that all can share one store.
tens = count(10, 10)


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    batches=st.lists(readings_of_a_batch, min_size=1, max_size=5),
    windows=st.lists(
        st.tuples(st.integers(1, 4), st.integers(-1, 4), st.integers(1, 2)), max_size=3
    ),
    neighbours=st.integers(0, 3),
)
def test_any_history_gives_what_the_rule_says(store, make, batches, windows, neighbours):
    first = next(tens)
    model = Model([[(first + meter, *rest) for meter, *rest in batch] for batch in batches])
    spans = [(first + meter, start, start + length) for meter, start, length in windows]
    meters = [first + meter for meter in (1, 2, 3, 4)]
    for batch in batches:
        rows = ((first + meter, *rest) for meter, *rest in batch)
        store.append(Batch(readings=make.readings(*rows)))
    assert seen(make, store.readings(meters)) == expected(model.holding())
    for hour in (0, 2, 5):
        found = store.readings(meters, as_of=make.at(hour))
        assert seen(make, found) == expected(model.holding(hour))
    newest = {row[0]: row for row in model.holding()}
    assert seen(make, store.latest(meters)) == expected(newest.values())
    context = store.context(make.windows(*spans), neighbours)
    assert seen(make, context) == expected(model.context(spans, neighbours))


def test_what_holds_is_the_same_after_reopening(open_store, make):
    store = open_store()
    store.append(Batch(readings=make.readings((1, 0, 10, 1, *CORRECTION), (1, 0, 20, 9))))
    store.append(Batch(readings=make.readings((2, 0, 30, 9), (2, 0, 40, 1))))
    store.close()
    assert open_store().latest()["value"].to_pylist() == [10, 30]


@pytest.mark.parametrize("reading", [(1, 0, 10, 1), (1, 0, 10, 1, Quality.GOOD, Source.HTTP)])
def test_the_way_in_does_not_decide(store, make, reading):
    store.append(Batch(readings=make.readings((1, 0, 9, 2))))
    store.append(Batch(readings=make.readings(reading)))
    assert held(store) == [9]


def test_the_first_times_of_a_meter_come_with_all_their_rows(store, make):
    store.append(Batch(readings=make.readings((1, 0, 10, 1), (1, 1, 11, 2), (2, 0, 77, 1))))
    store.append(Batch(readings=make.readings((1, 3, 13, 4), (1, 2, 12, 5), (1, 1, 21, 6))))
    store.append(Batch(readings=make.readings((1, 1, 31, 9, *CORRECTION))))
    assert held(store, instants=2) == [10, 31]
    assert held(store, instants=2, every_row=True) == [10, 11, 21, 31]
    assert held(store, instants=1, every_row=True) == [10]
    assert held(store, start=make.at(1), instants=2, as_of=make.at(6)) == [21, 12]
    assert held(store, start=make.at(1), instants=1, every_row=True, as_of=make.at(2)) == [11]
    assert held(store, end=make.at(2), instants=9) == [10, 31]
    assert held(store, start=make.at(4), instants=1) == []
    assert store.readings([3], instants=1).schema == READINGS
    with pytest.raises(ValueError, match="instants: the first times are asked of one meter"):
        store.readings([1, 2], instants=1)
