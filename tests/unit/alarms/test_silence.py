"""Meters that fell silent together are one alarm, and stay the one they were."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pandas as pd

from alarms.life_cycle import raised
from alarms.occurrences import extent_of
from alarms.sources.findings import of_clocks
from alarms.sources.silence import Silent, grouped
from models.alarms import Cause, Severity

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
WITHIN = timedelta(minutes=15)


def silent(meter: str, minutes: float, enterprise: str = "steel") -> Silent:
    return Silent(enterprise, meter, NOON + timedelta(minutes=minutes), "无数据", "nothing since")


def standing(one, number: int = 1):
    """The alarm of an occurrence."""
    step = raised(one.cause, Severity.MAJOR, extent_of([one]), one.told, at=NOON,
                  within=timedelta(hours=24), by="carbonpeak")  # fmt: skip
    return replace(step.alarm, id=number)


def test_a_dead_gateway_of_30_meters_is_one_alarm_that_names_them():
    gateway = [silent(f"EL-{number:02}", number % 10) for number in range(30)]
    (one,) = grouped(gateway, [], WITHIN)
    assert (one.members, one.begin, one.until) == (30, NOON, None)
    assert sorted(one.told.evidence["meters"]) == [f"EL-{number:02}" for number in range(30)]
    assert one.told.en == (
        "30 meters fell silent together: EL-00, EL-10, EL-20, EL-01, EL-11, EL-21, EL-02, EL-12, "
        "EL-22, EL-03 and 20 more"
    )
    assert one.told.zh.startswith("30 个表计同时无数据：EL-00、EL-10、")


def test_other_times_and_other_enterprises_are_other_causes():
    found = grouped(
        [silent("A", 0), silent("B", 15), silent("C", 31), silent("D", 0, "glass")], [], WITHIN
    )
    assert [one.told.evidence["meters"] for one in found] == [["D"], ["A", "B"], ["C"]]
    assert len({one.cause for one in found}) == 3
    assert found[2].told.en == "C: nothing since"


def test_a_group_is_the_alarm_that_one_of_it_belongs_to():
    (first,) = grouped([silent("A", 0), silent("B", 5)], [], WITHIN)
    alarm = standing(first)
    # A is back, C has followed: still the same gateway.
    (later,) = grouped([silent("B", 5), silent("C", 10)], [alarm], WITHIN)
    assert later.cause == first.cause
    assert later.members == 2
    # Long after, another is another.
    other = grouped([silent("B", 5), silent("X", 300)], [alarm], WITHIN)
    assert [one.cause == first.cause for one in other] == [True, False]


def test_clocks_of_one_gateway_are_one_alarm():
    day = pd.Timestamp(NOON).floor("D")
    row = {"ts": day, "until": day + pd.Timedelta(days=1), "enterprise": "steel"}
    row |= {"kind": "clock_off", "detail": "324 s ahead", "detail_zh": "时钟快 324 秒"}
    one = of_clocks([row | {"meter": meter} for meter in ("EL-2", "EL-1", "W1")])
    assert one.cause == Cause("clock_off", "steel", "", "")
    assert one.told.en == "EL-1 and 2 more: 324 s ahead"
    assert one.told.zh == "EL-1 等 3 个表计：时钟快 324 秒"
    assert one.told.evidence["meters"] == ["EL-1", "EL-2", "W1"]
