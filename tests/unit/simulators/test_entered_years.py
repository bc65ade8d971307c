"""The demo's years before its meters: sums, the level that the meters go on from, the courses."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime

import numpy as np
import pymannkendall
import pytest

from simulators.demo_park.yearly_figures import COLUMNS, yearly_figures
from simulators.energy import Loads
from simulators.entered_years import FIRST_YEAR, heating_degree_days, reported, total
from simulators.grid import STEP_H, ZONE, step_at
from simulators.park import firms, table

NOW = datetime(2026, 11, 26, 2, tzinfo=UTC)
CLUSTERS = {firm.code: firm.row["cluster"] for firm in firms()}
ENERGY = ("co2e_t", "energy_tce_equivalent", "energy_tce_calorific")


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    return [row for row in yearly_figures(NOW, {}) if row["scope"] != "peer"]


def values(rows: list[dict[str, str]], indicator: str) -> dict[tuple[str, str, int, str], float]:
    return {
        (row["scope"], row["code"], int(row["year"]), row.get("item", "")): float(row["value"])
        for row in rows
        if row["indicator"] == indicator
    }


def co2_by_year(cluster: str | None) -> list[float]:
    """Of 2015 to 2025, t."""
    return [
        sum(
            total(parts).co2e_t
            for code, parts in reported(year).items()
            if cluster in (None, CLUSTERS[code])
        )
        for year in range(FIRST_YEAR, 2026)
    ]


def test_sums_of_enterprises_are_those_of_clusters_and_of_the_park(
    rows: list[dict[str, str]],
) -> None:
    for indicator in (*ENERGY, "output_1e4_yuan", "value_added_1e4_yuan"):
        found = values(rows, indicator)
        sums: dict[tuple[str, str, int], float] = defaultdict(float)
        for (scope, code, year, item), value in found.items():
            if scope == "enterprise" and not item:
                sums["cluster", CLUSTERS[code], year] += value
            if scope == "cluster":
                sums["park", "demo", year] += value
        for (scope, code, year), value in sums.items():
            # no report of AG05 of 2017: the cluster's figure has it nevertheless
            if (scope, code, year) == ("cluster", "agriculture", 2017):
                assert found[scope, code, year, ""] > value * 1.02
            else:
                assert found[scope, code, year, ""] == pytest.approx(value, abs=0.1)


def test_carriers_are_the_whole_but_for_what_is_no_energy(rows: list[dict[str, str]]) -> None:
    # Of 2024 in tonnes of CO2e, by hand: 0.85 t x 1300 + 412 t; 14.2 t x (0.0261 x 16100
    # + 0.01539 x 6630) + 1.9 t x 0.0342 x 23500; times the cluster's use of 2015.
    other = {"EQ01": 1517 * 1.36, "EQ02": 96 * 1.36, "MD02": 6944 * 0.62, "IT01": 8942.9 * 0.58}
    for indicator in ENERGY:
        found = values(rows, indicator)
        for code in CLUSTERS:
            parts = sum(
                value for (_, one, year, item), value in found.items()
                if (one, year) == (code, 2015) and item
            )  # fmt: skip
            rest = other.get(code, 0.0) if indicator == "co2e_t" else 0.0
            assert found["enterprise", code, 2015, ""] - parts == pytest.approx(rest, abs=1.0)


def test_a_figure_worked_by_hand() -> None:
    # EQ14, electricity of 2015: 56,200 x 10^4 yuan x 120 kWh, grown from 2020 to 2024 by
    # (1.036 x 0.979 - 1) a year, 2 % lost behind the meter, 136 % of it in 2015; 0.4671 kg/kWh.
    kwh = 56_200 * 120 * (1.036 * 0.979) ** 4 * 1.02 * 1.36
    found = reported(2015)["EQ14"]["electricity"]
    assert found.co2e_t == pytest.approx(kwh * 0.0004671, rel=0.0201)  # its year's noise
    assert found.energy_tce_calorific / found.co2e_t == pytest.approx(0.1229 / 0.4671, rel=1e-4)
    assert found.energy_tce_equivalent / found.co2e_t == pytest.approx(0.3055 / 0.4671, rel=1e-4)


def test_the_level_is_that_of_the_meters_own_years() -> None:
    bounds = [step_at(datetime(year, 1, 1, tzinfo=ZONE)) for year in (2024, 2025, 2026)]
    loads = Loads(0, bounds[-1])
    per_unit = {row["carrier"]: float(row["co2e_t_per_unit"])
                for row in table("history_factors.csv")}  # fmt: skip
    for code, meter, carrier in (
        ("EQ01", "E1", "electricity"), ("EQ01", "G1", "natural_gas"), ("EQ01", "H1", "heat"),
        ("MD05", "E1", "electricity"), ("IT05", "E1", "electricity"), ("AG03", "H1", "heat"),
        ("SV08", "C1", "bituminous"), ("SV08", "G1", "natural_gas"),
    ):  # fmt: skip
        power = loads.power(code, meter)
        for place, year in enumerate((2024, 2025)):
            used = power[bounds[place] : bounds[place + 1]].sum() * STEP_H
            found = reported(year)[code][carrier].co2e_t
            assert found == pytest.approx(used * per_unit[carrier], rel=0.03), (code, meter, year)


def test_no_year_leaps_from_the_one_before() -> None:
    for cluster in {*CLUSTERS.values()}:
        course = np.array(co2_by_year(cluster))
        change = course[1:] / course[:-1] - 1
        assert np.abs(change).max() < 0.25, cluster  # a works or a fab begins
        assert abs(change[8]) < 0.12, cluster  # from the last entered year to the first metered


@pytest.mark.parametrize(
    ("cluster", "years_since", "trend"),
    [("equipment", 7, "decreasing"), ("agriculture", 8, "no trend"), (None, 6, "no trend")],
)
def test_what_is_over_its_maximum(cluster: str | None, years_since: int, trend: str) -> None:
    """The decision table: five years or more since the maximum, Mann-Kendall over those after."""
    course = co2_by_year(cluster)
    assert len(course) - 1 - int(np.argmax(course)) == years_since
    assert pymannkendall.original_test(course[-years_since:]).trend == trend


def test_what_rises_and_what_is_too_young_to_tell() -> None:
    assert np.argmax(co2_by_year("medicine")) == np.argmax(co2_by_year("information")) == 10
    assert np.argmax(co2_by_year("services")) == 7  # of 2022: three years before 2025
    assert co2_by_year("services")[-1] < 0.99 * max(co2_by_year("services"))


def test_degree_days_are_about_those_of_the_monthly_means() -> None:
    # By hand: 32.5 x 31 + 27.5 x 28 + 19 x 31 + 9.5 x 30 + 2 x 31 + 2 x 30 + 10.5 x 31 + 21 x 30
    # + 30 x 31 K.d of the means of weather.csv below 18 °C.
    for year in range(FIRST_YEAR, 2026):
        assert heating_degree_days(year) == pytest.approx(4659, rel=0.08)
    assert len({round(heating_degree_days(year)) for year in range(FIRST_YEAR, 2026)}) > 5


def test_before_an_enterprise_is_there_it_has_nothing(rows: list[dict[str, str]]) -> None:
    for indicator in ("co2e_t", "output_1e4_yuan"):
        found = values(rows, indicator)
        assert found["enterprise", "EQ06", 2017, ""] == 0
        assert found["enterprise", "EQ06", 2018, ""] > 0
    assert "EQ06" not in {code for (_, code, year, item), _ in values(rows, "co2e_t").items()
                          if item and year < 2018}  # fmt: skip


def test_a_report_that_was_not_found_is_missing(rows: list[dict[str, str]]) -> None:
    years = {year for (_, code, year, _), _ in values(rows, "co2e_t").items() if code == "AG05"}
    assert years == set(range(FIRST_YEAR, 2024)) - {2017}


@pytest.mark.parametrize(("now", "last"), [(NOW, 2023), (datetime(2028, 3, 1, tzinfo=UTC), 2025)])
def test_years_end_where_the_meters_begin(now: datetime, last: int) -> None:
    rows = [row for row in yearly_figures(now, {}) if row["scope"] != "peer"]
    energy = {int(row["year"]) for row in rows if row["indicator"] in ENERGY}
    money = {int(row["year"]) for row in rows if row["indicator"] == "gdp_1e4_yuan"}
    assert (min(energy), max(energy)) == (FIRST_YEAR, last)
    assert (min(money), max(money)) == (FIRST_YEAR, last + 2)
    assert {*rows[0]} <= set(COLUMNS)


def test_money_of_metered_years_is_that_of_the_outputs() -> None:
    rows = list(yearly_figures(NOW, {("EQ14", 2025): 70_000.0}))
    found = values(rows, "value_added_1e4_yuan")
    assert found["enterprise", "EQ14", 2025, ""] == pytest.approx(16_800.0)  # 24 %
    assert max(year for _, _, year, _ in values(rows, "output_1e4_yuan") if year) >= 2023
    assert not [row for row in rows if row["indicator"] == "output_1e4_yuan"
                and row["scope"] == "enterprise" and int(row["year"]) > 2023]  # fmt: skip
