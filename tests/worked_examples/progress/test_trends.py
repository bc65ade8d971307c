"""Mann-Kendall and Sen's slope: by hand, and against independent programs."""

from __future__ import annotations

import numpy as np
import pymannkendall
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import theilslopes

from models.progress.peak.mann_kendall import Direction, mann_kendall
from models.progress.peak.sen_slope import sen_slope

# Few distinct numbers, so that ties are frequent.
series = st.lists(st.integers(-6, 6) | st.sampled_from([0.5, 1e9, -1e-9]), min_size=3, max_size=25)


def numbers(*values):
    return np.array(values, dtype=np.float64)


def test_five_falling_values_by_hand():
    """S = -10, Var = 5*4*15/18 = 16.667, Z = -9/4.0825 = -2.2045, p = 2 * 0.01374 = 0.0275."""
    found = mann_kendall(numbers(5, 4, 3, 2, 1))
    assert (found.n, found.s) == (5, -10)
    assert found.variance == pytest.approx(300 / 18)
    assert found.z == pytest.approx(-2.2045, abs=1e-4)
    assert found.p == pytest.approx(0.0275, abs=5e-5)
    assert found.direction is Direction.DECREASING


def test_four_values_are_never_significant():
    """S = 6, Var = 4*3*13/18 = 8.667, Z = 5/2.944 = 1.698, p = 2 * 0.0447 = 0.0895."""
    found = mann_kendall(numbers(1, 2, 3, 4))
    assert found.p == pytest.approx(0.0894, abs=1e-4)
    assert found.direction is Direction.NO_TREND


def test_equal_values_have_no_trend():
    found = mann_kendall(numbers(7, 7, 7, 7, 7, 7))
    assert (found.s, found.variance, found.p, found.direction) == (0, 0, 1, Direction.NO_TREND)
    assert sen_slope(numbers(1, 2, 3, 4, 5, 6), numbers(*[7] * 6)).value == 0


@settings(deadline=None)
@given(series)
def test_mann_kendall_against_pymannkendall(values):
    found, other = mann_kendall(numbers(*values)), pymannkendall.original_test(values)
    assert found.s == other.s
    assert found.variance == pytest.approx(other.var_s, rel=1e-12)
    assert found.z == pytest.approx(other.z, rel=1e-12)
    assert found.p == pytest.approx(other.p, rel=1e-9, abs=1e-15)
    names = {"no trend": "no_trend"}
    assert found.direction == names.get(other.trend, other.trend)


@settings(deadline=None)
@given(series)
def test_sen_slope_against_pymannkendall(values):
    times = np.arange(len(values), dtype=np.float64)
    other = pymannkendall.sens_slope(values).slope
    assert sen_slope(times, numbers(*values)).value == pytest.approx(other, rel=1e-12)


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(2000, 2040), st.floats(0, 1e6)), min_size=5, max_size=20,
                unique_by=lambda pair: pair[0]))  # fmt: skip
def test_sen_slope_s_interval_against_scipy(pairs):
    """With missing years; where no interval exists scipy gives the outermost slopes instead."""
    times, values = (np.array(one, dtype=np.float64) for one in zip(*sorted(pairs), strict=True))
    found, other = sen_slope(times, values), theilslopes(values, times, 0.95)
    assert found.value == pytest.approx(other.slope, rel=1e-12, abs=1e-12)
    assert found.low is not None
    assert found.low == pytest.approx(other.low_slope, rel=1e-12, abs=1e-12)
    assert found.high == pytest.approx(other.high_slope, rel=1e-12, abs=1e-12)


def test_sen_slope_by_hand():
    """1 4 5 9 10 a year apart: slopes 3 1 4 1 | 2 2.5 2.5 | 2.667 2 | 2.25, in order 1 1 2 2 2.25
    2.5 2.5 2.667 3 4, median 2.375. N = 10, C = 1.95996 * 4.0825 = 8.0015: the ends are numbers
    round(0.999) = 1 and round(9.0008) + 1 = 10.
    """
    found = sen_slope(numbers(1, 2, 3, 4, 5), numbers(1, 4, 5, 9, 10))
    assert found.value == pytest.approx(2.375)
    assert (found.low, found.high) == (1, 4)


def test_four_values_have_a_slope_but_no_interval():
    """N = 6, C = 1.96 * 2.944 = 5.77: the lower end would be number round(0.115) = 0."""
    found = sen_slope(numbers(2015, 2016, 2018, 2019), numbers(10, 12, 16, 18))
    assert (found.value, found.low, found.high) == (2, None, None)


def test_a_gap_in_the_years_is_a_longer_run():
    assert sen_slope(numbers(2015, 2020), numbers(10, 20)).value == 2


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_unknown_values_are_refused(value):
    with pytest.raises(ValueError, match="known values"):
        mann_kendall(numbers(1, value, 3))


def test_one_value_has_no_slope():
    with pytest.raises(ValueError, match="needs two"):
        sen_slope(numbers(2020), numbers(1))
