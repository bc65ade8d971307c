"""Allowances of the national ETS: published changes of benchmarks, and the bookkeeping of a cut."""

from __future__ import annotations

import csv
from importlib.resources import files

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.carbon.allowances import (
    load_correction,
    over_and_short,
    paid_out,
    power_allowance_t,
    whole_allowances,
)


def benchmark(year, unit_class, product):
    text = (files("models") / "reference" / "benchmarks.csv").read_text(encoding="utf-8")
    rows = {row["id"]: float(row["value"]) for row in csv.DictReader(text.splitlines())}
    return rows[f"power/{year}/{unit_class}/{product}"]


# Allocation plan 2023/2024, note under annex 2. E.g. 0.7950 / 0.7982 - 1 = -0.40 %. Of gas heat the
# note says about 2.0, its numbers give 2.10.
CHANGES = [
    ("above_300_mw", "electricity", -0.4, 0.05),
    ("up_to_300_mw", "electricity", -0.8, 0.05),
    ("unconventional_coal", "electricity", -0.8, 0.05),
    ("gas", "electricity", 2.0, 0.05),
    ("coal", "heat", -0.3, 0.05),
    ("gas", "heat", 2.0, 0.15),
]


@pytest.mark.parametrize(("unit_class", "product", "published", "within"), CHANGES)
def test_a_benchmark_s_change(unit_class, product, published, within):
    years = [benchmark(year, unit_class, product) for year in (2022, 2023, 2024)]
    assert (years[1] / years[0] - 1) * 100 == pytest.approx(published, abs=within)
    # "2024 against 2023 about -0.5 % for all"
    assert (years[2] / years[1] - 1) * 100 == pytest.approx(-0.5, abs=0.07)


def one(value):
    return np.array([value])


def test_a_cut_larger_than_the_preallocation():
    """Allocation draft 2025/2026, table 2-5 note 8: pre-allocation 5, verified 3, to be cut 7 (10^4
    t): paid out before 0, returned cut 2, final 0 = (3 - 5) + 2.
    """
    found = paid_out(one(5.0), one(3.0), one(7.0))
    assert (found.before[0], found.returned[0], found.final[0]) == (0, 2, 0)


def test_what_is_left_and_what_is_short():
    """The same, note 9: 120 in all, 100 to surrender: 20 to the account; 80: 20 short."""
    left, short = over_and_short(np.array([120.0, 80.0]), np.array([100.0, 100.0]))
    assert left.tolist() == [20, 0]
    assert short.tolist() == [0, 20]


def test_allowances_are_rounded_down():
    """The same, table 1-1 note 2: 1,789.70 t are 1,789. A sum that is 1,790 but for its last bits
    is 1,790."""
    assert whole_allowances(np.array([1789.70, 1790 - 1e-9])).tolist() == [1789, 1790]
    assert np.isnan(whole_allowances(one(np.nan)))[0]


def test_a_unit_of_660_mw_by_hand():
    """Plan 2023/2024: 3,000,000 MWh x 0.7950 x 1 + 500,000 GJ x 0.1038 = 2,385,000 + 51,900 t.

    At a load factor of 0.60: 1.015^(16 - 12) = 1.061364; 2,385,000 x 1.061364 = 2,531,352.1 t.
    """
    mwh, gj = one(3e6), one(5e5)
    coal, heat = (one(benchmark(2023, *row)) for row in (("above_300_mw", "electricity"),
                                                         ("coal", "heat")))  # fmt: skip
    full = power_allowance_t(mwh, coal, load_correction(one(0.65)), gj, heat)
    assert full[0] == pytest.approx(2_436_900)
    partly = power_allowance_t(mwh, coal, load_correction(one(0.60)), one(0.0), heat)
    assert partly[0] == pytest.approx(2_385_000 * 1.06136355, rel=1e-7)


amounts = st.integers(0, 10**8).map(float)


@given(amounts, amounts, amounts)
def test_in_the_end_the_verified_allocation_bears_the_cut_and_no_more(before, verified, cut):
    found = paid_out(one(before), one(verified), one(cut))
    assert found.before[0] >= 0
    assert found.before[0] + found.final[0] == verified - min(verified, cut)


@given(amounts, amounts)
def test_nobody_is_over_and_short_at_once(allowances, due):
    left, short = over_and_short(one(allowances), one(due))
    assert min(left[0], short[0]) == 0
    assert left[0] - short[0] == allowances - due
