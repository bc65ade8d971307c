"""Small meters, with the arithmetic of every hour written beside it."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

import pytest

from models.quantities import Kind
from models.registry import Exchange


def amounts(usage):
    return {f"{hour:%H}": value for hour, value in usage["amount"].dropna().items()}


def by_month(usage):
    return usage[["amount", "estimated"]].groupby(usage.index.strftime("%Y-%m")).sum()


def test_readings_off_the_hour_with_multiplier_40(usage_of, meter, at):
    readings = [
        (at("2026-03-10 10:07"), 1000.0),
        (at("2026-03-10 10:52"), 1001.5),
        (at("2026-03-10 11:22"), 1003.0),
        (at("2026-03-10 12:07"), 1004.5),
    ]
    usage = usage_of(meter, readings, multiplier=40.0, interval_s=1800)
    assert amounts(usage) == pytest.approx(
        {
            "10": (1.5 + 1.5 * 8 / 30) * 40,  # 10:07-10:52 whole, 8 of 30 minutes to 11:00: 76
            "11": (1.5 * 22 / 30 + 1.5 * 38 / 45) * 40,  # the other 22, and 38 of 45: 94.667
            "12": 1.5 * 7 / 45 * 40,  # the last 7 of 45 minutes: 9.333
        }
    )
    assert usage["amount"].sum() == pytest.approx(4.5 * 40)
    assert list(usage["coverage"]) == pytest.approx([53 / 60, 1, 7 / 60])
    assert list(usage["n"]) == [2, 1, 1]


def test_rollover_of_five_digits(usage_of, meter, at):
    readings = [
        (at("2026-03-10 13:00"), 99_998.0),
        (at("2026-03-10 13:30"), 99_999.5),  # 1.5
        (at("2026-03-10 14:00"), 1.0),  # 0.5 to the end and 1.0 from zero: 1.5
        (at("2026-03-10 14:30"), 2.5),  # 1.5
    ]
    limits = {"register_max": 100_000.0, "range_high": 10.0}
    usage = usage_of(meter, readings, multiplier=40.0, interval_s=1800, **limits)
    assert amounts(usage) == {"13": 3.0 * 40, "14": 1.5 * 40}
    assert list(usage["coverage"]) == [1.0, 0.5]
    assert usage.attrs["findings"] == ["rollover"]


def test_exchange_within_an_hour_with_new_transformers(usage_of, meter, at):
    """At 10:20 the old meter (× 40) ends at 5002, a new one (× 60) begins at 10."""
    changed = at("2026-03-10 10:20")
    versions = [
        replace(meter, multiplier=40.0, valid_to=changed),
        replace(meter, multiplier=60.0, valid_from=changed),
    ]
    readings = [
        (at("2026-03-10 10:00"), 5000.0),
        (at("2026-03-10 11:00"), 14.0),
        (at("2026-03-10 12:00"), 15.0),
    ]
    usage = usage_of(versions, readings, [Exchange(1, changed, 5002.0, 10.0)], interval_s=3600)
    assert amounts(usage) == {
        "10": (5002 - 5000) * 40 + (14 - 10) * 60,  # 80 + 240 = 320
        "11": (15 - 14) * 60,
    }
    assert usage["coverage"].iloc[0] == 1.0
    assert usage.attrs["findings"] == ["exchange"]


@pytest.mark.parametrize(
    ("measured", "values"),
    [
        (
            {"kind": Kind.COUNTER, "unit": "kWh"},
            (100.0, 101.0, 102.0, 103.0),
        ),  # 1 kWh in half an hour
        ({"kind": Kind.INTERVAL, "unit": "kWh"}, (1.0, 1.0, 1.0, 1.0)),
        ({"kind": Kind.RATE, "unit": "kW"}, (2.0, 2.0, 2.0, 2.0)),
    ],
)
def test_new_transformers_within_an_hour(usage_of, meter, at, measured, values):
    """At 10:15 the ratio becomes 60 instead of 40; the same meter goes on, by hand for each kind:
    a quarter of an hour at 0.5 kWh x 40, three at 0.5 kWh x 60.
    """
    changed = at("2026-03-10 10:15")
    before = replace(meter, **measured, multiplier=40.0, interval_s=1800)
    versions = [
        replace(before, valid_to=changed),
        replace(before, multiplier=60.0, valid_from=changed),
    ]
    times = ("2026-03-10 10:00", "2026-03-10 10:30", "2026-03-10 11:00", "2026-03-10 11:30")
    usage = usage_of(versions, zip(map(at, times), values, strict=True))
    hours = amounts(usage)
    assert hours["10"] == pytest.approx(0.5 * 40 + 0.5 * 60 + 1.0 * 60)  # 20 + 30 + 60 = 110
    assert hours["11"] == pytest.approx(1.0 * 60)  # to the last reading
    assert usage["coverage"].tolist()[-2:] == [1.0, 0.5]


def test_a_gap_across_a_months_end_in_shanghai(usage_of, meter, at):
    """100 kWh from 20:00 on 31 March to 06:00 on 1 April, local time (no month's end in UTC)."""
    readings = [
        (at("2026-03-31 18:00"), 90.0),
        (at("2026-03-31 19:00"), 95.0),
        (at("2026-03-31 20:00"), 100.0),
        (at("2026-04-01 06:00"), 200.0),
        (at("2026-04-01 07:00"), 207.0),
    ]
    months = by_month(usage_of(meter, readings, interval_s=3600))
    assert months["amount"].to_dict() == {
        "2026-03": 5 + 5 + 100 * 4 / 10,  # 50
        "2026-04": 100 * 6 / 10 + 7,  # 67
    }
    assert months["estimated"].to_dict() == {"2026-03": 40, "2026-04": 60}


def test_late_and_shuffled_arrival(usage_of, meter, at):
    """Whatever has arrived so far, its hours sum to what the register rose over it."""
    start = at("2026-03-10 00:00")
    pace = random.Random(7)
    minute, register, readings = 0.0, 50.0, []
    for _ in range(300):
        readings.append((start + timedelta(minutes=minute), register))
        minute += pace.choice([15, 15, 14.5, 16.25, 240])
        register += pace.randrange(0, 40) / 8
    shuffled = pace.sample(readings, len(readings))
    for arrived in (50, 150, 299, 300):
        so_far = sorted(shuffled[:arrived])
        usage = usage_of(meter, so_far, multiplier=40.0)
        rise = so_far[-1][1] - so_far[0][1]
        assert usage["amount"].sum() == pytest.approx(rise * 40, rel=1e-12)
    assert usage.equals(usage_of(meter, readings, multiplier=40.0))


@pytest.mark.parametrize(
    ("measured", "factor"),
    [
        ({"quantity": "electricity", "unit": "MWh"}, 1000.0),
        ({"quantity": "electricity", "unit": "万kWh"}, 10_000.0),
        ({"quantity": "heat", "unit": "MWh"}, 3.6),  # 3600 s × 1 MJ/s = 3600 MJ
        ({"quantity": "natural_gas", "unit": "Sm3"}, 273.15 / 293.15),  # 20 °C to 0 °C
        ({"quantity": "water", "unit": "L"}, 0.001),
    ],
)
def test_units_are_converted(usage_of, meter, at, measured, factor):
    readings = [(at("2026-03-10 10:00"), 7.0), (at("2026-03-10 11:00"), 9.5)]
    usage = usage_of(meter, readings, multiplier=40.0, interval_s=3600, **measured)
    assert amounts(usage) == pytest.approx({"10": 2.5 * 40 * factor})


def test_a_rate_in_megawatt(usage_of, meter, at):
    """2 MW falling to 1 MW within an hour: 1.5 MWh."""
    readings = [(at("2026-03-10 10:00"), 2.0), (at("2026-03-10 11:00"), 1.0)]
    usage = usage_of(meter, readings, kind=Kind.RATE, unit="MW", interval_s=3600)
    assert usage["amount"].iloc[0] == 1500.0
    assert (usage["mean"].iloc[0], usage["min"].iloc[0], usage["max"].iloc[0]) == (1500, 1000, 2000)


def test_intervals_off_the_hour(usage_of, meter, at):
    """Quarters that end at 10:05, 10:20, ...: the first lies 10 minutes before 10:00."""
    readings = [(at("2026-03-10 10:05") + timedelta(minutes=15 * i), 3.0) for i in range(4)]
    usage = usage_of(meter, readings, kind=Kind.INTERVAL, multiplier=40.0)
    assert amounts(usage) == pytest.approx(
        {"09": 3 * 10 / 15 * 40, "10": (3 * 5 / 15 + 3 + 3 + 3) * 40}
    )
    assert list(usage["coverage"]) == pytest.approx([10 / 60, 50 / 60])


def test_a_temperature_in_kelvin(usage_of, meter, at):
    """A level: 293.15 K for half an hour, then rising to 303.15 K: 20 °C, and 25 on average."""
    readings = [
        (at("2026-03-10 10:00"), 293.15),
        (at("2026-03-10 10:30"), 293.15),
        (at("2026-03-10 11:00"), 303.15),
    ]
    kind = {"quantity": "temperature", "kind": Kind.LEVEL, "unit": "K", "interval_s": 1800}
    first = usage_of(meter, readings, **kind).iloc[0]
    assert [first["mean"], first["min"], first["max"]] == pytest.approx([22.5, 20, 30])
