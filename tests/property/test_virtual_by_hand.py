"""A virtual meter in the books, hour by hour, with the amounts written beside it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from ledger.audit import differing_hours, verify
from ledger.balance import balance
from ledger.settle import full_recompute
from models.quantities import Kind
from models.readings import Quality
from models.registry import DayType, Direction, GapPolicy, Meter, Profile
from tests.property.conftest import START, Row, World, Worlds

HOUR = 3600
GRID = Meter(1, "a", "GRID", "electricity", Kind.COUNTER, "kWh", HOUR)
SOLD = replace(GRID, key=2, code="SOLD", parent="GRID", direction=Direction.EXPORT)
OWN = Meter(3, "a", "OWN", "electricity", Kind.INTERVAL, "kWh", HOUR, formula="'GRID' - 'SOLD'")
TWICE = replace(OWN, key=4, code="TWICE", formula="2 * 'OWN'")


def by_hour(world: World, meter: int) -> dict[int, float | None]:
    table = world.store.usage_hours([world.key(meter)])
    return {
        int((row["hour"] - START) / timedelta(hours=1)): row["amount"] for row in table.to_pylist()
    }


@pytest.fixture
def world(worlds: Worlds) -> World:
    """GRID 100 kWh an hour over six hours, SOLD 30 of them over the first four."""
    world = worlds.new()
    world.register([GRID, SOLD, OWN, TWICE])
    world.append([Row(1, hour * HOUR, 100 * hour) for hour in range(7)])
    world.append([Row(2, hour * HOUR, 30 * hour) for hour in range(5)])
    world.settle()
    return world


def test_each_hour_is_the_formula_of_that_hour(world: World) -> None:
    # what was sold in hours 4 and 5 is unknown, and so is what is left
    known, unknown = dict.fromkeys(range(4), 70.0), dict.fromkeys((4, 5))
    hours = by_hour(world, 3)
    assert {hour: hours[hour] for hour in range(6)} == known | unknown
    assert {hour: by_hour(world, 4)[hour] for hour in range(4)} == dict.fromkeys(range(4), 140.0)


def test_a_late_reading_of_an_operand_changes_its_hours(world: World) -> None:
    before = world.hours()
    world.append([Row(2, 6 * HOUR, 200)])  # 120 at 4 h, 200 at 6 h: 40 an hour
    world.settle()
    assert {hour: by_hour(world, 3)[hour] for hour in range(6)} == {
        0: 70.0, 1: 70.0, 2: 70.0, 3: 70.0, 4: 60.0, 5: 60.0,
    }  # fmt: skip
    changed = differing_hours(before.drop_columns("computed"), world.hours())
    rows = {(key - world.first_key, hour) for key, hour in zip(
        changed["meter_key"].to_pylist(), changed["hour"].to_pylist(), strict=True)}  # fmt: skip
    late = [START + timedelta(hours=hour) for hour in (4, 5, 6)]
    assert rows <= {(meter, hour) for meter in (2, 3, 4) for hour in late}
    assert {(3, late[0]), (3, late[1]), (4, late[0])} <= rows


def test_an_operand_recorded_wrongly_is_put_right_in_what_stands_on_it(world: World) -> None:
    world.register([replace(GRID, multiplier=2.0), SOLD, OWN, TWICE])
    world.settle()
    assert by_hour(world, 3)[0] == 170.0
    assert by_hour(world, 4)[0] == 340.0


def test_a_quantity_put_right_converts_anew(world: World) -> None:
    """What was called electricity is heat: 70 kWh are 0.252 GJ, and 140 0.504."""
    heat = {"quantity": "heat", "unit": "GJ"}
    world.register([GRID, SOLD, replace(OWN, **heat), replace(TWICE, **heat)])
    world.settle()
    assert by_hour(world, 3)[0] == pytest.approx(0.252)
    assert by_hour(world, 4)[0] == pytest.approx(0.504)


def test_a_zone_put_right_moves_typical_days(worlds: Worlds) -> None:
    """Two intervals are missing; the typical hour that uses something begins at 9 of the park."""
    meter = Meter(
        1, "a", "I", "electricity", Kind.INTERVAL, "kWh", HOUR, gap_policy=GapPolicy.PROFILE
    )
    typical = [
        Profile(1, day, hour, 5.0 * (hour == 9), date(2026, 1, 1), None, "typed")
        for day in DayType
        for hour in range(24)
    ]
    world = worlds.new()
    world.register([meter], (), typical)
    world.append([Row(1, HOUR, 1.0), Row(1, 4 * HOUR, 1.0)])  # 1 and 2 o'clock UTC are missing
    world.settle()
    assert by_hour(world, 1) == {0: 1.0, 1: 5.0, 2: 0.0, 3: 1.0}  # 9 and 10 in Shanghai
    park = replace(world.registry.park, time_zone="Asia/Bangkok")  # 8 and 9
    world.registry = replace(world.registry, park=park)
    world.settle()
    assert by_hour(world, 1) == {0: 1.0, 1: 0.0, 2: 5.0, 3: 1.0}


def test_another_formula_computes_anew_and_none_takes_away(world: World) -> None:
    world.register([GRID, SOLD, replace(OWN, formula="'GRID' + 'SOLD'"), TWICE])
    world.settle()
    assert (by_hour(world, 3)[0], by_hour(world, 4)[0]) == (130.0, 260.0)
    world.register([GRID, SOLD])
    world.settle()
    assert (by_hour(world, 3), by_hour(world, 4)) == ({}, {})


def test_a_virtual_meter_that_comes_later_has_the_history(worlds: Worlds) -> None:
    world = worlds.new()
    world.register([GRID, SOLD])
    world.append([Row(meter, hour * HOUR, 10 * hour) for meter in (1, 2) for hour in range(4)])
    world.settle()
    noon = START + timedelta(hours=2)
    world.register([GRID, SOLD, replace(OWN, formula="'GRID' + 'SOLD'", valid_from=noon)])
    world.settle()
    hours = by_hour(world, 3)
    assert hours[2] == 20.0
    assert min(hours) == 2  # from its validity on


def test_the_audit_looks_at_virtual_meters_too(world: World) -> None:
    assert verify(world.books).usage_differences == 0
    again = full_recompute(world.books, world.keys)
    stored = world.hours().drop_columns("computed")
    assert again.num_rows == stored.num_rows
    # a ledger that does not know of the formula leaves hours that the audit then finds
    world.registry = replace(
        world.registry,
        meters=tuple(
            replace(one, formula="'GRID'") if one.code == "OWN" else one
            for one in world.registry.meters
        ),
    )
    # OWN in all its hours but the one without energy, and TWICE with it
    assert verify(world.books).usage_differences > 8


def test_a_gap_left_unknown_is_no_loss(worlds: Worlds) -> None:
    """Both use 100 kWh an hour; 1:15 to 4:00 of the sub-meter is left out, 1:15 was substituted."""
    quarter, world = 900, worlds.new()
    main = replace(GRID, interval_s=quarter)
    part = replace(main, key=2, code="PART", parent="GRID", gap_policy=GapPolicy.NONE)
    world.register([main, part])
    world.append([Row(1, n * quarter, 25 * n) for n in range(25)])
    world.append(
        [Row(2, n * quarter, 25 * n, Quality.SUBSTITUTED if n == 5 else Quality.GOOD)
         for n in range(25) if n <= 5 or n >= 16]
    )  # fmt: skip
    world.settle()
    rows = balance(world.books, every="hour", start=START, end=START + timedelta(hours=6))
    assert rows["balanced"].tolist() == [1, 0, 0, 0, 1, 1]
    assert rows["loss"].sum() == 0
