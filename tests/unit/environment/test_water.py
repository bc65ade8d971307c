"""Waste water by hand: the standard's own flow totals, masses, flow-weighted means."""

from __future__ import annotations

import numpy as np
import pytest

from models.environment import water
from models.environment.arrays import sums_by_period


def test_golden_flow_totals():
    """17.5 L/s (HJ 212-2017, examples C.16 to C.20).

    A slice of 5 s: 17.5 x 5 / 1000 = 0.0875 m3. Ten minutes are 120 slices: 10.5 m3; an hour
    63.0 m3; a day 1512.0 m3.
    """
    slices = water.volume_m3(np.full(24 * 720, 17.5), 5.0)
    assert slices[0] == pytest.approx(0.0875)
    ten_minutes = sums_by_period(slices, np.arange(24 * 720) // 120)
    assert ten_minutes == pytest.approx(np.full(144, 10.5))
    hours = sums_by_period(ten_minutes, np.arange(144) // 6)
    assert hours == pytest.approx(np.full(24, 63.0))
    assert hours.sum() == pytest.approx(1512.0)
    assert water.volume_m3(17.5, 3600.0) == pytest.approx(63.0)


def test_mass_is_not_what_the_standards_example_prints():
    # C.19: 63.0 m3 at 40.1 mg/L are 63.0 x 40.1 / 1000 = 2.5263 kg; the example prints 63.0.
    assert water.mass_kg(40.1, 63.0) == pytest.approx(2.5263)


def test_means_are_weighted_by_flow():
    """Hours of 100 mg/L in 10 m3 and of 40 mg/L in 50 m3: 1 kg and 2 kg in 60 m3, 50 mg/L.

    The plain mean would be 70 mg/L. An invalid hour of 900 mg/L does not count.
    """
    answer = water.means_by_period(
        [100.0, 40.0, 900.0], [10.0, 50.0, 30.0], [True, True, False], [0, 0, 0]
    )
    assert answer == pytest.approx([50.0])
    assert water.mean_concentration(3.0, 60.0) == pytest.approx(50.0)


def test_what_was_not_discharged_has_no_concentration():
    answer = water.means_by_period([100.0, 40.0], [0.0, 0.0], [True, True], [0, 0])
    assert np.isnan(answer).all()
    # Too few valid hours: no mean either.
    few = water.means_by_period([100.0, 40.0], [10.0, 50.0], [True, True], [0, 0], least=3)
    assert np.isnan(few).all()


def test_an_hour_needs_both_numbers():
    # Of three hours only the first has flow and concentration: 20 mg/L.
    answer = water.means_by_period([20.0, np.nan, 80.0], [5.0, 5.0, np.nan], True, [0, 0, 0])
    assert answer == pytest.approx([20.0])
