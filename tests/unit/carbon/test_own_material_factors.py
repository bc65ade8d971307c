"""Own emission factors of materials whose method has no operand of that name, worked by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from ledger.inventory import inventory
from models.registry import DeclaredFactor
from tests.unit.carbon.conftest import day
from tests.unit.carbon.test_recorded import YEAR, hold, record, the_row


def own(category, code, value, unit, begins=date(2025, 1, 1)):
    return DeclaredFactor("a", code, value, unit, begins, None, "report", category=category)


@pytest.mark.parametrize(
    ("category", "code", "amount", "unit", "value", "of", "co2e"),
    [
        # 10 t COD x 0.1 t CH4/t x 28 (AR5), in place of B0 x MCF = 0.25 x 0.8
        ("wastewater", "sludge_digester", 10.0, "t", 100.0, "kgCH4/t", -28.0),
        # 2 t charged x 2 % lost in the year x 23,500, in place of 0.5 %
        ("fugitive", "sf6_switchgear", 2.0, "t", 0.02, "tSF6/t", -2 * 0.02 * 23_500),
        # 50 t of a gas that is CO2 to 90 % are deducted, in place of all of it
        ("co2_recovered", "co2", 50.0, "t", 0.9, "tCO2/t", 45.0),
        # 3 x 10^4 Nm3 of 18 t each, in place of 19.7
        ("co2_recovered", "co2_gas", 3.0, "10^4 Nm3", 18.0, "tCO2/10^4 Nm3", 54.0),
        # an activity that nobody publishes: 4 t x 1.5 tCO2e/t
        ("wastewater", "own_pond", 4.0, "t", 1.5, "tCO2e/t", -6.0),
    ],
)
def test_an_own_factor_stands_for_all_that_the_method_multiplies(
    ledger, category, code, amount, unit, value, of, co2e
):
    declared = (own(category, code, value, of),)
    row = the_row(ledger, record(1, category, code, amount, unit), declared_factors=declared)
    assert row["factor_match"] == "declared"
    assert row["co2e_t"] == pytest.approx(-co2e)


def test_a_factor_of_another_category_cuts_no_record(ledger):
    """An own factor of limestone as scope 3 changes nothing of limestone that is processed: the
    year's record is whole and not estimated.
    """
    hold(
        ledger,
        record(1, "process", "limestone", 100.0, "t"),
        declared_factors=(own("scope3_1", "limestone", 0.1, "tCO2/t", date(2025, 5, 1)),),
    )
    (row,) = inventory(ledger.books, **YEAR).rows.to_dict("records")
    assert row["co2e_t"] == pytest.approx(43.97)
    assert row["estimated_share"] == 0


def test_what_leaks_in_a_year_leaks_a_twelfth_in_a_month(ledger):
    """100 kg of SF6 in switchgear lose 0.5 % a year (GB/T 8905): 0.1 x 0.005 x 23,500 = 11.75 t.
    Recorded month by month it is the same in the year, not twelve times as much.
    """
    months = [f"2025-{month:02}" for month in range(1, 13)]
    hold(ledger, *(
        record(number, "fugitive", "sf6_switchgear", 100.0, "kg", month)
        for number, month in enumerate(months, 1)
    ))  # fmt: skip
    year = inventory(ledger.books, every="year", **YEAR).rows
    assert year["co2e_t"].tolist() == pytest.approx([11.75])
    each = inventory(ledger.books, every="month", **YEAR).rows
    assert each["co2e_t"].tolist() == pytest.approx([11.75 / 12] * 12)
    # A year's record, asked for by month, is a part of its charge for all of the year.
    hold(ledger, record(1, "fugitive", "sf6_switchgear", 100.0, "kg"))
    spread = inventory(ledger.books, every="month", **YEAR).rows
    assert spread["co2e_t"].iloc[0] == pytest.approx(11.75 * 31 / 365)
    assert spread["co2e_t"].sum() == pytest.approx(11.75)
    # What was filled in to make up for a leak has leaked, whatever the period of the record.
    hold(ledger, record(1, "fugitive", "SF6", 2.0, "kg", "2025-03"))
    (filled,) = inventory(ledger.books, start=day(2025, 3), end=day(2025, 4)).rows["co2e_t"]
    assert filled == pytest.approx(0.002 * 23_500)


def test_an_own_factor_that_names_its_category_goes_before_the_fuel_s(ledger):
    """1,000 Nm3 burnt at 0.0021 t/Nm3, and 0.0004 of its way to the park as scope 3: 2.1 and
    0.4 t, whoever declares the latter and in whichever order.
    """
    burnt = DeclaredFactor("a", "natural_gas", 0.0021, "tCO2/Nm3", date(2025, 1, 1), None, "report")
    before = own("scope3_3", "natural_gas", 0.0004, "tCO2/Nm3")
    of_park = replace(before, enterprise=None)
    for declared in ((burnt, before), (before, burnt), (burnt, of_park)):
        hold(
            ledger,
            record(1, "stationary_combustion", "natural_gas", 1000.0, "Nm3"),
            record(2, "scope3_3", "natural_gas", 1000.0, "Nm3"),
            declared_factors=declared,
        )
        rows = inventory(ledger.books, **YEAR).rows.set_index("category")
        assert rows["co2e_t"].to_dict() == {
            "stationary_combustion": pytest.approx(2.1), "scope3_3": pytest.approx(0.4)
        }  # fmt: skip
