"""Counters: pieces of a register's rise by hour, at version boundaries, over gaps."""

from __future__ import annotations

import pytest

QUARTER = {"interval_s": 900}


def test_a_rise_over_a_full_hour_is_divided_by_time(hours_of):
    hours = hours_of({}, [(20, 100.0), (80, 112.0)])
    assert hours[0]["amount"] == pytest.approx(12 * 40 / 60)
    assert hours[1]["amount"] == pytest.approx(12 * 20 / 60)
    assert hours[0]["coverage"] == pytest.approx(40 / 60)
    assert hours[1]["coverage"] == pytest.approx(20 / 60)
    assert (hours[0]["n"], hours[1]["n"]) == (1, 1)
    assert hours[0]["estimated"] == 0.0
    assert hours[0]["mean"] is hours[0]["min"] is hours[0]["max"] is None


def test_a_rise_within_one_hour_is_the_difference_to_the_bit(hours_of):
    hours = hours_of(QUARTER, [(1, 0.3), (14, 0.7), (15, 1e8 + 0.1)])
    assert list(hours) == [0]
    assert hours[0]["amount"] == (0.7 - 0.3) + ((1e8 + 0.1) - 0.7)


def test_a_reading_on_the_hour_ends_one_hour_and_counts_in_the_next(hours_of):
    hours = hours_of({}, [(0, 5.0), (60, 8.0)])
    assert hours[0] | {"hour": None, "meter_key": None} == {
        "meter_key": None, "hour": None, "amount": 3.0, "estimated": 0.0, "coverage": 1.0,
        "mean": None, "min": None, "max": None, "n": 1,
    }  # fmt: skip
    assert (hours[1]["amount"], hours[1]["coverage"], hours[1]["n"]) == (None, 0.0, 1)


def test_the_multiplier_changes_within_a_rise(hours_of):
    versions = [{"scale": 1.0, "valid_to": 30}, {"scale": 40.0, "valid_from": 30}]
    hours = hours_of(versions, [(0, 0.0), (60, 10.0), (120, 11.0)])
    assert hours[0]["amount"] == 5 * 1 + 5 * 40
    assert hours[1]["amount"] == 40.0


def test_outside_every_version_nothing_counts(hours_of, findings_of):
    versions = [{"valid_from": 30, "valid_to": 90}, {"valid_from": 150}]
    readings = [(0, 0.0), (60, 60.0), (120, 120.0), (180, 180.0)]
    hours = hours_of(versions, readings)
    assert {hour: row["amount"] for hour, row in hours.items()} == {0: 30, 1: 30, 2: 30, 3: None}
    assert [row["n"] for row in hours.values()] == [0, 1, 0, 1]
    assert [row["coverage"] for row in hours.values()] == [0.5, 0.5, 0.5, 0]
    assert findings_of({"valid_from": 600}, [(0, 9.0), (60, 1.0)]) == []


def test_a_long_time_before_validity_makes_no_rows(hours_of):
    sixty_years = 60 * 365 * 24 * 60
    hours = hours_of({"valid_from": 0}, [(-sixty_years, 0.0), (0, 7.0), (60, 8.0)])
    assert list(hours) == [0, 1]


def test_twice_the_interval_is_no_gap_and_more_is_one(hours_of):
    hours = hours_of(QUARTER, [(0, 0.0), (30, 5.0)])
    assert (hours[0]["coverage"], hours[0]["estimated"]) == (0.5, 0.0)
    hours = hours_of(QUARTER, [(0, 0.0), (31, 5.0)])
    assert (hours[0]["coverage"], hours[0]["estimated"]) == (0.0, 5.0)


def test_a_gap_is_spread_over_its_hours_and_marked(hours_of):
    hours = hours_of({}, [(0, 0.0), (60, 4.0), (240, 34.0), (300, 35.0)])
    assert [row["amount"] for row in hours.values()][:5] == [4, 10, 10, 10, 1]
    assert [row["estimated"] for row in hours.values()][:5] == [0, 10, 10, 10, 0]
    assert [row["coverage"] for row in hours.values()] == [1, 0, 0, 0, 1, 0]
    assert [row["n"] for row in hours.values()] == [1, 1, 0, 0, 1, 1]


def test_the_gap_is_measured_by_the_version_at_its_start(hours_of):
    versions = [{"interval_s": 900, "valid_to": 60}, {"interval_s": 3600, "valid_from": 60}]
    hours = hours_of(versions, [(0, 0.0), (60, 1.0), (120, 2.0)])
    assert [row["estimated"] for row in hours.values()][:2] == [1.0, 0.0]


def test_what_lies_next_to_an_estimated_or_substituted_register_is_estimated(hours_of):
    readings = [(0, 0.0), (15, 1.0), (30, 3.0, 1), (45, 6.0), (60, 10.0), (75, 15.0, 2)]
    hours = hours_of(QUARTER, readings)
    assert hours[0]["amount"] == 10.0
    assert hours[0]["estimated"] == 2.0 + 3.0
    assert hours[0]["coverage"] == 1.0
    assert hours[1]["estimated"] == 5.0


def test_readings_that_do_not_count_are_passed_over(hours_of):
    hours = hours_of(QUARTER, [(0, 0.0), (15, 999.0, 10), (30, 2.0), (45, 5.0, 15), (60, 4.0, 3)])
    assert (hours[0]["amount"], hours[0]["n"], hours[0]["coverage"]) == (4.0, 2, 1.0)


def test_a_great_register_keeps_small_hours_exact(hours_of):
    first = 123_456_789.0
    readings = [(minute, first + minute / 64) for minute in range(7, 6000, 7)]
    hours = hours_of({"interval_s": 420}, readings)
    assert hours[50]["amount"] == pytest.approx(60 / 64, rel=1e-14)
    total = sum(row["amount"] for row in hours.values() if row["amount"] is not None)
    assert total == pytest.approx(readings[-1][1] - first - 7 / 64, rel=1e-14)


def test_a_meter_may_feed_back(hours_of, findings_of):
    net = {"may_export": True, "range_high": 10.0}
    readings = [(0, 100.0), (60, 91.0), (120, 89.0)]
    assert [row["amount"] for row in hours_of(net, readings).values()] == [-9, -2, None]
    assert findings_of(net, readings) == []
    assert hours_of({"may_export": True}, readings)[0]["amount"] == -9
    # faster than it plausibly feeds back, or registered never to fall: a reset
    assert findings_of(net | {"range_low": -4.0}, readings) == [("reset", 60)]
    assert findings_of(net | {"range_low": 0.0}, readings) == [("reset", 60), ("reset", 120)]
    assert hours_of(net | {"range_low": 0.0}, readings)[0]["amount"] is None


def test_an_implausible_rise_that_persists_counts_and_is_noted(hours_of, findings_of):
    meter = {"range_high": 10.0}
    readings = [(0, 0.0), (60, 10.0), (120, 70.0), (180, 75.0)]
    assert [row["amount"] for row in hours_of(meter, readings).values()] == [10, 60, 5, None]
    assert findings_of(meter, readings) == [("implausible_rate", 120)]
    assert findings_of({}, readings) == []


def test_a_version_that_ends_on_the_hour_leaves_nothing_in_the_next(hours_of):
    versions = [{"valid_to": 60}, {"valid_from": 60, "scale": 40.0}]
    hours = hours_of(versions, [(0, 0.0), (60, 10.0)])
    assert [row["amount"] for row in hours.values()] == [10, None]
    assert hours_of({"valid_to": 60}, [(0, 0.0), (60, 10.0)]).keys() == {0}


def test_a_rate_at_its_limit_is_plausible_however_it_rounds(findings_of):
    readings = [(15 * index, 1e6 + 0.1 * index) for index in range(200)]
    assert findings_of({"range_high": 0.4, "interval_s": 900}, readings) == []
