"""The last whole hour of every point beside its limit; expected numbers are worked out beside."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ledger.monitoring import monitoring
from ledger.settle import settle
from models.readings import Quality
from models.registry.points import Medium
from tests.integration.discharges.conftest import MIDNIGHT

HOUR = timedelta(hours=1)
POINTS = """enterprise,code,medium,name_zh,name_en,minute_interval_s,reference_oxygen_pct,\
limit_classes,zone
works,DA001,waste_gas,锅炉排放口,boiler stack,600,3.5,GB13271-2014/new/gas,
mill,DW001,waste_water,总排口,main outfall,600,,GB8978-1996/1,
works,N1,noise,东厂界,east fence,600,,GB12348-2008/3,3
"""
CHANNELS = """enterprise,point,code,unit,fields
works,DA001,a21002,,minute
works,DA001,a21026,,minute
works,DA001,a19001,,minute
mill,DW001,w01018,,minute
mill,DW001,w01001,,minute
works,N1,Leq,,minute|hour
"""
PERMITS = """enterprise,point,pollutant,kind,averaging,value,unit,reference_oxygen_pct,standard,\
clause,valid_from,valid_to,evidence
works,DA001,a21002,concentration,hour,150,mg/m3,3.5,permit 001P,page 14,2026-01-01,,permit
mill,DW001,w01018,concentration,day,80,mg/L,,permit 002P,page 3,2026-01-01,,permit
mill,DW001,w01001,concentration,day,9,1,,permit 002P,page 3,2026-01-01,,permit
"""


@pytest.fixture
def works(open_works):
    points = POINTS.replace(",GB8978-1996/1,", ",,")
    found = open_works(points=points, channels=CHANNELS, permits=PERMITS)
    found.clock.now = MIDNIGHT + 2 * HOUR + timedelta(minutes=7)
    return found


def shown(works, **which):
    """Rows by point and pollutant."""
    settle(works.books)
    frame = monitoring(works.books, **which)
    plain = frame.astype(object).where(frame.notna(), None)
    return {(row["point"], row["pollutant"]): row for row in plain.to_dict("records")}


def send_hour(works, point, code, value, **more):
    """Six means of ten minutes from 01:00 on."""
    works.send(point, code, "minute", MIDNIGHT + HOUR, [value] * 6, **more)


def test_an_hour_stands_beside_its_limit_at_its_oxygen(works):
    send_hour(works, "DA001", "a21002", 110.0)
    send_hour(works, "DA001", "a21026", 60.0)
    send_hour(works, "DA001", "a19001", 7.0)
    found = shown(works, enterprise="works", medium=Medium.WASTE_GAS)
    assert set(found) == {("DA001", "a21002"), ("DA001", "a21026")}
    nox = found["DA001", "a21002"]
    # 110 x (21 - 3.5) / (21 - 7) = 137.5, of 150: 0.9167
    assert nox["value"] == pytest.approx(137.5)
    assert nox["share"] == pytest.approx(137.5 / 150)
    told = ("limit", "unit", "bound", "averaging", "standing", "basis", "standard", "mark")
    assert tuple(nox[name] for name in told) == (
        150.0, "mg/m3", "max", "hour", "near", "permit", "permit 001P", "N",
    )  # fmt: skip
    assert nox["hour"] == MIDNIGHT + HOUR
    assert (nox["name_zh"], nox["pollutant_name_zh"]) == ("锅炉排放口", "氮氧化物")
    # No permit bounds SO2: GB 13271-2014, table 2, gas, allows 50; 60 x 17.5 / 14 = 75.
    so2 = found["DA001", "a21026"]
    assert (so2["limit"], so2["basis"], so2["standing"]) == (50.0, "standard", "beyond")
    assert so2["value"] == pytest.approx(75.0)


def test_an_hour_beyond_what_a_day_may_be_is_near_it(works):
    send_hour(works, "DW001", "w01018", 95.0, enterprise="mill")
    send_hour(works, "DW001", "w01001", 7.1, enterprise="mill")
    found = shown(works, enterprise="mill")
    cod = found["DW001", "w01018"]
    assert (cod["value"], cod["limit"], cod["averaging"]) == (95.0, 80.0, "day")
    assert cod["share"] == pytest.approx(95 / 80)
    assert cod["standing"] == "near"
    assert found["DW001", "w01001"]["standing"] == "within"  # 7.1 is more than 0.5 below 9
    assert found["DW001", "w01001"]["share"] is None


def test_what_did_not_come_and_what_does_not_count_has_no_value(works):
    send_hour(works, "DA001", "a21002", 110.0, marks=dict.fromkeys(range(6), Quality.CALIBRATION))
    found = shown(works, point="DA001")
    assert {row["standing"] for row in found.values()} == {"no_value"}
    assert found["DA001", "a21002"]["mark"] == "C"
    assert found["DA001", "a21026"]["mark"] is None
    assert found["DA001", "a21026"]["limit"] == 50.0
    assert found["DA001", "a21026"]["value"] is None


def test_noise_at_night_by_the_loggers_hour(works):
    # Forty minutes of 40 dB and twenty of 60: their plain mean of 46.7 is no equivalent level.
    works.send("N1", "Leq", "minute", MIDNIGHT + HOUR, [40.0] * 4 + [60.0] * 2)
    works.send("N1", "Leq", "hour", MIDNIGHT + HOUR, [55.3])
    level = shown(works, medium=Medium.NOISE)["N1", "Leq"]
    # GB 12348-2008, table 1, class 3: 65 by day, 55 at night.
    assert (level["value"], level["limit"], level["averaging"]) == (55.3, 55.0, "nighttime")
    assert level["standing"] == "near"
