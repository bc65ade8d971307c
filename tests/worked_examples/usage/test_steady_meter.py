"""A meter at a steady 10 kWh/h over 72 hours, read every 15 minutes: 720 kWh, whatever fails.

A peer (MyEMS 6.8 RC) makes of the same: the gap's 60 kWh zero hours and then 70 in one hour (or
lost); 660 after the late outage; 707.5 after the reset; an hour of 1,092.5 from one false 0.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

QUARTERS = 72 * 4


@pytest.fixture
def steady(at):
    """289 readings from 2026-03-10 00:00: the register at 1000, then 2.5 more each quarter."""
    start = at("2026-03-10 00:00")
    return [
        (start + timedelta(minutes=15 * quarter), 1000 + 2.5 * quarter)
        for quarter in range(QUARTERS + 1)
    ]


def test_nothing_fails(usage_of, meter, steady):
    usage = usage_of(meter, steady)
    assert usage["amount"].sum() == 720
    assert (usage["amount"][:72] == 10).all()
    assert (usage["coverage"][:72] == 1).all()
    assert (usage["n"][:72] == 4).all()
    assert usage["estimated"].sum() == 0
    assert usage.attrs["findings"] == []


def test_a_gap_of_six_hours_is_spread_and_marked(usage_of, meter, steady):
    """No reading between 24:00 and 30:00: its 60 kWh are 10 in each of its hours."""
    usage = usage_of(meter, steady[: 24 * 4 + 1] + steady[30 * 4 :])
    assert usage["amount"].sum() == 720
    assert (usage["amount"][:72] == 10).all()
    assert list(usage["estimated"][23:31]) == [0, 10, 10, 10, 10, 10, 10, 0]
    assert list(usage["coverage"][23:31]) == [1, 0, 0, 0, 0, 0, 0, 1]
    assert usage["estimated"].sum() == 60


def test_a_late_outage_that_is_filled_afterwards(usage_of, meter, steady):
    """Six hours are missing when the first pass ends, pass when readings resume, and come late."""
    first_pass = steady[: 60 * 4 + 1]
    assert usage_of(meter, first_pass)["amount"].sum() == 600
    resumed = first_pass + steady[66 * 4 :]
    usage = usage_of(meter, resumed)
    assert (usage["amount"].sum(), usage["estimated"].sum()) == (720, 60)
    filled = resumed + steady[60 * 4 + 1 : 66 * 4]
    usage = usage_of(meter, filled)
    assert (usage["amount"].sum(), usage["estimated"].sum()) == (720, 0)
    assert usage.equals(usage_of(meter, steady))


@pytest.mark.parametrize("limits", [{}, {"range_high": 100.0, "register_max": 1e6}])
def test_a_reset_at_a_quarter_to_loses_that_quarter_only(usage_of, meter, steady, limits):
    """At 40:45 the register shows 0: the 2.5 kWh from 40:30 to 40:45 are unknown, not zero."""
    reset = 40 * 4 + 3
    readings = steady[:reset] + [
        (ts, 2.5 * quarter) for quarter, (ts, _) in enumerate(steady[reset:])
    ]
    usage = usage_of(meter, readings, **limits)
    assert usage["amount"].sum() == 717.5
    assert (usage["amount"].iloc[40], usage["coverage"].iloc[40]) == (7.5, 0.75)
    assert usage["estimated"].sum() == 0
    assert usage.attrs["findings"] == ["reset"]


@pytest.mark.parametrize("limits", [{}, {"range_high": 100.0, "register_max": 1e6}])
@pytest.mark.parametrize("false", [0.0, 999_999.0])
def test_one_false_value_changes_nothing(usage_of, meter, steady, limits, false):
    wrong = 40 * 4 + 3
    readings = [*steady[:wrong], (steady[wrong][0], false), *steady[wrong + 1 :]]
    usage = usage_of(meter, readings, **limits)
    assert usage["amount"].sum() == 720
    assert (usage["amount"][:72] == 10).all()
    assert (usage["coverage"][:72] == 1).all()
    assert usage["n"].iloc[40] == 3
    assert usage.attrs["findings"] == ["false_value"]
