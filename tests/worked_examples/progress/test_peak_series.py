"""Verdicts of constructed yearly series, worked by hand (the column ``worked`` says how)."""

from __future__ import annotations

import csv
import math
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.progress.peak.next_year import changes, next_verdicts
from models.progress.peak.verdict import Verdict, Why, peak_verdict

TABLE = Path(__file__).parent / "peak_series.csv"
ROWS = list(csv.DictReader(TABLE.read_text(encoding="utf-8").splitlines()))


def series_of(row):
    first = int(row["first_year"])
    values = {
        first + place: None if text == "-" else float(text)
        for place, text in enumerate(row["values"].split())
    }
    if not row["boundary_from"]:
        return values, {}
    changed = int(row["boundary_from"])
    return values, {year: "after" if year >= changed else "before" for year in values}


@pytest.mark.parametrize("row", ROWS, ids=[row["name"] for row in ROWS])
def test_a_constructed_series(row):
    found = peak_verdict(*series_of(row))
    assert (found.verdict, found.why) == (row["verdict"], row["why"])
    assert (found.n, found.peak_year, found.years_after, found.n_after) == tuple(
        int(row[name]) for name in ("n", "peak_year", "years_after", "n_after")
    )
    assert (found.after.s if found.after else None) == (int(row["s"]) if row["s"] else None)
    if row["p"]:
        assert found.after.p == pytest.approx(float(row["p"]), abs=5e-5)


def test_every_verdict_and_every_row_of_the_decision_table_is_among_them():
    assert {row["verdict"] for row in ROWS} == set(Verdict)
    assert {row["why"] for row in ROWS} == set(Why) - {Why.NO_YEARLY_VALUES}


def test_what_stands_beside_the_verdict():
    found = peak_verdict(
        {2014: 70, 2015: None, 2016: 300, 2017: 100, 2018: 95, 2020: 90},
        {2014: "a", 2016: "b", 2017: "c"},
    )
    assert found.boundary_changes == (2016, 2017)
    assert found.missing_years == (2019,)
    assert (found.first_year, found.last_year, found.last_value) == (2017, 2020, 90)
    # Three values now: the fifth comes in 2022, but five values after 2017 only in 2023.
    assert found.earliest_year == 2023


@pytest.mark.parametrize("values", [{}, {2020: None}, {2020: math.nan, 2021: None}])
def test_a_series_without_values(values):
    found = peak_verdict(values)
    assert (found.verdict, found.why) == (Verdict.NOT_ENOUGH_YEARS, Why.NO_YEARLY_VALUES)
    assert next_verdicts(values) == []


def told(values):
    return [
        (one.verdict, one.low, one.high, one.low_included, one.high_included)
        for one in next_verdicts(values)
    ]


def test_next_year_of_a_series_four_years_after_its_maximum():
    """100 in 2018, then 95 90 85 80: with a fifth value x, ten pairs are needed to be significant
    (eight give p = 0.0864), so x below 80 makes it peaked. 80 itself ties: S = -9, Var = (300 - 18)
    / 18 = 15.667, Z = -8/3.958 = -2.021, p = 0.0433 < 0.05: peaked too. Above 80 it is a plateau
    (x between 80 and 85: S = -8). k = 5 then, so that 1 % below the maximum plays no part; at 100
    the maximum is tied and the last counts.
    """
    values = {2016: 80.0, 2017: 90, 2018: 100, 2019: 95, 2020: 90, 2021: 85, 2022: 80}
    assert told(values) == [
        (Verdict.PEAKED, 0, 80, True, True),
        (Verdict.PLATEAU, 80, 100, False, False),
        (Verdict.AT_MAXIMUM, 100, math.inf, True, False),
    ]


def test_next_year_of_a_series_that_has_peaked():
    """After 100: 96 93 91 88 85 and x; n = 6, Var 28.333. x between 88 and 91: S = -15 + 4 = -11, p
    = 0.0603: plateau; between 85 and 88: S = -13, p = 0.0242: peaked. x = 88: S = -12, one tie, Var
    27.333, Z = -11/5.228 = -2.104, p = 0.0354: peaked.
    """
    values = {2018: 100.0, 2019: 96, 2020: 93, 2021: 91, 2022: 88, 2023: 85}
    assert told(values) == [
        (Verdict.PEAKED, 0, 88, True, True),
        (Verdict.PLATEAU, 88, 100, False, False),
        (Verdict.AT_MAXIMUM, 100, math.inf, True, False),
    ]
    now = peak_verdict(values)
    assert [one.verdict for one in changes(now, next_verdicts(values))] == [
        Verdict.PLATEAU, Verdict.AT_MAXIMUM,
    ]  # fmt: skip


def test_next_year_of_four_values_always_changes_the_verdict():
    """A fifth year: within 1 % of 100 or above it is at its maximum, below 99 past it."""
    assert told({2020: 100.0, 2021: 95, 2022: 96, 2023: 94}) == [
        (Verdict.NOT_ESTABLISHED, 0, 99, True, False),
        (Verdict.AT_MAXIMUM, 99, math.inf, True, False),
    ]


def test_a_boundary_change_holds_for_the_next_year_too():
    values = {2017: 500.0, 2018: 100, 2019: 95, 2020: 90, 2021: 85}
    boundaries = {2017: "old", 2018: "new"}
    assert [one.verdict for one in next_verdicts(values, boundaries)] == [
        Verdict.NOT_ESTABLISHED, Verdict.AT_MAXIMUM,
    ]  # fmt: skip


amounts = st.lists(st.integers(0, 12) | st.none(), min_size=1, max_size=12)


@settings(deadline=None)
@given(amounts, st.integers(0, 60))
def test_ranges_of_the_next_year_say_what_a_new_verdict_says(series, next_quarter):
    values = {2010 + place: value for place, value in enumerate(series)}
    ranges = next_verdicts(values)
    if all(value is None for value in series):
        assert ranges == []
        return
    # Gapless from 0 up: every end is the next one's beginning and belongs to one of the two.
    assert (ranges[0].low, ranges[-1].high) == (0, math.inf)
    for one, after in pairwise(ranges):
        assert one.high == after.low
        assert one.high_included != after.low_included
    following = max(year for year, value in values.items() if value is not None) + 1
    value = next_quarter / 4
    holding = [
        one
        for one in ranges
        if (one.low < value or (one.low_included and one.low == value))
        and (value < one.high or (one.high_included and one.high == value))
    ]
    assert len(holding) == 1
    known = {year: value for year, value in values.items() if year < following}
    assert holding[0].verdict == peak_verdict({**known, following: value}).verdict
