"""Whatever a register goes through, and in whatever order it is told: its difference is the sum.

Histories have gaps (spread evenly or by a typical day), rollovers, declared exchanges, duplicates,
disorder and corrections (replaced, substituted and void values); what was used is known from the
start, not from what was sent.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.audit import differing_hours
from ledger.settle import full_recompute
from models.quantities import Kind
from models.readings import Quality, Source
from models.registry import DayType, Exchange, GapPolicy, Meter, Profile
from tests.property.conftest import START, Row, World, Worlds

MODULUS, RATIO = 100_000, 40.0
METER = Meter(
    1, "a", "E1", "electricity", Kind.COUNTER, "kWh", 900,
    multiplier=RATIO, register_max=float(MODULUS), range_high=1000.0,
)  # fmt: skip
PROFILE = [  # nothing until the evening of a workday, and nothing at all on others
    Profile(1, DayType.WORKDAY, hour, 10.0 * max(hour - 17, 0), date(2026, 1, 1), None, "typed")
    for hour in range(24)
] + [Profile(1, DayType.RESTDAY, hour, 0.0, date(2026, 1, 1), None, "typed") for hour in range(24)]
OTHER_CAUSE = [Quality.MANUAL, Quality.SUBSTITUTED]


@dataclass(frozen=True)
class History:
    """Rows in the order of their time, batches in the order of arrival, and the energy used."""

    rows: list[Row]
    batches: list[list[Row]]
    exchanges: list[Exchange]
    used_kwh: float
    policy: GapPolicy


@st.composite
def histories(draw: Any) -> History:
    """Spacings from seconds to days; use up to 900 an hour, so that every rollover is plausible."""
    second, register = draw(st.integers(0, 7200)), draw(st.integers(0, MODULUS - 1))
    truth, exchanges, used = [(second, register)], [], 0
    for _ in range(draw(st.integers(1, 14))):
        step = draw(st.sampled_from([900, 900, 900, 3600, 61, 86_400, 10]))
        amount = draw(st.integers(0, 900 * step // 3600))
        if draw(st.integers(0, 7)) == 0:
            changed = second + draw(st.integers(1, step - 1))
            # each register shows its part as far as its time plausibly allows
            before = min(draw(st.integers(0, amount)), 1000 * (changed - second) // 3600)
            after = min(amount - before, 1000 * (second + step - changed) // 3600)
            amount, initial = before + after, draw(st.integers(0, MODULUS - 1))
            final = (register + before) % MODULUS
            at = START + timedelta(seconds=changed)
            exchanges.append(Exchange(1, at, float(final), float(initial)))
            register = (initial + after) % MODULUS
        else:
            register = (register + amount) % MODULUS
        second += step
        used += amount
        truth.append((second, register))
    rows = []
    for at, value in truth:
        fate = draw(st.sampled_from(["right"] * 5 + ["twice", "corrected", "corrected", "lost"]))
        wrong = float(draw(st.integers(0, MODULUS - 1)))
        if fate in ("right", "twice"):
            rows += [Row(1, at, value)] * (1 + (fate == "twice"))
        elif fate == "corrected":
            quality = draw(st.sampled_from(OTHER_CAUSE))
            rows += [Row(1, at, wrong), Row(1, at, value, quality, Source.CORRECTION)]
        else:  # never sent, and entered by hand
            rows.append(Row(1, at, value, Quality.MANUAL, Source.CORRECTION))
        if draw(st.integers(0, 5)) == 0:  # a value out of nowhere, declared void
            nowhere = at + draw(st.integers(1, 9))
            rows.append(Row(1, nowhere, wrong))
            rows.append(Row(1, nowhere, wrong, Quality.SUSPECT, Source.CORRECTION))
    arrival = draw(st.permutations(rows))
    cuts = sorted(draw(st.lists(st.integers(1, len(rows)), max_size=3, unique=True)))
    batches = [arrival[a:b] for a, b in zip([0, *cuts], [*cuts, len(rows)], strict=True)]
    policy = draw(st.sampled_from([GapPolicy.LINEAR, GapPolicy.PROFILE]))
    return History(rows, [batch for batch in batches if batch], exchanges, used * RATIO, policy)


def told(world: World, history: History, batches: list[list[Row]]) -> World:
    """Everything stored, and settled after each batch."""
    world.register([replace(METER, gap_policy=history.policy)], history.exchanges, PROFILE)
    for batch in batches:
        world.append(batch)
        world.settle()
    return world


def check(worlds: Worlds, history: History) -> None:
    world = told(worlds.new(), history, history.batches)
    known = [amount for amount in world.amounts(1) if amount is not None]
    assert sum(known) == pytest.approx(history.used_kwh, rel=1e-12, abs=1e-9)
    assert all(amount >= 0 for amount in known)
    again = differing_hours(world.hours(), full_recompute(world.books, world.keys))
    assert again.num_rows == 0

    at_once = told(worlds.new(), history, [history.rows])
    assert at_once.usage().equals(world.usage())

    before = world.hours()
    for batch in history.batches:
        world.append(batch)
    world.settle()
    assert world.hours().equals(before)  # in `computed` too


@settings(max_examples=25, deadline=None)
@given(history=histories())
def test_the_sum_is_the_register_s_difference_in_any_order(
    worlds: Worlds, history: History
) -> None:
    check(worlds, history)


@pytest.mark.influxdb
@settings(max_examples=6, deadline=None)
@given(history=histories())
def test_so_it_is_on_a_server(server_worlds: Worlds, history: History) -> None:
    check(server_worlds, history)
