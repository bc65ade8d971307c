"""context: what usage of windows is computed from."""

import pytest

from models.readings import Quality, Source
from store.interface import CONTEXT, Batch


def hours(make, found):
    return [
        (row["meter_key"], (row["ts"] - make.start).total_seconds() / 3600)
        for row in found.to_pylist()
    ]


def append(store, make, *rows):
    store.append(Batch(readings=make.readings(*rows)))


def test_the_window_and_the_nearest_on_each_side(store, make):
    append(store, make, *((1, hour, hour) for hour in range(20)))
    found = store.context(make.windows((1, 10, 12)), 3)
    assert found.schema == CONTEXT
    assert hours(make, found) == [(1, hour) for hour in range(7, 15)]


def test_the_reading_at_the_end_is_a_neighbour(store, make):
    append(store, make, (1, 1, 0), (1, 2, 0), (1, 3, 0))
    assert hours(make, store.context(make.windows((1, 1, 2)), 1)) == [(1, 1), (1, 2)]
    assert hours(make, store.context(make.windows((1, 1, 2)), 0)) == [(1, 1)]


def test_neighbours_far_away_are_found(store, make):
    # A quarter of an hour, a day, a month and years from the window.
    append(store, make, *((1, h, 0) for h in (-30_000, -800, -20, -0.25, 0.5, 1.25, 30, 2000, 9e4)))
    near = store.context(make.windows((1, 0, 1)), 2)
    assert hours(make, near) == [(1, h) for h in (-20, -0.25, 0.5, 1.25, 30)]
    far = store.context(make.windows((1, 0, 1)), 9)
    assert len(hours(make, far)) == 9


def test_an_empty_window_has_neighbours_too(store, make):
    append(store, make, (1, 0, 0), (1, 100, 0), (1, 5000, 0))
    assert hours(make, store.context(make.windows((1, 40, 50)), 1)) == [(1, 0), (1, 100)]


def test_what_does_not_count_is_passed_over(store, make):
    append(
        store,
        make,
        (1, 0, 0),
        (1, 1, 0, 0, Quality.FAULT),
        (1, 2, 0, 0, Quality.SUBSTITUTED),
        (1, 3, 0, 0, Quality.OFFLINE),
        (1, 4, 0),
    )
    assert hours(make, store.context(make.windows((1, 2, 3)), 1)) == [(1, 0), (1, 2), (1, 4)]


def test_a_held_row_that_does_not_count_hides_the_one_below_it(store, make):
    append(store, make, (1, 0, 5, 1), (1, 0, 6, 2, Quality.SUSPECT))
    assert store.context(make.windows((1, 0, 1)), 1).num_rows == 0
    append(store, make, (1, 0, 7, 0, Quality.GOOD, Source.CORRECTION))
    assert store.context(make.windows((1, 0, 1)), 1)["value"].to_pylist() == [7]


def test_no_row_comes_twice(store, make):
    append(store, make, *((1, hour, hour) for hour in range(100)))
    windows = make.windows((1, 10, 12), (1, 11, 13), (1, 14, 15), (1, 10, 12), (1, 60, 61))
    expected = [*range(6, 19), *range(56, 65)]
    assert hours(make, store.context(windows, 4)) == [(1, hour) for hour in expected]


def test_neighbours_are_not_taken_over_a_gap_that_was_not_looked_at(store, make):
    # Two windows a week apart, a reading a day between: those in between are the neighbours.
    append(store, make, *((1, 24 * day, day) for day in range(-20, 20)))
    windows = make.windows((1, 0, 1), (1, 168, 169))
    expected = [24 * day for day in range(-2, 10) if day not in (3, 4)]
    assert hours(make, store.context(windows, 2)) == [(1, hour) for hour in expected]


def test_every_meter_by_itself(store, make):
    append(store, make, (1, 0, 0), (2, 0, 0), (3, 0.5, 0), (2, 900, 0))
    windows = make.windows((1, 5, 6), (2, 5, 6), (4, 0, 9))
    assert hours(make, store.context(windows, 8)) == [(1, 0), (2, 0), (2, 900)]


def test_many_windows_of_a_meter(store, make):
    append(store, make, *((m, hour / 2, 0) for m in (1, 2) for hour in range(2000)))
    windows = make.windows(*((m, hour, hour + 1) for m in (1, 2) for hour in range(3, 990, 50)))
    expected = [
        (m, half / 2)
        for m in (1, 2)
        for hour in range(3, 990, 50)
        for half in range(2 * hour - 1, 2 * hour + 3)
    ]
    assert hours(make, store.context(windows, 1)) == expected


def test_times_before_1970(store, make):
    early = -600_000  # hours: in 1957
    append(store, make, *((1, early + hour / 2, 0) for hour in range(400)), (1, 0, 0))
    windows = make.windows(*((1, early + hour, early + hour + 1) for hour in (10, 30, 50, 70, 90)))
    assert store.context(windows, 1).num_rows == 5 * 4


def test_a_window_across_all_that_there_is(store, make):
    append(store, make, *((1, hour * 100, 0) for hour in range(100)))
    assert store.context(make.windows((1, -1000, 20_000)), 8).num_rows == 100


def test_no_window_no_row(store, make):
    append(store, make, (1, 0, 0))
    assert store.context(make.windows(), 8).schema == CONTEXT
    assert store.context(make.windows((1, 5, 5)), 8).num_rows == 0


def test_half_hours_are_refused(store, make):
    with pytest.raises(ValueError, match="whole hour"):
        store.context(make.windows((1, 0, 0.5)), 8)
