"""The sum of the hours is what the registers rose, whatever happened in between."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

MODULUS = 100_000
METER = {
    "interval_s": 900,
    "register_max": float(MODULUS),
    "range_high": 1000.0,  # per hour
    "scale": 40.0,
}


@st.composite
def histories(draw: Any) -> Any:
    """Readings and exchanges of a meter, and its true use in the register's unit.

    Spacings from seconds to days, on and off the hour; use up to 900 an hour (so that every
    rollover is plausible); the register starts near its end; single values are false.
    """
    second = draw(st.integers(0, 7200))
    register = draw(st.integers(0, MODULUS - 1))
    readings, exchanges, used = [(second / 60, float(register))], [], 0
    for _ in range(draw(st.integers(1, 30))):
        step = draw(st.sampled_from([900, 900, 900, 3600, 61, 86_400, 10]))
        amount = draw(st.integers(0, 900 * step // 3600))
        if draw(st.integers(0, 7)) == 0:
            before = draw(st.integers(0, amount))
            changed = second + draw(st.integers(1, step - 1))
            # the old register shows its part as far as its time plausibly allows
            before = min(before, 1000 * (changed - second) // 3600)
            after = min(amount - before, 1000 * (second + step - changed) // 3600)
            amount = before + after
            initial = draw(st.integers(0, MODULUS - 1))
            final = (register + before) % MODULUS
            exchanges.append((changed / 60, float(final), float(initial)))
            register = (initial + after) % MODULUS
        else:
            register = (register + amount) % MODULUS
        second += step
        used += amount
        readings.append((second / 60, float(register)))
    return readings, exchanges, used


@settings(max_examples=200, deadline=None)
@given(history=histories())
def test_hours_sum_to_what_was_used(hours_of, history):
    readings, exchanges, used = history
    rows = hours_of(METER, readings, exchanges).values()
    amounts = [row["amount"] for row in rows if row["amount"] is not None]
    assert sum(amounts) == pytest.approx(used * 40, rel=1e-12)
    assert all(amount >= 0 for amount in amounts)
    assert all(0 <= row["coverage"] <= 1 for row in rows)
    assert all(
        0 <= row["estimated"] <= row["amount"] * (1 + 1e-12)
        for row in rows
        if row["amount"] is not None
    )


@settings(max_examples=200, deadline=None)
@given(
    values=st.lists(st.floats(0, 1e9), min_size=1, max_size=30),
    minutes=st.lists(st.integers(1, 500), min_size=30, max_size=30),
    limits=st.booleans(),
)
def test_never_negative_whatever_the_register_shows(hours_of, values, minutes, limits):
    at = [sum(minutes[: index + 1]) for index in range(len(values))]
    rows = hours_of(METER if limits else {}, list(zip(at, values, strict=True))).values()
    assert all(row["amount"] is None or row["amount"] >= 0 for row in rows)
    assert sum(row["n"] for row in rows) <= len(values)
