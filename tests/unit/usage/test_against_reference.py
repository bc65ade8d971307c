"""The vectorized arithmetic against a slow one in exact fractions, written from the rules alone."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

INTERVAL_MIN = 15
MODULUS, HIGHEST = 1000, 400  # register units; a rate per hour far from any rounding


class Hour:
    """Sums of one hour in exact arithmetic; minutes."""

    def __init__(self) -> None:
        self.amount: Fraction | None = None
        self.estimated = Fraction(0)
        self.minutes = Fraction(0)
        self.weight = self.integral = Fraction(0)
        self.values: list[Fraction] = []
        self.n = 0

    def add(self, amount: Fraction, estimated: bool) -> None:
        self.amount = amount + (self.amount or 0)
        self.estimated += amount if estimated else 0


def slices(start: Fraction, end: Fraction):
    """[start, end] cut at full hours."""
    while start < end:
        stop = min(end, (start // 60 + 1) * 60)
        yield start // 60, start, stop
        start = stop


def judged(before: Fraction, after: Fraction, minutes: Fraction, limits: bool):
    """Verdict and amount of one step of a register."""
    rise = after - before
    if rise >= 0:
        steep = limits and rise > HIGHEST * minutes / 60
        return ("steep" if steep else "plain"), rise
    if limits and 0 <= rise + MODULUS <= HIGHEST * minutes / 60:
        return "rollover", rise + MODULUS
    return "reset", None


def doubtful(readings: Any, index: int, limits: bool) -> str | None:
    """'dip' or 'peak' where a reading contradicts its neighbours."""
    if not 0 < index < len(readings) - 1:
        return None
    (t0, v0, _), (t1, v1, _), (t2, v2, _) = readings[index - 1 : index + 2]
    into = judged(v0, v1, t1 - t0, limits)[0]
    out = judged(v1, v2, t2 - t1, limits)[0]
    past = judged(v0, v2, t2 - t0, limits)[0]
    against = "reset" in (into, out) or {into, out} == {"rollover", "steep"}
    agree = past in ("plain", "steep") or (past == "rollover" and "plain" not in (into, out))
    if not (against and agree):
        return None
    return "dip" if v1 < v0 else "peak"


def accepted(readings: Any, limits: bool):
    shape = [doubtful(readings, index, limits) for index in range(len(readings))]

    def is_peak(index: int) -> bool:
        return shape[index] == "peak" and shape[index - 1] != "dip"

    def is_false(index: int) -> bool:
        if shape[index] == "dip":
            return shape[index - 1] != "dip" and not is_peak(index - 1)
        return is_peak(index)

    return [r for index, r in enumerate(readings) if index == 0 or not is_false(index)]


def counter(readings: Any, limits: bool) -> dict[int, Hour]:
    hours: dict[int, Hour] = defaultdict(Hour)
    readings = accepted(readings, limits)
    for minute, _, _ in readings:
        hours[minute // 60].n += 1
    for (t0, v0, q0), (t1, v1, q1) in pairwise(readings):
        amount = judged(v0, v1, t1 - t0, limits)[1]
        if amount is None:
            continue
        gap = t1 - t0 > 2 * INTERVAL_MIN
        for hour, start, end in slices(t0, t1):
            hours[hour].add(amount * (end - start) / (t1 - t0), gap or q0 in (1, 2) or q1 in (1, 2))
            hours[hour].minutes += 0 if gap else end - start
    return hours


def rate(readings: Any, _: bool) -> dict[int, Hour]:
    hours: dict[int, Hour] = defaultdict(Hour)
    for minute, value, _q in readings:
        hours[minute // 60].n += 1
        hours[minute // 60].values.append(value)
    for (t0, v0, q0), (t1, v1, q1) in pairwise(readings):
        if t1 - t0 > 2 * INTERVAL_MIN:
            continue
        for hour, start, end in slices(t0, t1):
            a, b = (v0 + (v1 - v0) * (at - t0) / (t1 - t0) for at in (start, end))
            area = (a + b) / 2 * (end - start)
            hours[hour].add(area / 60, q0 in (1, 2) or q1 in (1, 2))
            hours[hour].minutes += end - start
            hours[hour].integral += area
            hours[hour].weight += end - start
            hours[hour].values += [a, b]
    return hours


def interval(readings: Any, _: bool) -> dict[int, Hour]:
    hours: dict[int, Hour] = defaultdict(Hour)
    covered: set[int] = set()
    for minute, value, quality in readings:
        first = minute - INTERVAL_MIN
        hours[(minute - 1) // 60].n += 1
        for hour, start, end in slices(first, minute):
            part = (end - start) / INTERVAL_MIN
            hours[hour].add(value * part, quality in (1, 2))
            hours[hour].values.append(value)
            hours[hour].integral += value * part
            hours[hour].weight += part
        for each in set(range(int(first), int(minute))) - covered:
            hours[Fraction(each // 60)].minutes += 1
            covered.add(each)
    return hours


def matches(value: float | None, exact: Fraction | None) -> bool:
    if value is None or exact is None:
        return value is exact
    return value == pytest.approx(float(exact), rel=1e-12, abs=1e-10)


# Whole minutes (in exact arithmetic), a third of them beyond a gap; values in sixteenths.
spacing = st.one_of(st.integers(1, 30), st.integers(10, 20), st.integers(31, 400))
sixteenths = st.integers(0, 16 * 999).map(lambda number: Fraction(number, 16))
qualities = st.sampled_from([0, 0, 0, 0, 1, 2, 3])


@st.composite
def registers(draw: Any) -> Any:
    """A rising register with drops, zeros, peaks, rollovers and jumps strewn in."""
    minute, value, readings = Fraction(draw(st.integers(0, 120))), draw(sixteenths), []
    for _ in range(draw(st.integers(0, 25))):
        step = draw(st.sampled_from(["rise"] * 6 + ["zero", "peak", "any", "still", "back"]))
        shown = value
        if step == "rise":
            value = shown = (value + Fraction(draw(st.integers(0, 800)), 16)) % MODULUS
        elif step == "zero":
            shown = Fraction(0)
        elif step == "peak":
            shown = Fraction(999)
        elif step == "any":
            value = shown = draw(sixteenths)
        elif step == "back":
            shown = max(value - Fraction(1, 16), Fraction(0))
        readings.append((minute, shown, draw(qualities)))
        minute += draw(spacing)
    return readings


@st.composite
def instants(draw: Any) -> Any:
    minute, readings = Fraction(draw(st.integers(60, 120))), []
    for _ in range(draw(st.integers(0, 25))):
        readings.append((minute, draw(sixteenths), draw(qualities)))
        minute += draw(spacing)
    return readings


def compare(rows: dict[int, Any], expected: dict[Any, Hour], *, amounts: bool, levels: bool):
    known = {int(h): e for h, e in expected.items() if e.n or e.minutes or e.amount is not None}
    assert sorted(rows) == sorted(known)
    for hour, exact in known.items():
        row = rows[hour]
        assert row["n"] == exact.n
        assert matches(row["coverage"], exact.minutes / 60), (hour, row)
        if amounts:
            assert matches(row["amount"], exact.amount), (hour, row, exact.amount)
            none = exact.amount is None
            assert matches(row["estimated"], None if none else exact.estimated), (hour, row)
        if levels:
            assert matches(row["min"], min(exact.values)), (hour, row)
            assert matches(row["max"], max(exact.values)), (hour, row)
            mean = exact.integral / exact.weight if exact.weight else None
            assert matches(row["mean"], mean), (hour, row)


def as_floats(readings: Any) -> Any:
    return [(float(minute), float(value), quality) for minute, value, quality in readings]


@pytest.mark.parametrize("limits", [False, True])
@settings(max_examples=300, deadline=None)
@given(readings=registers())
def test_counters(hours_of, limits, readings):
    meter = {"interval_s": INTERVAL_MIN * 60}
    meter |= {"register_max": float(MODULUS), "range_high": float(HIGHEST)} if limits else {}
    compare(
        hours_of(meter, as_floats(readings)), counter(readings, limits), amounts=True, levels=False
    )


@pytest.mark.parametrize("kind", ["rate", "level"])
@settings(max_examples=150, deadline=None)
@given(readings=instants())
def test_rates_and_levels(hours_of, kind, readings):
    rows = hours_of({"kind": kind, "interval_s": INTERVAL_MIN * 60}, as_floats(readings))
    compare(rows, rate(readings, False), amounts=kind == "rate", levels=True)


@pytest.mark.parametrize("kind", ["interval", "mean"])
@settings(max_examples=150, deadline=None)
@given(readings=instants())
def test_intervals_and_means(hours_of, kind, readings):
    rows = hours_of({"kind": kind, "interval_s": INTERVAL_MIN * 60}, as_floats(readings))
    expected = interval(readings, False)
    compare(rows, expected, amounts=kind == "interval", levels=kind == "mean")
