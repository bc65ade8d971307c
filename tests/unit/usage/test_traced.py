"""The parts of an hour, one by hand for each kind; and of any series they add up to its usage."""

from __future__ import annotations

import math
import random
from typing import Any

import pyarrow as pa
import pytest

from models.periods import HOUR_US
from models.readings import READINGS, Quality
from models.registry import EXCHANGES, METER_SPECS
from models.usage import hourly_usage
from models.usage.traced import hour_parts

MINUTE = 60_000_000
START = 496_000 * HOUR_US  # an arbitrary full hour


def specs(**version: Any) -> pa.Table:
    plain = {
        "meter_key": 1, "kind": "counter", "scale": 1.0, "offset": 0.0, "interval_s": 3600,
        "may_export": False, "gap_policy": "linear",
    }  # fmt: skip
    return pa.Table.from_pylist([plain | version], schema=METER_SPECS)


def readings(*given: tuple[float, float] | tuple[float, float, Quality]) -> pa.Table:
    rows = [
        {"meter_key": 1, "ts": START + round(minute * MINUTE), "value": value,
         "quality": int(quality[0]) if quality else 0}
        for minute, value, *quality in given
    ]  # fmt: skip
    schema = pa.schema([READINGS.field(n) for n in ("meter_key", "ts", "value", "quality")])
    return pa.Table.from_pylist(rows, schema=schema)


def exchanges(*given: tuple[float, float, float]) -> pa.Table:
    rows = [
        {"meter_key": 1, "ts": START + round(minute * MINUTE), "final_value": final,
         "initial_value": initial}
        for minute, final, initial in given
    ]  # fmt: skip
    return pa.Table.from_pylist(rows, schema=EXCHANGES)


def test_a_registers_hour_between_readings_off_the_hour() -> None:
    found = hour_parts(
        readings((-10, 100.0), (50, 160.0), (110, 190.0)),
        specs(scale=40.0), exchanges(), 1, START,
    )  # fmt: skip
    # 50 of 60 minutes of a rise of 60, then 10 of 60 minutes of a rise of 30; ratio 40.
    assert [part.amount for part in found] == [50.0 * 40, 5.0 * 40]
    assert [(part.first, part.last) for part in found] == [(100.0, 160.0), (160.0, 190.0)]
    assert not any(part.gap or part.estimated for part in found)


def test_a_gap_a_rollover_and_an_exchange_are_told() -> None:
    gap = hour_parts(readings((0, 10.0), (240, 50.0)), specs(), exchanges(), 1, START + HOUR_US)
    assert [(part.amount, part.gap, part.estimated) for part in gap] == [(10.0, True, True)]
    rolled = hour_parts(
        readings((0, 995.0), (60, 3.0)),
        specs(register_max=1000.0, range_high=100.0), exchanges(), 1, START,
    )  # fmt: skip
    assert [(part.amount, part.added) for part in rolled] == [(8.0, 1000.0)]
    swapped = hour_parts(
        readings((0, 100.0), (60, 7.0)), specs(), exchanges((30, 104.0, 2.0)), 1, START
    )
    assert [(part.amount, part.read_first, part.read_last) for part in swapped] == [
        (4.0, True, False), (5.0, False, True)
    ]  # fmt: skip
    fallen = hour_parts(readings((0, 100.0), (60, 7.0)), specs(), exchanges(), 1, START)
    assert [(part.way, part.amount) for part in fallen] == [("unknown", None)]


def test_an_interval_that_crosses_the_hour_and_a_rates_trapezoid() -> None:
    crossing = hour_parts(
        readings((30, 12.0), (90, 24.0, Quality.SUBSTITUTED)),
        specs(kind="interval"), exchanges(), 1, START,
    )  # fmt: skip
    assert [(part.amount, part.estimated) for part in crossing] == [(6.0, False), (12.0, True)]
    rate = hour_parts(
        readings((-30, 10.0), (30, 20.0), (90, 20.0)), specs(kind="rate"), exchanges(), 1, START
    )
    # From 15 (interpolated) to 20 in half an hour, then 20: 8.75 + 10.
    assert [part.amount for part in rate] == [8.75, 10.0]


def test_a_rate_read_under_another_ratio_is_told_as_this_one_has_it() -> None:
    """400 kW before minute 15, from then on 800 kW behind a transformer of 40, which shows 20."""
    change = START + 15 * MINUTE
    before, behind = (
        specs(kind="rate").to_pylist()[0],
        specs(kind="rate", scale=40.0).to_pylist()[0],
    )
    at = pa.scalar(change).cast(pa.timestamp("us", "UTC")).as_py()
    versions = pa.Table.from_pylist(
        [before | {"valid_to": at}, behind | {"valid_from": at}], schema=METER_SPECS
    )
    table = readings((0, 400.0), (60, 20.0))
    found = hour_parts(table, versions, exchanges(), 1, START)
    assert [(part.first, part.last, part.scale) for part in found] == [
        (400.0, 800.0, 1.0), (10.0, 20.0, 40.0),
    ]  # fmt: skip
    # 400 to 500 kW in a quarter of an hour, then to 800 in three
    assert [part.amount for part in found] == pytest.approx([450 / 4, 650 * 3 / 4])
    (row,) = [
        one for one in hourly_usage(table, versions, exchanges()).usage.to_pylist()
        if one["hour"].timestamp() * 1e6 == START
    ]  # fmt: skip
    assert row["amount"] == pytest.approx(600.0)


@pytest.mark.parametrize("kind", ["counter", "interval", "rate"])
def test_the_parts_of_any_hour_add_up_to_its_usage(kind: str) -> None:
    dice = random.Random(f"traced {kind}")
    for _ in range(25):
        at, value, given = 0.0, 500.0, []
        for _ in range(dice.randrange(2, 14)):
            at += dice.choice([60, 60, 60, 15, 7.5, 61, 300])
            value += dice.choice([3.0, 10.0, 0.0, -700.0, 2.5])
            quality = dice.choice([Quality.GOOD] * 6 + [Quality.SUBSTITUTED, Quality.SUSPECT])
            given.append((at, value % 1000.0, quality))
        table = readings(*given)
        meter = specs(kind=kind, scale=dice.choice([1.0, 40.0]), register_max=1000.0,
                      range_high=400.0, gap_policy=dice.choice(["linear", "none"]))  # fmt: skip
        swaps = exchanges((dice.uniform(0, at), 700.0, 3.0)) if kind == "counter" else exchanges()
        usage = hourly_usage(table, meter, swaps).usage.to_pylist()
        for row in usage:
            hour = round(row["hour"].timestamp() * 1e6)
            amounts = [part.amount for part in hour_parts(table, meter, swaps, 1, hour)]
            known = [amount for amount in amounts if amount is not None]
            if row["amount"] is None:
                assert not known
            else:
                assert math.fsum(known) == pytest.approx(row["amount"], rel=1e-12, abs=1e-9)
