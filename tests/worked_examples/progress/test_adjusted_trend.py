"""Series without weather and output: built from a known influence, which must be found again."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import linregress

from models.progress.peak.adjusted_trend import output_adjusted, weather_adjusted

YEARS = range(2015, 2025)
DEGREE_DAYS = dict(
    zip(YEARS, [4300, 4510, 4280, 4620, 4400, 4550, 4330, 4700, 4410, 4490], strict=True)
)
SAME = dict.fromkeys(YEARS, "park")


def test_weather_that_was_put_in_is_taken_out():
    """C = 1000 rising by 10 a year + 0.5 t per K.d over the mean: the line is left over."""
    mean = sum(DEGREE_DAYS.values()) / len(DEGREE_DAYS)
    line = {year: 1000.0 + 10 * (year - 2015) for year in YEARS}
    values = {year: line[year] + 0.5 * (DEGREE_DAYS[year] - mean) for year in YEARS}
    found = weather_adjusted(values, DEGREE_DAYS, SAME)
    assert found.reason is None
    assert found.coefficient == pytest.approx(0.5)
    assert found.reference == pytest.approx(4459)  # 44590 / 10
    assert (found.pairs, sorted(found.values)) == (9, list(YEARS))
    assert [found.values[year] for year in YEARS] == pytest.approx(list(line.values()))


def test_a_turn_of_the_trend_is_not_taken_for_weather():
    """Rises by 40 a year, then falls by 40: found within the error that the turn itself makes."""
    turning = {year: 1000.0 + 40 * (4 - abs(year - 2019)) for year in YEARS}
    values = {year: turning[year] + 2.0 * DEGREE_DAYS[year] for year in YEARS}
    found = weather_adjusted(values, DEGREE_DAYS, SAME)
    assert found.coefficient == pytest.approx(2.0, abs=2 * found.error)


def test_slope_and_error_against_scipy():
    noise = np.random.default_rng(7).normal(0, 30, len(YEARS))
    values = {year: 900 + DEGREE_DAYS[year] + noise[place] for place, year in enumerate(YEARS)}
    other = linregress(np.diff(list(DEGREE_DAYS.values())), np.diff(list(values.values())))
    found = weather_adjusted(values, DEGREE_DAYS, SAME)
    assert found.coefficient == pytest.approx(other.slope)
    assert found.error == pytest.approx(other.stderr)


def test_output_that_was_put_in_is_taken_out():
    """C = 3 Q^0.7 e^(-0.02 t), Q uneven: at the last year's output only the fall by 2 % is left."""
    output = dict(zip(YEARS, [50, 54, 53, 60, 66, 58, 70, 75, 73, 80], strict=True))
    values = {year: 3 * output[year] ** 0.7 * math.exp(-0.02 * (year - 2015)) for year in YEARS}
    found = output_adjusted(values, output, SAME)
    assert found.coefficient == pytest.approx(0.7)
    expected = [3 * 80**0.7 * math.exp(-0.02 * (year - 2015)) for year in YEARS]
    assert [found.values[year] for year in YEARS] == pytest.approx(expected)


def test_years_without_influence_are_left_out():
    less = {year: value for year, value in DEGREE_DAYS.items() if year != 2019}
    values = {year: 100.0 + 2 * DEGREE_DAYS[year] for year in YEARS}
    found = weather_adjusted(values, less, SAME)
    assert 2019 not in found.values
    assert found.pairs == 7  # 2018 to 2019 and 2019 to 2020 are none


def test_changes_across_boundaries_do_not_count():
    values = {year: 100.0 + 2 * DEGREE_DAYS[year] + (500 if year > 2018 else 0) for year in YEARS}
    named = {year: "new" if year > 2018 else "old" for year in YEARS}
    found = weather_adjusted(values, DEGREE_DAYS, named)
    assert (found.pairs, found.coefficient) == (8, pytest.approx(2.0))


@pytest.mark.parametrize(
    ("influence", "reason"),
    [
        ({}, "influence_unknown"),
        ({year: DEGREE_DAYS[year] for year in range(2015, 2021)}, "influence_unknown"),
        (dict.fromkeys(YEARS, 4400.0), "influence_constant"),
        # Warmer years emit more: that is not the weather's doing.
        ({year: -days for year, days in DEGREE_DAYS.items()}, "not_significant"),
    ],
)
def test_nothing_is_adjusted_without_ground(influence, reason):
    values = {year: 100.0 + 2 * DEGREE_DAYS[year] for year in YEARS}
    found = weather_adjusted(values, influence, SAME)
    assert (found.reason, found.values) == (reason, {})


def test_output_of_zero_has_no_logarithm():
    output = dict.fromkeys(YEARS, 5.0) | {2018: 0.0}
    assert output_adjusted(dict.fromkeys(YEARS, 1.0), output, SAME).reason == "not_positive"
