"""Lost hours of flue gas by HJ 75, through the store; each row of the table, and who has none."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from models.readings import Quality
from tests.integration.discharges.conftest import MIDNIGHT, ZONE

HOUR = timedelta(hours=1)
POINTS = """enterprise,code,medium,name_zh,name_en
works,DA001,waste_gas,锅炉排放口,boiler stack
"""
CHANNELS = """enterprise,point,code,unit,fields
works,DA001,a21026,,hour
works,DA001,a21005,,hour
works,DA001,a00000,m3/h,hour
"""
QUARTER = MIDNIGHT.replace(month=1, day=1)  # of 2,160 hours
NEXT = MIDNIGHT.replace(month=4, day=1)


@pytest.fixture
def works(open_works):
    found = open_works(points=POINTS, channels=CHANNELS)
    found.clock.now = NEXT
    return found


def fill(works, so2, *, lost=(), quality=Quality.FAULT, code="a21026", start=QUARTER):
    """Hours of SO2 in mg/m3 from the quarter's begin, at 1,000,000 m3/h: mg/m3 are kg an hour."""
    marks = {int(hour): quality for hour in lost}
    works.send("DA001", code, "hour", start, so2, marks=marks)
    works.send("DA001", "a00000", "hour", start, [1e6] * len(so2))


def substituted(works, first, count, code="a21026"):
    """kg that stand in, of each of the hours."""
    begin = QUARTER + first * HOUR
    found = works.discharges("hour", begin, begin + count * HOUR, pollutant=code)
    return found["substituted_kg"].tolist(), found["mark"].tolist()


def rising():
    """2,160 hours: in hour h the mass is 3,000 - h kg, so the greatest is the oldest looked at."""
    return 3000.0 - np.arange(2160)


# Rows of tables 5 and 6. Of 2,160 h 3 lost leave 99.86 %, 30 leave 98.6 %, 330 leave 84.7 %.
@pytest.mark.parametrize(
    ("quality", "lost", "greatest"),
    [
        # The three hours from 1,000 on: the 180 hours before are those from 820 on.
        (Quality.FAULT, range(1000, 1003), 3000 - 820),
        (Quality.CALIBRATION, range(1000, 1003), 3000 - 820),
        # 30 in a row: 720 before, from 280 on.
        (Quality.FAULT, range(1000, 1030), 3000 - 280),
        (Quality.CALIBRATION, range(1000, 1030), 3000 - 280),
        # 330 h: a capture rate of 84.7 %, so 2,160 before; no more than 1,000 are known.
        (Quality.FAULT, range(1000, 1330), 3000),
        (Quality.CALIBRATION, range(1000, 1330), 3000),
    ],
)
def test_each_row_of_the_tables(works, quality, lost, greatest):
    fill(works, rising(), lost=lost, quality=quality)
    kg, marks = substituted(works, 999, 4)
    assert kg == pytest.approx([0, greatest, greatest, greatest])
    letter = "C" if quality == Quality.CALIBRATION else "D"
    assert marks == ["N", letter, letter, letter]


def test_below_75_percent_of_the_quarter_there_is_no_rule(works):
    fill(works, rising(), lost=range(1000, 1541))  # 541 of 2,160 lost: 74.95 %
    kg, _ = substituted(works, 1000, 1)
    assert np.isnan(kg).all()


def test_stopped_hours_are_not_lost(works):
    # 1,000 h at a standstill and 3 lost are 1,157 of 1,160 owed: 99.7 %.
    values = rising()
    fill(works, values, lost=range(1000, 2000), quality=Quality.STOPPED)
    works.send("DA001", "a21026", "hour", QUARTER + 900 * HOUR, [0.0] * 3,
               marks=dict.fromkeys(range(3), Quality.FAULT))  # fmt: skip
    kg, marks = substituted(works, 900, 3)
    assert kg == pytest.approx([3000 - 720] * 3)
    assert marks == ["D"] * 3
    kg, marks = substituted(works, 1000, 1)
    assert (kg, marks) == ([0], ["F"])


def test_carbon_monoxide_has_no_rule(works):
    fill(works, rising(), lost=range(1000, 1003), code="a21005")
    kg, _ = substituted(works, 1000, 3, "a21005")
    assert np.isnan(kg).all()


def test_the_same_hour_has_the_same_substitute_whatever_is_asked(works):
    # 180 h of December, then January lost at once: what stands in lies before the quarter.
    december = MIDNIGHT.replace(year=2025, month=12, day=1)
    fill(works, 5000.0 - np.arange(744), start=december)
    values = np.full(2160, 10.0)
    fill(works, values, lost=range(5))
    greatest = 5000 - (744 - 180)
    hour, _ = substituted(works, 0, 5)
    assert hour == pytest.approx([greatest] * 5)
    for every in ("day", "month", "year"):
        year = works.discharges(every, QUARTER, NEXT, pollutant="a21026")
        assert year["substituted_kg"].sum() == pytest.approx(5 * greatest)
        assert year["mass_kg"].sum() == pytest.approx(5 * greatest + 2155 * 10)
        assert year["substituted_hours"].sum() == 5
    both = works.discharges("total", december, NEXT.astimezone(ZONE), pollutant="a21026")
    assert both["substituted_kg"].tolist() == pytest.approx([5 * greatest])
