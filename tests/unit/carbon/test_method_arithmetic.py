"""Laws that the arithmetic of methods, energy and rounding keeps, whatever the figures."""

from __future__ import annotations

import math
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.carbon.categories import categories
from models.carbon.guidelines import guideline
from models.carbon.methods import method, methods
from models.carbon.obligation import in_obligation
from models.carbon.rounding import decimals, rounded
from models.carbon.warming import co2e_t, fossil_and_biogenic_t
from models.energy.comprehensive import (
    comprehensive_tce,
    conversion_loss_tce,
    dual_control_tce,
    share_of,
)

# Methods whose gas is not in proportion to the amount alone: something is deducted from it.
WITH_DEDUCTION = {"wastewater_ch4", "purchased_electricity_market"}

amounts = st.lists(st.floats(0, 1e9), min_size=1, max_size=20)


@pytest.mark.parametrize("code", sorted(set(methods()) - WITH_DEDUCTION))
@given(parts=amounts)
def test_the_gas_of_parts_is_the_gas_of_their_sum(code, parts):
    one = method(code)
    others = {name: np.array([100.5]) for name in one.inputs if name != "amount"}
    each = one.gas_t(others | {"amount": np.array(parts)}).sum()
    whole = one.gas_t(others | {"amount": np.array([math.fsum(parts)])})[0]
    assert each == pytest.approx(whole, rel=1e-12)


def test_a_kilogram_of_sf6():
    """0.001 t x 23,500 (AR5) = 23.5 t CO2e."""
    gas = method("leakage_gwp").gas_t({"amount": np.array([0.001]), "factor": np.array([1.0])})
    assert co2e_t(gas, np.array([23_500.0]))[0] == pytest.approx(23.5)


def test_a_boiler_s_methane():
    """10 x 10^4 Nm3 x 389.31 GJ x 1 kg/TJ = 3.8931 kg CH4 (IPCC 2006: 1 kg/TJ for industry)."""
    found = method("combustion_ch4_n2o").gas_t(
        {"amount": np.array([10.0]), "ncv": np.array([389.31]), "factor": np.array([1.0])}
    )
    assert found[0] == pytest.approx(0.0038931)


def test_what_certificates_cover_counts_zero():
    """(1,000,000 - 400,000) kWh x 0.6096 kg/kWh = 365.76 t; all covered: nothing."""
    market = method("purchased_electricity_market")
    factor, amount = np.full(2, 0.6096), np.full(2, 1e6)
    found = market.gas_t({"amount": amount, "covered": np.array([4e5, 1e6]), "factor": factor})
    assert found == pytest.approx([365.76, 0])


def test_carbonate_of_ninety_five_percent():
    """1,000 t x 0.44 x 0.95 = 418 t."""
    one = np.array([1000.0]), np.array([0.44]), np.array([0.95])
    found = method("process_carbonate").gas_t(
        dict(zip(("amount", "factor", "purity"), one, strict=True))
    )
    assert found[0] == pytest.approx(418)


def test_recovered_co2_of_a_brewery():
    """50 x 10^4 Nm3 x 0.998 x 19.7 t/10^4 Nm3 = 983.03 t."""
    found = method("co2_recovered_gas").gas_t(
        {"amount": np.array([50.0]), "purity": np.array([0.998]), "density": np.array([19.7])}
    )
    assert found[0] == pytest.approx(983.03)


@given(st.floats(0, 1e9), st.floats(0, 1))
def test_fossil_and_biogenic_carbon_are_the_whole(co2, share):
    fossil, biogenic = fossil_and_biogenic_t(np.array([co2]), np.array([share]))
    assert fossil[0] + biogenic[0] == pytest.approx(co2, rel=1e-15)
    assert 0 <= biogenic[0] <= co2


def test_the_energy_of_a_works_by_hand():
    """1,000 tce bought, 50 from its roof, 30 sold: 1,020; 100 as raw material and 50 + 20 of
    renewables (20 by certificate) apart: 850 under control. A boiler 500 in, 450 out: 50 lost.
    """
    one = [np.array([value]) for value in (1000.0, 50.0, 30.0)]
    total = comprehensive_tce(*one)
    assert total[0] == 1020
    assert dual_control_tce(total, np.array([100.0]), np.array([70.0]))[0] == 850
    assert conversion_loss_tce(np.array([500.0]), np.array([450.0]))[0] == 50
    assert share_of(np.array([70.0, 1.0]), np.array([1020.0, 0.0]))[0] == pytest.approx(7 / 102)
    assert np.isnan(share_of(np.array([1.0]), np.array([0.0])))[0]
    assert np.isnan(comprehensive_tce(np.array([np.nan]), *one[1:]))[0]


def test_decimals_of_the_ets_template():
    """CETS-AG-03.01-V01-2024, annex C."""
    assert rounded(1234.565, "co2") == Decimal("1234.57")
    assert rounded(2.675, "co2") == Decimal("2.68")  # a half, though its binary digits are below
    assert rounded(-2.675, "co2") == Decimal("-2.68")
    assert rounded(1234.5, "co2_total") == Decimal(1235)
    assert rounded(0.0153, "carbon") == Decimal("0.01530")
    assert rounded(389.3099, "ncv") == Decimal("389.310")
    assert rounded(None, "heat") is None
    assert rounded(math.nan, "heat") is None
    with pytest.raises(KeyError):
        rounded(1.0, "colour")


@given(st.floats(-1e9, 1e9), st.sampled_from(sorted(decimals())))
def test_rounding_moves_a_figure_by_half_a_place_at_most_and_only_once(value, quantity):
    found = rounded(value, quantity)
    half = Decimal(1).scaleb(-decimals()[quantity]) / 2
    assert abs(found - Decimal(repr(value))) <= half
    assert rounded(float(found), quantity) == found


def test_steel_and_power_owe_nothing_for_bought_energy():
    """Steel from 2024, power from 2023 on; other industry counts it; scope 3 and memo never."""
    rows = np.array(
        ["stationary_combustion", "purchased_electricity", "exported_electricity",
         "purchased_heat", "co2_recovered", "scope3_6", "sink", "self_generation"],
        dtype=object,
    )  # fmt: skip

    def owed(code, year):
        of = guideline(code, year)
        return in_obligation(
            rows, electricity=of.electricity_in_obligation, heat=of.heat_in_obligation
        ).tolist()

    only_direct = [True, False, False, False, True, False, False, False]
    whole = [True, True, True, True, True, False, False, False]
    assert owed("steel", 2024) == owed("power", 2023) == only_direct
    assert owed("steel", 2023) == owed("power", 2022) == owed("other_industry", 2025) == whole


def test_an_unknown_category_is_refused():
    with pytest.raises(KeyError, match="burning"):
        in_obligation(np.array(["burning"], dtype=object), electricity=True, heat=True)
    assert "burning" not in categories()
