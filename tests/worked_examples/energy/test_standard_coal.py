"""Standard coal: CETS-AG-03.01-V01-2024, annex A note *1, and the yearbook's coefficients."""

from __future__ import annotations

import numpy as np
import pytest

from models.carbon.factor_files import rows_of
from models.energy.heat_content import hot_water_heat_gj, steam_heat_gj
from models.energy.standard_coal import (
    by_coefficient_tce,
    electricity_calorific_tce,
    fuel_tce,
    heat_tce,
    steam_tce,
)
from models.units import GJ_PER_TCE

# kgce per kg, m3 or kWh as published, and the calorific value in kcal: China Energy Statistical
# Yearbook 2023, appendix, and GB/T 2589. k = kcal / 7,000 (1 kgce = 7,000 kcal = 29,307.6 kJ).
PUBLISHED = {
    "raw_coal": (0.7143, 5000),
    "washed_coal": (0.9000, 6300),
    "coke": (0.9714, 6800),
    "crude_oil": (1.4286, 10000),
    "gasoline": (1.4714, 10300),
    "diesel": (1.4571, 10200),
    "lpg": (1.7143, 12000),
    "refinery_gas": (1.5714, 11000),
    "blast_furnace_gas": (0.1286, 900),
    "electricity": (0.1229, 860),
}


@pytest.mark.parametrize("code", PUBLISHED)
def test_a_coefficient_is_its_calories_over_seven_thousand(code):
    """5,000 / 7,000 = 0.71429 for raw coal; by heat 5,000 x 4.1868 / 29,307.6 is the same."""
    published, kcal = PUBLISHED[code]
    assert round(kcal / 7000, 4) == published
    heat_gj = np.array([kcal * 4.1868e-6])
    assert fuel_tce(heat_gj)[0] * 1000 == pytest.approx(published, abs=5e-5)


@pytest.mark.parametrize("code", PUBLISHED)
def test_the_factor_files_say_the_same(code):
    """Per t, 10^4 m3 or kWh; gases are tabled by 10^4 m3, ten times the kgce per m3."""
    row = next(
        row
        for row in rows_of("standard_coal")
        if row["code"] == code and row["basis"] == "calorific" and "2008" not in row["id"]
    )
    per_kilo = 10 if row["unit"].startswith("tce/10^4") else 1
    assert float(row["value"]) == pytest.approx(PUBLISHED[code][0] * per_kilo, rel=1e-3)


def test_heat_is_the_reciprocal_of_standard_coal():
    """1 / 29.3076 GJ/t = 0.034121 tce/GJ; published 0.03412 kgce/MJ."""
    assert round(1 / GJ_PER_TCE, 5) == 0.03412
    assert heat_tce(np.array([1000.0]), 0.03412)[0] == pytest.approx(34.12)


def test_ten_thousand_kilowatt_hours():
    """Published 1.229 tce/10^4 kWh."""
    assert electricity_calorific_tce(np.array([10_000.0]), 0.1229)[0] == pytest.approx(1.229)


def test_a_tonne_of_saturated_steam_at_10_bar():
    """h'' = 2,777.1 kJ/kg (steam tables at 1.0 MPa): 2,777.1 - 83.74 = 2,693.36 kJ/kg: 2.69336 GJ;
    x 0.03412 = 0.0918974 tce. By the table's low-pressure coefficient it is 0.1286 tce: the two are
    not the same thing, and which one holds is the report's choice.
    """
    steam, enthalpy = np.array([1.0]), np.array([2777.1])
    assert steam_heat_gj(steam, enthalpy)[0] == pytest.approx(2.69336)
    assert steam_tce(steam, enthalpy, 0.03412)[0] == pytest.approx(0.0918974432)
    assert by_coefficient_tce(steam, 0.1286)[0] == pytest.approx(0.1286)


def test_hot_water_of_a_heating_network():
    """10 t at 95 °C: 10 x 75 x 4.1868 / 1,000 = 3.1401 GJ."""
    assert hot_water_heat_gj(np.array([10.0]), np.array([95.0]))[0] == pytest.approx(3.1401)
