"""The running year's total from the books, worked by hand.

a takes 1,000 kWh an hour from 2024 on, so that a year of 365 days comes to 8,760 MWh: 4,091.796 t
at 0.4671 kgCO2/kWh, and 2,649.024 tce at 302.4 gce/kWh. Now is 1 July 2026: 181 days are known.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from ledger.books import Books
from ledger.nowcast import nowcast_months, nowcasts
from models.carbon.factors import FactorLibrary
from models.registry import EnergyBasis, Scope, Subject, Target, YearlyFigure
from tests.unit.carbon.conftest import day

DAY = 24 * 0.4671
YEAR = 365 * DAY


@pytest.fixture
def used(ledger):
    kept = tuple(one for one in ledger.registry.meters if one.key in (1, 6))
    ledger.registry = replace(ledger.registry, meters=kept)
    ledger.write(1, day(2024), day(2026, 7), 1000.0)
    return ledger


def asked(books, code="a", subject="co2e_t"):
    frame = nowcasts(books, by="enterprise", code=code, subject=subject)
    (row,) = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return row


def target(subject, period, value, **more):
    basis = EnergyBasis.EQUIVALENT if subject is Subject.ENERGY_TOTAL else None
    return Target(
        Scope.ENTERPRISE, "a", subject, period, "order 7", "1", value=value, basis=basis, **more
    )


def set_targets(ledger, *some):
    ledger.registry = replace(ledger.registry, targets=some)


def test_every_day_alike_comes_to_365_of_them(used):
    row = asked(used.books)
    assert row["known"] == pytest.approx(181 * DAY)
    assert (row["year"], row["known_months"], row["history_months"]) == (2026, 6, 24)
    assert row["total"] == pytest.approx(YEAR, rel=0.002)
    assert row["low_95"] < row["low_80"] < row["low_50"] < YEAR < row["high_50"] < row["high_95"]
    # the year before had 365 days too
    assert row["last_year"] == pytest.approx(YEAR)
    assert row["change"] == pytest.approx(0, abs=0.002)
    assert (row["limit"], row["probability"], row["target_reason"]) == (None, None, "no_target")
    assert "No target of the total" in row["statement_en"]


def test_all_three_subjects_of_everyone(used):
    table = nowcasts(used.books, by="enterprise")
    assert list(zip(table["enterprise"], table["subject"], strict=True)) == [
        (code, subject)
        for code in ("a", "b")
        for subject in ("co2e_t", "energy_tce_equivalent", "energy_tce_calorific")
    ]
    assert list(table["unit"][:3]) == ["t", "tce", "tce"]
    assert list(table["total"][:3]) == pytest.approx(
        [YEAR, 8760 * 0.3024, 8760 * 0.1229], rel=0.002
    )
    assert set(table["reason"][3:]) == {"nothing_known"}  # b never reported
    park = nowcasts(used.books, by="park", subject="co2e_t")
    assert list(park["park"]) == ["p"]


def test_the_budget_holds_for_sure_by_half_or_not_at_all(used):
    total = asked(used.books)["total"]
    for value, low, high in ((1.1 * YEAR, 0.99, 1), (total, 0.499, 0.501), (0.9 * YEAR, 0, 0.01)):
        set_targets(used, target(Subject.CO2_TOTAL, "2026", value))
        row = asked(used.books)
        assert low <= row["probability"] <= high
        assert row["limit"] == pytest.approx(value)
    assert "under 1 %" in row["statement_en"]
    assert "不足1%" in row["statement_zh"]


def test_of_several_targets_the_tightest_is_told(used):
    set_targets(
        used,
        target(Subject.CO2_TOTAL, "2026", 4200.0),
        target(Subject.CO2_TOTAL, "2026-2030", 4000.0, base_year=2025),
        target(Subject.CO2_TOTAL, "2026-05", 1.0),  # a month's is not the year's
        target(Subject.ENERGY_TOTAL, "2026", 1.0),
    )
    row = asked(used.books)
    # the even share of five years from 4,091.796 to 4,000
    assert row["limit"] == pytest.approx(4091.796 * (4000 / 4091.796) ** (1 / 5), rel=1e-9)
    assert row["target_period"] == "2026-2030"


def test_energy_is_held_at_the_value_that_the_target_names(used):
    set_targets(used, target(Subject.ENERGY_TOTAL, "2026", 3000.0))
    row = asked(used.books, subject="energy_tce_equivalent")
    assert (row["limit"], row["counted_share"]) == (pytest.approx(3000.0), pytest.approx(1.0))
    assert row["probability"] > 0.99
    calorific = asked(used.books, subject="energy_tce_calorific")
    assert calorific["target_reason"] == "no_target"


def test_a_target_that_allows_nothing_yet_says_why(used):
    without_base = Target(Scope.ENTERPRISE, "a", Subject.CO2_TOTAL, "2026", "o", "1", reduction=0.1)
    set_targets(used, without_base)
    assert asked(used.books)["target_reason"] == "base_year_missing"


def test_a_park_without_one_of_its_enterprises_is_not_foretold(used):
    gone = YearlyFigure(
        Scope.ENTERPRISE, "c", 2025, "co2e_t", 900.0, "yearbook", date(2026, 1, 1)
    )  # fmt: skip
    used.registry = replace(used.registry, yearly_figures=(gone,))
    (row,) = nowcasts(used.books, by="park", subject="co2e_t").to_dict("records")
    assert row["reason"] == "members"
    assert row["total"] != row["total"]
    assert "the months are not all there is" in row["statement_en"]
    assert nowcast_months(used.books, by="park", code="p", subject="co2e_t").empty


def test_a_month_with_a_gap_is_to_come_like_those_ahead(used):
    used.write(1, day(2026, 3), day(2026, 4), 1000.0, coverage=0.5)
    row = asked(used.books)
    assert (row["known_months"], row["months_unknown"]) == (5, "3")
    assert row["known"] == pytest.approx((181 - 31) * DAY)
    assert row["total"] == pytest.approx(YEAR, rel=0.003)
    assert "Month 3 is not known" in row["statement_en"]


def test_half_a_month_is_known_by_its_half(used):
    used.write(1, day(2026, 7), day(2026, 7, 17), 1000.0)
    later = day(2026, 7, 17)
    books = Books(used.store, lambda: used.registry, FactorLibrary(), lambda: later)
    row = asked(books)
    assert row["known_months"] == pytest.approx(6 + 16 / 31)
    assert row["known"] == pytest.approx((181 + 16) * DAY)
    assert row["total"] == pytest.approx(YEAR, rel=0.002)
    months = nowcast_months(books, by="enterprise", code="a", subject="co2e_t")
    before, running = months[months["year"] < 2026], months[months["year"] == 2026]
    assert list(before["year"].unique()) == [2024, 2025]
    assert list(before["expected"][-2:]) == pytest.approx([30 * DAY, 31 * DAY])
    assert list(running["state"]) == ["known"] * 6 + ["running"] + ["to_come"] * 5
    assert running["low_80"].isna().sum() == 6  # what is known has no interval
    july = running.iloc[6]
    assert july["known"] == pytest.approx(16 * DAY)
    assert july["expected"] == pytest.approx(31 * DAY, rel=0.003)
    assert july["low_80"] < july["expected"] < july["high_80"]


def test_a_season_never_seen_is_said_and_nothing_told(used):
    used.write(6, day(2025, 9), day(2026, 7), 1000.0)
    row = asked(used.books, code="b")
    assert (row["reason"], row["months_without_season"], row["total"]) == (
        "season_unknown", "7|8", None,
    )  # fmt: skip
    assert "month 7, 8" in row["statement_en"]
    assert "7、8月" in row["statement_zh"]
    assert nowcast_months(used.books, by="enterprise", code="b", subject="co2e_t").empty


def test_earlier_totals_tell_growth_only_within_one_boundary(used):
    def entered(year, value, boundary):
        return YearlyFigure(
            Scope.ENTERPRISE, "a", year, "co2e_t", value, "yearbook", date(2026, 1, 1),
            boundary=boundary,
        )  # fmt: skip

    # 2021 to 2023 fell by 10 % a year, 2020 had another boundary; 2024 has a leap day more
    figures = [entered(y, YEAR / 0.9 ** (2024 - y), "whole") for y in (2021, 2022, 2023)]
    used.registry = replace(used.registry, yearly_figures=(*figures, entered(2020, 9000.0, "half")))
    row = asked(used.books)
    assert row["growth_years"] == 5  # 2021 to 2025
    assert -0.1 < row["growth_prior"] < 0
