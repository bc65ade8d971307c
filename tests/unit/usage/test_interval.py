"""Intervals and means: a value speaks for the time before its ts."""

from __future__ import annotations

import pytest

INTERVAL = {"kind": "interval", "interval_s": 900}
MEAN = {"kind": "mean", "interval_s": 900}


def test_an_amount_belongs_to_the_interval_that_ends_at_ts(hours_of):
    hours = hours_of(INTERVAL, [(15, 1.0), (30, 2.0), (45, 3.0), (60, 4.0), (75, 5.0)])
    assert [row["amount"] for row in hours.values()] == [10.0, 5.0]
    assert [row["coverage"] for row in hours.values()] == [1.0, 0.25]
    assert [row["n"] for row in hours.values()] == [4, 1]  # minute 60 ends in the first hour
    assert hours[0]["estimated"] == 0.0
    assert hours[0]["mean"] is None


def test_an_amount_across_the_hour_is_divided_by_time(hours_of):
    hours = hours_of(INTERVAL, [(65, 6.0)])
    assert [row["amount"] for row in hours.values()] == pytest.approx([4.0, 2.0])
    assert [row["coverage"] for row in hours.values()] == pytest.approx([10 / 60, 5 / 60])
    assert [row["n"] for row in hours.values()] == [0, 1]


def test_a_day_is_divided_over_its_hours(hours_of):
    hours = hours_of({"kind": "interval", "interval_s": 86_400, "scale": 40.0}, [(1440, 24.0)])
    assert [row["amount"] for row in hours.values()] == [40.0] * 24
    assert [row["n"] for row in hours.values()] == [0] * 23 + [1]


def test_a_missing_interval_is_missing(hours_of):
    hours = hours_of(INTERVAL, [(15, 1.0), (45, 1.0), (240, 1.0)])
    assert list(hours) == [0, 3]
    assert hours[0]["coverage"] == 0.5
    assert hours[0]["amount"] == 2.0


def test_overlapping_intervals_cover_a_minute_once(hours_of):
    hours = hours_of(INTERVAL, [(15, 1.0), (25, 1.0), (65, 3.0), (70, 3.0)])
    assert hours[0]["coverage"] == pytest.approx((15 + 10 + 10) / 60)
    assert hours[1]["coverage"] == pytest.approx(10 / 60)
    assert hours[0]["amount"] == pytest.approx(2 + 2 + 1)
    assert hours[1]["amount"] == pytest.approx(1 + 2)


def test_the_interval_is_that_of_the_version_at_its_end(hours_of):
    versions = [
        INTERVAL | {"valid_to": 60, "scale": 2.0},
        INTERVAL | {"valid_from": 60, "interval_s": 3600, "scale": 3.0},
    ]
    hours = hours_of(versions, [(60, 1.0), (90, 6.0), (120, 6.0)])
    # minute 90 speaks for minutes 30 to 90: half lies in the first version and takes its scale
    assert hours[0]["amount"] == pytest.approx(1 * 2 + 3 * 2)
    assert hours[1]["amount"] == pytest.approx(3 * 3 + 6 * 3)
    assert hours[0]["coverage"] == 0.25
    assert hours[1]["coverage"] == 1.0


def test_outside_validity_an_interval_counts_for_nothing(hours_of):
    hours = hours_of(INTERVAL | {"valid_from": 25}, [(15, 9.0), (30, 9.0), (45, 9.0)])
    assert hours[0]["amount"] == pytest.approx(3 + 9)
    assert hours[0]["coverage"] == pytest.approx(20 / 60)
    assert hours[0]["n"] == 2


def test_amounts_that_were_estimated_are_marked(hours_of):
    hour = hours_of(INTERVAL, [(15, 1.0, 1), (30, 2.0), (45, 4.0, 2), (60, 8.0, 3)])[0]
    assert (hour["amount"], hour["estimated"]) == (15.0, 5.0)


def test_a_mean_is_weighted_by_its_interval(hours_of):
    hours = hours_of(MEAN | {"scale": 2.0, "offset": 1.0}, [(15, 1.0), (30, 3.0), (65, 9.0)])
    # minutes 0-15: 3, 15-30: 7, 50-60: 19
    assert hours[0]["mean"] == pytest.approx((3 * 15 + 7 * 15 + 19 * 10) / 40)
    assert (hours[0]["min"], hours[0]["max"]) == (3.0, 19.0)
    assert hours[0]["coverage"] == pytest.approx(40 / 60)
    assert (hours[0]["amount"], hours[0]["estimated"], hours[0]["n"]) == (None, None, 2)
    assert (hours[1]["mean"], hours[1]["n"]) == (19.0, 1)
