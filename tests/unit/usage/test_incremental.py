"""Hours computed from a window are those of the full computation, to the last bit.

A small ledger in plain Python: readings arrive in any order; of each arrival the hours from the
fifth counted reading before it to the fifth after are computed anew, from eight more on each side.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

MARGIN, NEIGHBOURS = 5, 8
KINDS = ["counter", "rate", "level", "interval", "mean"]
EXCHANGES = [(333.0, 700.0, 3.0), (4000.5, 90.0, 10.0)]


def meter(kind: str) -> list[dict[str, Any]]:
    """Two versions that differ in everything; intervals of at most an hour."""
    first = {"kind": kind, "interval_s": 900, "register_max": 1000.0, "range_high": 400.0}
    second = first | {"interval_s": 1800, "scale": 40.0, "range_high": 300.0}
    return [first | {"valid_to": 1234.5}, second | {"valid_from": 1234.5}]


@st.composite
def arrivals(draw: Any) -> Any:
    """Batches of readings in order of arrival."""
    minute, readings = 0.0, []
    for _ in range(draw(st.integers(1, 40))):
        minute += draw(st.sampled_from([15, 15, 15, 30, 7.25, 1, 200, 3000, 0.05]))
        value = draw(st.one_of(st.just(0.0), st.floats(0, 999), st.just(minute % 1000)))
        readings.append((minute, value, draw(st.sampled_from([0, 0, 0, 2, 10]))))
    shuffled = draw(st.permutations(readings))
    batches = []
    while shuffled:
        size = draw(st.integers(1, 6))
        batches.append(shuffled[:size])
        shuffled = shuffled[size:]
    return batches


def window(stored: list[Any], at: float) -> tuple[float, float, list[Any]]:
    """Hours [start, end) to write after a reading at ``at``, and the readings to compute from."""
    counted = [reading for reading in stored if reading[2] <= 3]
    minutes = [reading[0] for reading in counted]
    index = bisect_left(minutes, at)
    around = [at, *minutes[max(index - MARGIN, 0) : index + MARGIN + 1]]
    start, end = min(around) // 60 - 1, max(around) // 60 + 1  # an hour more: intervals reach back
    low = bisect_left(minutes, start * 60)
    high = bisect_left(minutes, (end + 1) * 60)
    return start, end, counted[max(low - NEIGHBOURS, 0) : high + NEIGHBOURS]


@settings(max_examples=60, deadline=None)
@given(batches=arrivals(), kind=st.sampled_from(KINDS))
def test_late_and_shuffled_arrival_ends_as_if_all_had_come_at_once(hours_of, batches, kind):
    stored: list[Any] = []
    kept: dict[int, Any] = {}
    for batch in batches:
        stored = sorted(stored + batch)
        for minute, _, _ in batch:
            start, end, near = window(stored, minute)
            fresh = hours_of(meter(kind), near, EXCHANGES)
            kept = {hour: row for hour, row in kept.items() if not start <= hour < end}
            kept |= {hour: row for hour, row in fresh.items() if start <= hour < end}
    assert kept == hours_of(meter(kind), stored, EXCHANGES)


@settings(max_examples=100, deadline=None)
@given(batches=arrivals(), kind=st.sampled_from(KINDS), cut=st.integers(0, 40))
def test_a_window_gives_the_hours_of_the_whole(hours_of, batches, kind, cut):
    readings = sorted(reading for batch in batches for reading in batch if reading[2] <= 3)
    near = readings[max(cut - NEIGHBOURS, 0) : cut + NEIGHBOURS]
    inner = near[4 if cut > NEIGHBOURS else 0 : -2 if cut + NEIGHBOURS < len(readings) else None]
    if not inner:
        return
    whole = hours_of(meter(kind), readings, EXCHANGES)
    part = hours_of(meter(kind), near, EXCHANGES)
    # hours wholly between the innermost readings that have their neighbours
    for hour in range(int(inner[0][0] // 60) + 1, int(inner[-1][0] // 60) - 1):
        assert part.get(hour) == whole.get(hour)
