"""A ledger killed on its way, and a registry put right before the next one begins."""

from __future__ import annotations

from dataclasses import replace

import pytest

from models.quantities import Kind
from models.registry import Meter
from tests.property.conftest import Row, World, Worlds

HOUR = 3600
ONE = Meter(1, "a", "ONE", "electricity", Kind.COUNTER, "kWh", HOUR)
METERS = [ONE, replace(ONE, key=2, code="TWO")]


@pytest.fixture
def world(worlds: Worlds, monkeypatch: pytest.MonkeyPatch) -> World:
    """Two meters of 10 kWh an hour over three hours, written one after the other."""
    monkeypatch.setattr("ledger.settle.CHUNK_HOURS", 1)
    world = worlds.new()
    world.register(METERS)
    world.append([Row(meter, hour * HOUR, 10 * hour) for meter in (1, 2) for hour in range(4)])
    return world


def known(world: World) -> list[list[float]]:
    return [[one for one in world.amounts(meter) if one is not None] for meter in (1, 2)]


def test_what_the_first_ledger_wrote_before_it_was_killed(world: World) -> None:
    world.dies(1, done_first=False)
    assert known(world) == [[10.0] * 3, []]
    world.register([replace(one, multiplier=40.0) for one in METERS])
    world.settle()
    assert known(world) == [[400.0] * 3] * 2


def test_a_change_that_was_taken_back_before_it_was_computed(world: World) -> None:
    world.settle()
    world.register([replace(one, multiplier=40.0) for one in METERS])
    world.dies(1, done_first=False)
    assert known(world) == [[400.0] * 3, [10.0] * 3]
    world.register(METERS)
    world.settle()
    assert known(world) == [[10.0] * 3] * 2
