"""Uncertainty of totals: a case worked by hand, what correlation does, and the two approaches."""

from __future__ import annotations

import csv
from importlib.resources import files

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.carbon.categories import categories
from models.carbon.uncertainty import combined_rel, gap_rel, total_rel, totals_rel
from models.carbon.uncertainty_defaults import activity_uncertainty, default_uncertainty
from models.carbon.uncertainty_simulated import simulated_rel

# Two boilers of one gas factor and heat that is sold: t CO2e, activity, factor, which factor.
CO2E = np.array([100.0, 200.0, -50.0])
ACTIVITY = np.array([0.03, 0.06, 0.0])
FACTOR = np.array([0.04, 0.04, 0.10])
FACTOR_ID = np.array(["gas", "gas", "heat"], dtype=object)
# Activities: 3 and 12 t, squares 9 + 144 = 153. Gas: 4 + 8 t, squared 144. Heat: 5 t, squared 25.
# Root of 322 = 17.94435844 t of 250 t: 7.177743 %.
BY_HAND = 0.0717774338


def test_a_product_by_hand():
    """3 % and 4 %: the root of 9 + 16 is 5 %."""
    assert combined_rel(0.03, 0.04) == pytest.approx(0.05)
    assert combined_rel(np.array([0.03, 0.0]), 0.04) == pytest.approx([0.05, 0.04])
    assert np.isnan(combined_rel(0.03, np.nan))


def test_a_total_by_hand():
    found = total_rel(CO2E, ACTIVITY, FACTOR, FACTOR_ID)
    assert found == pytest.approx(BY_HAND, rel=1e-9)


def test_factors_of_one_row_each_are_independent():
    """Without the shared factor: 153 + 16 + 64 + 25 = 258; its root 16.0623784 t of 250 t."""
    own = np.array([None, None, None], dtype=object)
    assert total_rel(CO2E, ACTIVITY, FACTOR, own) == pytest.approx(0.0642495136, rel=1e-9)


def test_twelve_months_of_one_meter_are_as_uncertain_as_their_year():
    """A meter 2 % high is so all year; twelve meters would cancel to 2 % / sqrt(12)."""
    months = np.full(12, 10.0)
    rel, none = np.full(12, 0.02), np.zeros(12)
    factor, meter = np.full(12, "grid", dtype=object), np.full(12, "E1", dtype=object)
    assert total_rel(months, rel, none, factor, meter) == pytest.approx(0.02)
    assert total_rel(months, rel, none, factor) == pytest.approx(0.02 / 12**0.5)


def test_unknown_stays_unknown_and_nothing_counts_nothing():
    unknown = np.array([0.03, np.nan, 0.0])
    assert np.isnan(total_rel(CO2E, unknown, FACTOR, FACTOR_ID))
    assert np.isnan(total_rel(np.array([1.0, -1.0, 0.0]), ACTIVITY, FACTOR, FACTOR_ID))
    without = np.array([100.0, 0.0, -50.0])
    # 9 + 16 + 25 = 50; its root 7.0710678 t of 50 t
    assert total_rel(without, unknown, FACTOR, FACTOR_ID) == pytest.approx(0.1414213562)


def test_each_group_is_its_own_total():
    group = np.array([1, 1, 1, 0])
    found = totals_rel(
        group,
        3,
        np.append(CO2E, 10.0),
        np.append(ACTIVITY, 0.03),
        np.append(FACTOR, 0.04),
        np.append(FACTOR_ID, "gas"),
    )
    assert found[:2] == pytest.approx([0.05, BY_HAND])
    assert np.isnan(found[2])  # a group without rows has no total


def test_gaps_add_the_share_that_was_estimated():
    """A tenth of the amount estimated, each estimate within 50 %: 5 %."""
    assert gap_rel(0.1) == pytest.approx(0.05)
    assert gap_rel(np.array([0.0, 1.0])) == pytest.approx([0.0, 0.5])
    assert np.isnan(gap_rel(np.nan))


def test_both_approaches_agree_on_the_case_by_hand():
    """Approach 2 draws; half a percent of 20,000 draws' own error is within 3 % of the figure."""
    drawn = simulated_rel(CO2E, ACTIVITY, FACTOR, FACTOR_ID)
    assert drawn.mean == pytest.approx(250, rel=0.005)
    assert drawn.rel == pytest.approx(BY_HAND, rel=0.03)
    assert drawn == simulated_rel(CO2E, ACTIVITY, FACTOR, FACTOR_ID)  # seeded
    other = simulated_rel(CO2E, ACTIVITY, FACTOR, FACTOR_ID, seed=1)
    assert drawn.rel != other.rel
    assert other.rel == pytest.approx(BY_HAND, rel=0.03)


small = st.floats(0.001, 0.2)
rows = st.lists(
    st.tuples(st.floats(1, 1000), small, small, st.sampled_from("abc"), st.sampled_from("xyz")),
    min_size=1,
    max_size=8,
)


@settings(max_examples=15, deadline=None)
@given(rows)
def test_both_approaches_agree_wherever_uncertainties_are_small(drawn):
    co2e, activity, factor, factor_id, meter = (
        np.array(column) for column in zip(*drawn, strict=True)
    )
    columns = (co2e, activity, factor, factor_id.astype(object), meter.astype(object))
    first = total_rel(*columns)
    assert simulated_rel(*columns).rel == pytest.approx(first, rel=0.05)


@given(rows)
def test_correlation_never_makes_emissions_less_uncertain(drawn):
    """Of emissions without deductions; and the total is never worse than its worst row."""
    co2e, activity, factor, factor_id, meter = (
        np.array(column) for column in zip(*drawn, strict=True)
    )
    own = np.full(len(co2e), None, dtype=object)
    independent = total_rel(co2e, activity, factor, own)
    shared = total_rel(co2e, activity, factor, factor_id.astype(object), meter.astype(object))
    worst = combined_rel(activity, factor).max()
    assert independent <= shared * (1 + 1e-12)
    assert shared <= np.hypot(activity.max(), factor.max()) * (1 + 1e-12)
    assert independent <= worst * (1 + 1e-12)


def test_a_large_uncertainty_never_draws_below_zero():
    """Lognormal beyond 60 %: the mean stays, the interval leans upward."""
    one = np.array([100.0])
    drawn = simulated_rel(one, np.array([1.5]), np.array([0.0]), np.array([None], dtype=object))
    assert drawn.mean == pytest.approx(100, rel=0.03)
    assert 0 < drawn.low < 100 < drawn.high
    assert drawn.high - drawn.mean > drawn.mean - drawn.low


def test_unknown_uncertainty_is_not_simulated():
    nan = simulated_rel(CO2E, np.array([np.nan, 0, 0]), FACTOR, FACTOR_ID)
    assert np.isnan([nan.mean, nan.low, nan.high, nan.rel]).all()


def test_defaults_are_of_the_code_then_the_category_then_general():
    """Natural gas, IPCC 2006 table 2.2: 56,100 (54,300 to 58,300): 2,200 / 56,100 = 3.9216 %."""
    gas = default_uncertainty("carbon", code="natural_gas")
    assert gas.rel == pytest.approx(0.0392156863)
    assert default_uncertainty("carbon", code="briquette").id == "carbon/default"
    assert default_uncertainty("factor", "wastewater", "lagoon").rel == pytest.approx(0.39)
    assert default_uncertainty("factor", "purchased_heat").rel == pytest.approx(0.15)
    assert default_uncertainty("factor", "scope3_6").id == "factor/default"
    assert activity_uncertainty("meters", "bituminous").id == "activity/solid_fuel"
    assert activity_uncertainty("invoice", "electricity").rel == pytest.approx(0.01)
    assert activity_uncertainty("estimated", "electricity").rel == pytest.approx(0.25)


def test_the_table_is_sound():
    text = (files("models") / "reference" / "uncertainty.csv").read_text(encoding="utf-8")
    table = list(csv.DictReader(text.splitlines()))
    keys = [(row["subject"], row["category"], row["code"]) for row in table]
    assert len(set(keys)) == len(keys) == len({row["id"] for row in table})
    for row in table:
        assert row["status"] in {"verified", "verified-secondary", "from memory", "assumption"}
        assert (row["status"] == "assumption") == (row["source"] == "assumption of this product")
        assert row["category"] in {"", *categories()}
        one_way = bool(row["rel_pct"]), bool(row["lower"] and row["value"] and row["upper"])
        assert sorted(one_way) == [False, True], row["id"]
        if row["lower"]:
            assert float(row["lower"]) < float(row["value"]) < float(row["upper"])
