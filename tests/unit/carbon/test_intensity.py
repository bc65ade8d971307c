"""Energy and emissions per output: which output meets which energy."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from ledger.intensity import intensity
from models.periods import local_start
from models.registry import Direction, Output
from tests.unit.carbon.conftest import meter

SHANGHAI = ZoneInfo("Asia/Shanghai")


def day(year, month=1, of_month=1):
    return local_start(date(year, month, of_month), SHANGHAI)


def asked(ledger, outputs, start, end, **how):
    ledger.registry = replace(ledger.registry, outputs=tuple(Output(*one) for one in outputs))
    frame = intensity(ledger.books, start=start, end=end, **how)
    return frame.to_dict("records")


@pytest.fixture
def used(ledger):
    """1,000 kWh an hour at a from January 2025 to June 2026, 10 GJ an hour at c."""
    ledger.write(1, day(2025), day(2026, 7), 1000.0)
    ledger.write(8, day(2025), day(2026, 7), 10.0)
    return ledger


def test_months(used):
    """744 MWh x 0.1229 = 91.4376 tce and x 0.4671 = 347.5224 t, per 500 x 10^4 yuan."""
    (row,) = asked(used, [("a", "2026-01", 500, "current")], day(2026), day(2027), every="month")
    assert (row["period"], row["enterprise"], row["months_with_output"]) == ("2026-01", "a", 1)
    assert row["energy_intensity_tce_per_1e4_yuan"] == pytest.approx(91.4376 / 500)
    assert row["emission_intensity_t_per_1e4_yuan"] == pytest.approx(347.5224 / 500)
    # of the two main meters of a, the gas meter never sent: 744 of 1,488 hours
    assert row["coverage"] == 0.5


def test_a_year_is_its_months_with_output(used):
    outputs = [("a", "2026-01", 500, "current"), ("a", "2026-03", 700, "current")]
    (row,) = asked(used, outputs, day(2026), day(2027), every="year")
    assert (row["period"], row["months_with_output"], row["output_1e4_yuan"]) == ("2026", 2, 1200)
    assert row["co2e_t"] == pytest.approx(2 * 347.5224)


def test_prices_are_never_mixed(used):
    outputs = [("a", "2026-01", 500, "current"), ("a", "2026-01", 450, "constant 2020")]
    rows = asked(used, outputs, day(2026), day(2027), every="year", by="park")
    assert [(row["price_basis"], row["output_1e4_yuan"], row["park"]) for row in rows] == [
        ("constant 2020", 450, "p"),
        ("current", 500, "p"),
    ]


def test_a_group_counts_only_who_has_output(used):
    outputs = [("a", "2026-01", 500, "current"), ("b", "2026-01", 100, "current")]
    (row,) = asked(used, outputs, day(2026), day(2026, 2), every="month", by="cluster")
    # b has output but no usage: it is left out of both sides; c has energy but no output.
    assert (row["cluster"], row["output_1e4_yuan"]) == ("c1", 500)
    assert row["co2e_t"] == pytest.approx(347.5224)


def test_output_without_energy_has_no_intensity(used):
    (row,) = asked(used, [("b", "2026-01", 100, "current")], day(2026), day(2027), every="month")
    assert row["output_1e4_yuan"] == 100
    assert pd.isna(row["energy_intensity_tce_per_1e4_yuan"])
    assert pd.isna(row["emission_intensity_t_per_1e4_yuan"])


def test_output_of_a_whole_year(used):
    """8,760 MWh x 0.1229 = 1,076.604 tce; the running year is not whole and has no row."""
    outputs = [("a", "2025", 6000, "current"), ("a", "2026", 7000, "current")]
    (row,) = asked(used, outputs, day(2025), day(2027), every="year")
    assert (row["period"], row["months_with_output"]) == ("2025", 12)
    assert row["energy_intensity_tce_per_1e4_yuan"] == pytest.approx(1076.604 / 6000)
    assert asked(used, outputs, day(2025), day(2027), every="month") == []


def test_months_go_before_the_whole_year(used):
    outputs = [("a", "2025", 6000, "current"), ("a", "2025-02", 400, "current")]
    (row,) = asked(used, outputs, day(2025), day(2026), every="year")
    assert (row["output_1e4_yuan"], row["months_with_output"]) == (400, 1)


@pytest.fixture
def traded(ledger):
    """In each hour of January to March 2026 a burns 1,000 Nm3 of gas and sells b 10 GJ of heat,
    which is all that b has. Of January: 744,000 Nm3 x 389.31 GJ / 10^4 Nm3 = 28,964.664 GJ,
    / 29.3076 = 988.2987 tce of gas; 7,440 GJ x 0.03412 = 253.8528 tce of heat.
    """
    ledger.register(
        meter(41, "a", "HX", "heat", "GJ", direction=Direction.EXPORT, counterpart="b"),
        meter(42, "b", "HB", "heat", "GJ", counterpart="a"),
    )
    ledger.write(3, day(2026), day(2026, 4), 1000.0)
    for key in (41, 42):
        ledger.write(key, day(2026), day(2026, 4), 10.0)
    return ledger


GAS_TCE, HEAT_TCE = 28_964.664 / 29.3076, 253.8528


def test_who_only_buys_from_another_counts_with_its_output(traded):
    """The heat counts where it was made: 988.3 tce by both for 800 x 10^4 yuan."""
    outputs = [("a", "2026-01", 500, "current"), ("b", "2026-01", 300, "current")]
    (row,) = asked(traded, outputs, day(2026), day(2026, 2), every="month", by="park")
    assert row["output_1e4_yuan"] == 800
    assert row["energy_tce_calorific"] == pytest.approx(GAS_TCE)
    assert row["energy_intensity_tce_per_1e4_yuan"] == pytest.approx(GAS_TCE / 800)


def test_what_is_bought_of_who_has_no_output_in_the_month_counts(traded):
    """a has output in January only: in March b's heat comes from outside the sum, whatever the
    span. So it does at prices of which a has no output.
    """
    outputs = [("a", "2026-01", 500, "current"), ("b", "2026-01", 290, "constant 2020"),
               ("b", "2026-03", 300, "current")]  # fmt: skip
    for start in (day(2026), day(2026, 3)):
        rows = asked(traded, outputs, start, day(2026, 4), every="month", by="park")
        (march,) = (row for row in rows if row["period"] == "2026-03")
        assert march["energy_tce_calorific"] == pytest.approx(HEAT_TCE)  # January and March: 744 h
    january = asked(traded, outputs, day(2026), day(2026, 2), every="month", by="cluster")
    found = {row["price_basis"]: row["energy_tce_calorific"] for row in january}
    assert found == {
        "constant 2020": pytest.approx(HEAT_TCE), "current": pytest.approx(GAS_TCE - HEAT_TCE)
    }  # fmt: skip
