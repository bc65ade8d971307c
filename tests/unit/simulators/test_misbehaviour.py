"""What live devices do wrong: some of each, the same every time, and within bounds."""

from __future__ import annotations

from datetime import timedelta

from simulators.grid import local
from simulators.meters import meters
from simulators.misbehaviour import drifted, forwards, frozen_since, is_cut_off, skew

START = local("2026-11-24T00:00")
DAY = [START + timedelta(minutes=minute) for minute in range(24 * 60)]
LEVELS = [meter for meter in meters() if not meter.has_amounts]
DEVICES = [f"EQ{number:02}/gateway" for number in range(400)]


def test_a_frozen_device_shows_the_value_of_the_half_hours_begin() -> None:
    found = {
        (meter.key, frozen_since(meter, when))
        for meter in meters()
        for when in DAY[::30]
        if frozen_since(meter, when) is not None
    }
    assert 100 < len(found) < 400  # 1 % of some 440 meters and 48 half hours is 211
    meter, since = min(found)
    one = next(m for m in meters() if m.key == meter)
    assert frozen_since(one, since + timedelta(minutes=29, seconds=59)) == since
    assert frozen_since(one, since + timedelta(minutes=30)) != since


def test_some_levels_wander_off_slowly_and_never_an_amount() -> None:
    wander = [meter for meter in LEVELS if drifted(meter, 100.0, 10.0) != 100.0]
    assert 0 < len(wander) < len(LEVELS)
    assert {drifted(meter, 100.0, 10.0) for meter in wander} == {102.0}
    assert {drifted(meter, 100.0, 10_000.0) for meter in wander} == {110.0}
    assert all(drifted(meter, 5.0, 10_000.0) == 5.0 for meter in meters() if meter.has_amounts)


def test_few_clocks_are_off_and_none_so_far_ahead_that_it_is_refused() -> None:
    constant = [skew(device, 0.0) for device in DEVICES]
    off = [one for one in constant if one]
    assert 0 < len(off) < 40
    assert all(timedelta(seconds=90) <= abs(one) < timedelta(minutes=7) for one in off)
    slow = [device for device in DEVICES if skew(device, 0.0) != skew(device, 3.0)]
    assert slow
    assert {skew(device, 3.0) for device in slow} == {timedelta(seconds=-60)}


def test_gateways_are_cut_off_for_two_minutes_of_ten_now_and_then() -> None:
    cut = [when for when in DAY if is_cut_off(DEVICES[0], when)]
    assert cut
    assert all(when.minute % 10 < 2 for when in cut)
    told = {forwards(device, START) for device in DEVICES}
    assert told == {(True, True), (True, False), (False, True), (False, False)}
