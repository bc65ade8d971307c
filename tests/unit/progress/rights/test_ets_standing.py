"""Positions in the national ETS of a small park, every figure by hand. Now is 2026-07-01."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from ledger.allowances import allowances, unit_allocations
from models.registry import Movement, Scope, YearlyFigure
from tests.unit.carbon.conftest import day

# Natural gas of the NDRC guideline, table 2.1: 389.31 GJ/10^4 Nm3, 0.0153 tC/GJ, 99 %.
GAS_T_PER_NM3 = 389.31e-4 * 0.0153 * 0.99 * 44 / 12


def figure(indicator, value, year, item=None):
    return YearlyFigure(Scope.ENTERPRISE, "a", year, indicator, value, "paper", date(2026, 3, 31),
                        item=item)  # fmt: skip


def moved(number, kind, on, amount, vintage=2025, instrument="allowance", **more):
    return Movement(number, "a", instrument, kind, date.fromisoformat(on), amount, "paper",
                    vintage=vintage, **more)  # fmt: skip


@pytest.fixture
def plant(ledger):
    """Enterprise a is a plant of the ETS."""
    a, *others = ledger.registry.enterprises
    ledger.registry = replace(
        ledger.registry, enterprises=(replace(a, ets_sector="power"), *others)
    )
    return ledger


def asked(ledger, *, figures=(), movements=(), first=2025, last=2025, **more):
    ledger.registry = replace(
        ledger.registry, yearly_figures=tuple(figures), movements=tuple(movements)
    )
    return allowances(ledger.books, first=first, last=last, **more).to_dict("records")


COAL = (
    figure("electricity_generated_mwh", 10_000.0, 2024, "up_to_300_mw"),
    figure("heat_supplied_gj", 700_000.0, 2024, "up_to_300_mw"),
    figure("load_factor", 0.75, 2024, "up_to_300_mw"),
    figure("verified_emissions_t", 110_000.0, 2024),
)


def test_a_coal_plant_whose_gap_is_capped(plant):
    """2024: 10,000 x 0.8049 + 700,000 x 0.1033 = 8,049 + 72,310 = 80,359; emissions 110,000; gap
    29,641, at most 22,000: due 102,359, waived 7,641. The last day, 2025-12-31, is over: overdue by
    all of it; 5 to 10 times 102,359 x 80 yuan.
    """
    found = asked(plant, figures=COAL, first=2024, last=2024, price_yuan=80.0)[0]
    assert (found["allocation_t"], found["due_t"], found["waived_t"]) == (80_359, 102_359, 7_641)
    assert (found["short_t"], found["ccer_limit_t"]) == (22_000, 5_117)
    assert (found["verdict"], found["emissions_origin"]) == ("overdue", "verified")
    assert found["cost_1e4_yuan"] == pytest.approx(22_000 * 80 / 1e4)
    assert found["fine_least_1e4_yuan"] == pytest.approx(102_359 * 80 * 5 / 1e4)
    assert found["fine_most_1e4_yuan"] == pytest.approx(102_359 * 80 * 10 / 1e4)
    assert "102,359 t due" in found["statement_en"]
    assert "逾期" in found["statement_zh"]


def test_ccer_beyond_their_share_are_said_to_count_for_nothing(plant):
    """Due 102,359: of 6,000 CCER surrendered 5,117 count (5 %, rounded down)."""
    book = [
        moved("1", "purchase", "2025-11-02", 6_000, 2024, "ccer", counterpart="x"),
        moved("2", "surrender", "2025-12-20", 6_000, 2024, "ccer", for_year=2024),
    ]
    found = asked(plant, figures=COAL, movements=book, first=2024, last=2024)[0]
    assert (found["ccer_t"], found["outstanding_t"]) == (5_117, 102_359 - 5_117)
    assert "ccer_beyond_limit" in found["notes"].split("|")
    assert "beyond the limit do not count" in found["statement_en"]


def test_a_gas_plant_is_never_short_of_what_was_determined(plant):
    """2024: 10,000 MWh x 0.3288 = 3,288 t computed; the authority gives 3,000. Emissions of 4,000
    come to 3,000 due, and none of it is short.
    """
    figures = (
        figure("electricity_generated_mwh", 10_000.0, 2024, "gas"),
        figure("verified_emissions_t", 4_000.0, 2024),
        figure("verified_allocation_t", 3_000.0, 2024),
    )
    found = asked(plant, figures=figures, first=2024, last=2024)[0]
    assert (found["computed_allocation_t"], found["allocation_t"]) == (3_288, 3_000)
    assert (found["due_t"], found["waived_t"], found["short_t"]) == (3_000, 1_000, 0)


def test_what_was_allocated_in_excess_has_to_be_bought_back(plant):
    """103,000 booked of 80,359; 102,359 surrendered: 641 are held, 22,641 go back, 22,000 lack."""
    book = [
        moved("1", "allocation", "2025-09-30", 103_000, vintage=2024),
        moved("2", "surrender", "2025-12-20", 102_359, vintage=2024, for_year=2024),
    ]
    found = asked(plant, figures=COAL, movements=book, first=2024, last=2024)[0]
    assert (found["verdict"], found["to_return_t"], found["to_buy_t"]) == (
        "surrendered", 22_641, 22_000,
    )  # fmt: skip
    assert "22,000 must be bought to give back" in found["statement_en"]
    assert "尚须购入22,000吨" in found["statement_zh"]


def test_of_ccer_their_registration_has_to_be_looked_at(plant):
    book = [moved("1", "purchase", "2026-05-02", 100, 2025, "ccer", counterpart="x")]
    figures = [replace(one, year=2025) for one in COAL]
    found = asked(plant, figures=figures, movements=book)[0]
    assert found["ccer_usable_t"] == 100
    assert "registered after 2024-01-22" in found["statement_en"]
    without = asked(plant, figures=figures)[0]
    assert "ccer_registration" not in (without["notes"] or "")


def test_what_is_surrendered_counts_and_ccer_up_to_their_share(plant):
    """Due 102,359, of which 98,000 allowances and 5,000 CCER: 102,359 - 103,000 < 0."""
    book = [
        moved("1", "allocation", "2025-09-30", 80_359, vintage=2024),
        moved("2", "purchase", "2025-11-01", 18_000, vintage=2024, counterpart="x"),
        moved("3", "surrender", "2025-12-20", 98_000, vintage=2024, for_year=2024),
        moved("4", "purchase", "2025-11-02", 5_000, 2024, "ccer", counterpart="x"),
        moved("5", "surrender", "2025-12-20", 5_000, 2024, "ccer", for_year=2024),
    ]
    found = asked(plant, figures=COAL, movements=book, first=2024, last=2024)[0]
    assert (found["verdict"], found["outstanding_t"], found["ccer_t"]) == ("surrendered", 0, 5_000)
    assert (found["held_t"], found["left_t"], found["to_buy_t"]) == (359, 359, 0)


GAS = (
    figure("electricity_generated_mwh", 30_000.0, 2025, "gas"),
    figure("heat_supplied_gj", 0.0, 2025, "gas"),
)


def burn(ledger, per_hour_2025=1_000.0, per_hour_2026=1_100.0):
    ledger.write(3, day(2025), day(2026), per_hour_2025)
    ledger.write(3, day(2026), day(2026, 7), per_hour_2026)
    for meter in (1, 2):  # bought electricity is outside the obligation of power
        ledger.write(meter, day(2025), day(2026, 7), 50.0)


def test_emissions_that_nobody_verified_are_those_of_the_inventory(plant):
    """8,760,000 Nm3 of gas; a gas unit owes no more than 30,000 MWh x 0.3288 = 9,864."""
    burn(plant)
    found = asked(plant, figures=GAS)[0]
    emitted = 8_760_000 * GAS_T_PER_NM3
    assert found["emissions_t"] == round(emitted)
    assert (found["due_t"], found["waived_t"]) == (9_864, round(emitted) - 9_864)
    assert (found["verdict"], found["emissions_origin"]) == ("covered", "computed")
    assert (found["to_come_t"], found["left_t"]) == (9_864, 0)
    assert (found["benchmark_stage"], found["notes"]) == ("draft", "benchmark_draft")
    assert (found["surrender_by"], found["days_left"]) == (date(2026, 12, 31), 183)


def test_the_running_year_is_expected_from_last_year(plant):
    """A tenth more is burnt in the first half: a tenth more is expected, of generation too:
    33,000 MWh x 0.3288 = 10,850.4."""
    burn(plant)
    found = asked(plant, figures=GAS, first=2026, last=2026)[0]
    assert found["emissions_origin"] == "expected"
    assert found["emissions_so_far_t"] == pytest.approx(181 * 24 * 1_100 * GAS_T_PER_NM3)
    assert found["emissions_t"] == round(1.1 * 8_760_000 * GAS_T_PER_NM3)
    assert found["allocation_t"] == 10_850
    # Half of what 2025's amounts give: 30,000 x 0.3288 / 2.
    assert found["preallocation_t"] == 4_932
    assert "amounts_expected" in found["notes"]
    classes = unit_allocations(plant.books, first=2026, last=2026).to_dict("records")
    assert classes[0]["electricity_generated_mwh"] == pytest.approx(33_000)
    assert classes[0]["benchmarks"] == "power/2026/gas/electricity"


def test_what_was_verified_last_year_is_what_this_year_is_expected_from(plant):
    """16,000 t were verified of 2025, not the whole plant; a tenth more is burnt: 17,600 t."""
    burn(plant)
    figures = [*GAS, figure("verified_emissions_t", 16_000.0, 2025)]
    found = asked(plant, figures=figures, first=2026, last=2026)[0]
    assert found["emissions_t"] == 17_600
    assert found["emissions_so_far_t"] == pytest.approx(17_600 * 181 / 365)
    assert "expected_from_verified" in found["notes"]


def test_what_is_owed_of_last_year_is_not_there_for_this_one(plant):
    """12,000 of vintage 2025 are held and 2025 owes 9,864, all allocated: 2,136 are left for 2026,
    which owes and gets 10,850."""
    burn(plant)
    book = [moved("1", "allocation", "2026-05-01", 9_864),
            moved("2", "purchase", "2026-05-02", 2_136, counterpart="x")]  # fmt: skip
    both = asked(plant, figures=GAS, movements=book, last=2026)
    assert [row["held_t"] for row in both] == [12_000, 2_136]
    assert [row["left_t"] for row in both] == [2_136, 2_136]
    alone = asked(plant, figures=GAS, movements=book, first=2026, last=2026)
    assert alone[0]["held_t"] == 2_136


def test_unknown_is_said_with_its_reason(plant):
    burn(plant)
    assert asked(plant)[0]["reason"] == "amounts_not_entered"
    wrong = [figure("electricity_generated_mwh", 1.0, 2025, "nuclear")]
    assert asked(plant, figures=wrong)[0]["reason"] == "unknown_class"
    empty = asked(plant, figures=GAS, first=2027, last=2027)[0]
    assert (empty["verdict"], empty["reason"]) == ("unknown", "nothing_metered")
    assert "nothing is known of its emissions" in empty["statement_en"]


def test_half_a_year_of_readings_is_no_year(plant):
    plant.write(3, day(2025), day(2025, 6), 1_000.0)
    for meter in (1, 2):
        plant.write(meter, day(2025), day(2025, 6), 50.0)
    found = asked(plant, figures=GAS)[0]
    assert (found["verdict"], found["reason"]) == ("unknown", "coverage")
    assert found["emissions_so_far_t"] == pytest.approx(151 * 24 * 1_000 * GAS_T_PER_NM3)


def test_a_sector_whose_rules_are_not_here(plant):
    a, *others = plant.registry.enterprises
    plant.registry = replace(plant.registry, enterprises=(replace(a, ets_sector="cement"), *others))
    assert asked(plant)[0]["reason"] == "sector_rules_missing"


def test_who_is_not_obligated_is_told_when_asked(plant):
    assert [row["enterprise"] for row in asked(plant, figures=GAS)] == ["a"]
    found = asked(plant, enterprise="b")[0]
    assert (found["verdict"], found["due_t"]) == ("not_obligated", None)


def test_what_the_authority_determined_goes_before_what_is_computed(plant):
    burn(plant)
    figures = [*GAS, figure("verified_allocation_t", 9_800.0, 2025)]
    found = asked(plant, figures=figures)[0]
    assert (found["allocation_t"], found["computed_allocation_t"]) == (9_800, 9_864)
    assert "allocation_differs" in found["notes"]
