"""After any heap of faults usage is what all readings give at once, in every column but `computed`.

Readings of all kinds and qualities come in any order; ledgers settle in between, are killed between
or within their writes and begin again; what the registry says of a meter is put right meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.audit import differing_hours
from ledger.computed import computed_usage
from models.quantities import Kind
from models.readings import Quality, Source
from models.registry import DayType, Exchange, GapPolicy, Meter, Profile
from tests.property.conftest import START, ZONE, Row, World, Worlds

BASE = Meter(
    0, "a", "", "electricity", Kind.COUNTER, "kWh", 900, register_max=1000.0, range_high=400.0
)
METERS = [
    replace(BASE, key=1, code="C1"),
    replace(
        BASE,
        key=2,
        code="C2",
        multiplier=40.0,
        interval_s=1800,
        range_high=None,
        gap_policy=GapPolicy.PROFILE,
    ),
    replace(BASE, key=3, code="I", kind=Kind.INTERVAL, register_max=None),
    replace(BASE, key=4, code="R", kind=Kind.RATE, unit="kW", register_max=None),
]
# Of meters 2 and 3: some hours of the night use nothing.
PROFILES = [
    Profile(meter, day_type, hour, 7.0 * max(hour - 5, 0) + meter, date(2026, 1, 1), None, "typed")
    for meter in (2, 3)
    for day_type in DayType
    for hour in range(24)
]
VIRTUAL = replace(BASE, kind=Kind.INTERVAL, interval_s=3600, register_max=None, range_high=None)
# Formulas by meter: of V1 over meters, of V2 over V1 too, so that an hour goes through both.
FORMULAS: dict[int, list[str | None]] = {
    5: ["'C1' - 'I'", "'C1' + 'R' / 2", None],
    6: ["'V1' + 2 * 'R'", "max('C2', 'V1')", "'I'", None],
}
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
    gap_policy: GapPolicy
    exchange: Exchange | None


@dataclass(frozen=True)
class Formula:
    """A virtual meter is registered, with another formula from the 20th hour on, or taken away."""

    meter: int
    formula: str | None
    later: str | None


@st.composite
def appends(draw: Any, meter: int | None = None) -> Append:
    """Readings of one meter beside or among what others brought."""
    meter = draw(st.integers(1, len(METERS))) if meter is None else meter
    second = draw(st.integers(0, 60)) * 900
    rows = []
    for spacing in draw(st.lists(st.sampled_from(SPACINGS), min_size=1, max_size=12)):
        second += spacing
        value = draw(st.one_of(st.just(second // 900 % 1000), st.integers(0, 999)))
        quality = draw(st.sampled_from([Quality.GOOD] * 6 + list(Quality)))
        source = draw(st.sampled_from([Source.MQTT] * 5 + [Source.CORRECTION]))
        rows.append(Row(meter, second, value, quality, source))
    return Append(draw(st.permutations(rows)))


def put_rights() -> st.SearchStrategy[PutRight]:
    """A multiplier of any meter, and an exchange of one of the counters or none."""
    at = st.integers(0, 100_000).map(lambda second: START + timedelta(seconds=second))
    exchange = st.builds(Exchange, st.integers(1, 2), at, st.just(500.0), st.just(3.0))
    return st.builds(
        PutRight,
        st.integers(1, len(METERS)),
        st.sampled_from([1.0, 2.5, 40.0]),
        st.sampled_from(GapPolicy),
        st.one_of(st.none(), exchange),
    )


formulas = st.sampled_from(sorted(FORMULAS)).flatmap(
    lambda meter: st.builds(
        Formula,
        st.just(meter),
        st.sampled_from(FORMULAS[meter]),
        st.sampled_from(FORMULAS[meter]),
    )
)


def heaps() -> st.SearchStrategy[list[Any]]:
    """Events in order; at first something is appended and settled."""
    settled = st.builds(Settle, st.none(), done_first=st.just(value=False))
    killed = st.builds(Settle, st.integers(0, 3), done_first=st.booleans())
    event = st.one_of(appends(), killed, settled, put_rights(), formulas, appends())
    return st.builds(
        lambda first, second, events: [first, second, Settle(None, done_first=False), *events],
        appends(1),
        appends(3),
        st.lists(event, min_size=2, max_size=8),
    )


def virtual_meters(event: Formula) -> list[Meter]:
    """The versions of a virtual meter, none where it is taken away."""
    if event.formula is None:
        return []
    changes = START + timedelta(hours=20)
    meter = replace(VIRTUAL, key=event.meter, code=f"V{event.meter - 4}", formula=event.formula)
    if event.later is None:
        return [meter]
    return [replace(meter, valid_to=changes),
            replace(meter, valid_from=changes, formula=event.later)]  # fmt: skip


def happen(world: World, heap: list[Any]) -> None:
    """The heap of faults, and a last ledger that is left alone."""
    meters = {one.key: one for one in METERS}
    exchanges: list[Exchange] = []
    virtual = {5: virtual_meters(Formula(5, FORMULAS[5][0], None)), 6: []}

    def register() -> None:
        known = [*meters.values(), *virtual[5]]
        if virtual[5]:
            known += virtual[6]
        world.register(known, exchanges, PROFILES)

    register()
    for event in heap:
        match event:
            case Append(rows):
                world.append(rows)
            case Settle(None):
                world.settle()
            case Settle(after, first):
                world.dies(after, done_first=first)
            case Formula(meter):
                virtual[meter] = virtual_meters(event)
                register()
            case PutRight(meter, multiplier, policy, exchange):
                exchanges += [] if exchange is None else [exchange]
                changed = {"multiplier": multiplier, "gap_policy": policy}
                meters[meter] = replace(meters[meter], **changed)
                register()
    world.settle()


def check(world: World) -> None:
    """Against all readings at once, in usage, findings and days; and nothing is left to do.

    What a virtual meter stands on may be several meters, whose hours come in several writes.
    """
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


@settings(max_examples=25, deadline=None)
@given(heap=heaps())
def test_after_any_heap_of_faults(worlds: Worlds, heap: list[Any]) -> None:
    world = worlds.new()
    happen(world, heap)
    check(world)


@pytest.mark.influxdb
@settings(max_examples=6, deadline=None)
@given(heap=heaps())
def test_so_it_is_on_a_server(server_worlds: Worlds, heap: list[Any]) -> None:
    world = server_worlds.new()
    happen(world, heap)
    check(world)
