"""After any heap of faults usage is what all readings give at once, in every column but `computed`.

Readings of all kinds and qualities come in any order; ledgers settle in between, are killed between
or within their writes and begin again; what the registry says of a meter is put right meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.audit import differing_hours
from ledger.computed import computed_usage
from models.quantities import Kind
from models.readings import Quality, Source
from models.registry import Exchange, Meter
from tests.property.conftest import START, ZONE, Row, World, Worlds

BASE = Meter(
    0, "a", "", "electricity", Kind.COUNTER, "kWh", 900, register_max=1000.0, range_high=400.0
)
METERS = [
    replace(BASE, key=1, code="C1"),
    replace(BASE, key=2, code="C2", multiplier=40.0, interval_s=1800, range_high=None),
    replace(BASE, key=3, code="I", kind=Kind.INTERVAL, register_max=None),
    replace(BASE, key=4, code="R", kind=Kind.RATE, unit="kW", register_max=None),
]
SPACINGS = [900, 900, 900, 1800, 435, 12_000, 180_000]


@dataclass(frozen=True)
class Append:
    rows: list[Row]


@dataclass(frozen=True)
class Settle:
    """A ledger begins, settles, and dies at its nth write if it comes to that."""

    dies_after: int | None
    done_first: bool


@dataclass(frozen=True)
class PutRight:
    """A meter's version is recorded otherwise, or an exchange declared late."""

    meter: int
    multiplier: float
    exchange: Exchange | None


@st.composite
def heaps(draw: Any, meters: int = len(METERS)) -> list[Append | Settle | PutRight]:
    heap: list[Append | Settle | PutRight] = []
    for _ in range(draw(st.integers(1, 7))):
        match draw(st.sampled_from("aaasskkkp")):
            case "a":
                rows, second = [], draw(st.integers(0, 400_000))
                for _ in range(draw(st.integers(1, 12))):
                    second += draw(st.sampled_from(SPACINGS))
                    value = draw(st.one_of(st.integers(0, 999), st.just(second // 900 % 1000)))
                    quality = draw(st.sampled_from([Quality.GOOD] * 4 + list(Quality)))
                    source = draw(st.sampled_from([Source.MQTT] * 4 + [Source.CORRECTION]))
                    meter = draw(st.integers(1, len(METERS)))
                    rows.append(Row(meter, second, value, quality, source))
                heap.append(Append(draw(st.permutations(rows))))
            case "s":
                heap.append(Settle(None, done_first=False))
            case "k":
                heap.append(Settle(draw(st.integers(0, 3)), done_first=draw(st.booleans())))
            case _:
                at = START + timedelta(seconds=draw(st.integers(0, 500_000)))
                exchange = Exchange(draw(st.integers(1, 2)), at, 500.0, 3.0)
                multiplier = draw(st.sampled_from([1.0, 2.5, 40.0]))
                declared = exchange if draw(st.booleans()) else None
                heap.append(PutRight(draw(st.integers(1, meters)), multiplier, declared))
    return heap


def happen(world: World, heap: list[Append | Settle | PutRight], meters: list[Meter]) -> None:
    """The heap of faults, and a last ledger that is left alone."""
    meters, exchanges = list(meters), []
    world.register(meters)
    for event in heap:
        match event:
            case Append(rows):
                world.append(rows)
            case Settle(None):
                world.settle()
            case Settle(after, first):
                world.dies(after, done_first=first)
            case PutRight(meter, multiplier, exchange):
                exchanges += [] if exchange is None else [exchange]
                at = [one.key for one in meters].index(meter)
                meters[at] = replace(meters[at], multiplier=multiplier)
                world.register(meters, exchanges)
    world.settle()


def check(world: World) -> None:
    """Against all readings at once, in usage, findings and days; and nothing is left to do."""
    whole = computed_usage(world.registry, world.keys, world.store.readings)
    hours = world.hours()
    assert differing_hours(hours, whole.usage).num_rows == 0
    assert hours.num_rows == whole.usage.num_rows
    order = [(name, "ascending") for name in whole.findings.column_names]
    assert world.store.findings(world.keys).sort_by(order).equals(whole.findings.sort_by(order))
    days = world.store.usage(world.keys, every="day", zone=ZONE).to_pandas()
    of_days = days.groupby("meter_key")["amount"].sum()
    of_hours = hours.to_pandas().groupby("meter_key")["amount"].sum()
    assert of_days.to_dict() == pytest.approx(of_hours.to_dict())
    touched = set(world.store.touched().hours["meter_key"].to_pylist())
    assert not touched & set(world.keys)
    world.settle()
    assert world.hours().equals(hours)  # in `computed` too


@pytest.fixture(scope="module", autouse=True)
def _a_write_for_every_meter() -> Iterator[None]:
    """Ledgers write in pieces as small as they can, so that there is something between them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ledger.settle.CHUNK_HOURS", 1)
        yield


@settings(max_examples=40, deadline=None)
@given(heap=heaps())
def test_after_any_heap_of_faults(worlds: Worlds, heap: list[Append | Settle | PutRight]) -> None:
    world = worlds.new()
    happen(world, heap, METERS)
    check(world)


@pytest.mark.influxdb
@settings(max_examples=6, deadline=None)
@given(heap=heaps())
def test_so_it_is_on_a_server(
    server_worlds: Worlds, heap: list[Append | Settle | PutRight]
) -> None:
    world = server_worlds.new()
    happen(world, heap, METERS)
    check(world)
