"""Waste water: golden flow totals, flow-weighted means, one abnormal value, substitution."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models.readings import Quality
from tests.integration.discharges.conftest import MIDNIGHT

HOUR = timedelta(hours=1)
DAY = 24 * HOUR
POINTS = """enterprise,code,medium,name_zh,name_en,minute_interval_s
works,DW001,waste_water,污水总排口,main outfall,600
"""
CHANNELS = """enterprise,point,code,unit,fields
works,DW001,w00000,L/s,minute|hour
works,DW001,w01018,,minute|hour
works,DW001,w01001,,hour
"""


@pytest.fixture
def works(open_works):
    return open_works(points=POINTS, channels=CHANNELS)


def test_17_5_litres_a_second_are_the_golden_totals(works):
    # HJ 212-2017, examples C.17 to C.19: 10.5 m3 in 10 minutes, 63.0 an hour, 1512.0 a day.
    works.send("DW001", "w00000", "minute", MIDNIGHT, [17.5] * 144)
    works.send("DW001", "w01018", "minute", MIDNIGHT, [40.1] * 144)
    hour = works.row("hour", MIDNIGHT, MIDNIGHT + HOUR, pollutant="w01018")
    assert hour["flow_m3"] == pytest.approx(63.0)
    # 40.1 g/m3 x 63.0 m3 = 2,526.3 g
    assert hour["mass_kg"] == pytest.approx(2.5263)
    assert (hour["conc_unit"], hour["conc_measured"]) == ("mg/L", pytest.approx(40.1))
    day = works.row("day", MIDNIGHT, MIDNIGHT + DAY, pollutant="w01018")
    assert day["flow_m3"] == pytest.approx(1512.0)
    assert day["mass_kg"] == pytest.approx(60.6312)


def test_a_days_mean_is_weighted_by_flow_and_that_of_ph_is_not(works):
    # 12 h of 10 m3/h at 100 mg/L, 12 h of 30 m3/h at 20 mg/L; 10 m3/h are 10 / 3.6 L/s.
    works.send("DW001", "w00000", "hour", MIDNIGHT, [10 / 3.6] * 12 + [30 / 3.6] * 12)
    works.send("DW001", "w01018", "hour", MIDNIGHT, [100.0] * 12 + [20.0] * 12)
    works.send("DW001", "w01001", "hour", MIDNIGHT, [7.0] * 12 + [8.0] * 12)
    found = works.discharges("day", MIDNIGHT, MIDNIGHT + DAY).set_index("pollutant")
    # (12 x 10 x 100 + 12 x 30 x 20) g / (12 x 10 + 12 x 30) m3 = 19,200 / 480 = 40; not 60.
    assert found.loc["w01018", "conc_measured"] == pytest.approx(40.0)
    assert found.loc["w01018", "mass_kg"] == pytest.approx(19.2)
    assert found.loc["w01001", "conc_measured"] == pytest.approx(7.5)
    assert found["conc_unit"].to_dict() == {"w01001": "1", "w01018": "mg/L"}
    assert found["mass_kg"].isna().to_dict() == {"w01001": True, "w01018": False}


def test_a_day_whose_flow_is_lost_has_one_mean_whatever_span_is_asked_for(works):
    # Day 1: 10 m3/h at 100 mg/L, then 30 m3/h at 20 mg/L: 40 as above. Day 2: no flow came, 12 h of
    # 100 and 12 h of 20 mg/L: 60, the arithmetic mean.
    works.send("DW001", "w00000", "hour", MIDNIGHT, [10 / 3.6] * 12 + [30 / 3.6] * 12)
    works.send("DW001", "w01018", "hour", MIDNIGHT, [*[100.0] * 12, *[20.0] * 12] * 2)
    alone = works.row("day", MIDNIGHT + DAY, MIDNIGHT + 2 * DAY, pollutant="w01018")
    assert alone["conc_measured"] == pytest.approx(60.0)
    both = works.discharges("day", MIDNIGHT, MIDNIGHT + 2 * DAY, pollutant="w01018")
    assert both["conc_measured"].tolist() == pytest.approx([40.0, 60.0])


def test_one_abnormal_value_makes_an_hour_of_water_abnormal(works):
    # HJ 212-2017, notes to C.16 to C.18; of waste gas 50 valid minutes would be enough.
    works.send("DW001", "w00000", "minute", MIDNIGHT, [17.5] * 6)
    works.send("DW001", "w01018", "minute", MIDNIGHT, [40.0] * 6, marks={2: Quality.FAULT})
    row = works.row("hour", MIDNIGHT, MIDNIGHT + HOUR, pollutant="w01018")
    assert (row["mark"], row["valid_hours"], row["conc_measured"]) == ("D", 0, None)
    assert row["valid_minutes"] == pytest.approx(50)


def test_a_gap_of_cod_takes_the_mean_of_as_many_hours_before(works):
    # HJ 356: 3 h lost after 10, 20, 30, 40 mg/L: (20 + 30 + 40) / 3 = 30; the flow was measured.
    values = [10.0, 20.0, 30.0, 40.0, 0.0, 0.0, 0.0, 50.0]
    lost = dict.fromkeys((4, 5, 6), Quality.MAINTENANCE)
    works.send("DW001", "w00000", "hour", MIDNIGHT, [1000 / 3600] * 8)  # 1 m3/h
    works.send("DW001", "w01018", "hour", MIDNIGHT, values, marks=lost)
    found = works.discharges("hour", MIDNIGHT, MIDNIGHT + 8 * HOUR, pollutant="w01018")
    grams = [10, 20, 30, 40, 30, 30, 30, 50]
    assert (found["mass_kg"] * 1000).tolist() == pytest.approx(grams)
    assert (found["substituted_kg"] * 1000).tolist() == pytest.approx([0] * 4 + [30] * 3 + [0])
    assert found["conc_measured"].isna().tolist() == [False] * 4 + [True] * 3 + [False]
    assert found["mark"].tolist() == ["N"] * 4 + ["M"] * 3 + ["N"]
    day = works.row("day", MIDNIGHT, MIDNIGHT + DAY, pollutant="w01018")
    # After hour 8 nothing came until now, for longer than is known before: the mean of all that is,
    # (10 + 20 + 30 + 40 + 50) / 5 = 30, in the 16 hours left of the day.
    assert day["substituted_kg"] * 1000 == pytest.approx(90 + 16 * 30)
    assert (day["valid_hours"], day["substituted_hours"]) == (5, 19)
