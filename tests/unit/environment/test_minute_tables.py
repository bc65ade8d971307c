"""Minute to hour to day, by hand: 44 and 45 valid minutes, 19 and 20 valid hours, every mark."""

from __future__ import annotations

import numpy as np
import pytest

from models.environment.validity import (
    HOURS_FOR_DAY,
    flue_gas_mark,
    means_by_period,
    minute_means,
    valid_hours,
    water_mark,
)


def test_44_valid_minutes_make_no_hour_and_45_do(hours_of_minutes):
    """Two hours of one-minute means of NOx, mg/m3.

    | minutes     | first hour | second hour                     |
    |-------------|------------|---------------------------------|
    | 1 to 30     | 60.0 N     | 60.0 N                          |
    | 31 to 44    | 90.0 N     | 90.0 N                          |
    | 45          | 999.0 D    | 90.0 N                          |
    | 46 to 60    | 999.0 D    | 999.0 D                         |
    | valid       | 44: none   | 45: (30 x 60 + 15 x 90) / 45    |
    |             |            | = (1800 + 1350) / 45 = 70.0     |
    """
    rows = [(m, 60.0 if m <= 30 else 90.0, "N") for m in range(1, 45)]
    rows += [(m, 999.0, "D") for m in range(45, 61)]
    rows += [(60 + m, 60.0 if m <= 30 else 90.0, "N") for m in range(1, 46)]
    rows += [(60 + m, 999.0, "D") for m in range(46, 61)]
    mean, minutes, valid = hours_of_minutes(rows, interval_min=1, hours=2)
    assert minutes == pytest.approx([44.0, 45.0])
    assert valid.tolist() == [False, True]
    assert mean[1] == pytest.approx(70.0)


@pytest.mark.parametrize("mark", ["C", "M", "D", "T", "F", "B"])
def test_a_value_with_this_mark_does_not_count(hours_of_minutes, mark):
    """Ten-minute means, four of 50.0 N and one of 80.0 N, then 500.0 with the mark.

    First hour: 50 valid minutes, (4 x 50 + 80) / 5 = 280 / 5 = 56.0.
    Second hour: the value of 80.0 has the mark too: 40 valid minutes, no hour.
    """
    rows = [(10 * n, 50.0, "N") for n in (1, 2, 3, 4)]
    rows += [(50, 80.0, "N"), (60, 500.0, mark)]
    rows += [(60 + 10 * n, 50.0, "N") for n in (1, 2, 3, 4)]
    rows += [(110, 80.0, mark), (120, 500.0, mark)]
    mean, minutes, valid = hours_of_minutes(rows, interval_min=10, hours=2)
    assert minutes == pytest.approx([50.0, 40.0])
    assert valid.tolist() == [True, False]
    assert mean[0] == pytest.approx(56.0)


def test_a_manual_value_counts(hours_of_minutes):
    """Four of 50.0 N, 80.0 N, 500.0 S: (200 + 80 + 500) / 6 = 780 / 6 = 130.0, 60 minutes."""
    rows = [(10 * n, 50.0, "N") for n in (1, 2, 3, 4)] + [(50, 80.0, "N"), (60, 500.0, "S")]
    mean, minutes, valid = hours_of_minutes(rows, interval_min=10, hours=1)
    assert (mean[0], minutes[0], valid[0]) == (pytest.approx(130.0), pytest.approx(60.0), True)


def test_a_missing_value_is_not_a_zero(hours_of_minutes):
    """Of six ten-minute means the third never came: (5 x 42) / 5 = 42.0, 50 minutes."""
    rows = [(10 * n, 42.0, "N") for n in (1, 2, 4, 5, 6)]
    mean, minutes, valid = hours_of_minutes(rows, interval_min=10, hours=1)
    assert (mean[0], minutes[0], valid[0]) == (pytest.approx(42.0), pytest.approx(50.0), True)


def test_19_valid_hours_make_no_day_and_20_do():
    """Two days of hourly means 1, 2, 3 ... 24; what is not valid reads 999.

    First day: hours 1 to 19 valid, no daily mean. Second: 1 to 20 valid,
    (1 + 2 + ... + 20) / 20 = 210 / 20 = 10.5.
    """
    hours = np.tile(np.arange(1.0, 25.0), 2)
    valid = np.concatenate([np.arange(1, 25) <= 19, np.arange(1, 25) <= 20])
    values = np.where(valid, hours, 999.0)
    day = np.repeat([0, 1], 24)
    answer = means_by_period(values, valid, day, HOURS_FOR_DAY)
    assert np.isnan(answer[0])
    assert answer[1] == pytest.approx(10.5)


def test_waste_water_an_abnormal_minute_spoils_the_hour():
    # 50 minutes are enough for flue gas; for water only where the other ten never came.
    assert valid_hours([50.0, 50.0]).tolist() == [True, True]
    assert valid_hours([50.0, 50.0], abnormal_minutes=[0.0, 10.0]).tolist() == [True, False]


def test_marks_of_what_is_made_of_marked_values():
    """Flue gas: 9 of 12 are 75 %, normal; 8 of 12 are 67 %, D. Water: one is enough."""
    nine = ["N"] * 9 + ["C", "C", "M"]
    eight = ["N"] * 8 + ["C", "C", "M", ""]
    assert flue_gas_mark([nine, eight]).tolist() == ["N", "D"]
    assert flue_gas_mark(["F", "F", "", "F"]) == "F"
    assert flue_gas_mark(["F", "F", "D", "F"]) == "D"
    assert flue_gas_mark(["", "", "", ""]) == "D"
    assert water_mark([nine, ["N"] * 12, [""] * 12]).tolist() == ["C", "N", "B"]


def test_a_minute_needs_twelve_samples():
    """12 samples of 30 and 36 in turn: 33.0; with one of them invalid there is no minute."""
    twelve = np.tile([30.0, 36.0], 6)
    eleven = np.where(np.arange(12) == 5, np.nan, twelve)
    answer = minute_means([twelve, eleven])
    assert answer[0] == pytest.approx(33.0)
    assert np.isnan(answer[1])
