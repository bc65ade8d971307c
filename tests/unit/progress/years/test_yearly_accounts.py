"""Which years are metered and which entered, and what is unknown: worked by hand.

1,000 kWh an hour are 8,760 MWh a year: 1,076.604 tce at 0.1229 kgce/kWh and 4,091.796 t at the
0.4671 kgCO2/kWh that the park's province has for 2022 (the latest that is known for later years).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from ledger.monthly import monthly
from ledger.yearly import yearly
from ledger.yearly_carriers import yearly_carriers
from models.registry import Direction, Output, Scope, YearlyFigure
from tests.unit.carbon.conftest import day, meter

MWH_OF_YEAR = 8760.0
CO2E = MWH_OF_YEAR * 0.4671


def figure(code, year, indicator, value, scope=Scope.ENTERPRISE, **more):
    return YearlyFigure(scope, code, year, indicator, value, "yearbook", date(2026, 1, 1), **more)


@pytest.fixture
def used(ledger):
    """a: electricity alone, 1,000 kWh an hour from January 2024 on; b the same from June 2025."""
    kept = tuple(one for one in ledger.registry.meters if one.key in (1, 6))
    ledger.registry = replace(ledger.registry, meters=kept)
    ledger.write(1, day(2024), day(2026, 7), 1000.0)
    ledger.write(6, day(2025, 6), day(2026, 7), 1000.0)
    return ledger


def enter(ledger, *figures):
    ledger.registry = replace(ledger.registry, yearly_figures=figures)


def asked(ledger, **how) -> dict[tuple[str, int], dict[str, Any]]:
    by = how["by"]
    rows = yearly(ledger.books, **how).to_dict("records")
    return {(row[by], row["year"]): row for row in rows}


def test_metered_after_entered_years(used):
    enter(
        used,
        figure("a", 2022, "co2e_t", 4500.0, boundary="whole plant"),
        figure("a", 2024, "co2e_t", 4100.0, boundary="whole plant"),
    )
    rows = asked(used, by="enterprise", code="a")
    assert [year for _, year in rows] == [2022, 2023, 2024, 2025, 2026]
    entered = rows["a", 2022]
    assert (entered["origin"], entered["co2e_t"], entered["source"]) == (
        "imported", 4500.0, "yearbook",
    )  # fmt: skip
    gap = rows["a", 2023]
    assert (gap["origin"], gap["reason"]) == (None, "not_entered")
    assert gap["co2e_t"] != gap["co2e_t"]
    metered = rows["a", 2024]
    assert (metered["origin"], metered["months_known"], metered["boundary"]) == (
        "metered", 12, "whole plant",
    )  # fmt: skip
    # 2024 is a leap year
    assert metered["co2e_t"] == pytest.approx(8784 * 0.4671)
    assert metered["energy_tce_calorific"] == pytest.approx(8784 * 0.1229)
    assert metered["imported_co2e_t"] == 4100.0
    running = rows["a", 2026]
    assert (running["origin"], running["months_known"]) == ("running", 6)
    assert running["co2e_t"] == pytest.approx(181 * 24 * 0.4671)


def test_a_year_metered_in_part_is_unknown(used):
    (row,) = yearly(used.books, by="enterprise", code="b", first=2025, last=2025).to_dict("records")
    assert (row["origin"], row["reason"], row["months_known"]) == (None, "coverage", 7)
    assert row["coverage"] == pytest.approx(214 / 365)  # June to December
    enter(used, figure("b", 2025, "co2e_t", 4000.0))
    (row,) = yearly(used.books, by="enterprise", code="b", first=2025, last=2025).to_dict("records")
    assert (row["origin"], row["co2e_t"], row["reason"]) == ("imported", 4000.0, None)
    assert row["coverage"] != row["coverage"]  # that of its meters is none of what was entered


def test_a_sum_counts_only_where_all_have_a_figure(used):
    enter(used, figure("a", 2023, "co2e_t", 4000.0), figure("b", 2023, "co2e_t", 3000.0),
          figure("b", 2022, "co2e_t", 3100.0))  # fmt: skip
    rows = asked(used, by="cluster")
    assert rows["c1", 2023]["co2e_t"] == 7000.0
    assert (rows["c1", 2022]["reason"], rows["c1", 2022]["missing"]) == ("members", "a")
    assert asked(used, by="park")["p", 2023]["co2e_t"] == 7000.0
    # c has no accounts in any year: no sum waits for it, and it has no row
    assert not [key for key in rows if key[0] == "c2"]


def test_what_was_entered_for_a_cluster_goes_before_the_sum(used):
    enter(used, figure("a", 2023, "co2e_t", 4000.0), figure("b", 2023, "co2e_t", 3000.0),
          figure("c1", 2023, "co2e_t", 7200.0, scope=Scope.CLUSTER))  # fmt: skip
    assert asked(used, by="cluster")["c1", 2023]["co2e_t"] == 7200.0


def test_a_member_that_was_entered_is_not_lost_from_a_metered_sum(used):
    """c has no meters that send, and 900 t entered for 2024: the park's meters know a alone."""
    enter(used, figure("c", 2024, "co2e_t", 900.0), figure("b", 2024, "co2e_t", 0.0))
    row = asked(used, by="park")["p", 2024]
    assert (row["origin"], row["co2e_t"]) == ("imported", pytest.approx(8784 * 0.4671 + 900))


def only(ledger, *meters):
    """These meters alone."""
    ledger.registry = replace(ledger.registry, meters=meters)
    return ledger


def test_who_is_no_longer_told_of_is_missing_from_a_metered_sum(ledger):
    """a has meters since 2024; b had 3,000 t entered up to 2023, and then neither meters nor a
    figure: 4,103 t are not the park's year 2024, and 2,029 t not all of 2026 so far.
    """
    only(ledger, ledger.registry.meter_by_key[1])
    ledger.write(1, day(2024), day(2026, 7), 1000.0)
    enter(ledger, figure("a", 2023, "co2e_t", 5000.0), figure("b", 2023, "co2e_t", 3000.0))
    rows = asked(ledger, by="park")
    assert rows["p", 2023]["co2e_t"] == 8000.0
    for year in (2024, 2025):
        row = rows["p", year]
        assert (row["origin"], row["reason"], row["missing"]) == (None, "members", "b")
        assert row["co2e_t"] != row["co2e_t"]
    assert (rows["p", 2026]["origin"], rows["p", 2026]["missing"]) == ("running", "b")
    # b was closed: it is gone, and that is entered.
    enter(
        ledger, *ledger.registry.yearly_figures, figure("b", 2024, "co2e_t", 0.0)
    )  # fmt: skip
    rows = asked(ledger, by="park")
    assert [rows["p", year]["origin"] for year in (2024, 2025)] == ["metered", "metered"]
    assert rows["p", 2026]["missing"] is None


def test_the_year_in_which_meters_begin_counts_from_new_year(ledger):
    """a burned gas all of 2024 (8,784 h), metered since 31 January (8,064 h), and took electricity,
    metered since December (744 h): (8,064 + 744) / (2 x 8,784) = 50.1 % of the year.
    """
    power, gas = (ledger.registry.meter_by_key[key] for key in (1, 3))
    only(
        ledger, replace(power, valid_from=day(2024, 12)), replace(gas, valid_from=day(2024, 1, 31))
    )
    ledger.write(1, day(2024, 12), day(2026, 7), 1000.0)
    ledger.write(3, day(2024, 1, 31), day(2026, 7), 10.0)
    enter(ledger, figure("a", 2023, "co2e_t", 4300.0))
    row = asked(ledger, by="enterprise")["a", 2024]
    assert (row["origin"], row["reason"]) == (None, "coverage")
    assert row["coverage"] == pytest.approx((8064 + 744) / (2 * 8784))
    carriers = yearly_carriers(ledger.books, first=2024, last=2025)
    assert set(carriers["year"]) == {2025}
    # What was entered for the year holds, beside meters that know a part of it.
    enter(ledger, *ledger.registry.yearly_figures, figure("a", 2024, "co2e_t", 4280.0))
    rows = asked(ledger, by="enterprise")
    assert (rows["a", 2024]["origin"], rows["a", 2024]["co2e_t"]) == ("imported", 4280.0)
    assert rows["a", 2025]["origin"] == "metered"
    assert asked(ledger, by="park")["p", 2024]["co2e_t"] == 4280.0
    # Who has never been told of before may have begun with its meters.
    enter(ledger)
    assert asked(ledger, by="enterprise")["a", 2024]["origin"] == "metered"


def test_what_is_entered_of_the_running_year_is_no_whole_year(ledger):
    only(ledger)
    enter(ledger, figure("a", 2025, "co2e_t", 90.0), figure("a", 2026, "co2e_t", 40.0))
    rows = asked(ledger, by="enterprise")
    assert [(row["origin"], row["co2e_t"]) for row in rows.values()] == [
        ("imported", 90.0), ("running", 40.0),
    ]  # fmt: skip


def test_output_of_twelve_months_and_of_mixed_prices(used):
    months = [Output("a", f"2024-{month:02}", 100.0, "constant 2020") for month in range(1, 13)]
    more = [Output("a", "2024", 1500.0, "current"), Output("a", "2025-01", 90.0, "constant 2020")]
    used.registry = replace(used.registry, outputs=(*months, *more))
    rows = asked(used, by="enterprise", code="a")
    whole = rows["a", 2024]
    assert (whole["output_1e4_yuan"], whole["price_basis"]) == (1200.0, "constant 2020")
    part = rows["a", 2025]
    assert (part["output_missing"], part["price_basis"]) == ("a", None)
    assert part["output_1e4_yuan"] != part["output_1e4_yuan"]


def test_output_of_a_cluster_names_who_has_none(used):
    enter(used, figure("a", 2025, "output_1e4_yuan", 1000.0, price_basis="constant 2020"),
          figure("b", 2025, "co2e_t", 3000.0))  # fmt: skip
    row = asked(used, by="cluster")["c1", 2025]
    assert row["output_missing"] == "b"
    assert row["output_1e4_yuan"] != row["output_1e4_yuan"]


def test_prices_that_not_all_have_are_not_added(used):
    enter(used, figure("a", 2025, "output_1e4_yuan", 1000.0, price_basis="constant 2020"),
          figure("a", 2025, "output_1e4_yuan", 1300.0, price_basis="current"),
          figure("b", 2025, "output_1e4_yuan", 500.0, price_basis="current"),
          figure("b", 2025, "co2e_t", 3000.0))  # fmt: skip
    row = asked(used, by="cluster")["c1", 2025]
    assert (row["output_1e4_yuan"], row["price_basis"]) == (1800.0, "current")


def test_months_with_a_partial_one(used):
    used.registry = replace(used.registry, outputs=(Output("a", "2026-03", 80.0, "current"),))
    rows = monthly(used.books, by="enterprise", first=2026, last=2026, code="a").to_dict("records")
    assert [row["month"] for row in rows] == [1, 2, 3, 4, 5, 6]
    march = rows[2]
    assert march["co2e_t"] == pytest.approx(744 * 0.4671)
    assert (march["output_1e4_yuan"], march["complete"], march["coverage"]) == (80.0, True, 1.0)
    used.write(1, day(2026, 5), day(2026, 6), 1000.0, coverage=0.5)
    rows = monthly(used.books, by="enterprise", first=2026, last=2026, code="a").to_dict("records")
    assert [row["complete"] for row in rows] == [True, True, True, True, False, True]


def test_carriers_with_a_sale_inside_the_park(used):
    """a sells 100 kWh an hour of its 1,000 to b, which has no other supply: the park's carriers
    are what a bought, and a has all of it.
    """
    used.registry = replace(
        used.registry,
        meters=(
            used.registry.meter_by_key[1],
            meter(20, "a", "X", "electricity", "kWh", direction=Direction.EXPORT, counterpart="b"),
            meter(6, "b", "E1", "electricity", "kWh", counterpart="a"),
        ),
    )
    used.write(20, day(2025), day(2026), 100.0)
    used.write(6, day(2025), day(2026), 100.0)
    of_park = yearly_carriers(used.books, first=2025, last=2025)
    assert of_park.set_index("enterprise")["co2e_t"].to_dict() == {"a": pytest.approx(CO2E)}
    of_each = yearly_carriers(used.books, first=2025, last=2025, within="enterprise")
    assert of_each.set_index("enterprise")["co2e_t"].to_dict() == {
        "a": pytest.approx(CO2E * 0.9), "b": pytest.approx(CO2E * 0.1),
    }  # fmt: skip
    park = asked(used, by="park", first=2025, last=2025)["p", 2025]
    assert park["co2e_t"] == pytest.approx(of_park["co2e_t"].sum())


def test_carriers_that_were_entered(used):
    enter(used, figure("a", 2020, "co2e_t", 300.0, item="natural_gas"),
          figure("a", 2020, "energy_tce_calorific", 170.0, item="natural_gas"),
          figure("a", 2020, "output_1e4_yuan", 5000.0, price_basis="constant 2020"))  # fmt: skip
    (row,) = yearly_carriers(used.books, first=2020, last=2020).to_dict("records")
    assert (row["enterprise"], row["cluster"], row["carrier"], row["origin"]) == (
        "a", "c1", "natural_gas", "imported",
    )  # fmt: skip
    assert (row["co2e_t"], row["energy_tce_calorific"], row["output_1e4_yuan"]) == (
        300.0, 170.0, 5000.0,
    )  # fmt: skip
    assert row["energy_tce_equivalent"] != row["energy_tce_equivalent"]


def test_nothing_known_at_all(ledger):
    ledger.registry = replace(ledger.registry, meters=())
    for by in ("enterprise", "cluster", "park"):
        assert yearly(ledger.books, by=by).empty
    assert yearly_carriers(ledger.books, first=2020, last=2026).empty
