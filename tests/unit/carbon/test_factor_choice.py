"""Which factor is chosen, and that the choice is told."""

from __future__ import annotations

from datetime import date

import pytest

from models.carbon.combustion import activity_scale
from models.carbon.declared import declared_choice, in_factor_unit
from models.carbon.factors import FactorLibrary
from models.errors import FactorNotFoundError, UnitError
from models.registry import DeclaredFactor

LIBRARY = FactorLibrary()


@pytest.mark.parametrize(
    ("year", "province", "grid", "expected", "factor_year"),
    [
        (2010, "吉林", "东北", (0.8045, "grid_exact"), 2010),
        (2018, "吉林", "东北", (0.7769, "grid_earlier"), 2012),
        (2021, "吉林", "东北", (0.5629, "province_exact"), 2021),
        (2023, "吉林", "东北", (0.4671, "province_exact"), 2023),
        (2024, "吉林", "东北", (0.4671, "province_earlier"), 2023),
        (2026, "吉林", "东北", (0.4671, "province_earlier"), 2023),
        (2023, "西藏", "西南", (0.2472, "grid_exact"), 2023),  # no province row: its grid
        (2023, "无", "东北", (0.5122, "grid_exact"), 2023),
        (2026, "无", "无", (0.5306, "nation_earlier"), 2023),
        (2022, "无", "无", (0.5366, "nation_exact"), 2022),
    ],
)
def test_electricity(year, province, grid, expected, factor_year):
    chosen = LIBRARY.electricity(year, province, grid)
    assert (chosen.value, chosen.match) == expected
    assert (chosen.year, chosen.unit) == (factor_year, "kgCO2/kWh")


def test_a_factor_of_memory_says_so():
    assert LIBRARY.electricity(2018, "吉林", "东北").status == "from memory"
    assert LIBRARY.electricity(2023, "吉林", "东北").status == "verified"


def test_another_basis_never_matches():
    """0.6101 (2015, compliance) and 1.1171 (2014, operating margin) stand in the files."""
    for year in range(2013, 2021):
        assert LIBRARY.electricity(year, "吉林", "东北").value == 0.7769
    with pytest.raises(FactorNotFoundError, match=r"of 2020 or earlier, in 无, 无 or 全国"):
        LIBRARY.electricity(2020, "无", "无")  # only the compliance factor is national


def test_a_later_year_is_not_taken():
    with pytest.raises(FactorNotFoundError, match=r"electricity.*2009.*吉林.*mee_nbs, ncsc"):
        LIBRARY.electricity(2009, "吉林", "东北")


def test_fuel_heat_and_coal():
    gas = LIBRARY.fuel("natural_gas")
    assert (gas.set, gas.match) == ("ndrc_sector", "set_default")
    assert gas.fuel is not None
    assert (gas.fuel.ncv_gj_per_unit, gas.fuel.unit) == (389.31, "10^4 Nm3")
    assert (LIBRARY.heat().value, LIBRARY.heat().unit) == (0.11, "tCO2/GJ")
    assert LIBRARY.calorific_coefficient("electricity").value == 0.1229
    with pytest.raises(FactorNotFoundError, match="dung"):
        LIBRARY.fuel("dung")
    with pytest.raises(FactorNotFoundError, match="natural_gas"):
        LIBRARY.calorific_coefficient("natural_gas")  # published as a range


@pytest.mark.parametrize(
    ("year", "rate", "rate_year"),
    [(2020, 305.5, 2020), (2023, 305.5, 2020), (2024, 302.4, 2024), (2026, 302.4, 2024)],
)
def test_coal_rate_of_the_year_or_the_latest_earlier(year, rate, rate_year):
    chosen = LIBRARY.coal_rate(year)
    assert chosen is not None
    assert (chosen.gce_per_kwh, chosen.year) == (rate, rate_year)


def test_no_coal_rate_before_the_first():
    assert LIBRARY.coal_rate(2019) is None


@pytest.mark.parametrize(
    ("value", "unit", "carrier", "expected"),
    [
        (0.5, "kgCO2/kWh", "electricity", 0.5),
        (0.5, "kg/kWh", "electricity", 0.5),
        (0.5, "tCO2/MWh", "electricity", 0.5),
        (500, "gCO2e/kWh", "electricity", 0.5),
        (110, "kgCO2/GJ", "heat", 0.11),
        (21.6219, "tCO2/10^4 Nm3", "natural_gas", 0.00216219),
        (2.0715, "tCO2/t", "bituminous", 2.0715),
    ],
)
def test_a_declared_factor_is_turned_into_its_carriers_unit(value, unit, carrier, expected):
    assert in_factor_unit(value, unit, carrier) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("unit", ["kWh/kg", "kg", "tCO2/GJ/a", "kgCO2/t", "0.5", "kgCH4/kWh"])
def test_a_unit_that_is_none_is_refused_by_name(unit):
    with pytest.raises(UnitError, match=unit.split("/", maxsplit=1)[0]):
        in_factor_unit(0.5, unit, "electricity")


def test_a_declared_choice_names_its_evidence():
    own = DeclaredFactor("steel", "electricity", 0.5, "tCO2/MWh", date(2026, 1, 1), None, "PPA 7")
    chosen = declared_choice(own)
    assert (chosen.value, chosen.match, chosen.source) == (0.5, "declared", "PPA 7")
    assert chosen.factor_id == "declared/steel/electricity/2026-01-01"


def test_plain_cubic_metres_of_gas_are_refused_by_name():
    with pytest.raises(UnitError, match=r"'m3'.*reference state"):
        activity_scale("m3", "10^4 Nm3")
    assert activity_scale("Nm3", "10^4 Nm3") == pytest.approx(1e-4)
    # 273.15/293.15: a cubic metre at 20 °C holds less gas than one at 0 °C
    assert activity_scale("Sm3", "10^4 Nm3") == pytest.approx(0.9317755e-4, rel=1e-6)
