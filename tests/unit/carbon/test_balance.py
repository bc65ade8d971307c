"""Main meters against their sub-meters on a real store, against sums done by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest

from ledger.balance import COLUMNS, balance
from models.periods import local_start
from models.quantities import Kind
from models.registry import Direction, Meter

SHANGHAI = ZoneInfo("Asia/Shanghai")


def day(year, month=1, of_month=1):
    return local_start(date(year, month, of_month), SHANGHAI)


def meter(key, code, parent=None, direction=Direction.IMPORT, **more):
    plain = Meter(key, "b", code, "electricity", Kind.COUNTER, "kWh", 3600)
    return replace(plain, parent=parent, direction=direction, **more)


def tree_of(ledger, *meters):
    """Only these meters, of enterprise b."""
    ledger.registry = replace(ledger.registry, meters=meters)


def rows_of(ledger, every="total", **asked):
    """Of 1 January 2026, unless another span is asked for."""
    span = {"start": day(2026), "end": day(2026, 1, 2)}
    found = balance(ledger.books, every=every, **(span | asked))
    assert list(found.columns) == COLUMNS
    return found.to_dict("records")


def test_a_main_meter_against_two_sub_meters(ledger):
    """100 kWh an hour against 60 + 37: 3 kWh an hour are lost, 72 kWh of 2,400 in a day."""
    tree_of(ledger, meter(1, "M"), meter(2, "A", "M"), meter(3, "B", "M"))
    ledger.write(1, day(2026), day(2026, 1, 2), 100.0)
    beside = timedelta(hours=1)  # the gaps lie between readings, not at their end
    ledger.write(2, day(2026) - beside, day(2026, 1, 2) + beside, 60.0, estimated=6.0, coverage=0.9)
    ledger.write(3, day(2026), day(2026, 1, 2), 37.0)
    for every, period in (("total", "2026-01-01T00:00+08:00"), ("day", "2026-01-01")):
        (row,) = rows_of(ledger, every)
        assert (row["enterprise"], row["meter"], row["period"]) == ("b", "M", period)
        assert (row["quantity"], row["unit"], row["start"]) == ("electricity", "kWh", day(2026))
        assert (row["amount"], row["parts"], row["parts_amount"]) == (2400.0, 2, 97.0 * 24)
        assert row["loss"] == pytest.approx(72.0)
        assert row["loss_share"] == pytest.approx(0.03)
        assert (row["coverage"], row["estimated_share"]) == (1.0, 0.0)
        assert row["parts_coverage"] == pytest.approx(0.95)
        assert row["parts_estimated_share"] == pytest.approx(6 / 97)
        assert row["balanced"] == 1.0
        assert pd.isna(row["unknown"])
    hours = rows_of(ledger, "hour")
    assert len(hours) == 24
    assert [row["loss"] for row in hours] == pytest.approx([3.0] * 24)


def test_an_unknown_sub_meter_makes_the_loss_unknown(ledger):
    tree_of(ledger, meter(1, "M"), meter(2, "A", "M"), meter(3, "B", "M"))
    ledger.write(1, day(2026), day(2026, 1, 2), 100.0)
    ledger.write(2, day(2026), day(2026, 1, 2), 60.0)
    (row,) = rows_of(ledger)
    assert (row["unknown"], row["parts"], row["balanced"]) == ("B", 2, 0.0)
    assert all(pd.isna(row[name]) for name in ("parts_amount", "loss", "loss_share"))
    assert row["parts_coverage"] == 0.5


def test_an_unknown_main_meter_makes_the_loss_unknown(ledger):
    tree_of(ledger, meter(1, "M"), meter(2, "A", "M"))
    ledger.write(2, day(2026), day(2026, 1, 2), 60.0)
    (row,) = rows_of(ledger, "day")
    assert (row["parts_amount"], row["coverage"], row["period"]) == (1440.0, 0.0, "2026-01-01")
    assert all(pd.isna(row[name]) for name in ("amount", "loss", "loss_share", "estimated_share"))


def test_the_loss_is_that_of_the_hours_which_are_known(ledger):
    """B, whose intervals are missing for 6 of 24 hours, is compared in the other 18: 18 x 3."""
    tree_of(
        ledger, meter(1, "M"), meter(2, "A", "M"),
        replace(meter(3, "B", "M"), kind=Kind.INTERVAL),
    )  # fmt: skip
    ledger.write(1, day(2026), day(2026, 1, 2), 100.0)
    ledger.write(2, day(2026), day(2026, 1, 2), 60.0)
    ledger.write(3, day(2026), day(2026, 1, 2), lambda hour: np.where(hour < 6, np.nan, 37.0))
    (row,) = rows_of(ledger)
    assert (row["loss"], row["balanced"]) == (pytest.approx(54.0), 0.75)
    assert row["loss_share"] == pytest.approx(0.03)  # of 18 x 100
    assert row["parts_amount"] == 24 * 60 + 18 * 37
    hours = rows_of(ledger, "hour")
    assert [pd.isna(row["loss"]) for row in hours] == [True] * 6 + [False] * 18
    assert [row["unknown"] for row in hours[:6]] == ["B"] * 6


def test_half_an_hour_of_an_interval_meter_is_not_compared(ledger):
    """What is missing of an hour is missing in its amount, and would pass for a loss."""
    tree_of(ledger, meter(1, "M"), replace(meter(2, "A", "M"), kind=Kind.INTERVAL))
    ledger.write(1, day(2026), day(2026, 1, 2), 100.0)
    ledger.write(2, day(2026), day(2026, 1, 2), 50.0, coverage=0.5)
    (row,) = rows_of(ledger)
    assert (row["balanced"], row["parts_amount"]) == (0.0, 1200.0)
    assert pd.isna(row["loss"])


def test_a_counter_s_gap_is_compared(ledger):
    """Its amount is the register's, only spread: the estimated share says so."""
    tree_of(ledger, meter(1, "M"), meter(2, "A", "M"))
    ledger.write(1, day(2026), day(2026, 1, 2), 100.0)
    beside = timedelta(hours=1)
    gap = {"estimated": 90.0, "coverage": 0.0}
    ledger.write(2, day(2026) - beside, day(2026, 1, 2) + beside, 90.0, **gap)
    (row,) = rows_of(ledger)
    assert (row["loss"], row["balanced"], row["parts_estimated_share"]) == (240.0, 1.0, 1.0)


def test_gaps_without_use_and_of_meters_that_run_backwards_are_compared(ledger):
    """100 come in, 0 are used; what generates draws 2 of them at night: 98 are lost."""
    generation = meter(3, "PV", "M", Direction.GENERATION)
    tree_of(ledger, meter(1, "M"), meter(2, "A", "M"), generation)
    beside = timedelta(hours=1)
    ledger.write(1, day(2026), day(2026, 1, 2), 100.0)
    span = day(2026) - beside, day(2026, 1, 2) + beside
    ledger.write(2, *span, 0.0, estimated=0.0, coverage=0.0)
    ledger.write(3, *span, -2.0, estimated=-2.0, coverage=0.0)
    (row,) = rows_of(ledger)
    assert (row["loss"], row["balanced"]) == (98.0 * 24, 1.0)


def test_the_hour_in_which_the_readings_of_a_counter_end_is_not_compared(ledger):
    """A gap ends at 10:40 with the last reading: of the hour's 90 kWh only 60 are known, and 30
    would pass for a loss. Known are the hours 0 to 9: 10 x (100 - 90) are lost.
    """
    tree_of(ledger, meter(1, "M"), meter(2, "A", "M"))
    ledger.write(1, day(2026), day(2026, 1, 2), 100.0)
    ten = day(2026) + timedelta(hours=10)
    ledger.write(2, day(2026), ten, 90.0)
    ledger.write(2, ten, ten + timedelta(hours=1), 60.0, estimated=60.0, coverage=0.0)
    (row,) = rows_of(ledger)
    assert (row["loss"], row["balanced"]) == (pytest.approx(100.0), pytest.approx(10 / 24))


@pytest.mark.parametrize(
    ("main", "parts", "sums"),
    [
        # import 100 and generation 30 come to the point; 110 are used, 15 go out: 5 are lost
        ("import", [("import", 110), ("generation", 30), ("export", 15)], (95, 5, 130)),
        ("import", [("import", 60), ("internal_transfer", 38)], (98, 2, 100)),
        # two strings of 55 make 100 at the plant's meter, which itself uses 4
        ("generation", [("generation", 55), ("generation", 55), ("import", 4)], (106, 6, 110)),
        # 120 are generated, 12 used, 100 exported
        ("export", [("generation", 120), ("import", 12)], (108, 8, 120)),
        ("export", [("export", 61), ("export", 40)], (101, 1, 101)),
        ("internal_transfer", [("internal_transfer", 103)], (103, 3, 103)),
    ],
)  # fmt: skip
def test_signs_by_direction(ledger, main, parts, sums):
    """An hour in which the main meter shows 100 kWh in its own direction; ``sums`` are those of the
    sub-meters, the loss, and what came to the point.
    """
    parts_amount, loss, came = sums
    tree_of(
        ledger,
        meter(1, "M", direction=Direction(main)),
        *(
            meter(2 + index, f"P{index}", "M", Direction(direction))
            for index, (direction, _) in enumerate(parts)
        ),
    )
    for key, amount in enumerate([100, *(amount for _, amount in parts)], start=1):
        ledger.write(key, day(2026), day(2026, 1, 2), amount)
    row = rows_of(ledger, "hour")[0]
    assert (row["amount"], row["parts_amount"], row["loss"]) == (100, parts_amount, loss)
    assert row["loss_share"] == pytest.approx(loss / came)


def test_a_nested_tree_has_a_row_for_each_main_meter(ledger):
    """M 100 = A 70 + B 25 + 5; A 70 = A1 40 + A2 29 + 1."""
    tree_of(
        ledger, meter(1, "M"), meter(2, "A", "M"), meter(3, "B", "M"),
        meter(4, "A1", "A"), meter(5, "A2", "A"),
    )  # fmt: skip
    for key, amount in enumerate([100.0, 70.0, 25.0, 40.0, 29.0], start=1):
        ledger.write(key, day(2026), day(2026, 1, 2), amount)
    rows = rows_of(ledger)
    assert [(row["meter"], row["loss"]) for row in rows] == [("M", 120.0), ("A", 24.0)]
    assert [row["meter"] for row in rows_of(ledger, meter="A")] == ["A"]
    assert rows_of(ledger, quantity="heat") == []
    assert rows_of(ledger, enterprise="a") == []


def test_a_sub_meter_counts_while_it_stands_under_the_main_meter(ledger):
    """B stands under M until noon and under N from then on: 12 hours each."""
    noon = datetime(2026, 1, 1, 12, tzinfo=SHANGHAI).astimezone(UTC)
    b = meter(3, "B", "M", valid_to=noon)
    tree_of(
        ledger, meter(1, "M"), meter(2, "A", "M"), b,
        replace(b, parent="N", valid_from=noon, valid_to=None), meter(4, "N"),
    )  # fmt: skip
    for key, amount in enumerate([100.0, 60.0, 37.0, 50.0], start=1):
        ledger.write(key, day(2026), day(2026, 1, 2), amount)
    morning, evening = rows_of(ledger)
    assert (morning["meter"], morning["parts"], morning["balanced"]) == ("M", 2, 1.0)
    # 12 h x (100 - 97) + 12 h x (100 - 60)
    assert morning["loss"] == pytest.approx(12 * 3 + 12 * 40)
    assert morning["parts_amount"] == pytest.approx(24 * 60 + 12 * 37)
    assert (evening["meter"], evening["loss"]) == ("N", pytest.approx(12 * 13))
    assert evening["balanced"] == 1.0  # of the hours in which it has a sub-meter


def test_an_hour_in_which_the_tree_changes_is_not_compared(ledger):
    half = datetime(2026, 1, 1, 12, 30, tzinfo=SHANGHAI).astimezone(UTC)
    b = meter(3, "B", "M", valid_to=half)
    tree_of(ledger, meter(1, "M"), meter(2, "A", "M"), b,
            replace(b, parent=None, valid_from=half, valid_to=None))  # fmt: skip
    for key, amount in enumerate([100.0, 60.0, 37.0], start=1):
        ledger.write(key, day(2026), day(2026, 1, 2), amount)
    losses = [row["loss"] for row in rows_of(ledger, "hour")]
    assert losses[:12] == [3.0] * 12
    assert pd.isna(losses[12])
    assert losses[13:] == [40.0] * 11


def test_a_change_of_the_ratio_leaves_the_tree_whole(ledger):
    half = datetime(2026, 1, 1, 12, 30, tzinfo=SHANGHAI).astimezone(UTC)
    a = meter(2, "A", "M", valid_to=half)
    tree_of(ledger, meter(1, "M"), a,
            replace(a, multiplier=80.0, valid_from=half, valid_to=None))  # fmt: skip
    ledger.write(1, day(2026), day(2026, 1, 2), 100.0)
    ledger.write(2, day(2026), day(2026, 1, 2), 60.0)
    (row,) = rows_of(ledger)
    assert (row["parts"], row["loss"], row["balanced"]) == (1, 960.0, 1.0)


def test_what_cannot_be_compared_is_no_sub_meter_here(ledger):
    """A thermometer and a water meter under an electricity meter."""
    tree_of(
        ledger, meter(1, "M"), meter(2, "A", "M"),
        replace(meter(3, "W", "M"), quantity="water", unit="m3"),
        replace(meter(4, "T", "M"), quantity="temperature", unit="degC", kind=Kind.LEVEL),
    )  # fmt: skip
    ledger.write(1, day(2026), day(2026, 1, 2), 100.0)
    ledger.write(2, day(2026), day(2026, 1, 2), 60.0)
    (row,) = rows_of(ledger)
    assert (row["parts"], row["loss"]) == (1, 960.0)


def test_batches_give_what_the_whole_gives(ledger, monkeypatch):
    meters = []
    for number in range(5):
        main = f"M{number}"
        meters += [meter(3 * number + 1, main), meter(3 * number + 2, f"A{number}", main),
                   meter(3 * number + 3, f"B{number}", main)]  # fmt: skip
    tree_of(ledger, *meters)
    for one in meters:
        ledger.write(one.key, day(2026), day(2026, 1, 3), 10.0 + one.key)
    whole = balance(ledger.books, every="day", start=day(2026), end=day(2026, 1, 3))
    monkeypatch.setattr("ledger.balance.HOURS_AT_ONCE", 150)
    parts = balance(ledger.books, every="day", start=day(2026), end=day(2026, 1, 3))
    pd.testing.assert_frame_equal(whole, parts)
    # M(3k+1) = 11 + 3k against 12 + 3k + 13 + 3k, by day
    assert whole["loss"].tolist()[::2] == [-24.0 * (14 + 3 * k) for k in range(5)]


def test_nothing_registered_and_nothing_begun_is_an_empty_answer(ledger):
    tree_of(ledger, meter(1, "M"))
    assert rows_of(ledger) == []
    tree_of(ledger, meter(1, "M"), meter(2, "A", "M"))
    assert rows_of(ledger) == []
    assert rows_of(ledger, start=day(2030), end=day(2031)) == []
