"""Arithmetic on ranges of hours and on local days, against the same written plainly."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.periods import from_us, period_start, to_us
from store.hour_ranges import HourRanges, find, fold
from store.rules.local_days import period_ends, period_starts

spans = st.lists(st.tuples(st.integers(0, 3), st.integers(-20, 20), st.integers(0, 6)), max_size=12)


def ranges(rows):
    meter, start, length = (np.array([row[i] for row in rows], dtype=np.int64) for i in range(3))
    return HourRanges(meter, start, start + length)


def hours(some):
    rows = zip(some.meter.tolist(), some.start.tolist(), some.end.tolist(), strict=True)
    return [(meter, hour) for meter, start, end in rows for hour in range(start, end)]


@given(spans, spans)
def test_joined_holds_every_hour_once_in_order(one, other):
    joined = ranges(one).joined(ranges(other))
    assert hours(joined) == sorted({*hours(ranges(one)), *hours(ranges(other))})
    # As few ranges as can be: none ends where the next begins.
    ends = set(zip(joined.meter.tolist(), joined.end.tolist(), strict=True))
    assert not ends & set(zip(joined.meter.tolist(), joined.start.tolist(), strict=True))


@given(spans)
def test_locate_finds_the_range_of_an_hour(rows):
    joined = ranges(rows).joined()
    meter, hour = (grid.ravel() for grid in np.mgrid[-1:5, -25:30])
    for index, m, h in zip(joined.locate(meter, hour), meter, hour, strict=True):
        held = [
            i for i in range(len(joined))
            if joined.meter[i] == m and joined.start[i] <= h < joined.end[i]
        ]  # fmt: skip
        assert ([index] if index >= 0 else []) == held


@given(spans, st.integers(0, 10))
def test_groups_keep_everything_and_lie_apart(rows, apart):
    joined = ranges(rows).joined()
    groups = joined.groups(apart)
    assert sorted(hour for group in groups for hour in hours(group)) == hours(joined)
    for before, after in pairwise(groups):
        assert after.start.min() - before.end.max() > apart


@given(st.integers(0, 2**31 - 1), st.integers(-(2**31), 2**31 - 1))
def test_fold_is_taken_apart_again(meter, hour):
    key = int(fold(np.array([meter]), np.array([hour]))[0])
    assert (key - int(np.int64(key).astype(np.int32))) >> 32 == meter


def test_find():
    index, known = find(np.array([5, 1, 9]), np.array([1, 5]))
    assert known.tolist() == [True, True, False]
    assert index[:2].tolist() == [1, 0]
    assert find(np.array([5]), np.array([], dtype=np.int64))[1].tolist() == [False]


# Half-hour zones, zones that change by a whole or half an hour, and one that skipped a day (Apia).
ZONES = ["Asia/Shanghai", "Europe/Berlin", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia"]
instants = st.integers(-631_152_000_000_000, 2_208_988_800_000_000)  # 1950 to 2040, in µs


@pytest.mark.parametrize("zone", [ZoneInfo(name) for name in ZONES], ids=ZONES)
@given(times=st.lists(instants, min_size=1, max_size=8), every=st.sampled_from(["day", "month"]))
def test_period_starts_are_those_of_each_instant(zone, times, every):
    found = [from_us(int(start)) for start in period_starts(np.array(times), every, zone)]
    assert found == [period_start(from_us(time), every, zone) for time in times]


@pytest.mark.parametrize("zone", [ZoneInfo(name) for name in ZONES], ids=ZONES)
def test_every_hour_of_three_years(zone):
    first = datetime(2010, 6, 1, tzinfo=UTC)
    times = [first + timedelta(hours=hour) for hour in range(3 * 366 * 24)]
    us = np.array([to_us(time) for time in times])
    found = period_starts(us, "day", zone).tolist()
    assert found == [to_us(period_start(time, "day", zone)) for time in times]
    ends = period_ends(np.array(found), "day", zone)
    assert (us < ends).all()


def test_ranges_that_lie_near_become_one() -> None:
    """Meter 1: hours 0-2, 5-6 and 9-10, gaps of 3 hours; meter 2 begins where meter 1 ends."""
    meter = np.array([1, 1, 1, 2])
    ranges = HourRanges(meter, np.array([9, 0, 5, 10]), np.array([10, 2, 6, 11]))
    near = ranges.joined(apart=3)
    assert (near.meter.tolist(), near.start.tolist(), near.end.tolist()) == (
        [1, 2], [0, 10], [10, 11]
    )  # fmt: skip
    assert len(ranges.joined(apart=2)) == 4
