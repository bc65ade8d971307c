"""Decomposition, decoupling and the way to neutrality, from entered years: worked by hand."""

from __future__ import annotations

import math
from dataclasses import replace

import pandas as pd
import pytest

from ledger.decomposition import Asked, decomposition
from ledger.decoupling import decoupling
from ledger.neutrality import neutrality
from models.registry import Scope
from tests.unit.carbon.conftest import day
from tests.unit.progress.peak.test_peak import emitted, entered, figure, produced

__all__ = ["entered"]


def year_of(code, year, output, basis="constant 2020", total=None, **carriers):
    """Figures of one enterprise and year; ``carriers`` give (tce, t)."""
    made = []
    if output is not None:
        made.append(figure(year, "output_1e4_yuan", output, code=code, price_basis=basis))
    for item, (energy, co2e) in carriers.items():
        made.append(figure(year, "energy_tce_calorific", energy, code=code, item=item))
        made.append(figure(year, "co2e_t", co2e, code=code, item=item))
    if total is None:
        total = sum(co2e for _, co2e in carriers.values())
    made.append(figure(year, "co2e_t", total, code=code))
    return made


def effects(table):
    return dict(zip(table["effect"], table["effect_t"], strict=True))


def test_five_effects_of_one_enterprise(entered):
    """Output 100 -> 200, energy 50 -> 80 tce, 2 -> 1.5 t/tce: see the worked example of lmdi."""
    books = entered(
        *year_of("a", 2023, 100, coal=(50, 100)), *year_of("a", 2024, 200, coal=(80, 120))
    )
    table = decomposition(books, Asked("enterprise", "a"))
    assert effects(table) == pytest.approx(
        {"activity": 76.036, "structure": 0, "intensity": -24.478, "mix": 0, "factor": -31.558,
         "not_attributed": 0}, abs=1e-3,
    )  # fmt: skip
    assert set(table["method"]) == {"two_years"}
    assert table["change_t"].unique() == pytest.approx([20])
    first = table.iloc[0]
    assert first["factor"] == pytest.approx(2.0)
    assert first["share_of_first"] == pytest.approx(0.76036, abs=1e-5)
    assert first["price_basis"] == "constant 2020"
    assert first["statement_zh"] == (
        "甲厂2023—2024年规模效应（总产值的变化）使排放增加76.04吨（相当于2023年排放的76.0%）。"
    )
    assert first["statement_en"] == (
        "A, 2023 to 2024: activity (change of total output) added 76.04 t (76.0 % of the emissions "
        "of 2023)."
    )


def test_an_enterprise_that_moves_in_is_structure_and_named(entered):
    """Cluster c1: a stays as it was (100 t); b comes with 60 t. Output 100 -> 100 + 60."""
    books = entered(
        *year_of("a", 2023, 100, coal=(50, 100)), *year_of("a", 2024, 100, coal=(50, 100)),
        *year_of("b", 2023, 0, total=0), *year_of("b", 2024, 60, coal=(30, 60)),
    )  # fmt: skip
    table = decomposition(books, Asked("cluster", "c1"))
    found = effects(table)
    # Activity of a: 100 ln 1.6 = 47.0; structure of a: -47.0, of b: +60.
    assert found["activity"] == pytest.approx(100 * math.log(1.6))
    assert found["structure"] == pytest.approx(60 - 100 * math.log(1.6))
    assert found["not_attributed"] == pytest.approx(0)
    structure = table[table["effect"] == "structure"].iloc[0]
    assert (structure["largest_unit"], structure["largest_t"]) == ("b", pytest.approx(60))
    assert "乙厂影响最大（+60吨）" in structure["statement_zh"]


def test_clusters_as_units(entered):
    """The park by clusters: what b takes over from a is within c1, so nothing but activity."""
    books = entered(
        *year_of("a", 2023, 100, coal=(50, 100)), *year_of("b", 2023, 0, total=0),
        *year_of("a", 2024, 60, coal=(30, 60)), *year_of("b", 2024, 60, coal=(30, 60)),
        *year_of("c", 2023, 0, total=0), *year_of("c", 2024, 0, total=0),
    )  # fmt: skip
    by_cluster = effects(decomposition(books, Asked("park", "p", "cluster")))
    assert by_cluster["activity"] == pytest.approx(20)
    assert by_cluster["structure"] == pytest.approx(0)
    by_enterprise = effects(decomposition(books, Asked("park", "p")))
    assert by_enterprise["structure"] != pytest.approx(0)


@pytest.mark.parametrize(
    ("b", "reason"),
    [
        (year_of("b", 2023, None, coal=(20, 40)), "output_unknown"),
        (year_of("b", 2023, 0, coal=(20, 40)), "without_output"),
        (year_of("b", 2023, 50, "current", coal=(20, 40)), "not_constant_prices"),
        (year_of("b", 2023, 50, "constant 2015", coal=(20, 40)), "price_bases_differ"),
        (year_of("b", 2023, 50, total=40), "carriers_not_known"),
    ],
)
def test_who_has_no_place_is_named_and_its_change_not_attributed(entered, b, reason):
    books = entered(
        *year_of("a", 2023, 100, coal=(50, 100)), *year_of("a", 2024, 110, coal=(55, 110)),
        *b, *year_of("b", 2024, 50, coal=(25, 50)),
    )  # fmt: skip
    table = decomposition(books, Asked("cluster", "c1"))
    found = effects(table)
    assert found["not_attributed"] == pytest.approx(10)
    assert found["activity"] == pytest.approx(10)
    assert set(table["left_out"]) == {f"b: {reason}"}


def test_emissions_that_are_not_of_energy_are_not_attributed(entered):
    books = entered(
        *year_of("a", 2023, 100, total=130, coal=(50, 100)),
        *year_of("a", 2024, 100, total=145, coal=(50, 100)),
    )
    found = effects(decomposition(books, Asked("enterprise", "a")))
    assert found["not_attributed"] == pytest.approx(15)
    assert found["activity"] == 0


def test_chained_steps_add_up(entered):
    books = entered(
        *year_of("a", 2022, 100, coal=(50, 100), gas=(10, 15)),
        *year_of("a", 2023, 90, coal=(40, 80), gas=(20, 30)),
        *year_of("a", 2024, 120, coal=(30, 60), gas=(40, 60)),
    )
    table = decomposition(books, Asked("enterprise", "a"), chained=True)
    steps, chained = table[table["method"] == "step"], table[table["method"] == "chained"]
    assert len(steps) == 12
    assert effects(chained) == pytest.approx(dict(steps.groupby("effect")["effect_t"].sum()))
    assert chained["effect_t"].sum() == pytest.approx(120 - 115)
    # Products of the factors are the ratio of the totals.
    assert chained["factor"].prod() == pytest.approx(120 / 115)


def test_metered_and_entered_years(ledger):
    """2022 entered: 4,000 t at 1,000 tce; 2025 metered: 8,760 MWh, 1,076.604 tce, 4,091.796 t."""
    ledger.write(1, day(2025), day(2026, 7), 1000.0)
    kept = tuple(one for one in ledger.registry.meters if one.key == 1)
    figures = [
        *year_of("a", 2022, 500, electricity=(1000.0, 4000.0)), *produced(2025, 600)
    ]  # fmt: skip
    ledger.registry = replace(ledger.registry, meters=kept, yearly_figures=tuple(figures))
    table = decomposition(ledger.books, Asked("enterprise", "a"))
    found = effects(table)
    mean = (4091.796 - 4000) / math.log(4091.796 / 4000)
    assert found["activity"] == pytest.approx(mean * math.log(1.2), rel=1e-6)
    assert found["intensity"] == pytest.approx(
        mean * math.log((1076.604 / 600) / (1000 / 500)), rel=1e-6
    )
    assert table["residual_t"].abs().max() <= 1e-9 * 4091.796


def test_who_uses_no_energy_counts_at_the_prices_of_the_rest(entered):
    """b made 50 at the prices of 2015 without energy in 2023, or -5 at those of 2020: neither has a
    place beside a's 100 at those of 2020, which stay as they were.
    """
    for made, reason in (
        (year_of("b", 2023, 50, "constant 2015", total=0), "price_bases_differ"),
        (year_of("b", 2023, -5, total=0), "output_not_positive"),
    ):
        books = entered(
            *year_of("a", 2023, 100, coal=(50, 100)), *year_of("a", 2024, 100, coal=(50, 100)),
            *made, *year_of("b", 2024, 60, coal=(30, 60)),
        )  # fmt: skip
        table = decomposition(books, Asked("cluster", "c1"))
        found = effects(table)
        assert (found["activity"], found["structure"]) == (0, 0)
        assert found["not_attributed"] == pytest.approx(60)
        assert set(table["left_out"]) == {f"b: {reason}"}


def test_a_carrier_known_in_one_year_only_does_not_begin(entered):
    """a burned 40 tce of gas in both years; its emissions of 2023 (80 of 180 t) are not by carrier:
    that is no change of the mix.
    """
    books = entered(
        *year_of("a", 2023, 100, total=180, coal=(50, 100)),
        figure(2023, "energy_tce_calorific", 40, code="a", item="natural_gas"),
        *year_of("a", 2024, 100, coal=(50, 100), natural_gas=(40, 80)),
    )
    (row,) = decomposition(books, Asked("enterprise", "a")).to_dict("records")
    assert (row["reason"], row["left_out"]) == ("carriers_not_known", "a: carriers_not_known")


def test_a_year_told_at_old_and_new_prices_joins_them(entered):
    """Prices of 2015 up to 2020, of 2020 from then on; 2020 is known at both. 96 -> 93 t while
    output goes 54 -> 56: t = -0.03125/0.037037.
    """
    books = entered(
        *emitted(2019, 96, 93, 91),
        *produced(2019, 54, 56, basis="constant 2015"), *produced(2020, 60, 63),
        *produced(2021, 70, basis="constant 2025"),
    )  # fmt: skip
    rows = decoupling(books, by="enterprise", code="a").to_dict("records")
    assert [row["price_basis"] for row in rows[:2]] == ["constant 2015", "constant 2020"]
    assert rows[0]["elasticity"] == pytest.approx((-3 / 96) / (2 / 54))
    assert rows[1]["elasticity"] == pytest.approx((-2 / 93) / (3 / 60))
    assert rows[2]["reason"] == "price_bases_differ"  # 2019 and 2021 share none


@pytest.mark.parametrize(
    ("figures", "how", "reason"),
    [
        (emitted(2024, 100), {}, "no_comparable_years"),
        (emitted(2022, 100, None, 90), {"first": 2023, "last": 2024}, "year_not_known"),
        (
            [*emitted(2022, 100, boundary="x"), *emitted(2023, 100, 90, boundary="y")],
            {"first": 2022},
            "boundary_changed",
        ),
        (emitted(2023, 100, 90), {}, "carriers_not_known"),
    ],
)
def test_what_cannot_be_decomposed_is_said(entered, figures, how, reason):
    table = decomposition(entered(*figures), Asked("enterprise", "a"), **how)
    assert list(table["reason"]) == [reason]
    assert pd.isna(table["effect"]).all()
    assert "无法分解" in table["statement_zh"].item()


def test_decoupling_by_year_and_over_all(entered):
    """100 -> 105 -> 94.5 t while output goes 100 -> 110 -> 121: t = 0.5, then -1; over all -5.5 %
    over +21 %: -0.262.
    """
    books = entered(*emitted(2022, 100, 105, 94.5), *produced(2022, 100, 110, 121))
    table = decoupling(books, by="enterprise", code="a")
    assert list(table["state"]) == ["weak_decoupling", "strong_decoupling", "strong_decoupling"]
    assert list(table["span"]) == ["year", "year", "whole"]
    assert table["elasticity"].to_numpy() == pytest.approx([0.5, -1, -0.055 / 0.21])
    assert table["statement_zh"].iloc[0] == (
        "甲厂2022—2023年：弱脱钩（排放增长慢于产值）。产值增长10.0%，排放增长5.0%，弹性t=0.50。"
    )
    assert (
        "Output rose by 10.0 %, emissions fell by 10.0 %; elasticity t = -1.00"
        in (table["statement_en"].iloc[1])
    )


@pytest.mark.parametrize(
    ("figures", "reason"),
    [
        ([*emitted(2023, 100, 90), *produced(2023, 50, 50)], "output_unchanged"),
        ([*emitted(2023, 100, 90), *produced(2023, 0, 50)], "output_not_positive"),
        ([*emitted(2023, 100, 90), *produced(2023, 50, -5)], "output_not_positive"),
        ([*emitted(2023, 100, 90)], "output_unknown"),
        ([*emitted(2023, 100, 90), *produced(2023, 5, 6, basis="current")], "not_constant_prices"),
        (
            [*emitted(2023, 100, 90), *produced(2023, 5, basis="constant 2015"),
             *produced(2024, 6)],
            "price_bases_differ",
        ),
        (
            [*emitted(2023, 100, boundary="x"), *emitted(2024, 90, boundary="y"),
             *produced(2023, 5, 6)],
            "boundary_changed",
        ),
        ([*emitted(2023, 0, 90), *produced(2023, 5, 6)], "emissions_not_positive"),
    ],
)  # fmt: skip
def test_no_state_without_ground(entered, figures, reason):
    row = decoupling(entered(*figures), by="enterprise", code="a").iloc[0]
    assert (row["state"], row["reason"]) == ("not_defined", reason)
    assert pd.isna(row["elasticity"])
    assert "脱钩状态无定义" in row["statement_zh"]


def test_gdp_of_zero_is_said(entered):
    gdp = [
        figure(2023 + place, "gdp_1e4_yuan", value, Scope.PARK, "p", price_basis="constant 2020")
        for place, value in enumerate((0, 10))
    ]
    books = entered(*emitted(2023, 100, 90, scope=Scope.PARK, code="p"), *gdp)
    row = decoupling(books, by="park", of="gdp").iloc[0]
    assert row["reason"] == "output_not_positive"
    assert row["of"] == "gdp"


def test_the_way_to_neutrality(entered):
    """85 t in 2023, 37 years to 2060: 85/37 = 2.297 t a year; 100 -> 85 in five years: 3 a year;
    sum of 85 (36 + 35 + ... + 0)/37 = 85 * 18 = 1530 t.
    """
    books = entered(*emitted(2017, 90, 100, 96, 93, 91, 88, 85))
    row = neutrality(books, by="enterprise", code="a").iloc[0]
    assert (row["verdict"], row["years_left"], row["goal_year"]) == ("peaked", 37, 2060)
    assert row["reduction_t_per_year"] == pytest.approx(85 / 37)
    assert row["fall_since_peak_t_per_year"] == pytest.approx(3)
    assert row["still_emitted_t"] == pytest.approx(1530)
    assert "降至零平均每年须减2.297吨" in row["statement_zh"]
    left = neutrality(books, by="enterprise", code="a", residual_t=17).iloc[0]
    # 17/85 = 0.2; 1 - 0.2^(1/37) = 4.26 %.
    assert left["reduction_rate"] == pytest.approx(1 - 0.2 ** (1 / 37))
    assert "to 17 t, to be taken up by sinks, in 2060" in left["statement_en"]


def test_sinks_that_take_up_all_already_ask_for_nothing(entered):
    books = entered(*emitted(2017, 90, 100, 96, 93, 91, 88, 85))
    row = neutrality(books, by="enterprise", code="a", residual_t=200).iloc[0]
    assert row["reduction_t_per_year"] == pytest.approx((85 - 200) / 37)
    assert "无须再减" in row["statement_zh"]
    assert "nothing has to come off" in row["statement_en"]
    assert "-" not in row["statement_zh"]


@pytest.mark.parametrize(
    ("values", "goal", "reason"),
    [((5, 0), None, "emissions_not_positive"), ((5, 4), 2020, "goal_passed")],
)
def test_a_way_that_cannot_be_told(entered, values, goal, reason):
    books = entered(*emitted(2023, *values))
    row = neutrality(books, by="enterprise", code="a", goal_year=goal).iloc[0]
    assert row["reason"] == reason
    assert pd.isna(row["reduction_t_per_year"])
    assert "无法计算" in row["statement_zh"]
