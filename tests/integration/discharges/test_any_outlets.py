"""Any week of a stack and an outfall, with marks and gaps, against the standards by pencil.

The second computation knows nothing of ours: it walks the ten-minute values hour by hour in plain
Python, as HJ 212-2017 annex D, HJ 75-2017 table 5 and 6 and HJ 356-2019 say.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from datetime import timedelta
from typing import Any

import pandas as pd
import pytest

from models.readings import Quality
from tests.integration.discharges.conftest import MIDNIGHT, Works

DAYS = 6
HOURS = DAYS * 24
# Valid from the week on: of the quarter before, nothing was owed.
POINTS = """enterprise,code,medium,name_zh,name_en,minute_interval_s,reference_oxygen_pct,\
valid_from
works,DA001,waste_gas,锅炉排放口,boiler stack,600,3.5,2026-03-05T00:00:00+08:00
works,DW001,waste_water,总排口,outfall,600,,2026-03-05T00:00:00+08:00
"""
CHANNELS = """enterprise,point,code,unit,fields,wet,standard_state
works,DA001,a21002,,minute,true,false
works,DA001,a19001,,minute,true,true
works,DA001,a00000,,minute,true,false
works,DA001,a01012,,minute,false,true
works,DA001,a01013,,minute,false,true
works,DA001,a01014,,minute,false,true
works,DW001,w01018,,minute,false,true
works,DW001,w00000,,minute,false,true
"""
STOP = (50 * 60 + 20, 58 * 60 + 40)  # minutes of a declared stop of the stack
STATES = """enterprise,point,state,start,end,evidence,entered_by
works,DA001,stopped,{start},{end},shift book,officer
"""
LEVELS = {
    "a21002": (30, 90), "a19001": (3, 12), "a00000": (5, 9), "a01012": (80, 160),
    "a01013": (-0.6, 0.4), "a01014": (4, 18), "w01018": (20, 80), "w00000": (0, 30),
}  # fmt: skip
BAD = (
    Quality.FAULT, Quality.OFFLINE, Quality.MAINTENANCE, Quality.CALIBRATION, Quality.OVER_RANGE,
    Quality.STOPPED,
)  # fmt: skip
LETTER = dict(zip(BAD, "DBMCTF", strict=True))

Value = tuple[float, Quality]


def sent(dice: random.Random, code: str, spoilt: float) -> list[Value | None]:
    """Ten-minute values; bursts of one mark or of nothing, each ``spoilt`` of the hours or so."""
    values: list[Value | None] = []
    low, high = LEVELS[code]
    while len(values) < HOURS * 6:
        mark: Quality | None = Quality.GOOD
        length = dice.randrange(1, 40)
        if dice.random() < spoilt:
            mark = dice.choice([*BAD, Quality.MANUAL, None])
            length = dice.randrange(1, 20)
        for _ in range(length):
            oxygen_of_air = code == "a19001" and dice.random() < 0.01
            value = 20.9 if oxygen_of_air else dice.uniform(low, high)
            values.append(None if mark is None else (value, mark))
    return values[: HOURS * 6]


class Hour:
    """One channel's hour: mean and minutes of what counts, minutes of what is marked."""

    def __init__(self, values: list[Value | None]) -> None:
        there = [one for one in values if one is not None]
        good = [value for value, mark in there if mark in (Quality.GOOD, Quality.MANUAL)]
        self.minutes = 10 * len(good)
        self.mean = sum(good) / len(good) if good else math.nan
        marks = Counter(mark for _, mark in there if mark in BAD)
        self.abnormal = 10 * sum(marks.values())
        self.still = 10 * marks[Quality.STOPPED]
        self.mark = max(marks, key=lambda one: (marks[one], one)) if marks else None

    def valid(self, *, water: bool) -> float:
        enough = self.minutes >= 45 and not (water and self.abnormal)
        return self.mean if enough else math.nan


def gas(hours: dict[str, Hour], *, any_minute: bool) -> tuple[float, float, float, float]:
    """NOx measured and at 3.5 % oxygen, flow, mass of an hour (or of the minutes there are)."""
    nox, oxygen, flow, hot, gauge, moisture = (
        hours[code].mean if any_minute else hours[code].valid(water=False)
        for code in ("a21002", "a19001", "a00000", "a01012", "a01013", "a01014")
    )
    dry = 1 - moisture / 100
    standard = 273 / (273 + hot) * (101.325 + gauge) / 101.325
    measured = nox / standard / dry
    oxygen /= dry
    converted = measured * (21 - 3.5) / (21 - oxygen) if oxygen < 20 else math.nan
    volume = flow * 3600 * standard * dry
    return measured, converted, volume, measured * volume / 1e6


def stretches(known: list[bool], owed: list[bool]) -> list[list[int]]:
    """Lost hours in a row, which end at a known hour only."""
    found: list[list[int]] = [[]]
    for hour, is_known in enumerate(known):
        if is_known:
            found.append([])
        elif owed[hour]:
            found[-1].append(hour)
    return [one for one in found if one]


def total(mass: list[float], stopped: list[bool], stands_in: list[float], hour: int) -> float:
    """Kilograms of an hour: measured, else nothing of a stopped one, else what stands in."""
    if not math.isnan(mass[hour]):
        return mass[hour]
    return 0.0 if stopped[hour] else stands_in[hour]


def same(ours: object, theirs: float) -> bool:
    if math.isnan(theirs):
        return bool(pd.isna(ours))
    return float(ours) == pytest.approx(theirs, rel=1e-9, abs=1e-12)  # type: ignore[arg-type]


@pytest.fixture
def works(open_works: Any) -> Works:
    start, end = (MIDNIGHT + timedelta(minutes=minute) for minute in STOP)
    states = STATES.format(start=start.isoformat(), end=end.isoformat())
    opened: Works = open_works(points=POINTS, channels=CHANNELS, operating_states=states)
    opened.clock.now = MIDNIGHT + timedelta(days=DAYS)
    return opened


@pytest.mark.parametrize(("seed", "spoilt"), [(1, 0.03), (2, 0.08), (3, 0.3)])
def test_any_week(works: Works, seed: int, spoilt: float) -> None:
    dice = random.Random(seed)
    series = {code: sent(dice, code, spoilt) for code in LEVELS}
    for code, values in series.items():
        works.send(
            "DA001" if code[0] == "a" else "DW001", code, "minute", MIDNIGHT,
            [0.0 if one is None else one[0] for one in values],
            marks={at: one[1] for at, one in enumerate(values) if one is not None},
            skipped=[at for at, one in enumerate(values) if one is None],
        )  # fmt: skip
    hours = [
        {code: Hour(values[6 * hour : 6 * hour + 6]) for code, values in series.items()}
        for hour in range(HOURS)
    ]
    frame = works.discharges("hour", MIDNIGHT, MIDNIGHT + timedelta(days=DAYS))
    days = works.discharges("day", MIDNIGHT, MIDNIGHT + timedelta(days=DAYS))
    stack(hours, frame[frame["point"] == "DA001"], days[days["point"] == "DA001"])
    outfall(hours, frame[frame["point"] == "DW001"], days[days["point"] == "DW001"])


def stack(hours: list[dict[str, Hour]], frame: pd.DataFrame, days: pd.DataFrame) -> None:
    made = [gas(one, any_minute=False) for one in hours]
    valid = [not math.isnan(measured) for measured, *_ in made]
    volume, mass, stopped = [], [], []
    for hour, one in enumerate(hours):
        *_, flow, kg = made[hour]
        declared = min(60 * hour + 60, STOP[1]) - max(60 * hour, STOP[0])
        still = max(one["a21002"].still, declared)
        stopped.append(not valid[hour] and still > 0 and one["a21002"].minutes + still >= 45)
        if stopped[hour]:  # what ran for some minutes is what these minutes told
            few, _, moved, _ = gas(one, any_minute=True)
            flow = moved * (60 - still) / 60 if math.isnan(flow) else flow
            kg = few * flow / 1e6
        volume.append(flow)
        mass.append(kg)
    owed = [not one for one in stopped]
    known = [owed[hour] and not math.isnan(kg) for hour, kg in enumerate(mass)]
    captured = sum(known) / sum(owed)
    calibrated = [
        not valid[hour] and one["a21002"].mark is Quality.CALIBRATION
        for hour, one in enumerate(hours)
    ]
    stands_in = [math.nan] * HOURS
    for lost in stretches(known, owed):
        for hour in lost:
            if captured < 0.75:
                continue
            until = lost[0]
            earlier = [at for at in range(lost[0] + 1) if calibrated[at]]
            if calibrated[hour] and earlier:
                until = earlier[-1]
            before = [mass[at] for at in range(until) if known[at]]
            count = 2160 if captured < 0.9 else 180 if len(lost) <= 24 else 720
            stands_in[hour] = max(before[-count:], default=math.nan)
    assert len(frame) == HOURS
    for hour, row in enumerate(frame.to_dict("records")):
        measured, converted, *_ = made[hour]
        assert same(row["conc_measured"], measured), hour
        assert same(row["conc_converted"], converted), hour
        flow = 0.0 if stopped[hour] and math.isnan(volume[hour]) else volume[hour]
        assert same(row["flow_m3"], flow), hour
        assert same(row["mass_kg"], total(mass, stopped, stands_in, hour)), hour
        assert bool(row["stopped_hours"]) is stopped[hour]
        assert bool(row["substituted_hours"]) is not math.isnan(stands_in[hour])
    by_day(days, [one[0] for one in made], [one[1] for one in made], mass, stopped, stands_in)


def outfall(hours: list[dict[str, Hour]], frame: pd.DataFrame, days: pd.DataFrame) -> None:
    cod = [one["w01018"].valid(water=True) for one in hours]
    flow = [one["w00000"].valid(water=True) * 3.6 for one in hours]  # m3 of the hour
    mass, stopped = [], []
    for hour, one in enumerate(hours):
        still = one["w01018"].still
        stopped.append(math.isnan(cod[hour]) and still > 0 and one["w01018"].minutes + still >= 45)
        kg = cod[hour] * flow[hour] / 1000
        if stopped[hour]:
            few = one["w00000"].mean * 3.6 * (60 - still) / 60
            kg = one["w01018"].mean * (few if math.isnan(flow[hour]) else flow[hour]) / 1000
        mass.append(kg)
    owed = [not one for one in stopped]
    filled = {}
    for name, values in (("cod", cod), ("flow", flow)):
        known = [owed[hour] and not math.isnan(one) for hour, one in enumerate(values)]
        filled[name] = list(values)
        for lost in stretches(known, owed):
            before = [values[at] for at in range(lost[0]) if known[at]][-len(lost) :]
            for hour in lost:
                filled[name][hour] = sum(before) / len(before) if before else math.nan
    stands_in = [
        filled["cod"][hour] * filled["flow"][hour] / 1000
        if owed[hour] and math.isnan(mass[hour])
        else math.nan
        for hour in range(HOURS)
    ]
    for hour, row in enumerate(frame.to_dict("records")):
        assert same(row["conc_measured"], cod[hour]), hour
        assert same(row["mass_kg"], total(mass, stopped, stands_in, hour)), hour
    by_day(days, None, None, mass, stopped, stands_in)
    for day, row in enumerate(days.to_dict("records")):
        at = [
            hour
            for hour in range(24 * day, 24 * day + 24)
            if not math.isnan(cod[hour]) and not math.isnan(flow[hour])
        ]
        whole = sum(flow[hour] for hour in at)
        mean = sum(cod[hour] * flow[hour] for hour in at) / whole if len(at) >= 20 else math.nan
        assert same(row["conc_measured"], mean), day


def by_day(
    days: pd.DataFrame,
    measured: list[float] | None,
    converted: list[float] | None,
    mass: list[float],
    stopped: list[bool],
    stands_in: list[float],
) -> None:
    assert len(days) == DAYS
    for day, row in enumerate(days.to_dict("records")):
        at = range(24 * day, 24 * day + 24)
        for name, values in (("conc_measured", measured), ("conc_converted", converted)):
            if values is not None:
                there = [values[hour] for hour in at if not math.isnan(values[hour])]
                mean = sum(there) / len(there) if len(there) >= 20 else math.nan
                assert same(row[name], mean), (day, name)
        amounts = [total(mass, stopped, stands_in, hour) for hour in at]
        known = [one for one in amounts if not math.isnan(one)]
        assert same(row["mass_kg"], sum(known) if known else math.nan), day
