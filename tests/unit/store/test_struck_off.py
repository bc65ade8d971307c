"""Touched hours less struck windows, against the rule written down hour by hour."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from store.hour_ranges import HourRanges, fold
from store.influxdb_store import struck_off
from store.influxdb_store.struck_off import Entry, still_open

spans = st.lists(
    st.tuples(st.integers(1, 3), st.integers(-4, 6), st.integers(1, 4)), min_size=0, max_size=4
)


def ranges(rows):
    meter, start, length = (
        (np.array(part, dtype=np.int64) for part in zip(*rows, strict=True))
        if (rows)
        else (np.zeros(0, dtype=np.int64),) * 3
    )
    return HourRanges(meter, start, start + length).joined()


def hours(rows):
    return {(meter, start + step) for meter, start, length in rows for step in range(length)}


@settings(deadline=None, max_examples=300)
@given(
    intents=st.lists(st.tuples(st.sampled_from("ab"), spans), min_size=1, max_size=6),
    strikes=st.lists(st.tuples(spans, st.integers(0, 6), st.integers(0, 6)), max_size=7),
    big=st.sampled_from([0, 3, 100_000]),
)
def test_any_logs_leave_what_the_rule_says(intents, strikes, big):
    """A later strike has seen at least what an earlier one had."""
    before, struck_off.BIG_HOURS = struck_off.BIG_HOURS, big
    entries = [
        Entry(writer, number * 1_000, ranges(rows), {}, 0)
        for number, (writer, rows) in enumerate(intents, start=1)
    ]
    a = b = 0
    made, seen = [], []
    for number, (rows, more_a, more_b) in enumerate(strikes):
        a, b = a + more_a, b + more_b
        seen.append((hours(rows), {"a": a, "b": b}))
        made.append(Entry("ledger", number, ranges(rows), {"a": a, "b": b}, 0))
    expected = {
        (hour, number)
        for number, (writer, rows) in enumerate(intents)
        for hour in hours(rows)
        if not any(hour in struck and number + 1 <= known[writer] for struck, known in seen)
    }
    try:
        left = still_open(entries, made)
    finally:
        struck_off.BIG_HOURS = before
    found = set(zip(left.hours.tolist(), left.of_entry.tolist(), strict=True))
    folded = {(int(fold(np.int64(m), np.int64(h))), number) for (m, h), number in expected}
    assert found == folded
    assert len(left.hours) == len(expected)
