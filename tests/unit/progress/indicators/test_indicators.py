"""Indicators of the small park, worked by hand; now is 1 July 2026: 2025 is the last whole year."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from ledger.clean_energy import carbon_per_energy, clean_energy
from ledger.indicating.figures import FIGURES
from ledger.indicators import TABLE_COLUMNS, indicators, last_whole_year, tables
from ledger.inventory import inventory
from models.progress.indicators.tables import formulas, indicator_rows
from models.registry import (
    Certificate,
    CertificateKind,
    CertificateUse,
    Scope,
    Subject,
    Target,
    YearlyFigure,
)
from tests.unit.carbon.conftest import Ledger, day
from tests.unit.progress.indicators.entered import PRICES, enter, figure, row_of, year_of


def test_every_figure_of_the_file_is_computed() -> None:
    assert set(FIGURES) == set(formulas())


def test_the_last_whole_year(ledger: Ledger) -> None:
    assert last_whole_year(ledger.books) == 2025


# 2020: 1,000 tce and 2,500 t at a GDP of 500: 2 tce and 5 t per 10^4 yuan. 2025: 1,100 tce and
# 2,750 t at 687.5: 1.6 tce and 4 t. Both are 20 % less.
TWO_YEARS = [
    *year_of(2020, energy=1000, co2e=2500, gdp=500),
    *year_of(2025, energy=1100, co2e=2750, gdp=687.5),
]


def test_a_city_s_target_is_not_made_up(ledger: Ledger) -> None:
    enter(ledger, *TWO_YEARS)
    for code in ("energy_per_gdp", "co2_per_gdp"):
        row = row_of(ledger, "plan_14", code)
        assert row["value"] == pytest.approx(20.0)
        assert (row["state"], row["reason"]) == ("no_target", "city_target_not_entered")
        assert row["target"] != row["target"]  # nan
        assert "目标未录入" in row["statement_zh"]
        assert "target not entered" in row["statement_en"]
        assert "20%" in row["statement_zh"]


@pytest.mark.parametrize(
    ("target", "state", "margin"), [(13.5, "met", 6.5), (21.0, "missed", -1.0)]
)
def test_the_city_s_target_with_its_document(
    ledger: Ledger, target: float, state: str, margin: float
) -> None:
    """A rate of the park's own targets is one per output, and no target of this row."""
    of_output = Target(
        Scope.PARK, "p", Subject.CO2_INTENSITY, "2021-2025", "plan", "row 2", reduction=0.18,
        base_year=2020, price_basis=PRICES,
    )  # fmt: skip
    city = YearlyFigure(
        Scope.PARK, "p", 2025, "indicator_target", target, "city notice 12, item 3",
        date(2021, 9, 1), item="plan_14/energy_per_gdp",
    )  # fmt: skip
    enter(ledger, *TWO_YEARS, city, targets=(of_output,))
    row = row_of(ledger, "plan_14", "energy_per_gdp")
    assert row["state"] == state
    assert row["margin"] == pytest.approx(margin)
    assert (row["target_document_en"], row["target_entered"]) == ("city notice 12, item 3", True)
    assert "city notice 12" in row["statement_zh"]
    assert row_of(ledger, "plan_14", "co2_per_gdp")["state"] == "no_target"


def test_an_entered_target_of_any_row(ledger: Ledger) -> None:
    """The target of 2030 is asked of 2026 and later years, the table's of 2025 of the years
    before it; of the same year the entered one holds.
    """
    enter(
        ledger,
        figure(2025, "green_cover_pct", 47.5),
        figure(2030, "indicator_target", 52.0, item="plan_14/green_cover"),
        figure(2025, "indicator_target", 80.0, item="zero_carbon_park/waste_heat"),
    )
    row = row_of(ledger, "plan_14", "green_cover")
    assert (row["target"], row["target_year"], row["state"]) == (47.0, 2025, "met")
    later = row_of(ledger, "plan_14", "green_cover", 2026)
    assert (later["target"], later["target_year"]) == (52.0, 2030)
    assert (later["state"], later["reason"]) == ("unknown", "not_entered")
    assert row_of(ledger, "zero_carbon_park", "waste_heat")["target"] == 80.0


def test_an_entered_value_is_told_with_its_source_and_day(ledger: Ledger) -> None:
    """46.2 % of green cover in 2025: 0.8 short of 47."""
    enter(ledger, figure(2025, "green_cover_pct", 46.2))
    row = row_of(ledger, "plan_14", "green_cover")
    assert (row["value"], row["origin"], row["value_on"]) == (46.2, "entered", "2026-03-01")
    assert (row["state"], row["margin"]) == ("missed", pytest.approx(-0.8))
    assert row["statement_en"] == (
        "Green cover (expected): 46.2 % in 2025 (entered: yearbook, 2026-03-01); the target for "
        "2025 is at least 47 % (The park's plan for the 14th five-year period, table 1): missed "
        "by 0.8 percentage points."
    )
    assert row["statement_zh"] == (
        "绿化覆盖率（预期性）：2025年为46.2%（录入：yearbook，2026-03-01）；"
        "2025年目标为不低于47%（园区“十四五”规划 表1），未完成（差0.8个百分点）。"
    )


# What is entered of 2020 and 2025, and why there is no reduction of energy per GDP.
@pytest.mark.parametrize(
    ("then", "now", "reason"),
    [
        ({"gdp": None}, {}, "base_not_known"),
        ({}, {"gdp": None}, "no_gdp"),
        ({}, {"gdp": 0.0}, "not_positive"),
        ({}, {"gdp": -5.0}, "not_positive"),
        ({}, {"prices": "current"}, "not_constant_prices"),
        ({}, {"prices": None}, "not_constant_prices"),
        ({"prices": "constant 2015"}, {}, "prices_differ"),
        ({"boundary": "core area"}, {"boundary": "whole zone"}, "boundaries_differ"),
        ({"energy": 0.0}, {}, "base_not_positive"),
    ],
)
def test_never_a_silent_number(
    ledger: Ledger, then: dict[str, Any], now: dict[str, Any], reason: str
) -> None:
    plain: dict[str, Any] = {"energy": 1000.0, "co2e": 2500.0, "gdp": 500.0}
    enter(ledger, *year_of(2020, **plain | then), *year_of(2025, **plain | now))
    row = row_of(ledger, "plan_14", "energy_per_gdp")
    assert (row["state"], row["reason"]) == ("unknown", reason)
    assert row["value"] != row["value"]  # nan
    assert "未知" in row["statement_zh"]
    assert "not known" in row["statement_en"]


@pytest.mark.parametrize(
    ("year", "reason"),
    [(2026, "year_under_way"), (2027, "year_not_begun"), (2019, "base_year"), (2020, "base_year")],
)
def test_years_that_have_no_reduction(ledger: Ledger, year: int, reason: str) -> None:
    ledger.write(1, day(2026), day(2026, 7), 100.0)
    enter(ledger, *TWO_YEARS)
    assert row_of(ledger, "plan_14", "energy_per_gdp", year)["reason"] == reason


def test_nothing_at_all_is_known(ledger: Ledger) -> None:
    """Every row says why it has no value, and none is missed for lack of it."""
    found = indicators(ledger.books)
    assert len(found) == len(indicator_rows())
    assert set(found["state"]) == {"unknown"}
    assert found["reason"].notna().all()
    assert found[["statement_zh", "statement_en"]].notna().to_numpy().all()


@pytest.fixture
def electric(ledger: Ledger) -> Ledger:
    """Enterprise a alone: buys 100 kWh an hour and makes 10 by its own panels, 2024 to June 2026;
    certificates over 100 MWh cover purchases of 2025.
    """
    kept = tuple(one for one in ledger.registry.meters if one.key in (1, 5))
    ledger.registry = replace(
        ledger.registry,
        meters=kept,
        enterprises=ledger.registry.enterprises[:1],
        certificates=(
            Certificate("g", "a", CertificateKind.GEC, "wind", "2024-12", 100.0, "platform"),
        ),
        certificate_uses=(CertificateUse("g", "a", "2025", 100.0),),
    )
    ledger.write(1, day(2024), day(2026, 7), 100.0)
    ledger.write(5, day(2024), day(2026, 7), 10.0)
    return ledger


def test_clean_energy_of_electricity(electric: Ledger) -> None:
    """876,000 kWh bought, 87,600 made, 100,000 covered; 0.1229 kgce each: the share is that of the
    kWh, 187.6 of 963.6.
    """
    found = inventory(electric.books, every="year", start=day(2025), end=day(2026))
    (row,) = clean_energy(found, []).to_dict("records")
    assert row["own_renewable_tce"] == pytest.approx(87.6 * 0.1229)
    assert row["by_certificate_tce"] == pytest.approx(100.0 * 0.1229)
    assert row["total_tce"] == pytest.approx(963.6 * 0.1229)
    assert row["clean_share"] == pytest.approx(187.6 / 963.6)
    (each,) = clean_energy(found, ["enterprise"]).to_dict("records")
    assert each["enterprise"] == "a"
    assert each["clean_share"] == pytest.approx(187.6 / 963.6)
    # Where electricity is clean as such, all of it is, and no certificate counts twice.
    (row,) = clean_energy(found, [], "green_park").to_dict("records")
    assert row["clean_share"] == pytest.approx(1.0)


def test_carbon_per_energy(electric: Ledger) -> None:
    """776 MWh uncovered at 0.6096 t/MWh (nation, without market-traded non-fossil power, 2023);
    963.6 MWh at the coal rate of the year in the inventory's own row.
    """
    found = inventory(electric.books, every="year", start=day(2025), end=day(2026))
    bought = found.rows[(found.rows["basis"] == "location") & ~found.rows["renewable"]]
    per_mwh = bought["energy_tce_equivalent"].sum() / 876.0
    (row,) = carbon_per_energy(found).to_dict("records")
    assert row["co2e_t"] == pytest.approx(776.0 * 0.6096)
    assert row["t_per_tce"] == pytest.approx(776.0 * 0.6096 / (963.6 * per_mwh))
    assert 0.3 < per_mwh < 0.31  # 302.4 gce/kWh in 2024, indicators of the coal rate


def test_the_zero_carbon_park_s_row_of_its_size(electric: Ledger) -> None:
    """290 tce a year are below the smallest park that the notice asks."""
    for code in ("carbon_per_energy", "carbon_per_energy_large"):
        row = row_of(electric, "zero_carbon_park", code)
        assert (row["state"], row["reason"]) == ("not_asked", "another_size")
        assert row["value"] > 0
    clean = row_of(electric, "zero_carbon_park", "clean_energy")
    assert clean["value"] == pytest.approx(100 * 187.6 / 963.6)
    assert (clean["state"], clean["origin"]) == ("not_met", "computed")
    assert clean["margin"] == pytest.approx(100 * 187.6 / 963.6 - 90)


def test_what_is_computed_holds_before_what_is_entered(electric: Ledger) -> None:
    enter(electric, figure(2025, "clean_energy_share_pct", 55.0),
          figure(2020, "clean_energy_share_pct", 8.0))  # fmt: skip
    now = row_of(electric, "zero_carbon_park", "clean_energy")
    assert now["origin"] == "computed"
    assert now["entered_value"] == 55.0
    then = row_of(electric, "zero_carbon_park", "clean_energy", 2020)
    assert (then["value"], then["origin"]) == (8.0, "entered")


def test_of_the_year_under_way_shares_are_told(electric: Ledger) -> None:
    """No certificate of 2026: 10 of 110 kWh."""
    row = row_of(electric, "zero_carbon_park", "clean_energy", 2026)
    assert row["running"]
    assert row["value"] == pytest.approx(100 * 10 / 110)
    assert "至今" in row["statement_zh"]
    assert "so far" in row["statement_en"]


def test_productivity_of_land(ledger: Ledger) -> None:
    """1.5 10^8 yuan of value added on 1,500 mu, a square kilometre."""
    firms = tuple(replace(one, land_area_mu=500.0) for one in ledger.registry.enterprises)
    enter(ledger, *year_of(2025, energy=1, co2e=1, added=15_000.0), enterprises=firms)
    row = row_of(ledger, "green_park", "land_productivity")
    assert row["value"] == pytest.approx(1.5)
    assert row["state"] == "not_met"
    enter(ledger, *year_of(2025, energy=1, co2e=1, added=15_000.0),
          enterprises=(*firms[:2], replace(firms[2], land_area_mu=None)))  # fmt: skip
    without = row_of(ledger, "green_park", "land_productivity")
    assert (without["reason"], without["missing"]) == ("no_land", "c")


def test_emissions_per_value_added_fall(ledger: Ledger) -> None:
    """2 t per 10^4 yuan in 2020, 1.25 in 2024, 1.2 in 2025: 4 % less than in the year before;
    (0.6)^(1/5) = 0.90288, a mean fall of 9.712 % a year; 40 % less than in 2020.
    """
    enter(
        ledger,
        *year_of(2020, energy=1, co2e=200.0, added=100.0),
        *year_of(2024, energy=1, co2e=125.0, added=100.0),
        *year_of(2025, energy=1, co2e=120.0, added=100.0),
    )
    assert row_of(ledger, "green_park", "co2_intensity_fall")["value"] == pytest.approx(4.0)
    mean = row_of(ledger, "hightech_green", "co2_per_value_added_fall")
    assert mean["value"] == pytest.approx(9.712, abs=5e-4)
    assert mean["judged"] is False
    assert "the goal of all together" in mean["statement_en"]


def test_tables_count_their_rows(ledger: Ledger) -> None:
    enter(ledger, *TWO_YEARS, figure(2025, "green_cover_pct", 48.0))
    found = tables(ledger.books)
    assert list(found.columns) == TABLE_COLUMNS
    rows = {row["code"]: row for row in found.to_dict("records")}
    plan = rows["plan_14"]
    # Two of the city's with a value, four pollutants and clean energy without.
    wanted = {"rows": 8, "met": 1, "no_target": 2, "unknown": 5, "missed": 0}
    assert {name: plan[name] for name in wanted} == wanted
    assert "5项数值未知，2项目标未录入" in plan["statement_zh"]
    assert "told for orientation" in rows["peak_action_2030"]["statement_en"]
