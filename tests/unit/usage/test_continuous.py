"""Rates and levels: trapezoids between instants, nothing across a gap."""

from __future__ import annotations

import pytest

RATE = {"kind": "rate", "interval_s": 1800}
LEVEL = {"kind": "level", "interval_s": 1800}


def test_a_rate_is_integrated_by_trapezoids(hours_of):
    hour = hours_of(RATE, [(0, 10.0), (30, 20.0), (60, 40.0)])[0]
    assert hour["amount"] == (10 + 20) / 2 * 0.5 + (20 + 40) / 2 * 0.5
    assert hour["mean"] == hour["amount"]  # kWh in one hour = kW on average
    assert (hour["min"], hour["max"]) == (10.0, 40.0)
    assert (hour["coverage"], hour["estimated"], hour["n"]) == (1.0, 0.0, 2)


def test_values_at_the_full_hour_are_interpolated(hours_of):
    hours = hours_of(RATE, [(40, 0.0), (80, 40.0)])
    # at minute 60 the rate is 20: triangles and trapezoids of 20 minutes each
    assert hours[0]["amount"] == pytest.approx(20 / 2 * 20 / 60)
    assert hours[1]["amount"] == pytest.approx((20 + 40) / 2 * 20 / 60)
    assert (hours[0]["min"], hours[0]["max"]) == pytest.approx((0, 20))
    assert (hours[1]["min"], hours[1]["max"]) == pytest.approx((20, 40))
    assert hours[0]["mean"] == pytest.approx(10)
    assert hours[0]["coverage"] == pytest.approx(20 / 60)


def test_a_gap_is_not_integrated(hours_of):
    hours = hours_of(RATE, [(0, 10.0), (30, 10.0), (30 + 61, 90.0), (120, 90.0)])
    assert hours[0]["amount"] == 5.0
    assert hours[1]["amount"] == pytest.approx(90 * 29 / 60)
    assert [hours[hour]["coverage"] for hour in (0, 1)] == pytest.approx([0.5, 29 / 60])
    far = hours_of(RATE, [(0, 10.0), (30, 10.0), (300, 90.0), (330, 90.0)])
    assert list(far) == [0, 5]


def test_a_reading_alone_has_extremes_and_no_mean(hours_of):
    hours = hours_of(LEVEL, [(10, 7.0), (400, 9.0)])
    lone = hours[0]
    assert (lone["mean"], lone["min"], lone["max"]) == (None, 7.0, 7.0)
    assert (lone["coverage"], lone["n"], lone["amount"]) == (0.0, 1, None)


def test_a_level_has_no_amount(hours_of):
    hour = hours_of(LEVEL, [(0, 1.0), (45, 1.0), (60, 5.0)])[0]
    assert (hour["amount"], hour["estimated"]) == (None, None)
    assert hour["mean"] == pytest.approx((1 * 45 + 3 * 15) / 60)  # by time, not by reading


def test_scale_and_offset_apply_to_levels(hours_of):
    """Fahrenheit to Celsius: c = f * 5/9 - 160/9, so 50, 68 and 86 °F are 10, 20 and 30 °C."""
    fahrenheit = LEVEL | {"scale": 5 / 9, "offset": -160 / 9}
    hour = hours_of(fahrenheit, [(0, 50.0), (30, 68.0), (60, 86.0)])[0]
    assert [hour["mean"], hour["min"], hour["max"]] == pytest.approx([20, 10, 30])


def test_a_version_boundary_splits_a_trapezoid(hours_of):
    versions = [RATE | {"valid_to": 15}, RATE | {"scale": 40.0, "valid_from": 15}]
    hour = hours_of(versions, [(0, 0.0), (30, 20.0), (60, 20.0)])[0]
    # 0 to 20 × 40 = 800 kW in half an hour, then 800 kW
    assert hour["amount"] == pytest.approx(400 / 2 + 800 / 2)
    assert (hour["min"], hour["max"]) == (0.0, 800.0)


def test_what_is_measured_does_not_jump_with_the_ratio(hours_of):
    """Steady 400 kW; from minute 15 on behind a transformer of 40, which shows 10."""
    versions = [RATE | {"valid_to": 15}, RATE | {"scale": 40.0, "valid_from": 15}]
    hour = hours_of(versions, [(0, 400.0), (30, 10.0), (60, 10.0)])[0]
    assert (hour["amount"], hour["mean"]) == pytest.approx((400.0, 400.0))
    assert (hour["min"], hour["max"], hour["coverage"]) == pytest.approx((400.0, 400.0, 1.0))


def test_what_is_measured_does_not_jump_with_the_unit(hours_of):
    """20 °C, told in °F (68) until minute 70; in the hour before the change and in that of it."""
    fahrenheit = LEVEL | {"scale": 5 / 9, "offset": -160 / 9, "valid_to": 70}
    versions = [fahrenheit, LEVEL | {"valid_from": 70}]
    hours = hours_of(versions, [(0, 68.0), (30, 68.0), (50, 68.0), (90, 20.0), (120, 20.0)])
    for hour in (0, 1):
        found = [hours[hour][name] for name in ("mean", "min", "max")]
        assert found == pytest.approx([20.0] * 3)


def test_outside_validity_nothing_is_integrated(hours_of):
    hours = hours_of(RATE | {"valid_from": 45}, [(0, 8.0), (30, 8.0), (60, 8.0), (90, 8.0)])
    assert hours[0]["amount"] == 2.0
    assert (hours[0]["coverage"], hours[0]["n"]) == (0.25, 0)
    assert hours[1]["n"] == 2


def test_next_to_an_estimated_rate_the_amount_is_estimated(hours_of):
    hour = hours_of(RATE, [(0, 10.0), (20, 10.0), (40, 10.0, 2), (60, 10.0)])[0]
    assert hour["amount"] == pytest.approx(10)
    assert hour["estimated"] == pytest.approx(10 * 40 / 60)


def test_a_negative_rate_stays_negative(hours_of):
    hour = hours_of(RATE | {"may_export": True}, [(0, -5.0), (30, -5.0), (60, 5.0)])[0]
    assert hour["amount"] == -2.5


def test_extremes_are_the_readings_to_the_bit(hours_of):
    values = [0.1, 123.456, 0.7, 99.9, 0.3, 1e-3, 55.5]
    readings = [(3 + 7 * index, value) for index, value in enumerate(values)]
    hour = hours_of(LEVEL, readings)[0]
    assert (hour["min"], hour["max"]) == (1e-3, 123.456)
    assert 0.3 + (0.9 - 0.3) != 0.9  # what adding the rise would have given
    assert hours_of(LEVEL, [(0, 0.3), (30, 0.9)])[0]["max"] == 0.9
