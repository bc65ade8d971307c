"""Air quality index, noise of day and night, class of a river: worked out beside."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ledger.ambient import air_quality, noise, surface_water
from ledger.exceedances import exceedances
from ledger.settle import settle
from tests.integration.discharges.conftest import MIDNIGHT

HOUR = timedelta(hours=1)
DAY = 24 * HOUR
POINTS = """enterprise,code,medium,name_zh,name_en,limit_classes,zone
works,A1,ambient_air,厂界空气站,air station,GB3095-2026/transition/II,
works,N1,noise,东厂界,east fence,GB12348-2008/3,3
works,R1,surface_water,下游断面,section downstream,GB3838-2002/III,III
"""
CHANNELS = """enterprise,point,code,unit,fields
works,A1,a34004,,hour
works,A1,a34002,,hour
works,A1,a05024,,hour
works,A1,a21026,mg/m3,hour
works,N1,Leq,,minute|hour
works,R1,w01018,,hour
works,R1,w21003,,hour
works,R1,w01009,,hour
works,R1,w21001,,hour
"""
SPAN = {"start": MIDNIGHT, "end": MIDNIGHT + DAY}


@pytest.fixture
def works(open_works):
    return open_works(points=POINTS, channels=CHANNELS)


def plain(frame):
    return frame.astype(object).where(frame.notna(), None).to_dict("records")


def test_the_index_of_a_day_is_that_of_its_worst_pollutant(works):
    # HJ 633-2026, table 3: PM2.5 60 -> 100; PM10 85 -> 50 + 35 / 70 x 50 = 75; ozone 100 -> 50;
    # SO2 0.05 mg/m3 = 50 -> 50 / 150 x 50 = 16.7, rounded up.
    for code, value in (("a34004", 60.0), ("a34002", 85.0), ("a05024", 100.0), ("a21026", 0.05)):
        works.send("A1", code, "hour", MIDNIGHT, [value] * 24)
    settle(works.books)
    (row,) = plain(air_quality(works.books, every="day", **SPAN))
    assert (row["aqi"], row["aqi_class"], row["primary"]) == (100.0, 2, "a34004")
    assert set(row["pollutants"].split("|")) == {"a34004", "a34002", "a05024", "a21026"}
    assert (row["standard"], row["period"]) == ("HJ 633-2026", "2026-03-05")
    hours = plain(air_quality(works.books, every="hour", **SPAN))
    assert len(hours) == 24
    assert hours[3]["aqi"] == 100.0  # ozone of an hour: 100 of 160 is 31.25


def test_ozone_of_a_day_is_its_greatest_8_hour_mean(works):
    # 12:00 to 20:00 at 215, else 40: 150. A mean of the day would be 98.3, an index of 50.
    works.send("A1", "a05024", "hour", MIDNIGHT, [40.0] * 12 + [215.0] * 8 + [40.0] * 4)
    settle(works.books)
    (row,) = plain(air_quality(works.books, every="day", **SPAN))
    assert (row["aqi"], row["aqi_class"], row["primary"]) == (150.0, 3, "a05024")
    # GB 3095-2026, grade II: 160 of 8 hours, 200 of an hour.
    found = plain(exceedances(works.books, **SPAN))
    assert {(one["averaging"], one["value"]) for one in found} == {
        ("max_8_hours", 215.0), ("hour", 215.0),
    }  # fmt: skip
    assert len(found) == 9


def test_noise_is_averaged_by_energy_over_days_and_nights(works):
    # From 06:00: 15 h of 60 dB, one of 70: 10 lg((15 x 10^6 + 10^7) / 16) = 61.94; 65 is allowed.
    # From 22:00: 7 h of 50, one of 65: 10 lg((7 x 10^5 + 10^6.5) / 8) = 56.84; 55 is allowed.
    begin = MIDNIGHT + 6 * HOUR
    levels = [60.0] * 15 + [70.0] + [50.0] * 7 + [65.0]
    works.send("N1", "Leq", "hour", begin, levels)
    works.send("N1", "Leq", "minute", begin, [90.0] * 144)  # a plain mean of them is no level
    settle(works.books)
    found = plain(noise(works.books, **SPAN))
    assert [(row["part"], row["limit_db"], row["zone"]) for row in found] == [
        ("daytime", 65.0, "3"), ("nighttime", 55.0, "3"),
    ]  # fmt: skip
    assert [row["level_db"] for row in found] == pytest.approx([61.938, 56.837], abs=0.001)
    assert found[1]["beyond_db"] == pytest.approx(1.837, abs=0.001)
    (night,) = plain(exceedances(works.books, **SPAN))
    assert (night["averaging"], night["period"]) == ("nighttime", "2026-03-05T22:00+08:00")
    assert night["until"] == MIDNIGHT + DAY + 6 * HOUR
    assert (night["standard"], night["excused"]) == ("GB 12348-2008", None)
    # It is over at 06:00 only.
    works.clock.now = MIDNIGHT + DAY + 4 * HOUR
    assert exceedances(works.books, **SPAN).empty
    assert [row["part"] for row in plain(noise(works.books, **SPAN))] == ["daytime"]


def test_a_river_has_the_class_of_its_worst_pollutant(works):
    # COD 18 is III (20), NH3-N 0.6 is III (1.0), oxygen 7 is II (6); then NH3-N 1.2 is IV (1.5).
    # Total nitrogen is not of a river's class.
    for code, values in (
        ("w01018", [18.0] * 12), ("w21003", [0.6] * 6 + [1.2] * 6), ("w01009", [7.0] * 12),
        ("w21001", [9.0] * 12),
    ):  # fmt: skip
        works.send("R1", code, "hour", MIDNIGHT, values[:6])
        works.send("R1", code, "hour", MIDNIGHT + DAY, values[6:])
    settle(works.books)
    span = {"start": MIDNIGHT, "end": MIDNIGHT + 2 * DAY}
    first, second = plain(surface_water(works.books, every="day", **span))
    assert (first["water_class"], first["met"], first["worst"]) == ("III", True, "w01018|w21003")
    assert (second["water_class"], second["met"], second["worst"]) == ("IV", False, "w21003")
    found = plain(exceedances(works.books, **span))
    beyond = {(one["pollutant"], one["period"], one["value"]) for one in found}
    assert ("w21003", "2026-03-06", 1.2) in {(*one[:2], round(one[2], 6)) for one in beyond}
