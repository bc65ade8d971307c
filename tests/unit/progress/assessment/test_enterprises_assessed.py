"""Three enterprises of division 36 in a year that was entered, worked by hand.

2025: a 1,000 t, 500 tce, 10^8 yuan on 100 mu; b 300 t, 100 tce, 10^8 yuan on 50 mu; c 700 t,
400 tce, 2 x 10^8 yuan on 200 mu. Means: 0.025 tce and 0.05 t per 10^4 yuan; a mu 40,000 / 350 of
output, 1,900 / 350 of tax, 1,000 / 350 tce and 2,000 / 350 t.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger.assessment import (
    AssessmentYearError,
    assessment,
    grade_paths,
    land_watch,
)
from models.progress.assessment.rules import RulesError
from models.registry import Scope
from tests.unit.carbon.conftest import REGISTRY, Ledger, day
from tests.unit.progress.assessment.assessed_park import (
    CONSTANT,
    ENTERED,
    by_enterprise,
    change,
    figure,
    points_of,
    rows_of,
)


def test_the_scores_are_those_worked_by_hand(park: Ledger) -> None:
    rows = by_enterprise(assessment(park.books))
    # a: quota 8 x 0.8, reduction 10 x 0.5, clean 8 x 0.5, tax 8 x 0.8 x 5/(1900/350), output per
    # mu 6 x 0.8 x 0.875, energy and emissions per mu 3 x 0.7 x 0.25 each; of 88
    of_a = 6.4 + 5.0 + 4.0 + 6.4 * 5 * 350 / 1900 + 4.2 + 2 * 0.525
    assert rows["a"]["score"] == pytest.approx(of_a / 88 * 100)  # 30.16
    # b: 12, 8 x 0.94, 10, 14 x 0.7, 8, 6, 3 x 0.88, 3 x 0.7 x 0.95; of 72
    of_b = 12 + 7.52 + 10 + 9.8 + 8 + 6 + 2.64 + 1.995
    assert rows["b"]["score"] == pytest.approx(of_b / 72 * 100)  # 80.49
    # c: 12 x 0.82, 8 x 0.88, 10, clean 8, tax 6.4 x 2/(1900/350), 6 x 0.7, 3 x 0.88, 3 x 0.9325
    of_c = 9.84 + 7.04 + 10 + 8 + 6.4 * 2 * 350 / 1900 + 4.2 + 2.64 + 2.7975
    assert rows["c"]["score"] == pytest.approx(of_c / 66 * 100)  # 71.02
    assert [(row["grade"], row["rank"]) for row in rows.values()] == [("A", 1), ("B", 2), ("D", 3)]
    assert (rows["a"]["rank_cluster"], rows["a"]["graded_cluster"], rows["a"]["graded"]) == (
        2,
        2,
        3,
    )
    assert rows["c"]["rank_cluster"] == 1
    assert rows["a"]["caps"] == "budget"
    assert rows["a"]["previous_grade"] is None  # no energy of 2024 was entered
    assert rows["a"]["known_weight"] == 88


def test_every_point_tells_value_yardstick_and_source(park: Ledger) -> None:
    points = points_of(park, "a")
    energy = points["energy_intensity"]
    assert (energy["value"], energy["yardstick"], energy["at"]) == pytest.approx((0.05, 0.025, 2.0))
    assert (energy["yardstick_kind"], energy["yardstick_of"], energy["yardstick_n"]) == (
        "division_mean", "36", 3,
    )  # fmt: skip
    assert (energy["points"], energy["source"]) == (0.0, "yearbook")
    quota = points["energy_quota"]
    # 400 tce (calorific) for 1,000 t of its only product: 400 kgce/t, level 2
    assert (quota["value"], quota["unit"], quota["at"]) == (400.0, "kgce/t", 2.0)
    assert quota["counted_weight"] == pytest.approx(800 / 88)
    assert quota["points"] == pytest.approx(0.8 * 800 / 88)
    budget_ = points["budget"]
    assert (budget_["value"], budget_["yardstick"], budget_["unit"]) == (1000.0, 900.0, "t")
    assert (budget_["yardstick_of"], budget_["source"]) == ("co2_total", "notice 7 1")
    assert points["reduction"]["value"] == 0.0
    assert points_of(park, "c")["reduction"]["value"] == pytest.approx((0.04 - 0.035) / 0.04)
    assert points["data_quality"]["standing"] == "zero"
    assert points["data_quality"]["reason"] == "not_metered"
    assert points["pollutants"]["reason"] == "no_permit"
    assert points["pollutants"]["standing"] == "not_applicable"
    unknown = points_of(park, "b")["clean_energy"]
    assert (unknown["standing"], unknown["reason"]) == ("redistributed", "clean_energy_unknown")
    total = sum(row["points"] for row in points.values() if row["points"] == row["points"])
    assert total == pytest.approx(by_enterprise(assessment(park.books))["a"]["score"])


def test_the_statements_have_the_figures_in_both_languages(park: Ledger) -> None:
    row = by_enterprise(assessment(park.books))["b"]
    assert row["statement_zh"].startswith(
        "乙厂2025年综合得分80.5分，评为A级（优先发展类），园区第1名（共3家）"
    )
    assert "B scores 80.5 in 2025 and is graded A" in row["statement_en"]
    assert "place 1 of 3 in the park and 1 of 2 in its cluster" in row["statement_en"]
    point = points_of(park, "a")["budget"]
    assert "1,000 t，为目标（二氧化碳排放总量）900 t的111.1%，得0分" in point["statement_zh"]
    assert (
        "1,000 t, 111.1 % of the target (total CO2 emissions), 900 t; 0 of 15.91"
        in point["statement_en"]
    )
    unknown = points_of(park, "a")["data_quality"]
    assert unknown["statement_zh"] == "数据完整率：应知而未知，权重8分计0分；没有计量数据。"
    assert "nothing is metered" in unknown["statement_en"]


def test_the_path_is_told_in_the_criterions_own_unit(park: Ledger) -> None:
    rows = rows_of(grade_paths(park.books, enterprise="c"))
    whole, moves = rows[0], rows[1:]
    assert (whole["state"], whole["to_grade"], whole["score_needed"]) == ("found", "A", 80.0)
    assert "升到A级（80分）最省力的是" in whole["statement_zh"]
    assert sum(row["points"] for row in moves) == pytest.approx(80.0 - whole["score"])
    # The most points an effort: energy per output 0.82 -> 12 x 0.6 / (1 / 1.5 of its scale) ...
    for row in moves:
        assert row["value"] != row["value_needed"]
        assert all((row["statement_zh"], row["statement_en"]))
    best = rows_of(grade_paths(park.books, enterprise="b"))
    assert [row["state"] for row in best] == ["best_already"]


def test_an_enterprise_without_output_has_no_grade_and_it_is_said(park: Ledger) -> None:
    change(park, without="output_1e4_yuan")
    row = by_enterprise(assessment(park.books))["a"]
    assert row["grade"] is None
    assert row["score"] != row["score"]
    assert row["no_grade"] == "withheld"
    assert row["reason"] == "energy_intensity:no_output|co2_intensity:no_output"
    assert (
        "未评级：必需指标未知（单位产值能耗（对行业）、单位产值碳排放（对行业））"
        in row["statement_zh"]
    )
    assert "not graded: what must be known is not" in row["statement_en"]
    state = grade_paths(park.books, enterprise="a")["state"].tolist()
    assert state == ["no_grade"]


@pytest.mark.parametrize("output", [0.0, -5.0])
def test_output_that_is_not_positive_is_said(park: Ledger, output: float) -> None:
    change(park, figure("a", 2025, "output_1e4_yuan", output), without="output_1e4_yuan")
    points = points_of(park, "a")
    assert points["energy_intensity"]["reason"] == "output_not_positive"
    assert points["reduction"]["reason"] == "output_not_positive"


def test_who_sells_more_than_it_buys_is_not_the_best(park: Ledger) -> None:
    change(park, figure("a", 2025, "co2e_t", -20.0), without="co2e_t")
    points = points_of(park, "a")
    assert points["co2_intensity"]["reason"] == "amount_negative"
    assert points["co2_per_mu"]["reason"] == "amount_negative"
    assert by_enterprise(assessment(park.books))["a"]["no_grade"] == "withheld"


def test_output_at_current_prices_makes_no_intensity(park: Ledger) -> None:
    current = figure("a", 2025, "output_1e4_yuan", 10_000.0, price_basis="current")
    change(park, current, without="output_1e4_yuan")
    points = points_of(park, "a")
    assert points["energy_intensity"]["reason"] == "prices_not_constant"
    assert points["reduction"]["reason"] == "other_prices"


def test_the_year_before_must_cover_the_same(park: Ledger) -> None:
    change(park, figure("a", 2025, "co2e_t", 1000.0, boundary="with plant 2"), without="co2e_t")
    assert points_of(park, "a")["reduction"]["reason"] == "boundary_changed"
    park.registry = replace(
        park.registry,
        yearly_figures=tuple(one for one in park.registry.yearly_figures if one.year == 2025),
    )
    row = points_of(park, "b")["reduction"]
    assert (row["reason"], row["missing"]) == ("no_year_before", "2024")


def test_an_entered_yardstick_goes_before_the_mean(park: Ledger) -> None:
    wanted = "industry_energy_tce_per_1e4_yuan"
    change(park, figure("p", 2023, wanted, 0.1, Scope.PARK, item="36", price_basis=CONSTANT))
    row = points_of(park, "a")["energy_intensity"]
    assert (row["yardstick_kind"], row["yardstick"], row["at"]) == ("entered_industry", 0.1, 0.5)
    assert row["source"] == "yearbook; yearbook, 2023"


def test_products_that_are_not_told_apart_are_said(park: Ledger) -> None:
    change(park, figure("a", 2025, "product_amount", 50.0, item="corn_starch"))
    row = points_of(park, "a")["energy_quota"]
    assert (row["reason"], row["missing"]) == ("not_told_apart", "corn_starch")
    # Told apart, the worst counts: starch 50 t with 12 tce = 240 kgce/t, a third beyond 180.
    change(
        park,
        figure("a", 2025, "product_energy_tce", 12.0, item="corn_starch"),
        figure("a", 2025, "product_energy_tce", 300.0, item="iron_castings"),
    )
    row = points_of(park, "a")["energy_quota"]
    assert (row["yardstick_of"], row["value"], row["yardstick"]) == ("corn_starch", 240.0, 180.0)
    assert row["at"] == pytest.approx(3 + (240 - 180) / 18)
    assert "energy_quota" in by_enterprise(assessment(park.books))["a"]["caps"]


def test_who_uses_land_poorly_is_listed_after_two_years(park: Ledger) -> None:
    # c has 2 of tax per mu where the mean is 5.43 (37 %), but 100 of output where it is 114 (88 %).
    rows = by_enterprise(land_watch(park.books))
    assert (rows["c"]["verdict"], rows["c"]["low_years"]) == ("clear", 0)
    assert rows["c"]["tax_ratio"] == pytest.approx(2 * 350 / 1900)
    # a is graded D in 2025; 2024 has no grade.
    assert (rows["a"]["verdict"], rows["a"]["worst_grade_years"]) == ("watched", 1)
    # With output of 3,000 on 200 mu it is at 15 of 23,000 / 350 = 65.7 (23 %).
    few = replace(
        park.registry,
        yearly_figures=tuple(
            replace(one, value=3000.0)
            if (one.code, one.indicator) == ("c", "output_1e4_yuan")
            else one
            for one in park.registry.yearly_figures
        ),
    )
    park.registry = few
    rows = by_enterprise(land_watch(park.books))
    assert (rows["c"]["verdict"], rows["c"]["low_years"]) == ("watched", 1)
    assert "亩均税收2万元/亩，为园区平均的37%" in rows["c"]["statement_zh"]
    taxes = [figure(code, 2024, "tax_1e4_yuan", ENTERED[code]["tax_1e4_yuan"]) for code in "abc"]
    change(park, *taxes)
    rows = by_enterprise(land_watch(park.books))
    assert (rows["c"]["verdict"], rows["c"]["low_years"]) == ("listed", 2)


@pytest.mark.parametrize("value", [0.0, -1.0])
def test_an_entered_yardstick_that_is_not_positive_is_said(park: Ledger, value: float) -> None:
    wanted = "industry_energy_tce_per_1e4_yuan"
    change(park, figure("p", 2024, wanted, value, Scope.PARK, item="36", price_basis=CONSTANT))
    point = points_of(park, "a")["energy_intensity"]
    assert (point["standing"], point["reason"]) == ("withheld", "yardstick_not_positive")
    assert "not above zero" in point["statement_en"]


def test_land_without_anything_to_compare_with_is_said_so(park: Ledger) -> None:
    """Two enterprises with land make no mean; their outputs are known."""
    firms = [replace(one, land_area_mu=None) if one.code == "a" else one
             for one in park.registry.enterprises]  # fmt: skip
    park.registry = replace(park.registry, enterprises=tuple(firms))
    rows = by_enterprise(land_watch(park.books))
    assert [(rows[code]["verdict"], rows[code]["reason"]) for code in "abc"] == [
        ("unknown", "no_land"), ("unknown", "no_yardstick"), ("unknown", "no_yardstick"),
    ]  # fmt: skip


def test_years_that_cannot_be_assessed_are_refused(park: Ledger) -> None:
    with pytest.raises(AssessmentYearError, match="year: 2026 is not over"):
        assessment(park.books, year=2026)
    with pytest.raises(RulesError, match="hold in 2012"):
        assessment(park.books, year=2012)


def test_what_is_metered_has_its_completeness(park: Ledger) -> None:
    park.registry = replace(park.registry, meters=REGISTRY.meters[5:6])  # electricity of b
    assert points_of(park, "b")["data_quality"]["reason"] == "not_metered"
    park.write(6, day(2025), day(2026), 100.0, coverage=0.95)
    row = points_of(park, "b")["data_quality"]
    assert row["value"] == pytest.approx(0.95)
    assert row["share"] == pytest.approx(0.85)  # half way from 0.7 to 1
    assert points_of(park, "b")["clean_energy"]["value"] == 0.0  # bought electricity alone
