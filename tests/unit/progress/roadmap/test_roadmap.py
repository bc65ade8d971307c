"""The roadmap of a small park from years that were entered: courses, peaks, measures, refusals."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from ledger.roadmap import measures, roadmap, scenario_names, scenarios
from models.registry import Assumption, Measure, Scope, YearlyFigure


def figure(code, indicator, value, item=None, year=2025):
    return YearlyFigure(
        Scope.ENTERPRISE, code, year, indicator, value, "yearbook", date(2026, 1, 1), item=item
    )


# a: 600 t of electricity, 300 t of gas, 100 t of its process; b nothing; c 200 t of heat.
FIGURES = (
    figure("a", "co2e_t", 1000.0),
    figure("a", "co2e_t", 600.0, "electricity"),
    figure("a", "co2e_t", 300.0, "natural_gas"),
    figure("a", "energy_tce_calorific", 160.0, "electricity"),
    figure("a", "energy_tce_calorific", 180.0, "natural_gas"),
    figure("b", "co2e_t", 0.0),
    figure("c", "co2e_t", 200.0),
    figure("c", "co2e_t", 200.0, "heat"),
    figure("c", "energy_tce_calorific", 60.0, "heat"),
    figure("a", "co2e_t", 1100.0, year=2024),
    figure("b", "co2e_t", 0.0, year=2024),
    figure("c", "co2e_t", 150.0, year=2024),
)


def assumed(scenario, parameter, value, **more):
    return Assumption(scenario, parameter, 2026, value, "test", **more)


def of_scenario(name, growth, **more):
    return (
        assumed(name, "output_growth", growth, **more),
        assumed(name, "intensity_fall", 0.0),
        assumed(name, "grid_factor_fall", 10.0),
    )


def measure(code, enterprise, kind, tce, t, **more):
    plain = Measure(code, enterprise, kind, f"措施{code}", f"Measure {code}", tce, t, 10.0, 2027,
        "test", life_years=10, scenarios=("planned",))  # fmt: skip
    return replace(plain, **more)


MEASURES = (
    measure("gas", "a", "fuel_switch", 20.0, 50.0),
    measure("pv", "a", "photovoltaics", 12.0, 45.0, cost_1e4_yuan=1.0),
    measure("much", "c", "heat_recovery", 61.0, 20.0),
    measure("green", None, "green_power", 0.0, 400.0),
    measure("lone", "a", "efficiency", 1.0, 1.0, scenarios=()),
)


@pytest.fixture
def books(ledger):
    def entered(figures=FIGURES, assumptions=(), listed=()):
        ledger.registry = replace(
            ledger.registry,
            yearly_figures=tuple(figures),
            assumptions=tuple(assumptions),
            measures=tuple(listed),
        )
        return ledger.books

    return entered


def test_courses_begin_with_history_and_the_base_year(books):
    found = roadmap(books(assumptions=of_scenario("planned", 5.0), listed=MEASURES))
    history = found[found["scenario"] == "history"]
    assert dict(zip(history["year"], history["co2e_t"], strict=True)) == {2024: 1250, 2025: 1200}
    planned = found[found["scenario"] == "planned"].set_index("year")
    assert (planned.index.min(), planned.index.max()) == (2025, 2060)
    assert planned.loc[2025, ["co2e_t", "low_t", "origin"]].tolist() == [1200, 1200, "imported"]
    # 2026: (600 * 0.9 + 600) * 1.05; 2027: (600 * 0.81 + 600) * 1.05^2 less 50 and 45 * 0.81.
    assert planned.loc[2026, "co2e_t"] == pytest.approx(1197.0)
    assert planned.loc[2027, "baseline_t"] == pytest.approx(1086 * 1.1025)
    assert planned.loc[2027, "saved_t"] == pytest.approx(50 + 36.45)
    assert planned.loc[2027, "co2e_t"] == pytest.approx(1086 * 1.1025 - 86.45)
    assert planned.loc[2026, "energy_tce_calorific"] == pytest.approx(400 * 1.05)
    # Nothing is uncertain here, so there is nothing between low and high.
    assert planned.loc[2027, "low_t"] == pytest.approx(planned.loc[2027, "high_t"])


def test_a_scenario_s_peak_is_said_in_words(books):
    wide = of_scenario("planned", 5.0, low=4.0, high=6.0)
    row = scenarios(books(assumptions=wide, listed=MEASURES)).iloc[0]
    # By the formula without measures 2026 is 1197 and 1250 of 2024 is passed when
    # (600 * 0.9^k + 600) * 1.05^k - 50 - 45 * 0.9^k rises with 5 % in the end: no peak to 2060.
    assert (row["verdict"], row["peak_year"]) == ("no_peak", 2060)
    assert row["measures_counted"] == "gas|pv"
    assert row["measures_not_counted"] == "much|green"
    assert row["low_2035_t"] < row["co2e_2035_t"] < row["high_2035_t"]
    assert "规划情景：到 2060 年仍未达峰" in row["statement_zh"]
    names = {one.code: (one.name_zh, one.name_en) for one in MEASURES}
    told = [names[code] for code in ("much", "green")]  # a reader knows no codes
    assert f"Measures not counted: {told[0][1]}, {told[1][1]}." in row["statement_en"]
    assert f"未计入的措施：{told[0][0]}、{told[1][0]}。" in row["statement_zh"]
    falling = scenarios(books(assumptions=of_scenario("planned", 0.0))).iloc[0]
    assert (falling["verdict"], falling["peak_year"]) == ("peak_behind", 2024)
    # 2030: 600 * 0.9^5 + 600 = 954.294, a fifth (20.48 %) below 1,200 of 2025.
    assert falling["co2e_2030_t"] == pytest.approx(954.294)
    assert (
        "the highest year is 2024 (90 % interval 2024 to 2024) with 1,250 t"
        in (falling["statement_en"])
    )
    assert "2030 年 954.3 吨（954.3—954.3 吨），比 2025 年低 20.5%。" in falling["statement_zh"]


def test_measures_are_in_the_order_of_their_costs_and_refusals_are_told(books):
    found = measures(books(assumptions=of_scenario("planned", 0.0), listed=MEASURES))
    assert found["code"].tolist() == ["pv", "gas", "green", "much", "lone"]
    rows = found.set_index("code")
    # 0.9^5 of 45 t; both saved in 2030.
    assert rows.loc["pv", "saved_2030_t"] == pytest.approx(45 * 0.59049)
    assert rows.loc["gas", "cumulated_2030_t"] == pytest.approx(45 * 0.59049 + 50)
    # 10^5 yuan over 50 t a year for ten years: the annuity factor at 8 % is 6.710081.
    assert rows.loc["gas", "cost_yuan_per_t"] == pytest.approx(1e5 / (50 * 6.710081), rel=1e-6)
    # 45 t * 0.9^(k + 2) at 1.08^-(k + 1), k = 0 to 9: a geometric sum.
    ratio = 0.9 / 1.08
    per_t = 1e4 / (45 * 0.81 / 1.08 * (1 - ratio**10) / (1 - ratio))
    assert rows.loc["pv", "cost_yuan_per_t"] == pytest.approx(per_t)
    assert rows["reason"].to_dict() == {
        "pv": None, "gas": None, "green": "market_based", "much": "saving_above_energy",
        "lone": "in_no_scenario",
    }  # fmt: skip
    assert "61 tce" in rows.loc["much", "statement_zh"]
    assert rows.loc["lone", "scenario"] is None
    own = measures(books(assumptions=of_scenario("planned", 0.0), listed=MEASURES), enterprise="c")
    assert own["code"].tolist() == ["much"]


def test_measures_together_save_no_more_than_there_is(books):
    """a burns gas of 300 t: of two that save 250 t of it each the second does not count, in 2030
    nothing but 250 t is taken off; with the second only after the first's life both do. Of its
    1,000 t (900 t by carrier) no more than 900 t can be saved by measures of any carrier.
    """
    first = measure("one", "a", "heat_recovery", 20.0, 250.0)
    second = measure("two", "a", "geothermal", 20.0, 250.0)
    plain = of_scenario("planned", 0.0)
    rows = measures(books(assumptions=plain, listed=(first, second))).set_index("code")
    assert rows["counted"].to_dict() == {"one": True, "two": False}
    assert rows.loc["two", "reason"] == "saving_above_emissions_together"
    assert "500 t CO2e" in rows.loc["two", "statement_en"]
    assert "300 t CO2e" in rows.loc["two", "statement_zh"]
    course = roadmap(books(assumptions=plain, listed=(first, second)))
    of_2030 = course[(course["scenario"] == "planned") & (course["year"] == 2030)]
    assert of_2030["saved_t"].tolist() == pytest.approx([250.0])
    row = scenarios(books(assumptions=plain, listed=(first, second))).iloc[0]
    assert (row["measures_counted"], row["measures_not_counted"]) == ("one", "two")
    for other in (
        replace(second, start_year=2037),  # the first has ended then
        replace(second, overlaps="one"),  # it is the same saving
        replace(second, saving_co2e_t=50.0),
        replace(second, scenarios=("other",)),
    ):
        of = books(assumptions=plain, listed=(first, other))
        assert measures(of, scenario="planned")["counted"].all(), other
    rest = measure("rest", "a", "efficiency", 20.0, 651.0)
    rows = measures(books(assumptions=plain, listed=(first, rest))).set_index("code")
    assert rows.loc["rest", "reason"] == "saving_above_emissions_together"


def test_a_measure_of_the_park_saves_no_more_than_all_have(books):
    """a and c have 60 + 160 + 180 = 400 tce."""
    listed = [measure("p", None, "efficiency", 401.0, 50.0)]
    (row,) = measures(books(assumptions=of_scenario("planned", 0.0), listed=listed)).to_dict(
        "records"
    )
    assert (row["counted"], row["reason"]) == (False, "saving_above_energy")
    assert "all enterprises in 2025" in row["statement_en"]


def test_the_course_lies_within_its_interval(books):
    """Five assumptions that can only be worse than their value: one draw of 32 is not above the
    course, so the 5 % quantile is, and the course itself is the low end.
    """
    worse = [
        *(assumed("planned", "output_growth", 3.0, low=3.0, high=6.0, cluster=one)
          for one in ("c1", "c2")),
        *(assumed("planned", "intensity_fall", 2.0, low=0.0, high=2.0, cluster=one)
          for one in ("c1", "c2")),
        assumed("planned", "grid_factor_fall", 10.0, low=5.0, high=10.0),
    ]  # fmt: skip
    of = books(assumptions=worse)
    course = roadmap(of)
    course = course[course["scenario"] == "planned"]
    assert (course["low_t"] <= course["co2e_t"]).all()
    assert (course["co2e_t"] <= course["high_t"]).all()
    row = scenarios(of).iloc[0]
    assert row["peak_year_low"] <= row["peak_year"] <= row["peak_year_high"]
    assert row["peak_low_t"] <= row["peak_t"] <= row["peak_high_t"]


def test_what_cannot_be_projected_is_said_and_never_a_number(books):
    listed = (measure("gas", "a", "fuel_switch", 20.0, 50.0, scenarios=("planned", "dream")),)
    found = scenarios(books(assumptions=of_scenario("planned", 0.0), listed=listed))
    dream = found.set_index("scenario").loc["dream"]
    assert dream["reason"] == "no_assumption"
    assert dream["statement_zh"] == "dream：情景 dream 没有任何假设，无法推算。"
    assert dream[["peak_t", "co2e_2030_t", "verdict"]].isna().all()
    nothing = scenarios(books(figures=(), assumptions=of_scenario("planned", 0.0)))
    assert nothing["reason"].tolist() == ["no_base_year"]
    unsplit = [one for one in FIGURES if one.item is None or one.code != "a"]
    lacking = scenarios(books(figures=unsplit, assumptions=of_scenario("planned", 0.0)))
    assert lacking["reason"].tolist() == [None]  # all of a's is without a carrier, and stays
    park_only = (YearlyFigure(Scope.PARK, "p", 2025, "co2e_t", 900.0, "x", date(2026, 1, 1)),)
    blind = scenarios(books(figures=park_only, assumptions=of_scenario("planned", 0.0)))
    assert blind["reason"].tolist() == ["carriers_unknown"]
    assert "900 t" in blind["statement_en"].iloc[0]
    assert roadmap(books(figures=park_only, assumptions=of_scenario("planned", 0.0)))[
        "scenario"
    ].unique().tolist() == ["history"]


def test_scenarios_are_those_that_are_named_anywhere(books):
    listed = (measure("gas", "a", "fuel_switch", 20.0, 50.0, scenarios=("dream",)),)
    of = books(assumptions=of_scenario("planned", 0.0), listed=listed)
    assert scenario_names(of) == ["planned", "dream"]
    assert scenarios(of, scenario="dream")["scenario"].tolist() == ["dream"]
