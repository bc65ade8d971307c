"""A meter of which every reading was declared void has no usage left, in its gaps neither."""

from __future__ import annotations

from datetime import date

import pytest

from ledger.audit import differing_hours
from ledger.settle import full_recompute
from models.quantities import Kind
from models.readings import Quality, Source
from models.registry import DayType, GapPolicy, Meter, Profile
from tests.property.conftest import Row, Worlds

HOUR, APART = 3600, 96  # hours; further than touched hours that are settled as one window
REGISTER = Meter(1, "a", "E1", "electricity", Kind.COUNTER, "kWh", HOUR)
RATE = Meter(1, "a", "P1", "electricity", Kind.RATE, "kW", HOUR, gap_policy=GapPolicy.PROFILE)
TYPICAL = [
    Profile(1, day, hour, 2.0, date(2026, 1, 1), None, "typed")
    for day in DayType
    for hour in range(24)
]


@pytest.mark.parametrize(("meter", "an_hour"), [(REGISTER, 1.0), (RATE, 2.0)])
def test_a_gap_between_two_readings_goes_with_them(
    worlds: Worlds, meter: Meter, an_hour: float
) -> None:
    world = worlds.new()
    world.register([meter], (), TYPICAL)
    world.append([Row(1, 0, 0.0), Row(1, APART * HOUR, APART)])
    world.settle()
    assert world.amounts(1)[:APART] == [an_hour] * APART
    world.append(
        [Row(1, second, 0.0, Quality.SUSPECT, Source.CORRECTION) for second in (0, APART * HOUR)]
    )
    world.settle()
    assert world.amounts(1) == []
    assert differing_hours(world.hours(), full_recompute(world.books, world.keys)).num_rows == 0
