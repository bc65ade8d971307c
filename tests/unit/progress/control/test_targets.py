"""Targets held against accounts, worked by hand.

a takes 1,000 kWh an hour: 24 MWh a day, of which each is 0.4671 t, 0.1229 tce calorific and 0.3024
tce equivalent. Now is 1 July 2026: 181 of 365 days are over, 184 to come.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from ledger.books import Books
from ledger.targets import target_paths, targets
from models.carbon.factors import FactorLibrary
from models.registry import (
    EnergyBasis,
    Output,
    Scope,
    Subject,
    Target,
    YearlyFigure,
)
from tests.unit.carbon.conftest import day
from tests.unit.carbon.test_recorded import record

CO2_DAY = 24 * 0.4671
TCE_DAY = 24 * 0.3024


def target(subject, period, *, code="a", scope=Scope.ENTERPRISE, document="order 1", **more):
    if subject.startswith("energy"):
        more.setdefault("basis", EnergyBasis.EQUIVALENT)
    return Target(scope, code, Subject(subject), period, document, "table 1", **more)


def figure(year, indicator, value, code="a", **more):
    scope = more.pop("scope", Scope.ENTERPRISE)
    return YearlyFigure(scope, code, year, indicator, value, "yearbook", date(2026, 1, 1), **more)


@pytest.fixture
def used(metered):
    return metered


@pytest.fixture
def written(ledger):
    """The same in a store of its own."""
    kept = tuple(one for one in ledger.registry.meters if one.key == 1)
    ledger.registry = replace(ledger.registry, meters=kept)
    ledger.write(1, day(2025), day(2026, 7), 1000.0)
    return ledger


def asked(ledger, *some, figures=(), outputs=(), **how):
    ledger.registry = replace(
        ledger.registry, targets=some, yearly_figures=tuple(figures), outputs=tuple(outputs)
    )
    frame = targets(ledger.books, **how)
    return frame.astype(object).where(frame.notna(), None).to_dict("records")


def outputs(year, months, amount=100.0, prices="constant 2020"):
    return [Output("a", f"{year}-{month:02}", amount, prices) for month in months]


def test_a_total_that_runs(used):
    behind, missed, on_track = (
        asked(used, target("co2_total", "2026", value=value))[0]
        for value in (4000.0, 2000.0, 4200.0)
    )
    assert [row["state"] for row in (behind, missed, on_track)] == ["behind", "missed", "on_track"]
    assert behind["actual"] == pytest.approx(181 * CO2_DAY)
    assert behind["left"] == pytest.approx(4000 - 181 * CO2_DAY)
    assert behind["days_left"] == pytest.approx(184)
    assert behind["even_rate_per_day"] == pytest.approx((4000 - 181 * CO2_DAY) / 184)
    assert behind["rate_per_day"] == pytest.approx(CO2_DAY)
    assert behind["expected"] == pytest.approx(365 * CO2_DAY)
    assert behind["expected_course"] == pytest.approx(365 * CO2_DAY)
    assert behind["used_share"] == pytest.approx(181 * CO2_DAY / 4000)
    assert missed["even_rate_per_day"] == 0.0
    assert "1,971 t and 184 days are left" in behind["statement_en"]
    assert "进度落后于目标" in behind["statement_zh"]
    assert "29.08 t beyond it" in missed["statement_en"]


def test_the_rest_follows_last_years_course(written):
    """From July 2025 on a took 500 kWh an hour: the same is expected of the rest of 2026."""
    written.write(1, day(2025, 7), day(2026), 500.0)
    (row,) = asked(written, target("co2_total", "2026", value=3500.0))
    assert row["expected"] == pytest.approx(365 * CO2_DAY)
    assert row["expected_course"] == pytest.approx((181 + 184 / 2) * CO2_DAY)
    assert (row["expected_by"], row["state"]) == ("course", "on_track")


def test_without_last_year_the_rate_decides(ledger):
    kept = tuple(one for one in ledger.registry.meters if one.key == 1)
    ledger.registry = replace(ledger.registry, meters=kept)
    ledger.write(1, day(2026), day(2026, 7), 1000.0)
    (row,) = asked(ledger, target("co2_total", "2026", value=4000.0))
    assert (row["expected_by"], row["expected_course"], row["state"]) == ("rate", None, "behind")


@pytest.mark.parametrize("now", [(2028, 2, 10), (2028, 2, 29), (2028, 3, 10), (2029, 3, 10)])
def test_about_29_february_the_course_is_that_of_days(ledger, now):
    """1,000 kWh every hour is the same course whichever of the years has a day more."""
    at = day(*now)
    ledger.registry = replace(
        ledger.registry,
        meters=tuple(one for one in ledger.registry.meters if one.key == 1),
        targets=(target("co2_total", str(now[0]), value=5000.0),),
    )
    ledger.write(1, day(now[0] - 1), at, 1000.0)
    books = Books(ledger.store, lambda: ledger.registry, FactorLibrary(), lambda: at)
    (row,) = targets(books).to_dict("records")
    whole = (366 if now[0] == 2028 else 365) * CO2_DAY
    assert row["expected"] == pytest.approx(whole)
    assert row["expected_course"] == pytest.approx(whole)


def test_a_year_that_is_over(used):
    met, missed = (
        asked(used, target("energy_total", "2025", value=value), year=2025)[0]
        for value in (365 * TCE_DAY + 1, 365 * TCE_DAY - 1)
    )
    assert (met["state"], met["actual"]) == ("met", pytest.approx(365 * TCE_DAY))
    assert missed["state"] == "missed"
    calorific = target("energy_total", "2025", value=2000.0, basis=EnergyBasis.CALORIFIC)
    (row,) = asked(used, calorific, year=2025)
    assert row["actual"] == pytest.approx(365 * 24 * 0.1229)


def test_months(written):
    written.write(1, day(2026, 5), day(2026, 6), 2000.0)
    rows = asked(
        written,
        *(target("co2_total", f"2026-{month:02}", value=31.5 * CO2_DAY) for month in (4, 5, 6, 8)),
    )
    assert [(row["period"], row["state"], row["reason"]) for row in rows] == [
        ("2026-04", "met", None),
        ("2026-05", "missed", None),
        ("2026-06", "met", None),
        ("2026-08", "unknown", "not_begun"),
    ]
    assert rows[1]["actual"] == pytest.approx(62 * CO2_DAY)


def test_a_five_year_rate_of_an_intensity(used):
    """2025: 4,091.8 t per 12 x 100; 2026 the same in January to June: the year is expected as the
    last, which is 1/0.83^(1/5) = 1.038 of what the path allows in 2026.
    """
    five = target("co2_intensity", "2026-2030", reduction=0.17, base_year=2025,
                  price_basis="constant 2020")  # fmt: skip
    given = [*outputs(2025, range(1, 13)), *outputs(2026, range(1, 7))]
    (row,) = asked(used, five, outputs=given)
    base = 365 * CO2_DAY / 1200
    assert row["base_value"] == pytest.approx(base)
    assert row["even_share"] == pytest.approx(0.03658, abs=5e-6)  # 0.83^0.2 = 0.96342
    assert row["allowed"] == pytest.approx(base * 0.96342, rel=1e-5)
    assert row["actual"] == pytest.approx(181 * CO2_DAY / 600)
    assert row["expected_course"] == pytest.approx(base)
    assert (row["state"], row["left"]) == ("behind", None)
    # an output a fourth larger: 0.8 of the intensity
    better = [*outputs(2025, range(1, 13)), *outputs(2026, range(1, 7), 125.0)]
    (row,) = asked(used, five, outputs=better)
    assert row["expected_course"] == pytest.approx(base * 0.8)
    assert row["state"] == "on_track"  # 2026 is not the year that decides


def test_the_path_of_five_years(used):
    five = target("co2_total", "2026-2030", reduction=1 - 0.59049, base_year=2025)
    used.registry = replace(used.registry, targets=(five,))
    path = target_paths(used.books)
    shares = [0.9, 0.81, 0.729, 0.6561, 0.59049]
    assert path["allowed"].tolist() == pytest.approx([365 * CO2_DAY * one for one in shares])
    assert path["reason"].tolist()[1:] == ["not_begun"] * 4


@pytest.mark.parametrize(
    ("some", "figures", "outputs_of", "reason"),
    [
        ({"subject": "co2_total", "period": "2026", "reduction": 0.1}, [], [], "base_year_missing"),
        ({"subject": "co2_total", "period": "2026", "reduction": 0.1, "base_year": 2020}, [], [],
         "base_unknown"),
        ({"subject": "co2_total", "period": "2026", "reduction": 0.1, "base_year": 2020},
         [("co2e_t", 0.0)], [], "base_not_positive"),
        ({"subject": "co2_intensity", "period": "2026", "value": 1.0,
          "price_basis": "constant 2020"}, [], [], "output_missing"),
        ({"subject": "co2_intensity", "period": "2026", "value": 1.0,
          "price_basis": "constant 2020"}, [], outputs(2026, [1], 0.0), "output_not_positive"),
        ({"subject": "co2_intensity", "period": "2026", "value": 1.0,
          "price_basis": "constant 2020"}, [], outputs(2026, [1], -5.0), "output_not_positive"),
        ({"subject": "co2_intensity", "period": "2026", "value": 1.0,
          "price_basis": "constant 2020"}, [], outputs(2026, [1], prices="current"),
         "other_prices"),
        ({"subject": "co2_intensity", "period": "2026", "value": 1.0, "price_basis": "current"},
         [], outputs(2026, [1], prices="current"), "prices_not_constant"),
        ({"subject": "co2_total", "period": "2026-2030", "value": 1.0}, [], [], "no_path"),
        ({"subject": "co2_total", "period": "2026-2030", "reduction": 0.2, "base_year": 2026},
         [], [], "base_after_period"),
        ({"subject": "co2_total", "period": "2026", "value": 9.0, "code": "c"}, [], [],
         "no_accounts"),
    ],
)  # fmt: skip
def test_what_is_not_known_is_said(used, some, figures, outputs_of, reason):
    known = [figure(2020, name, value) for name, value in figures]
    some = dict(some)
    (row,) = asked(
        used, target(some.pop("subject"), some.pop("period"), **some),
        figures=known, outputs=outputs_of,
    )  # fmt: skip
    assert (row["state"], row["reason"]) == ("unknown", reason)
    assert "无法判断" in row["statement_zh"]
    assert "no judgement is possible" in row["statement_en"]


def test_half_known_months_are_no_judgement(written):
    written.write(1, day(2026, 2), day(2026, 5), 1000.0, coverage=0.5)
    (row,) = asked(written, target("co2_total", "2026", value=4200.0))
    assert (row["state"], row["reason"]) == ("unknown", "coverage")
    (row,) = asked(written, target("co2_total", "2026", value=100.0))
    assert (row["state"], row["reason"]) == ("missed", None)  # however little is known


def test_a_total_is_met_only_if_the_missing_hours_do_not_decide(written):
    """Half of the hours of June and July 2025 without reading: (365 - 30.5) / 365 = 91.6 % known.
    As much in the others makes 4,091.8 / 0.916 = 4,465 t, unless an estimate fills them.
    """
    some = [target("co2_total", "2025", value=value) for value in (4400.0, 4500.0)]
    written.write(1, day(2025, 6), day(2025, 8), 1000.0, coverage=0.5)
    rows = asked(written, *some, year=2025)
    assert rows[0]["coverage"] == pytest.approx(334.5 / 365)
    assert [(row["state"], row["reason"]) for row in rows] == [
        ("unknown", "hours_missing"), ("met", None),
    ]  # fmt: skip
    assert "补上后可能超过目标" in rows[0]["statement_zh"]
    written.write(1, day(2025, 6), day(2025, 8), 1000.0, coverage=0.5, estimated=500.0)
    assert [row["state"] for row in asked(written, *some, year=2025)] == ["met", "met"]


def test_entered_records_are_part_of_the_course(written):
    """1,000 Nm3 of gas a month by record beside the meters: 12/12 of it by last year's course."""
    gas = [
        record(number, "stationary_combustion", "natural_gas", 1000.0, "Nm3", f"{year}-{month:02}")
        for number, (year, month) in enumerate(
            [(2025, month) for month in range(1, 13)] + [(2026, month) for month in range(1, 7)], 1
        )
    ]
    written.registry = replace(written.registry, activity_records=tuple(gas))
    (row,) = asked(written, target("co2_total", "2026", value=5000.0))
    monthly = (row["actual"] - 181 * CO2_DAY) / 6
    assert 1.9 < monthly < 2.4  # 1,000 Nm3 are about 2.16 t
    assert row["expected_course"] == pytest.approx(365 * CO2_DAY + 12 * monthly, rel=1e-3)


def test_a_sum_without_one_of_its_enterprises_is_no_judgement(used):
    """b emitted 3,000 t up to 2024 and is told of no more: a's 2,029 t are not the park's."""
    park = {"scope": Scope.PARK, "code": "p"}
    some = [target("co2_total", "2026", value=value, **park) for value in (5000.0, 2000.0)]
    some += [target("co2_total", "2026-03", value=5000.0, **park),
             target("co2_total", "2025", value=5000.0, **park)]  # fmt: skip
    before = [figure(2024, "co2e_t", 3000.0, code="b")]
    states = {(row["period"], row["allowed"]): (row["state"], row["reason"])
              for row in asked(used, *some[:3], figures=before)}  # fmt: skip
    assert states == {
        ("2026", 5000.0): ("unknown", "members"),
        ("2026", 2000.0): ("missed", None),  # whoever is missing
        ("2026-03", 5000.0): ("unknown", "members"),
    }
    (row,) = asked(used, some[3], figures=before, year=2025)
    assert (row["state"], row["reason"], row["actual"]) == ("unknown", "members", None)


def test_output_told_before_its_month_is_over_waits_for_it(used):
    """On 16 June: 151 days to the end of May over 5 x 100, not 166 over 6 x 100."""
    used.registry = replace(
        used.registry,
        targets=(target("co2_intensity", "2026", value=3.0, price_basis="constant 2020"),),
        outputs=tuple(outputs(2026, range(1, 7))),
    )
    books = Books(used.store, lambda: used.registry, FactorLibrary(), lambda: day(2026, 6, 16))
    (row,) = targets(books).to_dict("records")
    assert (row["actual"], row["months"]) == (pytest.approx(151 * CO2_DAY / 500), 5)


def test_months_with_output_at_two_prices(used):
    """2,029.08 t over 6 x 100 at the prices of 2020, whatever those of 2025 say."""
    given = [*outputs(2026, range(1, 7)), *outputs(2026, range(1, 7), 130.0, "constant 2025")]
    (row,) = asked(
        used, target("co2_intensity", "2026", value=5.0, price_basis="constant 2020"), outputs=given
    )
    assert row["actual"] == pytest.approx(181 * CO2_DAY / 600)


def test_a_month_of_meters_is_not_that_of_who_is_only_entered(used):
    """b emits 3,000 t a year, which are entered; 347.5 t by a's meter in March 2025 are not all."""
    park = target("co2_total", "2025-03", scope=Scope.PARK, code="p", value=400.0)
    own = target("co2_total", "2025-03", value=400.0)
    entered = [figure(year, "co2e_t", 3000.0, code="b") for year in (2024, 2025)]
    rows = asked(used, park, own, figures=entered, year=2025)
    assert [(row["code"], row["state"], row["reason"]) for row in rows] == [
        ("p", "unknown", "members"), ("a", "met", None),
    ]  # fmt: skip


def test_overlapping_targets_name_each_other(used):
    rows = asked(
        used,
        target("co2_total", "2026", value=4200.0),
        target("co2_total", "2026", value=4000.0, document="order 2"),
        target("co2_total", "2026-03", value=400.0),
    )
    assert [(row["period"], row["overlaps"]) for row in rows] == [
        ("2026", "2026 order 2"), ("2026", "2026 order 1"), ("2026-03", None),
    ]  # fmt: skip
    assert "overlaps other targets (2026 order 2)" in rows[0]["statement_en"]
    assert "重叠" in rows[0]["statement_zh"]


@pytest.mark.parametrize(
    ("value", "allowed", "said"),
    [
        (5.0, 4.9999, "目标4.9999吨；实际5吨；目标未完成"),
        (1000.4, 1000.1, "目标1,000.1吨；实际1,000.4吨；目标未完成"),
        (4.9999, 5.0, "目标5吨；实际4.9999吨；目标已完成"),
        (1234.4, 1500.4, "目标1,500吨；实际1,234吨；目标已完成"),
    ],
)
def test_the_words_tell_apart_what_the_state_does(used, value, allowed, said):
    (row,) = asked(
        used, target("co2_total", "2022", value=allowed), year=2022,
        figures=[figure(2022, "co2e_t", value)],
    )  # fmt: skip
    assert said in row["statement_zh"]


def test_no_targets(used):
    assert asked(used) == []
