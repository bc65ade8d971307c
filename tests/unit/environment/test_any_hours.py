"""The environment's arithmetic holds for any hours: units, order, sums, and each row by itself."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from models.environment import flue_gas, validity, water
from models.environment.arrays import sums_by_period
from models.environment.substitution import rules, substituted_flue_gas, substituted_water

concentrations = st.floats(0.0, 5000.0)
oxygen = st.floats(0.0, 19.9)
ROWS, HOURS = 3, 60
untimed = settings(deadline=None, max_examples=50)


@untimed
@given(concentrations, oxygen, oxygen, st.floats(0.0, 15.0))
def test_more_oxygen_never_lowers_the_converted_concentration(value, one, other, reference):
    low, high = sorted((one, other))
    at_low = flue_gas.at_reference_oxygen(value, low, reference)
    assert flue_gas.at_reference_oxygen(value, high, reference) >= at_low
    # At the reference itself nothing changes.
    same = flue_gas.at_reference_oxygen(value, reference, reference)
    np.testing.assert_allclose(same, value, rtol=1e-12)


@untimed
@given(concentrations, st.floats(0, 99), st.floats(-50, 900), st.floats(60, 130), st.floats(0, 1e6))
def test_mass_is_the_same_in_any_state(value, moisture, temperature, pressure, flow):
    """Wet and hot concentration x wet and hot volume = dry standard one x dry standard volume."""
    concentration = flue_gas.dry(flue_gas.at_standard_state(value, temperature, pressure), moisture)
    volume = flue_gas.standard_dry_flow(flow, temperature, pressure, moisture)
    assert flue_gas.dry(value, moisture) >= value
    mass = flue_gas.mass_kg(concentration, volume)
    np.testing.assert_allclose(mass, value * flow * 1e-6, rtol=1e-9, atol=1e-12)


@untimed
@given(st.floats(0, 500), st.floats(0, 500))
def test_nox_of_ppm_is_nox_of_mass(no, no2):
    by_mass = flue_gas.nitrogen_oxides(
        flue_gas.mass_concentration(no, flue_gas.MOLAR_MASS["NO"]),
        flue_gas.mass_concentration(no2, flue_gas.MOLAR_MASS["NO2"]),
    )
    np.testing.assert_allclose(flue_gas.nitrogen_oxides_of_ppm(no, no2), by_mass, atol=1e-9)


def hourly(low: float, high: float) -> st.SearchStrategy[np.ndarray]:
    """Rows of hours; about a fifth unknown."""
    element = st.floats(low, high, width=32) | st.just(float("nan"))
    return arrays(np.float64, (ROWS, HOURS), elements=element)


@untimed
@given(hourly(0, 500), hourly(0, 100), arrays(np.bool_, (ROWS, HOURS)))
def test_flow_weighted_means_give_the_mass_back(concentration, volume, valid):
    period = np.arange(HOURS) // 24
    mean = water.means_by_period(concentration, volume, valid, period)
    counts = valid & ~np.isnan(concentration) & ~np.isnan(volume)
    flowed = sums_by_period(np.where(counts, volume, 0.0), period)
    mass = sums_by_period(np.where(counts, water.mass_kg(concentration, volume), 0.0), period)
    some = ~np.isnan(mean)
    np.testing.assert_allclose(water.mass_kg(mean, flowed)[some], mass[some], rtol=1e-9, atol=1e-12)
    assert (mass[~some] == 0).all()
    # A mean lies between the least and the greatest of its hours.
    for row, place in zip(*np.nonzero(some), strict=True):
        there = concentration[row, (period == place) & counts[row]]
        assert there.min() * (1 - 1e-9) <= mean[row, place] <= there.max() * (1 + 1e-9)


@untimed
@given(st.lists(st.integers(0, 60), min_size=1, max_size=48))
def test_an_hour_more_valid_minutes_never_count_less(minutes):
    valid = validity.valid_hours(np.array(minutes, dtype=float))
    assert valid.tolist() == [m >= 45 for m in minutes]


def by_hand_flue_gas(mass, valid, owed, rate, out, calibrated):
    """The tables again, hour by hour, as one would with a pencil."""
    answer = np.where(valid & ~np.isnan(mass), mass, np.nan)
    for row in range(len(mass)):
        good = valid[row] & ~np.isnan(mass[row])
        for hour in range(mass.shape[1]):
            if good[hour] or not owed[row, hour] or rate[row] < 0.75:
                continue
            first = hour
            while first > 0 and not good[first - 1]:
                first -= 1
            last = hour
            while last + 1 < mass.shape[1] and not good[last + 1]:
                last += 1
            lost = [h for h in range(first, last + 1) if owed[row, h]]
            n = 2160 if rate[row] < 0.9 else 180 if len(lost) <= 24 else 720
            until = lost[0]
            earlier = [h for h in range(lost[0] + 1) if calibrated[row, h]]
            if out[row, hour] and earlier:
                until = earlier[-1]
            before = [mass[row, h] for h in range(until) if good[h]][-n:]
            answer[row, hour] = max(before, default=np.nan)
    return answer


@untimed
@given(
    hourly(0, 50),
    arrays(np.bool_, (ROWS, HOURS), elements=st.sampled_from([True, True, True, False])),
    arrays(np.bool_, (ROWS, HOURS), elements=st.sampled_from([True, True, False])),
    arrays(np.float64, (ROWS,), elements=st.sampled_from([0.5, 0.75, 0.8, 0.9, 1.0])),
    arrays(np.bool_, (ROWS, HOURS)),
    arrays(np.bool_, (ROWS, HOURS), elements=st.sampled_from([False, False, False, True])),
    st.integers(0, HOURS - 40),
)
def test_substitution_of_many_rows_is_that_of_each(
    mass, valid, owed, rate, out, calibrated, outage
):
    mass[0, outage : outage + 35] = np.nan  # one longer than 24 hours
    answer = substituted_flue_gas(
        mass, valid, rate[:, None], owed=owed, out_of_control=out, calibrated=calibrated
    )
    expected = by_hand_flue_gas(mass, valid, owed, rate, out, calibrated)
    np.testing.assert_array_equal(answer.values, expected)
    counted = valid & ~np.isnan(mass)
    assert (answer.there == (~counted & ~np.isnan(expected))).all()
    assert ((answer.rule >= 0) == answer.there).all()
    assert (answer.rule < len(rules())).all()


@untimed
@given(hourly(0, 50), arrays(np.bool_, (ROWS, HOURS)))
def test_water_gaps_of_many_rows_are_those_of_each(values, owed):
    for by_median in (False, True):
        answer = substituted_water(values, True, owed=owed, median=by_median)
        for row in range(ROWS):
            good = ~np.isnan(values[row])
            hour = 0
            while hour < HOURS:
                last = hour
                while last < HOURS and not good[last]:
                    last += 1
                lost = [h for h in range(hour, last) if owed[row, h]]
                before = values[row, :hour][good[:hour]][-len(lost) :] if lost else []
                if len(before):
                    expected = np.median(before) if by_median else np.mean(before)
                    np.testing.assert_allclose(answer.values[row, lost], expected, rtol=1e-9)
                else:
                    assert np.isnan(answer.values[row, lost]).all()
                hour = max(last, hour) + 1
        assert (answer.values[~np.isnan(values)] == values[~np.isnan(values)]).all()
