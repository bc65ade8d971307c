"""Hours in which a facility ran and stood still; every expected number is worked out beside it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models.readings import Quality
from tests.integration.discharges.conftest import MIDNIGHT

HOUR = timedelta(hours=1)
POINTS = """enterprise,code,medium,name_zh,name_en,minute_interval_s,valid_from
works,DA001,waste_gas,锅炉排放口,boiler stack,60,2026-03-05T00:00:00+08:00
"""
CHANNELS = """enterprise,point,code,unit,fields,wet,standard_state
works,DA001,a21026,,minute,false,true
works,DA001,a00000,m3/h,minute,false,true
"""
STATES = """enterprise,point,state,start,end,evidence,entered_by
works,DA001,stopped,2026-03-05T00:55:00+08:00,2026-03-05T01:50:00+08:00,shift book,officer
"""


def first_hours(works, count):
    return works.discharges("hour", MIDNIGHT, MIDNIGHT + count * HOUR, pollutant="a21026")


def test_what_ran_for_twenty_minutes_discharged_for_twenty(open_works):
    """20 minutes of 30 mg/m3 at 9,000 m3/h, then 40 marked F.

    9,000 x 20 / 60 = 3,000 m3; 30 mg/m3 of it are 0.09 kg. It is no hourly mean, and none is owed.
    """
    works = open_works(points=POINTS, channels=CHANNELS)
    still = dict.fromkeys(range(20, 60), Quality.STOPPED)
    works.send("DA001", "a21026", "minute", MIDNIGHT, [30.0] * 20 + [0.0] * 40, marks=still)
    works.send("DA001", "a00000", "minute", MIDNIGHT, [9_000.0] * 20 + [0.0] * 40, marks=still)
    row = first_hours(works, 1).iloc[0]
    assert row["mass_kg"] == pytest.approx(0.09)
    assert row["flow_m3"] == pytest.approx(3_000)
    assert row.isna()["conc_measured"]
    assert (row["mark"], row["stopped_hours"], row["substituted_hours"]) == ("F", 1, 0)


def test_a_short_declared_stop_excuses_no_lost_hour(open_works):
    """Stopped from 00:55 to 01:50. The first hour has 30 faulty minutes: 30 measured and 5 of the
    stop are 35 accounted for, so the hour is lost, not stopped. The second is stopped: 50 minutes.
    """
    works = open_works(points=POINTS, channels=CHANNELS, operating_states=STATES)
    faulty = dict.fromkeys([*range(30), *range(60, 120)], Quality.FAULT)
    works.send("DA001", "a21026", "minute", MIDNIGHT, [30.0] * 120, marks=faulty)
    works.send("DA001", "a00000", "minute", MIDNIGHT, [9_000.0] * 120)
    found = first_hours(works, 2)
    assert found["stopped_hours"].tolist() == [0, 1]
    assert found["mark"].tolist() == ["D", "F"]
    # Nothing valid is known before it, so nothing stands in: unknown, and not zero.
    assert found["mass_kg"].isna().tolist() == [True, False]
    assert found["mass_kg"].tolist()[1] == 0


def test_a_mark_that_two_series_tell_counts_once(open_works):
    """25 minutes marked F by the minutes and by the instants: 25 minutes of a stop, not 50."""
    both = CHANNELS.replace("a21026,,minute", "a21026,,minute|realtime")
    works = open_works(points=POINTS, channels=both)
    still = dict.fromkeys(range(25), Quality.STOPPED)
    for series in ("minute", "realtime"):
        works.send("DA001", "a21026", series, MIDNIGHT, [0.0] * 25, marks=still)
    assert first_hours(works, 1)["stopped_hours"].tolist() == [0]
