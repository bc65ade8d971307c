"""Own calorific values, carbon contents, oxidation, factors: units, ranges, what they replace."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from models.carbon.declared import check_declared, declared_choice, declared_fuel
from models.carbon.factors import FactorLibrary
from models.carbon.own_units import carbon_content, net_calorific_value, oxidation, per_activity
from models.errors import FactorNotFoundError, UnitError
from models.registry import DeclaredFactor, Parameter

LIBRARY = FactorLibrary()
NCV, CARBON, OXIDATION = Parameter.NCV, Parameter.CARBON_CONTENT, Parameter.OXIDATION


def own(parameter, value, unit, *, carrier="bituminous", enterprise="forge", pct=None):
    return DeclaredFactor(
        enterprise=enterprise,
        carrier=carrier,
        value=value,
        unit=unit,
        valid_from=date(2026, 1, 1),
        valid_to=None,
        evidence=f"laboratory 7: {parameter}",
        parameter=parameter,
        uncertainty_pct=pct,
    )


@pytest.mark.parametrize(
    ("value", "unit", "fuel_unit", "expected"),
    [
        (20.908, "GJ/t", "t", 20.908),
        (20908, "kJ/kg", "t", 20.908),
        (20.908, "MJ/kg", "t", 20.908),
        (5000, "kcal/kg", "t", 20.934),  # 5000 x 4.1868 kJ
        (389.31, "GJ/10^4 Nm3", "10^4 Nm3", 389.31),
        (38.931, "MJ/Nm3", "10^4 Nm3", 389.31),
        # a cubic metre at 20 °C holds 273.15/293.15 of one at 0 °C
        (36.275, "MJ/Sm3", "10^4 Nm3", 36.275 * 293.15 / 273.15 * 10),
    ],
)
def test_calorific_values(value, unit, fuel_unit, expected):
    assert net_calorific_value(value, unit, fuel_unit) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(
    ("value", "unit", "fuel_unit", "reason"),
    [
        (20.908, "GJ", "t", "heat per mass"),
        (20.908, "t/GJ", "t", "different things"),
        (38.931, "MJ/m3", "10^4 Nm3", "reference state"),
        (38.931, "MJ/Nm3", "t", "different things"),
        (20908, "MJ/kg", "t", "lies outside 1 to 130, which no fuel does"),
        (0.0, "GJ/t", "t", "lies outside"),
    ],
)
def test_calorific_values_that_are_none(value, unit, fuel_unit, reason):
    with pytest.raises(UnitError, match=reason):
        net_calorific_value(value, unit, fuel_unit)


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [(0.0262, "tC/GJ", 0.0262), (26.2, "kgC/GJ", 0.0262), (26.2, "tC/TJ", 0.0262),
     (26.2, "t/TJ", 0.0262), (0.5502, "tC/t", 0.5502 / 21), (0.5502, "kgC/kg", 0.5502 / 21)],
)  # fmt: skip
def test_carbon_per_heat_or_per_fuel(value, unit, expected):
    assert carbon_content(value, unit, "t", 21.0) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("value", "unit", "reason"),
    [
        (26.2, "tC/GJ", "lies outside 0 to 0.12"),
        (26.2, "GJ/t", "a mass of carbon"),
        (26.2, "tC", "a mass of carbon"),
        (0.5, "tC/Nm3", "different things"),
        (55.0, "tC/t", "55 t of carbon in a tonne of fuel"),
    ],
)
def test_carbon_contents_that_are_none(value, unit, reason):
    with pytest.raises(UnitError, match=reason):
        carbon_content(value, unit, "t", 21.0)


def test_oxidation():
    assert oxidation(98.5, "%") == pytest.approx(0.985)
    assert oxidation(0.985, "1") == 0.985
    for value, unit in ((101, "%"), (98.5, "1"), (0.0, "%"), (98, "t")):
        with pytest.raises(UnitError, match="share"):
            oxidation(value, unit)


def test_an_own_calorific_value_leaves_the_rest_to_the_guideline():
    """22.5 GJ/t; CC 0.02618 and OF 93 % of bituminous coal in the NDRC set."""
    published = LIBRARY.fuel("bituminous")
    chosen = declared_fuel("bituminous", [own(NCV, 22500, "kJ/kg", pct=1.5)], published)
    assert chosen.fuel is not None
    assert chosen.fuel.ncv_gj_per_unit == pytest.approx(22.5, rel=1e-12)
    assert (chosen.fuel.carbon_tc_per_gj, chosen.fuel.oxidation) == (0.02618, 0.93)
    assert chosen.factor_id == "ndrc_sector/bituminous+declared/forge/bituminous/ncv/2026-01-01"
    assert (chosen.match, chosen.status, chosen.method) == ("declared", "declared", "combustion")
    assert chosen.source.startswith("ncv: laboratory 7: ncv; NDRC guideline")
    assert chosen.uncertainty_rel is None  # that of the carbon content is not published
    # 3-4-12-13: relative uncertainties add in quadrature
    known = replace(published, uncertainty_rel=0.04)
    chosen = declared_fuel("bituminous", [own(NCV, 22500, "kJ/kg", pct=3.0)], known)
    assert chosen.uncertainty_rel == pytest.approx(0.05)


def test_carbon_measured_in_the_fuel_itself():
    """0.58 tC/t x 98 % x 44/12 = 2.08413 tCO2/t, whatever the calorific value."""
    parts = [own(CARBON, 0.58, "tC/t", pct=3), own(OXIDATION, 98, "%", pct=4),
             own(NCV, 23.0, "GJ/t", pct=12)]  # fmt: skip
    chosen = declared_fuel("bituminous", parts, LIBRARY.fuel("bituminous"))
    fuel = chosen.fuel
    assert fuel is not None
    co2 = fuel.ncv_gj_per_unit * fuel.carbon_tc_per_gj * fuel.oxidation * 44 / 12
    assert co2 == pytest.approx(2.0841333, rel=1e-6)
    assert chosen.uncertainty_rel == pytest.approx(0.13)  # all three are known


def test_what_the_park_declares_for_all_says_so():
    park = own(NCV, 22.5, "GJ/t", enterprise=None)
    chosen = declared_fuel("bituminous", [park], LIBRARY.fuel("bituminous"))
    assert chosen.match == "park_declared"
    assert "declared/park/bituminous/ncv" in chosen.factor_id
    both = declared_fuel("bituminous", [park, own(OXIDATION, 98, "%")], LIBRARY.fuel("bituminous"))
    assert both.match == "declared"


def test_a_fuel_without_a_published_value_needs_every_parameter():
    """The power guideline has coal measured: it prints an oxidation only."""
    with pytest.raises(FactorNotFoundError, match="carbon_content, oxidation neither published"):
        declared_fuel("bituminous", [own(NCV, 22.5, "GJ/t")], None)
    parts = [own(NCV, 22.5, "GJ/t"), own(CARBON, 0.026, "tC/GJ"), own(OXIDATION, 99, "%")]
    assert declared_fuel("bituminous", parts, None).fuel is not None


def test_nothing_declared_is_what_is_published():
    published = LIBRARY.fuel("bituminous")
    assert declared_fuel("bituminous", [], published) is published


def test_an_own_factor_of_a_material_keeps_its_gas():
    published = LIBRARY.material("process", "SF6", "electronics")
    factor = own(Parameter.EMISSION_FACTOR, 12.0, "kg/t", carrier="SF6")
    chosen = declared_choice(factor, published)
    assert (chosen.value, chosen.unit, chosen.gas) == (0.012, "tSF6/t", "SF6")
    with pytest.raises(UnitError, match="a mass of SF6"):
        per_activity(12.0, "kgCO2/t", "tSF6/t")
    with pytest.raises(UnitError, match="ncv is not an emission factor"):
        declared_choice(own(NCV, 22.5, "GJ/t"))


def test_an_own_material_that_nobody_publishes():
    """Anode paste: 3400 kgCO2/t = 3.4 tCO2/t."""
    paste = own(Parameter.EMISSION_FACTOR, 3400, "kgCO2/t", carrier="anode_paste")
    chosen = declared_choice(replace(paste, category="process"))
    assert (chosen.value, chosen.unit, chosen.gas) == (3.4, "tCO2/t", "CO2")
    assert chosen.factor_id == "declared/forge/anode_paste/process/2026-01-01"


@pytest.mark.parametrize(
    "wrong",
    [
        own(NCV, 22.5, "GJ/Nm3"),
        own(CARBON, 26.0, "tC/GJ"),
        own(OXIDATION, 980, "%"),
        own(Parameter.EMISSION_FACTOR, 2.0, "tCO2/kWh"),
    ],
)
def test_a_wrong_dimension_is_found_before_it_is_used(wrong):
    with pytest.raises(UnitError):
        check_declared(wrong)


def test_right_dimensions_and_unknown_carriers_pass():
    check_declared(own(NCV, 22.5, "GJ/t"))
    check_declared(own(Parameter.EMISSION_FACTOR, 0.4, "kg/kWh", carrier="electricity"))
    check_declared(own(Parameter.EMISSION_FACTOR, 0.4, "t/t", carrier="our own mixture"))
