"""Verdicts of dual control and targets broken down, worked by hand (see test_targets)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger.dual_control import dual_control
from ledger.target_breakdown import breakdown, lead_units
from models.registry import EnergyBasis, Scope
from tests.unit.progress.control.test_targets import (
    CO2_DAY,
    TCE_DAY,
    figure,
    outputs,
    target,
)

PRICES = "constant 2020"
YEAR_TCE, YEAR_CO2 = 365 * TCE_DAY, 365 * CO2_DAY


def asked(ledger, *some, figures=(), outputs_of=(), **how):
    ledger.registry = replace(
        ledger.registry, targets=some, yearly_figures=tuple(figures), outputs=tuple(outputs_of)
    )
    frame = dual_control(ledger.books, **how)
    plain = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return {(row["scope"], row["code"], row["control"]): row for row in plain}


def energy_targets(total, intensity):
    return [
        target("energy_total", "2025", value=total),
        target("energy_intensity", "2025", value=intensity, price_basis=PRICES),
    ]


@pytest.fixture
def used(metered):
    return metered


def test_energy_of_2025_needs_both(used):
    """2,649.0 tce and 2.2075 tce per 10^4 yuan at 1,200."""
    of = {"outputs_of": outputs(2025, range(1, 13)), "year": 2025}
    key = ("enterprise", "a", "energy")
    both = asked(used, *energy_targets(YEAR_TCE + 1, 2.21), **of)[key]
    assert (both["verdict"], both["reason"], both["main"]) == ("met", None, "energy_intensity")
    assert both["energy_tce_equivalent"] == pytest.approx(YEAR_TCE)
    assert both["energy_tce_calorific"] == pytest.approx(365 * 24 * 0.1229)
    assert both["intensity_actual"] == pytest.approx(YEAR_TCE / 1200)
    one = asked(used, *energy_targets(YEAR_TCE + 1, 2.2), **of)[key]
    assert (one["verdict"], one["intensity_state"], one["total_state"]) == (
        "not_met", "missed", "met",
    )  # fmt: skip
    assert "未通过" in one["statement_zh"]
    assert "not passed" in one["statement_en"]
    assert "原料用能" in one["rule_zh"]  # the rule's own text
    assert "Rule: Energy intensity binds" in one["statement_en"]


def test_without_output_the_verdict_is_open_unless_the_total_is_missed(used):
    key = ("enterprise", "a", "energy")
    row = asked(used, *energy_targets(YEAR_TCE + 1, 2.2), year=2025)[key]
    assert (row["verdict"], row["reason"]) == ("unknown", "output_missing")
    assert "缺少产值" in row["statement_zh"]
    row = asked(used, *energy_targets(YEAR_TCE - 1, 2.2), year=2025)[key]
    assert row["verdict"] == "not_met"


def test_carbon_of_2026_is_decided_by_intensity(used):
    given = [
        target("co2_total", "2026", value=1000.0),  # used up in spring
        target("co2_intensity", "2026", value=5.0, price_basis=PRICES),
    ]
    months = [*outputs(2025, range(1, 13)), *outputs(2026, range(1, 7))]
    row = asked(used, *given, outputs_of=months)["enterprise", "a", "carbon"]
    assert (row["verdict"], row["secondary_missed"], row["total_state"]) == (
        "on_track", True, "missed",
    )  # fmt: skip
    assert "the secondary subject does not hold" in row["statement_en"].lower()
    # 2025: carbon is watched, nothing follows
    row = asked(used, *given, outputs_of=months, year=2025)["enterprise", "a", "carbon"]
    assert (row["verdict"], row["reason"]) == ("no_verdict", "rule_tells_only")
    assert row["total_actual"] == pytest.approx(YEAR_CO2)


def test_who_has_no_target_has_no_verdict(used):
    rows = asked(used, outputs_of=outputs(2025, range(1, 13)), year=2025)
    assert set(rows) == {
        (scope, code, control)
        for scope, code in (("park", "p"), ("cluster", "c1"), ("enterprise", "a"))
        for control in ("energy", "carbon")
    }
    row = rows["park", "p", "energy"]
    assert (row["verdict"], row["reason"]) == ("no_verdict", "no_target")
    assert row["total_actual"] == pytest.approx(YEAR_TCE)
    assert row["intensity_actual"] == pytest.approx(YEAR_TCE / 1200)


def test_the_two_values_of_energy_are_never_compared(used):
    calorific = target("energy_total", "2025", value=1.0, basis=EnergyBasis.CALORIFIC)
    row = asked(used, calorific, year=2025)["enterprise", "a", "energy"]
    assert (row["verdict"], row["reason"], row["total_allowed"]) == (
        "no_verdict", "other_basis", None,
    )  # fmt: skip


def test_one_of_two_targets_is_not_enough(used):
    row = asked(used, target("energy_total", "2025", value=YEAR_TCE + 1), year=2025)
    row = row["enterprise", "a", "energy"]
    assert (row["verdict"], row["reason"]) == ("unknown", "output_missing")
    row = asked(
        used, target("energy_total", "2025", value=YEAR_TCE + 1), year=2025,
        outputs_of=outputs(2025, range(1, 13)),
    )["enterprise", "a", "energy"]  # fmt: skip
    assert (row["verdict"], row["reason"]) == ("unknown", "target_missing")


def test_the_stricter_of_two_targets_decides_and_a_year_before_a_path(used):
    key = ("enterprise", "a", "energy")
    strict = replace(energy_targets(YEAR_TCE - 1, 0)[0], document="order 2")
    five = target("energy_total", "2021-2025", value=1.0)
    both = [*energy_targets(YEAR_TCE + 1, 2.21), strict, five]
    row = asked(used, *both, year=2025, outputs_of=outputs(2025, range(1, 13)))[key]
    assert (row["verdict"], row["total_allowed"], row["total_period"]) == (
        "not_met", YEAR_TCE - 1, "2025",
    )  # fmt: skip


def test_of_two_targets_one_that_is_not_known_leaves_the_verdict_open(used):
    """order 2 asks for 10 % less than in 2020, of which nothing is known; order 1 holds."""
    key = ("enterprise", "a", "energy")
    total = target("energy_total", "2021-2025", value=YEAR_TCE + 1)
    rate = target("energy_total", "2021-2025", reduction=0.1, base_year=2020, document="order 2")
    of = {"outputs_of": outputs(2025, range(1, 13)), "year": 2025}
    row = asked(used, energy_targets(0, 2.21)[1], total, rate, **of)[key]
    assert (row["verdict"], row["reason"]) == ("unknown", "base_unknown")
    # In 2024 the value of 2025 asks for nothing yet and decides nothing beside a rate.
    value = target("co2_total", "2026-2030", value=1.0)
    rate = target("co2_total", "2026-2030", reduction=0.1, base_year=2025, document="order 2")
    row = asked(used, value, rate)["enterprise", "a", "carbon"]
    assert (row["total_reason"], row["total_state"]) == (None, "behind")


def test_a_year_without_rule(used):
    given = [figure(2014, "co2e_t", 3000.0), figure(2014, "energy_tce_equivalent", 2000.0)]
    row = asked(used, figures=given, year=2014)["enterprise", "a", "energy"]
    assert (row["verdict"], row["reason"], row["rules"]) == ("no_verdict", "no_rule", None)


def broken_down(ledger, *some, year=2026):
    ledger.registry = replace(ledger.registry, targets=some)
    frame = breakdown(ledger.books, year=year)
    plain = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return {(row["scope"], row["code"]): row for row in plain}


def of_park(value, **more):
    return target("co2_total", "2026", code="p", scope=Scope.PARK, value=value, **more)


def of_cluster(value, code="c1"):
    return target("co2_total", "2026", code=code, scope=Scope.CLUSTER, value=value)


def test_the_parts_against_the_whole(used):
    """Only a has accounts, so c1 is the only part of the park and a the only part of c1."""
    rows = broken_down(used, of_park(5000.0), of_cluster(4000.0),
                       target("co2_total", "2026", value=4500.0))  # fmt: skip
    assert (rows["park", "p"]["verdict"], rows["park", "p"]["difference"]) == ("holds", 1000.0)
    cluster = rows["cluster", "c1"]
    assert (cluster["verdict"], cluster["parts_allowed"]) == ("exceeds", 4500.0)
    assert "the parts exceed the whole" in cluster["statement_en"]
    assert cluster["actual"] == pytest.approx(181 * CO2_DAY)


def test_parts_that_add_up_to_the_whole_hold_it(used):
    """0.1 + 0.2 is 0.3, and floats make it more."""
    given = [figure(2025, "co2e_t", 1.0, code="b"), figure(2025, "co2e_t", 1.0, code="c")]
    used.registry = replace(
        used.registry,
        yearly_figures=tuple(given),
        targets=(
            of_cluster(0.3), target("co2_total", "2026", value=0.1),
            target("co2_total", "2026", value=0.2, code="b"),
        ),
    )  # fmt: skip
    assert 0.1 + 0.2 > 0.3
    frame = breakdown(used.books)
    assert set(frame[frame["code"] == "c1"]["verdict"]) == {"holds"}


def test_parts_without_a_target_are_named(used):
    rows = broken_down(used, of_park(5000.0), target("co2_total", "2026", value=4500.0))
    assert (rows["park", "p"]["verdict"], rows["park", "p"]["without_target"]) == (
        "incomplete", "c1",
    )  # fmt: skip
    assert rows["cluster", "c1"]["verdict"] == "no_target"


def test_lead_units_and_their_middle(used):
    """2025 is the third year of 2023 to 2027; the path from 6,000 t in 2022 by 40.951 % in five
    years allows 4,374 t in 2025 (x 0.9^3) and 3,936.6 in 2026.
    """
    five = target("co2_total", "2023-2027", code="p", scope=Scope.PARK, base_year=2022,
                  reduction=1 - 0.59049, lead_unit="经济发展局")  # fmt: skip
    base = figure(2022, "co2e_t", 6000.0, code="p", scope=Scope.PARK)
    used.registry = replace(used.registry, targets=(five, of_park(1.0)), yearly_figures=(base,))
    frame = lead_units(used.books)
    (row,) = frame.astype(object).where(frame.notna(), None).to_dict("records")
    assert (row["lead_unit"], row["mid_year"]) == ("经济发展局", 2025)
    assert row["mid_allowed"] == pytest.approx(4374.0)
    assert row["mid_actual"] == pytest.approx(YEAR_CO2)
    # 4,091.8 of 4,374 is on the path; 365 days of 2026 are expected at 4,091.8 of 3,936.6
    assert (row["mid_state"], row["state"]) == ("on_track", "behind")
    assert "Mid-term (2025): allowed 4,374, actual 4,092, reached" in row["statement_en"]


def test_the_middle_of_a_period_is_not_reached_while_it_runs(used):
    """The middle of 2025 to 2027 is 2026, of which half is over: told of 2025 it is no result."""
    three = target("co2_total", "2025-2027", code="p", scope=Scope.PARK, base_year=2024,
                   reduction=0.3, lead_unit="经济发展局")  # fmt: skip
    base = figure(2024, "co2e_t", 6000.0, code="p", scope=Scope.PARK)
    used.registry = replace(used.registry, targets=(three,), yearly_figures=(base,))
    row = lead_units(used.books, year=2025).iloc[0]
    assert (row["mid_year"], row["mid_actual"]) == (2026, pytest.approx(181 * CO2_DAY))
    assert "Mid-term" not in row["statement_en"]
    assert "中期" not in row["statement_zh"]
