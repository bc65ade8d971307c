"""Guidelines, materials and warming potentials of the library, and what it refuses by name."""

from __future__ import annotations

import pytest

from models.carbon.factors import FactorLibrary
from models.carbon.guidelines import guidelines
from models.carbon.materials import combustion_gases
from models.errors import FactorNotFoundError

LIBRARY = FactorLibrary()


@pytest.mark.parametrize(
    ("code", "year", "fuel_set", "combustion", "counts_electricity"),
    [
        ("other_industry", 2024, "ndrc_sector", "combustion", True),
        # steel: CETS-AG-03.01-V01-2024, formula (1), from accounting year 2024
        ("steel", 2023, "ndrc_sector", "combustion", True),
        ("steel", 2024, "cets_steel_2024", "combustion_no_oxidation", False),
        # power: purchased electricity out of the obligation from accounting year 2023
        ("power", 2022, "mee_power", "combustion", True),
        ("power", 2023, "mee_power", "combustion", False),
        ("livestock", 2025, "gbt32151_22_2024", "combustion", True),
        ("machinery", 2025, "ndrc_sector", "combustion", True),
    ],
)
def test_the_edition_of_a_guideline_by_year(code, year, fuel_set, combustion, counts_electricity):
    found = LIBRARY.guideline(code, year)
    assert (found.fuel_sets[0], found.combustion) == (fuel_set, combustion)
    assert found.electricity_in_obligation is counts_electricity


def test_without_a_year_the_latest_edition_holds():
    assert LIBRARY.guideline("power").year_from == 2026
    assert {one.code for one in guidelines()} == {
        "other_industry", "steel", "power", "machinery", "electronics", "livestock",
    }  # fmt: skip


def test_fuels_by_guideline():
    """NCV of LNG: 41.868 in the NDRC set, 51.498 in the later ones (factors_fuel of the sets)."""
    of = {code: LIBRARY.fuel("lng", code) for code in ("other_industry", "steel", "livestock")}
    assert [one.fuel.ncv_gj_per_unit for one in of.values() if one.fuel] == [41.868, 51.498, 51.498]
    assert of["steel"].method == "combustion_no_oxidation"
    assert LIBRARY.fuel("lng", "steel", 2023).set == "ndrc_sector"
    assert (of["steel"].clause, of["steel"].gas) == ("annex A, table A.1", "CO2")


@pytest.mark.parametrize(
    ("ask", "named"),
    [
        (lambda: LIBRARY.fuel("briquette", "steel"),
         "fuel briquette (guideline steel, sets: cets_steel_2024, ipcc_2006_biomass; ndrc_sector, "
         "gbt32151_22_2024 would be another guideline's)"),
        (lambda: LIBRARY.fuel("bituminous", "power"), "fuel bituminous (guideline power"),
        (lambda: LIBRARY.fuel("dung"), "fuel dung (guideline other_industry"),
        (lambda: LIBRARY.fuel("coke", "cement"), "guideline cement (known: other_industry, steel"),
        (lambda: LIBRARY.material("process", "electrode"),
         "process of electrode (guideline other_industry"),
        (lambda: LIBRARY.material("process", "electrode"),
         "it stands in cets_steel_2024 as process"),
        (lambda: LIBRARY.material("scope3_6", "flight"), "scope3_6 of flight"),
        (lambda: LIBRARY.gwp("R-999"), "GWP of R-999 by AR5"),
        (lambda: LIBRARY.gwp("CH4", "AR3"), "GWP AR3 (known: AR4, AR5, AR6)"),
        (lambda: LIBRARY.electricity(2020, "吉林", "东北", level="nation"),
         "basis average, of 2020 or earlier, in 全国"),
        (lambda: LIBRARY.electricity(2020, "吉林", "东北", basis="excluding_market_non_fossil"),
         "basis excluding_market_non_fossil, of 2020 or earlier, in 吉林, 东北 or 全国"),
        (lambda: LIBRARY.calorific_coefficient("natural_gas_oil_field"), "GB/T 2589-2020"),
    ],
)  # fmt: skip
def test_what_is_not_there_is_named(ask, named):
    with pytest.raises(FactorNotFoundError) as refusal:
        ask()
    assert str(refusal.value).startswith("no factor for ")
    assert named in str(refusal.value)


@pytest.mark.parametrize(
    ("year", "value", "match"),
    [(2021, 0.5942, "nation_exact"), (2023, 0.6096, "nation_exact"),
     (2025, 0.6096, "nation_earlier")],
)  # fmt: skip
def test_the_remainder_factor_is_the_nations(year, value, match):
    """MEE/NBS notices: average without market-traded non-fossil power, 0.5942 and 0.6096."""
    chosen = LIBRARY.electricity(year, "吉林", "东北", basis="excluding_market_non_fossil")
    assert (chosen.value, chosen.match) == (value, match)


def test_electricity_by_level():
    assert LIBRARY.electricity(2023, "吉林", "东北").value == 0.4671
    assert LIBRARY.electricity(2023, "吉林", "东北", level="grid").value == 0.5122
    nation = LIBRARY.electricity(2024, "吉林", "东北", level="nation")
    assert (nation.value, nation.match) == (0.5306, "nation_earlier")


def test_standard_coal_by_edition():
    assert LIBRARY.calorific_coefficient("natural_gas_oil_field", "2008").value == 13.3
    for edition in ("2008", "2020"):
        assert LIBRARY.calorific_coefficient("electricity", edition).value == 0.1229


def test_waste_water():
    """B0 0.25 kgCH4/kgCOD and MCF 0.8 of an anaerobic reactor: 0.2 tCH4 per t COD."""
    chosen = LIBRARY.material("wastewater", "anaerobic_reactor")
    assert (chosen.value, chosen.unit, chosen.gas) == (0.2, "tCH4/t", "CH4")
    assert dict(chosen.operands) == {"b0": 0.25, "mcf": 0.8}
    assert (chosen.method, chosen.activity_unit) == ("wastewater_ch4", "t")


def test_etching_gases():
    """NDRC guideline for electronics: (1 - h)(1 - U)(1 - a d) = 0.9 x 0.2 x 0.19 = 0.0342 of SF6;
    CF4 formed of NF3: 0.9 x 0.09 x 0.19 = 0.01539.
    """
    sf6 = LIBRARY.material("process", "SF6", "electronics")
    assert (sf6.value, sf6.gas, sf6.status) == (0.0342, "SF6", "verified-secondary")
    cf4 = LIBRARY.material("process", "NF3_to_CF4", "electronics")
    assert (cf4.value, cf4.gas) == (0.01539, "CF4")
    with pytest.raises(FactorNotFoundError, match="ndrc_electronics_2015 as process"):
        LIBRARY.material("process", "SF6", "machinery")


def test_a_sector_takes_its_own_set_first():
    assert LIBRARY.material("process", "limestone", "steel").value == 0.44
    assert LIBRARY.material("process", "limestone", "steel", 2023).value == 0.4397
    assert LIBRARY.material("process", "limestone").value == 0.4397


def test_values_in_kg_or_g_are_told_in_tonnes():
    chosen = LIBRARY.material("process", "magnesium_casting")
    assert (chosen.value, chosen.unit) == (pytest.approx(0.000114), "tSF6/t")
    freight = LIBRARY.material("scope3_4", "truck_diesel_30t")
    assert (freight.value, freight.unit) == (pytest.approx(7.8e-5), "tCO2e/t·km")


def test_warming_potentials_of_gases_and_blends():
    """AR5: R-410A is half HFC-32 (677) and half HFC-125 (3170), 1923.5; R-404A 44 % HFC-125, 52 %
    HFC-143a (4800), 4 % HFC-134a (1300): 3942.8.
    """
    assert LIBRARY.gwp("SF6").value == 23500
    assert LIBRARY.gwp("CO2e").value == LIBRARY.gwp("CO2").value == 1
    assert LIBRARY.gwp("R-410A").value == pytest.approx(1923.5)
    assert LIBRARY.gwp("R-404A").value == pytest.approx(3942.8)
    assert LIBRARY.gwp("R-404A").status == "from memory"  # no surer than its composition
    assert LIBRARY.gwp("HFC-134a", "AR4").value == 1430
    assert LIBRARY.gwp("N2O", "AR6").factor_id == "ipcc_ar6/gwp/N2O"


def test_methane_and_nitrous_oxide_of_combustion():
    """IPCC 2006, volume 2: gas 1 and 0.1 kg/TJ in industry; diesel 3.9 and 3.9 on the road."""
    gas = {one.gas: one.value for one in combustion_gases("stationary_combustion", "natural_gas")}
    road = {one.gas: one.value for one in combustion_gases("mobile_combustion", "diesel")}
    assert gas == {"CH4": 1.0, "N2O": 0.1}
    assert road == {"CH4": 3.9, "N2O": 3.9}
    assert combustion_gases("mobile_combustion", "coke") == []
