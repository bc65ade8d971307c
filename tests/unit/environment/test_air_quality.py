"""The air quality index by hand; breakpoints of HJ 633-2012, table 1."""

from __future__ import annotations

import numpy as np
import pytest

from models.environment import air_quality

PM25_DAY = [0, 35, 75, 115, 150, 250, 350, 500]
SO2_HOUR = [0, 150, 500, 650, 800, np.nan, np.nan, np.nan]


def test_individual_indices_are_interpolated_and_rounded_up():
    """PM2.5 of 100: (150 - 100) / (115 - 75) x (100 - 75) + 100 = 131.25, so 132.

    36: 50 + 50 / 40 x 1 = 51.25, so 52. On a breakpoint: its index, not one more.
    """
    answer = air_quality.individual_index([100.0, 36.0, 75.0, 35.0, 0.0, -2.0], PM25_DAY)
    assert answer.tolist() == [132, 52, 100, 50, 0, 0]
    assert air_quality.individual_index([500.0, 900.0], PM25_DAY).tolist() == [500, 500]
    assert np.isnan(air_quality.individual_index(np.nan, PM25_DAY))


def test_where_the_averaging_has_no_breakpoint_there_is_no_index():
    answer = air_quality.individual_index([800.0, 801.0], SO2_HOUR)
    assert answer[0] == 200
    assert np.isnan(answer[1])
    # From HJ 633-2026 on such hours count as 200.
    assert (
        air_quality.individual_index([801.0, 5000.0], SO2_HOUR, capped=True).tolist() == [200] * 2
    )


def test_index_and_primary_pollutants():
    """Three pollutants x four hours: one leads, two lead, all clean, none known."""
    individual = [
        [80.0, 90.0, 40.0, np.nan],
        [60.0, 90.0, 50.0, np.nan],
        [np.nan, 20.0, 30.0, np.nan],
    ]
    index = air_quality.air_quality_index(individual)
    assert index[:3].tolist() == [80, 90, 50]
    assert np.isnan(index[3])
    assert air_quality.primary_pollutants(individual).T.tolist() == [
        [True, False, False],
        [True, True, False],
        [False, False, False],
        [False, False, False],
    ]


def test_classes():
    steps = [0, 50, 51, 100, 101, 150, 151, 200, 201, 300, 301, 500, np.nan]
    assert air_quality.index_class(steps).tolist() == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 0]


def test_ozone_of_eight_hours():
    """Hours of 10, 20, ... 100: the eighth hour's mean is (10 + ... + 80) / 8 = 45, the tenth's 65.

    The sixth looks back on six: (10 + ... + 60) / 6 = 35; the fifth on too few.
    """
    answer = air_quality.eight_hour_means(np.arange(10.0, 101.0, 10.0))
    assert np.isnan(answer[:5]).all()
    assert answer[[5, 7, 9]] == pytest.approx([35.0, 45.0, 65.0])
