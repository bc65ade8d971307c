"""Verdicts of the ledger: from entered and metered years, with what they rest on in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from dashboards.boards.peak_codes import STATES, VERDICTS
from ledger.peak import peak
from ledger.peaking.peak_series import series_table
from models.progress.peak.names import codes, name_of
from models.progress.peak.rules import RULES
from models.progress.peak.tapio import Decoupling
from models.progress.peak.verdict import Verdict, Why
from models.registry import Scope, YearlyFigure
from tests.unit.carbon.conftest import day

# 1,000 kWh an hour at 0.4671 kgCO2/kWh, in a leap year and another one.
OF_2024, OF_2025 = 8784 * 0.4671, 8760 * 0.4671


def figure(year, indicator, value, scope=Scope.ENTERPRISE, code="a", **more):
    return YearlyFigure(scope, code, year, indicator, value, "yearbook", date(2026, 1, 1), **more)


def emitted(first, *values, **more):
    return [
        figure(first + place, "co2e_t", value, **more)
        for place, value in enumerate(values)
        if value is not None
    ]


def produced(first, *values, basis="constant 2020"):
    return [
        figure(first + place, "output_1e4_yuan", value, price_basis=basis)
        for place, value in enumerate(values)
    ]


def days(first, *values):
    return [
        figure(first + place, "heating_degree_days", value, Scope.PARK, "p")
        for place, value in enumerate(values)
    ]


@pytest.fixture
def entered(ledger):
    """The small park, nothing metered; figures of years are entered by calling it."""

    def enter(*figures):
        ledger.registry = replace(ledger.registry, yearly_figures=tuple(figures))
        return ledger.books

    return enter


def rows(books, **how):
    return {
        (row["series"]): row
        for row in peak(books, by="enterprise", code="a", **how).to_dict("records")
    }


def test_an_enterprise_that_has_peaked(entered):
    """The least that can be: 100 in 2018, then ten falling pairs (Z = -2.2045, p = 0.0275), Sen's
    slope by hand: 96 93 91 88 85 has slopes -3 -2.5 -2.667 -2.75 -2 -2.5 -2.667 -3 -3 -3, in order
    -3 -3 -3 -3 -2.75 -2.667 -2.667 -2.5 -2.5 -2: median (-2.75 - 2.667)/2 = -2.708.
    """
    books = entered(*emitted(2017, 90, 100, 96, 93, 91, 88, 85))
    row = rows(books, adjusted=False)["raw"]
    assert (row["verdict"], row["reason"]) == ("peaked", "significant_decrease")
    assert (row["n"], row["peak_year"], row["years_after"], row["mk_s"]) == (7, 2018, 5, -10)
    assert row["mk_p"] == pytest.approx(0.0275, abs=5e-5)
    assert row["slope_t"] == pytest.approx(-2.7083, abs=1e-4)
    assert (row["metered_years"], row["imported_years"]) == (0, 7)
    # 2024: at 88 exactly S = -12 with a tie, p = 0.0354; above it S = -11, p = 0.0603 (n = 6).
    assert row["next_verdicts"] == (
        "peaked [0.0, 88.0] | plateau (88.0, 100.0) | at_maximum [100.0, inf)"
    )
    assert "甲厂：已达峰" in row["statement_zh"]
    assert "p=0.027" in row["statement_zh"]
    assert (
        ": peaked. Of 7 yearly values from 2017 to 2023 the maximum is 100 t in 2018"
        in (row["statement_en"])
    )
    assert (
        "between 88 and 100 t: plateau; at least 100 t: rising or at its maximum"
        in (row["statement_en"])
    )


def test_metered_years_follow_the_entered_ones_and_the_running_one_is_not_judged(ledger):
    ledger.write(1, day(2024), day(2026, 7), 1000.0)
    kept = tuple(one for one in ledger.registry.meters if one.key == 1)
    figures = emitted(2020, 6000, 5500, 5000, 4500, boundary="whole plant")
    ledger.registry = replace(ledger.registry, meters=kept, yearly_figures=tuple(figures))
    row = rows(ledger.books, adjusted=False)["raw"]
    assert (row["metered_years"], row["imported_years"], row["last_year"]) == (2, 4, 2025)
    assert row["last_value_t"] == pytest.approx(OF_2025)
    # After 2020: 5500 5000 4500 4103.0 4091.8, all ten pairs fall.
    assert row["verdict"] == "peaked"
    table = series_table(ledger.books, by="enterprise", code="a")
    judged = {row["year"]: row["judged"] for row in table.to_dict("records")}
    assert judged == {**dict.fromkeys(range(2020, 2026), True), 2026: False}
    assert table[table["year"] == 2024]["co2e_t"].item() == pytest.approx(OF_2024)


def test_metered_and_entered_values_of_one_year_that_differ_are_said(ledger):
    """2024 by meters 4,103 t, as entered 4,900; 2025 4,092 and 4,100, which is within 1 %."""
    ledger.write(1, day(2024), day(2026, 7), 1000.0)
    kept = tuple(one for one in ledger.registry.meters if one.key == 1)
    figures = emitted(2020, 6000, 5500, 5000, 4950, 4900, 4100)
    ledger.registry = replace(ledger.registry, meters=kept, yearly_figures=tuple(figures))
    row = rows(ledger.books, adjusted=False)["raw"]
    assert row["metered_years"] == 2
    assert "2024年计量值为4,103吨，填报值为4,900吨，计量年与填报年可能不可比" in row["statement_zh"]
    assert "Of 2024 meters tell 4,103 t and what was entered 4,900 t" in row["statement_en"]
    figures = [*figures[:4], *figures[5:]]
    ledger.registry = replace(ledger.registry, yearly_figures=tuple(figures))
    assert "填报值" not in rows(ledger.books, adjusted=False)["raw"]["statement_zh"]


def test_a_change_of_boundary_and_a_missing_year_are_said(entered):
    books = entered(
        *emitted(2015, 300, 290, boundary="with the foundry"),
        *emitted(2017, 100, 95, None, 90, 85, boundary="without it"),
    )
    row = rows(books, adjusted=False)["raw"]
    assert (row["verdict"], row["n"]) == ("not_enough_years", 4)
    assert (row["boundary_changes"], row["missing_years"]) == ("2017", "2019")
    assert (
        "统计边界于2017年改变，只判断2017年及以后的数值。缺少2019年的数值。" in row["statement_zh"]
    )
    assert "only values from 2017 on are judged. Missing: 2019." in row["statement_en"]


def test_weather_that_hides_a_trend_is_taken_out(entered):
    """Falls by 10 t a year; 0.5 t per degree day beside it, the last winters ever colder."""
    degree_days = [4400, 4300, 4500, 4350, 4450, 4420, 4480, 4500, 4520, 4540]
    mean = sum(degree_days) / 10
    values = [1000 - 10 * n + 0.5 * (of - mean) for n, of in enumerate(degree_days)]
    found = rows(entered(*emitted(2015, *values), *days(2015, *degree_days)))
    weather = found["weather"]
    assert weather["coefficient"] == pytest.approx(0.5)
    assert (weather["verdict"], weather["peak_year"]) == ("peaked", 2015)
    assert weather["last_value_t"] == pytest.approx(910)
    assert found["raw"]["verdict"] == "plateau"
    assert "气象修正序列" in weather["statement_zh"]
    assert "coefficient 0.5 t per degree day" in weather["statement_en"]


def test_why_a_series_is_not_adjusted(entered):
    values = emitted(2015, 100, 98, 97, 95, 94, 92, 90, 89)
    found = rows(entered(*values, *produced(2015, *range(50, 58), basis="current")))
    assert pd.isna(found["weather"]["verdict"])
    assert found["weather"]["reason"] == "influence_unknown"
    assert "(0 known, 6 needed)" in found["weather"]["statement_en"]
    assert found["output"]["reason"] == "not_constant_prices"
    assert "没有不变价产值" in found["output"]["statement_zh"]


def test_a_decline_with_falling_output_is_called_passive(entered):
    books = entered(
        *emitted(2018, 100, 96, 93, 91, 88, 85), *produced(2018, 50, 49, 48, 47, 46, 45)
    )
    row = rows(books, adjusted=False)["raw"]
    assert row["output_change"] == pytest.approx(-0.1)
    assert "同期产值下降10.0%" in row["statement_zh"]
    assert "may be a passive one" in row["statement_en"]


def test_a_year_at_new_prices_too_does_not_hide_the_fall_of_output(entered):
    books = entered(
        *emitted(2018, 100, 96, 93, 91, 88, 85), *produced(2018, 50, 49, 48, 47, 46, 45),
        *produced(2023, 60, basis="constant 2025"),
    )  # fmt: skip
    row = rows(books, adjusted=False)["raw"]
    assert row["output_change"] == pytest.approx(-0.1)
    assert "may be a passive one" in row["statement_en"]


def test_a_sum_ties_with_the_same_typed(entered):
    """The park in 2016 by a alone, 300.3; in 2018 100.1 + 200.2, which floats make a bit less."""
    assert 100.1 + 200.2 < 300.3
    books = entered(
        *emitted(2016, 300.3, 250, 100.1, 250, 240, 230, 220, 210),
        *emitted(2016, 0, 0, 200.2, 0, 0, 0, 0, 0, code="b"),
    )
    (row,) = peak(books, by="cluster", code="c1", adjusted=False).to_dict("records")
    assert (row["peak_year"], row["verdict"]) == (2018, "peaked")


def test_who_sells_more_than_it_emits_is_told_both_ends_of_a_range(entered):
    """-5 t in 2018, then -20 to -60: -60 to -50 t would leave it peaked, -40 would not."""
    (row,) = peak(
        entered(*emitted(2017, -10, -5, -20, -30, -40, -50, -60)), by="enterprise", adjusted=False
    ).to_dict("records")
    assert row["next_verdicts"].startswith("peaked (-inf, -50.0] | plateau (-50.0, -5.0)")
    assert "between -50 and -5 t: plateau" in row["statement_en"]
    assert "若在-50至-5吨之间为“平台期”" in row["statement_zh"]


def test_a_park_without_any_year(entered):
    assert peak(entered(), by="park").empty
    assert series_table(entered(), by="park").empty


def test_every_code_has_a_name():
    assert codes("verdict") == tuple(Verdict)
    assert set(codes("state")) == set(Decoupling)
    # The board has the names once more: it knows the API only.
    for shown, kept in ((VERDICTS, "verdict"), (STATES, "state")):
        assert {code: text.zh for code, text in shown.items()} == {
            code: name_of(kept, code)[0] for code in codes(kept)
        }
    for why in Why:
        assert all(name_of("reason", why))
    # What names say in words is what the rules say in numbers.
    assert (RULES.years_needed, RULES.years_after, RULES.near_maximum) == (5, 5, 0.01)
