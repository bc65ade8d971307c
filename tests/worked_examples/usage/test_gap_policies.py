"""What is said of a gap: spread, shaped or filled by the declared typical day, or left unknown.

Friday 2026-03-13 and Saturday 2026-03-14. The typical workday is 6 kWh an hour, but 18 from 08:00
to 10:00; the typical rest day is 2 kWh an hour.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.quantities import Kind
from models.registry import DayType, GapPolicy, Profile

PROFILE = tuple(
    Profile(1, day, hour, amount, date(2026, 1, 1), None, "mean of February 2026")
    for hour in range(24)
    for day, amount in (
        (DayType.WORKDAY, 18.0 if hour in (8, 9) else 6.0),
        (DayType.RESTDAY, 2.0),
    )
)


@pytest.fixture
def gap(at):
    """10 kWh an hour up to 06:00 on Friday; nothing until 12:00, when 72 kWh more are shown."""
    start = at("2026-03-13 00:00")
    before = [(start + timedelta(minutes=15 * n), 100 + 2.5 * n) for n in range(25)]
    end = start + timedelta(hours=12)
    behind = [(end + timedelta(minutes=15 * n), 232 + 2.5 * n) for n in range(9)]
    return before + behind


def test_evenly_by_default(usage_of, meter, gap):
    usage = usage_of(meter, gap)
    assert list(usage["amount"][5:13]) == [10, 12, 12, 12, 12, 12, 12, 10]
    assert list(usage["estimated"][5:13]) == [0, 12, 12, 12, 12, 12, 12, 0]


def test_in_proportion_to_the_typical_day(usage_of, meter, gap):
    """6 to 12: typically 6 6 18 18 6 6 = 60, so 72 are 7.2 7.2 21.6 21.6 7.2 7.2."""
    usage = usage_of(meter, gap, profiles=PROFILE, gap_policy=GapPolicy.PROFILE)
    assert list(usage["amount"][6:12]) == pytest.approx([7.2, 7.2, 21.6, 21.6, 7.2, 7.2], rel=1e-12)
    assert list(usage["estimated"][6:12]) == list(usage["amount"][6:12])
    assert list(usage["coverage"][5:13]) == [1, 0, 0, 0, 0, 0, 0, 1]
    assert usage["amount"].sum() == pytest.approx(252 - 100, rel=1e-12)


def test_the_ratio_of_the_transformer_is_applied_once(usage_of, meter, gap):
    usage = usage_of(meter, gap, profiles=PROFILE, gap_policy=GapPolicy.PROFILE, multiplier=40.0)
    assert usage["amount"].sum() == pytest.approx(40 * 152, rel=1e-12)
    assert usage["amount"].iloc[8] == pytest.approx(40 * 21.6, rel=1e-12)


def test_evenly_where_no_typical_day_is_declared(usage_of, meter, gap):
    later = [Profile(1, DayType.WORKDAY, 8, 9.0, date(2026, 4, 1), None, "of April")]
    usage = usage_of(meter, gap, profiles=later, gap_policy=GapPolicy.PROFILE)
    assert list(usage["amount"][6:12]) == [12] * 6


def test_left_unknown_and_said(usage_of, meter, gap):
    usage = usage_of(meter, gap, gap_policy=GapPolicy.NONE)
    assert usage["amount"].sum() == 152 - 72
    assert usage["amount"][(usage.index.hour >= 6) & (usage.index.hour < 12)].isna().all()
    assert usage.attrs["findings"] == ["gap_unknown"]
    (detail,) = usage.attrs["details"]
    assert detail == "the register rose by 72 over a gap of 6 h, which is left out"


def test_after_a_reset_the_typical_amounts_stand_in(usage_of, meter, at):
    """The register fell from 500 to 3 between Friday 22:00 and Saturday 02:00: 6 6 2 2 stand in."""
    readings = [
        (at("2026-03-13 21:45"), 497.5), (at("2026-03-13 22:00"), 500.0),
        (at("2026-03-14 02:00"), 3.0), (at("2026-03-14 02:15"), 4.0),
    ]  # fmt: skip
    limits = {"range_high": 50.0, "profiles": PROFILE}
    usage = usage_of(meter, readings, gap_policy=GapPolicy.PROFILE, **limits)
    assert list(usage["amount"]) == [2.5, 6, 6, 2, 2, 1]
    assert list(usage["estimated"]) == [0, 6, 6, 2, 2, 0]
    assert list(usage["coverage"]) == [0.25, 0, 0, 0, 0, 0.25]
    assert usage.attrs["findings"] == ["gap_filled", "reset"]
    assert usage.attrs["details"][0] == "16 of the typical day stand in over a gap of 4 h"
    linear = usage_of(meter, readings, **limits)
    assert linear["amount"].sum() == 3.5


def test_missing_intervals_are_filled_and_nothing_behind_the_newest(usage_of, meter, at):
    """Quarters ending 07:15 to 09:30 are missing: 6, 18 and half of 18 kWh stand in."""
    start = at("2026-03-13 06:00")
    quarters = [n for n in range(1, 25) if not 5 <= n <= 14]
    readings = [(start + timedelta(minutes=15 * n), 2.0) for n in quarters]
    usage = usage_of(
        meter, readings, profiles=PROFILE, gap_policy=GapPolicy.PROFILE, kind=Kind.INTERVAL
    )
    assert list(usage["amount"]) == [8, 6, 18, 9 + 4, 8, 8]
    assert list(usage["estimated"]) == [0, 6, 18, 9, 0, 0]
    assert list(usage["coverage"]) == [1, 0, 0, 0.5, 1, 1]
    assert usage.index[-1].hour == 11
    assert usage.attrs["details"] == ["33 of the typical day stand in over a gap of 2.5 h"]


def test_what_a_jittering_clock_leaves_between_intervals_is_no_gap(usage_of, meter, at):
    """Quarters of 2 kWh, every second one told a minute late; only a missing one is filled."""
    start = at("2026-03-13 06:00")
    readings = [(start + timedelta(minutes=15 * n + n % 2), 2.0) for n in range(1, 9)]
    profiled = {"profiles": PROFILE, "gap_policy": GapPolicy.PROFILE, "kind": Kind.INTERVAL}
    usage = usage_of(meter, readings, **profiled)
    assert usage["amount"].sum() == pytest.approx(16.0)
    assert usage["estimated"].sum() == 0
    assert usage.attrs["findings"] == []
    one_missing = usage_of(meter, [*readings[:4], *readings[5:]], **profiled)
    assert one_missing.attrs["findings"] == ["gap_filled"]


def test_a_gap_of_a_rate_is_filled(usage_of, meter, at):
    """8 kW until 07:00 and from 09:30: between, 6 + 18 + 9 kWh stand in."""
    start = at("2026-03-13 06:00")
    quarters = [n for n in range(25) if not 4 < n < 14]
    readings = [(start + timedelta(minutes=15 * n), 8.0) for n in quarters]
    changed = {"kind": Kind.RATE, "unit": "kW"}
    usage = usage_of(meter, readings, profiles=PROFILE, gap_policy=GapPolicy.PROFILE, **changed)
    assert list(usage["amount"][:6]) == [8, 6, 18, 9 + 4, 8, 8]
    assert list(usage["estimated"][:6]) == [0, 6, 18, 9, 0, 0]
    assert list(usage["coverage"][:6]) == [1, 0, 0, 0.5, 1, 1]
    assert list(usage["mean"][3:5]) == [8, 8]
    assert usage.attrs["details"] == ["33 of the typical day stand in over a gap of 2.5 h"]
    without = usage_of(meter, readings, **changed)
    assert list(without["amount"][without["coverage"] > 0][:4]) == [8, 4, 8, 8]


@settings(max_examples=40, deadline=None)
@given(
    policy=st.sampled_from([GapPolicy.LINEAR, GapPolicy.PROFILE]),
    typical=st.lists(st.floats(0, 1e6), min_size=48, max_size=48),
    declared=st.integers(0, 48),
    steps=st.lists(st.tuples(st.integers(1, 3000), st.integers(0, 10**9)), min_size=1, max_size=12),
)
def test_hours_sum_to_the_registers_rise(usage_of, meter, at, *, policy, typical, declared, steps):
    """Whatever the typical day looks like, and wherever it is not declared."""
    profiles = [
        Profile(1, list(DayType)[n // 24], n % 24, amount, date(2026, 3, 14), None, "drawn")
        for n, amount in enumerate(typical[:declared])
    ]
    ts, register = at("2026-03-13 00:07"), 0
    readings = [(ts, 0.0)]
    for minutes, rise in steps:
        ts, register = ts + timedelta(minutes=minutes), register + rise
        readings.append((ts, float(register)))
    usage = usage_of(meter, readings, profiles=profiles, gap_policy=policy)
    assert usage["amount"].sum() == pytest.approx(register, rel=1e-12)
    known = usage.dropna(subset="amount")  # not the hour that the newest reading opens
    assert (known["amount"] >= 0).all()
    assert (known["estimated"] <= known["amount"] * (1 + 1e-12)).all()
