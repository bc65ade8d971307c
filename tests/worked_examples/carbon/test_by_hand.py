"""CO2, GJ and tce computed by hand beside the functions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.carbon.combustion import combustion_co2_t
from models.carbon.purchased import electricity_co2_t, heat_co2_t
from models.energy.heat_content import electricity_gj, fuel_gj
from models.energy.standard_coal import (
    electricity_calorific_tce,
    electricity_equivalent_tce,
    fuel_tce,
    heat_tce,
)


def one(value):
    return np.array([value])


def test_ten_thousand_normal_cubic_metres_of_natural_gas():
    """389.31 x 0.0153 = 5.956443 tC; x 0.99 = 5.89687857; x 44/12 = 21.62188809 t CO2."""
    found = combustion_co2_t(one(1.0), one(389.31), one(0.0153), one(0.99))
    assert found[0] == pytest.approx(21.62188809, rel=1e-9)
    assert round(found[0], 4) == 21.6219
    # 389.31 GJ / 29.3076 GJ/tce = 13.28358514 tce
    assert fuel_tce(fuel_gj(one(1.0), one(389.31)))[0] == pytest.approx(13.28358514, rel=1e-9)


def test_electricity_of_the_steel_works():
    """521,199.76 x 0.5568 = 290,204.026 kg; x 0.7769 = 404,920.094 kg."""
    kwh = one(521_199.76)
    assert electricity_co2_t(kwh, one(0.5568))[0] == pytest.approx(290.204026368, rel=1e-12)
    assert electricity_co2_t(kwh, one(0.7769))[0] == pytest.approx(404.920093544, rel=1e-12)
    assert electricity_gj(kwh)[0] == pytest.approx(1876.319136, rel=1e-12)
    # x 0.1229 kgce = 64,055.4505 kg; x 302.4 g = 157,610,807.424 g
    assert electricity_calorific_tce(kwh, 0.1229)[0] == pytest.approx(64.055450504, rel=1e-9)
    assert electricity_equivalent_tce(kwh, 302.4)[0] == pytest.approx(157.610807424, rel=1e-9)


def test_heat():
    """1,000 GJ x 0.11 = 110 t; x 0.03412 = 34.12 tce."""
    assert heat_co2_t(one(1000.0), one(0.11))[0] == pytest.approx(110)
    assert heat_tce(one(1000.0), 0.03412)[0] == pytest.approx(34.12)


def test_unknown_stays_unknown():
    nothing = one(np.nan)
    assert np.isnan(combustion_co2_t(nothing, one(1.0), one(1.0), one(1.0)))[0]
    assert np.isnan(electricity_co2_t(nothing, one(0.5)))[0]
    assert np.isnan(electricity_equivalent_tce(one(1.0), np.nan))[0]


amounts = st.lists(st.floats(0, 1e9), min_size=1, max_size=20)


@given(amounts)
def test_parts_add_up(parts):
    """The CO2 of the sum is the sum of the CO2."""
    array = np.array(parts)
    whole = one(array.sum())
    each = combustion_co2_t(array, one(389.31), one(0.0153), one(0.99)).sum()
    together = combustion_co2_t(whole, one(389.31), one(0.0153), one(0.99))[0]
    assert each == pytest.approx(together, rel=1e-12)
    assert electricity_co2_t(array, one(0.4671)).sum() == pytest.approx(
        electricity_co2_t(whole, one(0.4671))[0], rel=1e-12
    )
