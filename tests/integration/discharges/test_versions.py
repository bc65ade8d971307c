"""Outlets that change: each hour is judged by what was valid in it, whatever span is asked for."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from ledger.ambient import noise, surface_water
from ledger.exceedances import exceedances
from ledger.permits import permits
from ledger.settle import settle
from tests.integration.discharges.conftest import ZONE

CHANGE = datetime(2026, 3, 6, tzinfo=ZONE)
DAY = timedelta(days=1)
# DA001's class and reference oxygen change on 6 March; DA002, after it in every order, has others.
POINTS = """enterprise,code,medium,name_zh,name_en,minute_interval_s,reference_oxygen_pct,\
limit_classes,valid_from,valid_to
works,DA001,waste_gas,一号,boiler 1,600,9,GB13271-2014/new/coal,,2026-03-06T00:00:00+08:00
works,DA001,waste_gas,一号,boiler 1,600,3.5,GB13271-2014/new/gas,2026-03-06T00:00:00+08:00,
works,DA002,waste_gas,二号,boiler 2,600,3.5,GB13271-2014/new/gas,,
"""
PERMITS = """enterprise,point,pollutant,kind,averaging,value,unit,reference_oxygen_pct,standard,\
clause,valid_from,valid_to,evidence
works,DA001,a21002,concentration,hour,250,mg/m3,3.5,permit 001P,page 14,2026-01-01,,permit
"""
CHANNELS = "enterprise,point,code,unit,fields,wet,standard_state\n" + "".join(
    f"works,{point},{code},,hour,false,true\n"
    for point in ("DA001", "DA002")
    for code in ("a21002", "a19001")
)


@pytest.fixture
def works(open_works):
    works = open_works(points=POINTS, channels=CHANNELS)
    for point in ("DA001", "DA002"):
        works.send(point, "a21002", "hour", CHANGE - DAY, [180.0] * 48)
        works.send(point, "a19001", "hour", CHANGE - DAY, [9.0] * 48)
    settle(works.books)
    return works


def judged(works, start, end):
    """By outlet the value, limit and reference oxygen (as told) of the hours' exceedances."""
    found = exceedances(works.books, start=start, end=end)
    hours = found[found["averaging"] == "hour"]
    return {
        point: sorted(
            {
                (round(value, 6), limit, rule.rpartition(" at ")[2])
                for value, limit, rule in zip(of["value"], of["limit"], of["rule_en"], strict=True)
            }
        )
        for point, of in hours.groupby("point")
    }


def test_each_day_is_judged_by_the_version_of_the_outlet_that_it_was_in(works):
    # 180 mg/m3 at 9 % oxygen are 180 at 9 %, below the 300 for coal, and 180 x 17.5 / 12 = 262.5
    # at 3.5 %, beyond the 200 for gas: DA001 is a boiler of gas from 6 March on.
    gas = [(262.5, 200.0, "3.5 % reference oxygen")]
    both = judged(works, CHANGE - DAY, CHANGE + DAY)
    assert both == {"DA001": gas, "DA002": gas}
    assert judged(works, CHANGE - DAY, CHANGE) == {"DA002": gas}
    found = exceedances(works.books, start=CHANGE - DAY, end=CHANGE + DAY, point="DA001")
    assert found["start"].min() == CHANGE


def test_a_new_channel_of_one_outlet_moves_no_limit_of_another(open_works):
    # DA001 at 9 % has its NOx instrument replaced; DA002, at 3.5 %, is judged as before.
    head, _, _, second = POINTS.splitlines()
    first = "works,DA001,waste_gas,一号,boiler 1,600,9,GB13271-2014/new/coal,,"
    channels = """enterprise,point,code,unit,fields,wet,standard_state,valid_from,valid_to
works,DA001,a21002,,hour,true,true,,2026-03-05T12:00:00+08:00
works,DA001,a21002,,hour,false,true,2026-03-05T12:00:00+08:00,
works,DA001,a19001,,hour,false,true,,
works,DA002,a21002,,hour,false,true,,
works,DA002,a19001,,hour,false,true,,
"""
    works = open_works(points="\n".join((head, first, second, "")), channels=channels)
    works.send("DA002", "a21002", "hour", CHANGE - DAY, [180.0] * 24)
    works.send("DA002", "a19001", "hour", CHANGE - DAY, [9.0] * 24)
    settle(works.books)
    expected = {"DA002": [(262.5, 200.0, "3.5 % reference oxygen")]}
    assert judged(works, CHANGE - DAY, CHANGE) == expected


def test_a_permit_stands_beside_the_class_that_the_outlet_was_of_on_that_day(open_works):
    # The newer version comes first in the file. Coal: 300 at 9 % are 300 x 17.5 / 12 = 437.5 at
    # 3.5 %; gas: 200 at 3.5 %.
    head, old, new, _ = POINTS.splitlines()
    points = "\n".join((head, new, old, ""))
    channels = "".join(row for row in CHANNELS.splitlines(keepends=True) if "DA002" not in row)
    books = open_works(points=points, channels=channels, permits=PERMITS).books
    told = {
        day: permits(books, on=date(2026, 3, day))[["limit_class", "limit", "looser"]].iloc[0]
        for day in (5, 6)
    }
    assert told[5].tolist() == ["GB13271-2014/new/coal", pytest.approx(437.5), False]
    assert told[6].tolist() == ["GB13271-2014/new/gas", 200.0, True]


def test_a_station_is_of_the_zone_that_it_was_in(open_works):
    # The section's required class and the fence's zone change on 6 March.
    points = """enterprise,code,medium,name_zh,name_en,limit_classes,zone,valid_from,valid_to
works,N1,noise,东厂界,east fence,GB12348-2008/2,2,,2026-03-06
works,N1,noise,东厂界,east fence,GB12348-2008/3,3,2026-03-06,
works,R1,surface_water,断面,section,GB3838-2002/III,III,,2026-03-06
works,R1,surface_water,断面,section,GB3838-2002/II,II,2026-03-06,
"""
    channels = "enterprise,point,code,unit,fields\nworks,N1,Leq,,hour\nworks,R1,w21003,,hour\n"
    works = open_works(points=points, channels=channels)
    works.send("N1", "Leq", "hour", CHANGE - DAY, [50.0] * 48)
    works.send("R1", "w21003", "hour", CHANGE - DAY, [0.8] * 48)
    settle(works.books)
    span = {"start": CHANGE - DAY, "end": CHANGE + DAY}
    by_day = noise(works.books, **span)
    by_day = by_day[by_day["part"] == "daytime"]
    # GB 12348-2008 table 1: by day 60 dB in zone 2, 65 in zone 3.
    assert by_day[["zone", "limit_db"]].values.tolist() == [["2", 60.0], ["3", 65.0]]
    # GB 3838-2002 table 1: 0.8 mg/L of ammonia nitrogen is of class III (0.5 is II's limit).
    found = surface_water(works.books, every="day", **span)
    told = found[["water_class", "required_class", "met"]].values.tolist()
    assert told == [["III", "III", True], ["III", "II", False]]
