"""Allocation by class, what is due, and the position, each worked by hand."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.progress.rights.allocation import (
    Allocated,
    Units,
    allocated,
    obligation,
    whole_emissions,
)
from models.progress.rights.allowance_rules import (
    Stage,
    allowance_rules,
    benchmark,
    benchmarks,
    price_on,
    rule,
    unit_classes,
)
from models.progress.rights.ets_position import Held, Verdict, position


def coal(**amounts):
    return Units("up_to_300_mw", **amounts)


def test_a_cogeneration_unit_by_hand():
    """2024: 40,000.5 MWh x 0.8049 = 32,196.402; 900,000 GJ x 0.1033 = 92,970; load 0.7: Ff = 1.
    Together 125,166.402, whole 125,166.
    """
    found = allocated("power", 2024, coal(electricity_mwh=40_000.5, heat_gj=9e5, load_factor=0.7))
    assert found.amount_t == pytest.approx(125_166.40245)
    assert (found.allocation_t, found.stage, found.notes) == (125_166, Stage.FINAL, ())


def test_a_low_load_is_corrected_up_to_2024():
    """F = 0.6: 1.015^4 = 1.06136355; 10,000 MWh x 0.8049 x 1.06136355 = 8,542.915."""
    found = allocated("power", 2024, coal(electricity_mwh=1e4, heat_gj=0.0, load_factor=0.6))
    assert found.allocation_t == 8_542


def test_the_draft_corrects_below_one_half_by_a_formula_that_is_not_known():
    at = allocated("power", 2025, coal(electricity_mwh=1e4, heat_gj=0.0, load_factor=0.5))
    assert (at.allocation_t, at.stage, at.notes) == (8_017, Stage.DRAFT, ("benchmark_draft",))
    below = allocated("power", 2025, coal(electricity_mwh=1e4, heat_gj=0.0, load_factor=0.49))
    assert (below.allocation_t, below.reason) == (None, "load_formula_unknown")


def test_heat_of_a_year_without_a_benchmark_has_that_of_the_last_final_year():
    found = allocated("power", 2026, coal(electricity_mwh=0.0, heat_gj=1e6))
    assert (found.allocation_t, found.stage) == (103_300, Stage.CARRIED)
    assert found.benchmark_ids == ("power/2024/coal/heat",)


def test_what_was_not_entered_is_noted():
    found = allocated("power", 2024, coal(electricity_mwh=1e4))
    assert found.allocation_t == 8_049
    assert found.notes == ("load_factor_missing", "heat_missing")


@pytest.mark.parametrize(
    ("units", "reason"),
    [
        (Units("nuclear", electricity_mwh=1.0), "unknown_class"),
        (coal(), "no_amounts"),
        (coal(electricity_mwh=-1.0), "bad_amount"),
        (coal(electricity_mwh=float("nan")), "bad_amount"),
        (coal(electricity_mwh=1.0, load_factor=1.01), "bad_load_factor"),
    ],
)
def test_nothing_is_allocated_without_a_reason(units, reason):
    found = allocated("power", 2024, units)
    assert (found.allocation_t, found.reason) == (None, reason)


def test_before_the_first_plan_there_is_no_benchmark():
    """Those of 2022 stand in the plan of 2023/2024 to compare with: 2022 followed supply."""
    assert allocated("power", 2022, coal(electricity_mwh=1.0)).reason == "no_benchmark"


def has(amount, unit_class="up_to_300_mw", emissions=None):
    return Allocated(Units(unit_class, emissions_t=emissions), allocation_t=amount)


def test_what_is_short_is_capped_at_a_fifth_of_the_emissions():
    """100,000 t against 75,000: short 25,000, at most 20,000; due 95,000."""
    found = obligation("power", 2024, 100_000.4, [has(75_000.0)])
    assert (found.emissions_t, found.due_t, found.cap_waived_t) == (100_000, 95_000, 5_000)
    at = obligation("power", 2024, 100_000.0, [has(80_000.0)])
    assert (at.due_t, at.cap_waived_t) == (100_000, 0)


def test_a_gas_unit_is_never_short_and_its_surplus_is_its_own():
    gas = has(30_000.0, "gas", 33_000.0)
    found = obligation("power", 2024, 133_000.0, [gas, has(95_000.0, emissions=100_000.0)])
    assert (found.due_t, found.gas_waived_t) == (130_000, 3_000)
    plenty = obligation("power", 2024, 25_000.0, [has(30_000.0, "gas")])
    assert (plenty.due_t, plenty.gas_waived_t) == (25_000, 0)


def test_without_the_gas_units_own_emissions_nothing_is_waived_and_it_is_said():
    found = obligation("power", 2024, 133_000.0, [has(30_000.0, "gas"), has(95_000.0)])
    assert (found.due_t, found.notes) == (133_000, ("gas_emissions_unknown",))


def test_an_unknown_allocation_is_no_obligation():
    with pytest.raises(ValueError, match="without an allocation"):
        obligation("power", 2024, 1.0, [has(None)])


def test_totals_are_whole_halves_up():
    assert [whole_emissions(one) for one in (2.5, 3.5, 2.49)] == [3, 4, 2]


def stands(allocation, due, held, overdue=False):
    return position(allocation, due, held, offset_share=0.05, overdue=overdue)


def test_a_position_before_verification():
    """Allocation 98,000, 50,000 booked and held; due 101,500, CCER at most 5,075 (floor of 5 %).
    48,000 are to come, so 101,500 - 98,000 = 3,500 are to be bought.
    """
    found = stands(98_000.0, 101_500.0, Held(50_000.0, 50_000.0, 50_000.0))
    assert (found.short_t, found.over_t, found.ccer_limit_t) == (3_500, 0, 5_075)
    assert (found.outstanding_t, found.to_come_t, found.final_t) == (101_500, 48_000, 48_000)
    assert (found.to_buy_t, found.left_t, found.verdict) == (3_500, 0, Verdict.SHORT)


def test_ccer_beyond_the_limit_count_for_nothing():
    held = Held(0.0, 98_000.0, 98_000.0, surrendered_t=96_000.0, ccer_surrendered_t=6_000.0)
    found = stands(98_000.0, 101_500.0, held)
    assert (found.ccer_t, found.outstanding_t) == (5_075, 425)


def test_ccer_at_hand_stand_in_up_to_the_limit():
    """6,000 CCER are held, 5,075 may be used: 101,500 - 98,000 - 5,075 < 0 leaves 1,575."""
    found = stands(98_000.0, 101_500.0, Held(98_000.0, 98_000.0, ccer_held_t=6_000.0))
    assert (found.ccer_usable_t, found.to_buy_t, found.left_t) == (5_075, 0, 1_575)


def test_all_surrendered_and_something_left():
    held = Held(2_000.0, 100_000.0, 100_000.0, surrendered_t=98_000.0)
    found = stands(100_000.0, 98_000.0, held)
    assert (found.verdict, found.left_t, found.over_t) == (Verdict.SURRENDERED, 2_000, 2_000)


def test_what_was_allocated_in_excess_goes_back():
    """Pre-allocated 70,000, verified 60,000, due 65,000: 10,000 go back, 5,000 are to be bought."""
    found = stands(60_000.0, 65_000.0, Held(70_000.0, 70_000.0, 70_000.0))
    assert (found.to_return_t, found.final_t, found.to_buy_t) == (10_000, -10_000, 5_000)


def test_after_the_last_day_it_is_overdue_however_much_is_held():
    found = stands(100.0, 90.0, Held(100.0, 100.0), overdue=True)
    assert found.verdict is Verdict.OVERDUE


whole = st.integers(0, 10**8).map(float)


@settings(deadline=None)
@given(whole, whole, whole, whole, whole, whole)
def test_what_is_bought_brings_it_to_nothing(allocation, due, held, booked, surrendered, ccer):
    found = stands(allocation, due, Held(held, booked, 0.0, surrendered, ccer, ccer))
    assert found.over_t - found.short_t == allocation - due
    assert min(found.to_buy_t, found.left_t) == 0
    at_hand = held + allocation - booked + found.ccer_usable_t
    assert at_hand + found.to_buy_t - found.left_t == found.outstanding_t
    assert found.ccer_t + found.ccer_usable_t <= 0.05 * due


@settings(deadline=None)
@given(whole, whole)
def test_what_is_due_leaves_no_more_than_a_fifth_short(emissions, allocation):
    found = obligation("power", 2024, emissions, [has(allocation)])
    assert 0 <= found.due_t <= emissions
    assert found.due_t - allocation <= max(0.2 * emissions, 0)
    assert found.due_t + found.cap_waived_t == emissions


def test_rules_and_benchmarks_are_sourced_and_do_not_overlap():
    for name, sector in {(one.rule, one.sector) for one in allowance_rules()}:
        mine = [one for one in allowance_rules() if (one.rule, one.sector) == (name, sector)]
        for year in range(2021, 2031):
            held = [one for one in mine if one.year_from <= year <= (one.year_to or 9999)]
            assert len(held) <= 1, (name, year)
    assert all(one.source and one.text_zh and one.text_en for one in allowance_rules())
    assert rule("surrender_by", "power", 2025).value == 1231
    assert rule("surrender_by", "steel", 2025) is None
    assert len({one.id for one in benchmarks()}) == len(benchmarks())
    assert benchmark(2024, "gas", "heat").value == 0.0533
    assert set(unit_classes()) == {"above_300_mw", "up_to_300_mw", "unconventional_coal", "gas"}


def test_the_price_of_a_day_is_the_last_one_known():
    assert price_on("allowance", date(2021, 12, 30)) is None
    assert price_on("allowance", date(2025, 6, 1)).price_yuan == 97.49
    assert price_on("allowance", date(2026, 11, 26)).on == date(2026, 1, 13)
