"""Flue gas by hand: wet to dry, standard state, NOx, reference oxygen and its guards, mass."""

from __future__ import annotations

import numpy as np
import pytest

from models.environment import flue_gas
from models.environment.arrays import sums_by_period


def test_wet_to_dry():
    # 44.0 mg/m3 of wet gas with 12 % water: 44 / (1 - 0.12) = 44 / 0.88 = 50.0.
    assert flue_gas.dry(44.0, 12.0) == pytest.approx(50.0)
    assert flue_gas.dry(44.0, 0.0) == 44.0
    assert np.isnan(flue_gas.dry([44.0, 44.0, 44.0], [100.0, -1.0, np.nan])).all()


def test_to_standard_state():
    # 136.5 degC are 409.5 K: 80 x 409.5 / 273 = 80 x 1.5 = 120. Half the pressure: twice that.
    assert flue_gas.at_standard_state(80.0, 136.5, 101.325) == pytest.approx(120.0)
    assert flue_gas.at_standard_state(80.0, 136.5, 50.6625) == pytest.approx(240.0)
    assert np.isnan(flue_gas.at_standard_state(80.0, -273.0, 101.325))
    assert np.isnan(flue_gas.at_standard_state(80.0, 136.5, 0.0))


def test_nitrogen_oxides_of_ppm():
    """NO 90 ppm, NO2 6 ppm: (90 + 6) x 46 / 22.4 = 4416 / 22.4 = 197.142857 mg/m3."""
    assert flue_gas.nitrogen_oxides_of_ppm(90.0, 6.0) == pytest.approx(197.142857)
    # The same by way of mg/m3: NO 90 x 30 / 22.4 = 120.535714, x 46 / 30 = 184.821429;
    # NO2 6 x 46 / 22.4 = 12.321429; together 197.142858.
    assert flue_gas.mass_concentration(90.0, 30.0) == pytest.approx(120.535714)
    assert flue_gas.nitrogen_oxides(120.535714, 12.321429) == pytest.approx(197.142858)


def test_nitrogen_oxides_of_mass_concentrations():
    # NO 30.0 mg/m3 count as 30 x 46 / 30 = 46.0 of NO2, and 4.0 of NO2 as they are: 50.0.
    assert flue_gas.nitrogen_oxides(30.0, 4.0) == pytest.approx(50.0)
    assert np.isnan(flue_gas.nitrogen_oxides([30.0, np.nan], [np.nan, 4.0])).all()


def test_reference_oxygen():
    # A gas boiler, reference 3.5 %, at 7.0 %: 80 x (21 - 3.5) / (21 - 7) = 80 x 17.5 / 14 = 100.
    assert flue_gas.at_reference_oxygen(80.0, 7.0, 3.5) == pytest.approx(100.0)
    # The same by excess air: alpha = 21 / 14 = 1.5, alpha_s = 1.2: 80 x 1.5 / 1.2 = 100.
    assert flue_gas.excess_air(7.0) == pytest.approx(1.5)
    assert flue_gas.at_reference_excess_air(80.0, 7.0, 1.2) == pytest.approx(100.0)
    # Below the reference the converted one is lower: 80 x 17.5 / 20 = 70.
    assert flue_gas.at_reference_oxygen(80.0, 1.0, 3.5) == pytest.approx(70.0)


def test_oxygen_near_that_of_air_gives_no_number():
    """At 20.9 % the factor would be 17.5 / 0.1 = 175: 2 mg/m3 would read 350."""
    oxygen = np.array([20.9, 21.0, 21.1, 25.0, 20.0, -0.1, np.nan])
    assert flue_gas.oxygen_unusable(oxygen).all()
    assert np.isnan(flue_gas.at_reference_oxygen(2.0, oxygen, 3.5)).all()
    assert np.isnan(flue_gas.at_reference_excess_air(2.0, oxygen, 1.2)).all()
    # Just below the guard it is computed: 2 x 17.5 / 1.1 = 31.8181...
    assert flue_gas.at_reference_oxygen(2.0, 19.9, 3.5) == pytest.approx(31.818182)


def test_an_outlet_without_reference_oxygen_is_judged_as_measured():
    # Two outlets x three hours; the second has none, and its oxygen may be anything.
    answer = flue_gas.at_reference_oxygen(
        [[80.0, 40.0, 8.0], [80.0, 40.0, 8.0]],
        [[7.0, 20.9, 7.0], [7.0, 20.9, np.nan]],
        [[3.5], [np.nan]],
    )
    assert answer[1].tolist() == [80.0, 40.0, 8.0]
    assert answer[0, [0, 2]] == pytest.approx([100.0, 10.0])
    assert np.isnan(answer[0, 1])


def test_flow_and_mass():
    """12 m/s in 2.5 m2: 12 x 2.5 x 3600 = 108,000 m3/h, wet and hot.

    At 136.5 degC and 101.325 kPa that is 108,000 / 1.5 = 72,000 at standard state, with 10 % water
    64,800 m3/h dry; 50 mg/m3 in it are 50 x 64,800 / 10^6 = 3.24 kg/h.
    """
    actual = flue_gas.actual_flow_m3_h(12.0, 2.5)
    assert actual == pytest.approx(108_000.0)
    dry = flue_gas.standard_dry_flow(actual, 136.5, 101.325, 10.0)
    assert dry == pytest.approx(64_800.0)
    assert flue_gas.mass_kg(50.0, dry) == pytest.approx(3.24)


def test_a_days_amount_is_the_sum_of_its_hours():
    """The trap of HJ 212-2017's equation (34), printed with 10^-6 before the sum of kg.

    20 hours of 3.24 kg are 64.8 kg, not 64.8 mg (nor 64.8 t).
    """
    hours = flue_gas.mass_kg(50.0, np.full(20, 64_800.0))
    assert sums_by_period(hours, np.zeros(20)) == pytest.approx([64.8])
