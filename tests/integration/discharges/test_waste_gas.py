"""Waste gas from readings to kilograms; every expected number is worked out beside it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ledger.plausibility import plausibility
from ledger.settle import settle
from models.readings import Quality
from tests.integration.discharges.conftest import MIDNIGHT

HOUR = timedelta(hours=1)
POINTS = """enterprise,code,medium,name_zh,name_en,minute_interval_s,reference_oxygen_pct,\
duct_area_m2
works,DA001,waste_gas,锅炉排放口,boiler stack,60,3.5,
works,DA002,waste_gas,窑炉排放口,kiln stack,600,,2
"""
CHANNELS = """enterprise,point,code,unit,fields,wet,standard_state
works,DA001,a21026,,minute|hour|realtime|hour-cou,false,true
works,DA001,a19001,,minute|hour,false,true
works,DA001,a00000,m3/h,minute|hour|hour-cou,false,true
works,DA002,a21003,ppm,minute,true,true
works,DA002,a21004,ppm,minute,true,true
works,DA002,a34013,,minute,true,false
works,DA002,a01011,,minute,true,false
works,DA002,a01012,,minute,true,false
works,DA002,a01013,,minute,true,false
works,DA002,a01014,,minute,false,true
"""


@pytest.fixture
def works(open_works):
    return open_works(points=POINTS, channels=CHANNELS)


def boiler_hour(works, *, so2=20.0, oxygen=7.0, flow=10_000.0, count=60, marks=None):
    """Sixty minutes from midnight: SO2 in mg/m3, oxygen in %, flow in m3/h."""
    works.send("DA001", "a21026", "minute", MIDNIGHT, [so2] * count, marks=marks)
    works.send("DA001", "a19001", "minute", MIDNIGHT, [oxygen] * 60)
    if flow is not None:
        works.send("DA001", "a00000", "minute", MIDNIGHT, [flow] * 60)


def first_hour(works, code="a21026", point="DA001"):
    return works.row("hour", MIDNIGHT, MIDNIGHT + HOUR, point=point, pollutant=code)


def test_limits_speak_of_the_converted_and_amounts_of_the_measured_concentration(works):
    boiler_hour(works)
    row = first_hour(works)
    assert row["conc_measured"] == 20.0
    # 20 x (21 - 3.5) / (21 - 7) = 20 x 17.5 / 14 = 25
    assert row["conc_converted"] == pytest.approx(25.0)
    assert row["conc_unit"] == "mg/m3"
    assert row["flow_m3"] == pytest.approx(10_000)
    assert row["mass_kg"] == pytest.approx(0.2)  # 20 mg/m3 x 10,000 m3 = 200,000 mg
    assert row["substituted_kg"] == 0
    told = ("valid_minutes", "valid_hours", "hours", "mark", "flow_basis", "converted_basis")
    assert tuple(row[name] for name in told) == (60, 1, 1, "N", "measured", "computed")
    assert row["period"] == "2026-03-05T00:00+08:00"


def test_45_valid_minutes_make_an_hour_and_44_do_not(works):
    # The marked values of 90 would raise the mean if they counted.
    late = dict.fromkeys(range(45, 60), Quality.CALIBRATION)
    works.send("DA001", "a21026", "minute", MIDNIGHT, [20.0] * 45 + [90.0] * 15, marks=late)
    later = MIDNIGHT + HOUR
    late = dict.fromkeys(range(44, 60), Quality.FAULT)
    works.send("DA001", "a21026", "minute", later, [20.0] * 44 + [90.0] * 16, marks=late)
    found = works.discharges("hour", MIDNIGHT, later + HOUR, point="DA001")
    assert found["valid_minutes"].round(6).tolist() == [45, 44]
    assert found["valid_hours"].tolist() == [1, 0]
    assert found["conc_measured"].tolist()[0] == 20.0
    assert found["conc_measured"].isna().tolist() == [False, True]
    assert found["mark"].tolist() == ["N", "D"]


@pytest.mark.parametrize(
    ("quality", "mark"),
    [
        (Quality.CALIBRATION, "C"), (Quality.MAINTENANCE, "M"), (Quality.FAULT, "D"),
        (Quality.OVER_RANGE, "T"), (Quality.OFFLINE, "B"),
    ],
)  # fmt: skip
def test_the_mark_of_an_hour_is_that_of_most_of_its_values(works, quality, mark):
    marks = dict.fromkeys(range(30), quality) | dict.fromkeys(range(30, 40), Quality.SUSPECT)
    boiler_hour(works, marks=marks)
    row = first_hour(works)
    assert (row["mark"], row["valid_minutes"], row["hours"]) == (mark, 20, 1)
    assert (row["conc_measured"], row["mass_kg"], row["substituted_kg"]) == (None, None, None)


def test_a_stopped_outlet_owes_no_data_and_discharges_nothing(works):
    boiler_hour(works, flow=None, marks=dict.fromkeys(range(60), Quality.STOPPED))
    row = first_hour(works)
    assert (row["mark"], row["hours"], row["stopped_hours"]) == ("F", 1, 1)
    assert (row["conc_measured"], row["mass_kg"], row["flow_m3"]) == (None, 0.0, 0.0)


def test_nothing_at_all_is_unknown_and_has_no_mark(works):
    row = first_hour(works)
    assert (row["hours"], row["valid_hours"], row["mark"], row["mass_kg"]) == (1, 0, None, None)


@pytest.mark.parametrize("oxygen", [20.0, 20.9, 21.0, 23.0])
def test_oxygen_near_that_of_air_is_marked_and_not_converted(works, oxygen):
    boiler_hour(works, oxygen=oxygen)
    row = first_hour(works)
    assert (row["conc_measured"], row["conc_converted"]) == (20.0, None)
    assert row["converted_basis"] == "oxygen_unusable"
    assert row["mass_kg"] == pytest.approx(0.2)


def test_the_first_series_with_45_minutes_is_taken_never_a_sum(works):
    boiler_hour(works, count=40)  # 40 minutes: too few, so that the hour's own mean counts
    works.send("DA001", "a21026", "hour", MIDNIGHT, [26.0, 27.0])
    works.send("DA001", "a21026", "realtime", MIDNIGHT, [90.0] * 181)
    works.send("DA001", "a21026", "minute", MIDNIGHT + HOUR, [21.0] * 45, skipped=())
    found = works.discharges("hour", MIDNIGHT, MIDNIGHT + 3 * HOUR, point="DA001")
    # Hour 2 by its 45 minutes, hour 3 by real-time values only.
    assert found["conc_measured"].tolist() == [26.0, 21.0, 90.0]


def test_amounts_added_up_by_the_device_stand_in_where_flow_is_missing_and_only_there(works):
    hours = [MIDNIGHT, MIDNIGHT + HOUR, MIDNIGHT + 2 * HOUR]
    works.send("DA001", "a21026", "hour", MIDNIGHT, [20.0] * 3)
    works.send("DA001", "a00000", "hour", MIDNIGHT, [10_000.0])
    works.send("DA001", "a00000", "hour-cou", MIDNIGHT, [77_777.0, 9_000.0])
    works.send("DA001", "a21026", "hour-cou", MIDNIGHT, [7.0, 7.0, 0.19])
    found = works.discharges("hour", hours[0], hours[2] + HOUR, point="DA001")
    # 20 x 10,000 mg by the flow; 20 x 9,000 mg by the device's volume; then what it says itself.
    assert found["mass_kg"].tolist() == pytest.approx([0.2, 0.18, 0.19])
    assert found["flow_m3"].fillna(-1).tolist() == pytest.approx([10_000, 9_000, -1])
    assert found["flow_basis"].tolist() == ["measured", "amount", "device_mass"]
    day = works.row("day", MIDNIGHT, MIDNIGHT + 24 * HOUR, point="DA001")
    assert day["flow_basis"] == "measured|amount|device_mass"
    assert day["mass_kg"] == pytest.approx(0.57)


@pytest.mark.parametrize(("valid", "mean"), [(19, None), (20, 20.0)])
def test_20_valid_hours_make_a_day(works, valid, mean):
    lost = dict.fromkeys(range(valid, 24), Quality.FAULT)
    values = [20.0] * valid + [90.0] * len(lost)
    works.send("DA001", "a21026", "hour", MIDNIGHT, values, marks=lost)
    works.send("DA001", "a19001", "hour", MIDNIGHT, [7.0] * 24)
    works.send("DA001", "a00000", "hour", MIDNIGHT, [10_000.0] * 24)
    row = works.row("day", MIDNIGHT, MIDNIGHT + 24 * HOUR, point="DA001")
    assert (row["valid_hours"], row["hours"], row["conc_measured"]) == (valid, 24, mean)
    assert row["mark"] == ("N" if mean else "D")
    assert row["valid_minutes"] == valid * 60


def kiln_hour(works):
    """Six means of ten minutes each, of moist gas (20 %) at 136.5 degC and 0 kPa over 101.325."""
    sent = {
        "a21003": 100.0, "a21004": 10.0, "a34013": 20.0, "a01011": 5.0, "a01012": 136.5,
        "a01013": 0.0, "a01014": 20.0,
    }  # fmt: skip
    for code, value in sent.items():
        works.send("DA002", code, "minute", MIDNIGHT, [value] * 6)


def test_moist_gas_as_it_is_becomes_dry_gas_at_standard_state(works):
    kiln_hour(works)
    row = first_hour(works, "a34013", "DA002")
    # Dry: 20 / (1 - 0.2) = 25; standard state: 25 x (273 + 136.5) / 273 = 25 x 1.5 = 37.5.
    assert row["conc_measured"] == pytest.approx(37.5)
    assert (row["conc_converted"], row["converted_basis"]) == (row["conc_measured"], "measured")
    # 3600 x 2 m2 x 5 m/s = 36,000 m3/h; / 1.5 x (1 - 0.2) = 19,200; 37.5 x 19,200 mg = 0.72 kg.
    assert row["flow_m3"] == pytest.approx(19_200)
    assert row["mass_kg"] == pytest.approx(0.72)
    assert row["flow_basis"] == "velocity"


def test_no_and_no2_in_ppm_are_nitrogen_oxides_as_no2(works):
    kiln_hour(works)
    # Dry: (100 + 10) / 0.8 = 137.5 ppm; x 46 / 22.4 = 282.366071 mg/m3, whatever the temperature.
    row = first_hour(works, "a21002", "DA002")
    assert row["conc_measured"] == pytest.approx(137.5 * 46 / 22.4)
    assert row["mass_kg"] == pytest.approx(137.5 * 46 / 22.4 * 19_200 * 1e-6)
    # NO alone: 125 x 30 / 22.4
    assert first_hour(works, "a21003", "DA002")["conc_measured"] == pytest.approx(125 * 30 / 22.4)


def test_oxides_made_of_no_and_no2_stand_still_with_them(works):
    # An hour that ran, then one that is marked F: nothing was discharged, so nothing stands in.
    kiln_hour(works)
    for code in ("a21003", "a21004"):
        marks = dict.fromkeys(range(6), Quality.STOPPED)
        works.send("DA002", code, "minute", MIDNIGHT + HOUR, [0.0] * 6, marks=marks)
    row = works.row("hour", MIDNIGHT + HOUR, MIDNIGHT + 2 * HOUR, point="DA002", pollutant="a21002")
    assert (row["mark"], row["stopped_hours"], row["substituted_hours"]) == ("F", 1, 0)
    assert (row["mass_kg"], row["substituted_kg"]) == (0, 0)


def test_oxides_are_out_of_control_with_the_part_that_is(works):
    kiln_hour(works)
    works.send("DA002", "a21003", "minute", MIDNIGHT + HOUR, [100.0] * 6)
    marks = dict.fromkeys(range(6), Quality.CALIBRATION)
    works.send("DA002", "a21004", "minute", MIDNIGHT + HOUR, [10.0] * 6, marks=marks)
    row = works.row("hour", MIDNIGHT + HOUR, MIDNIGHT + 2 * HOUR, point="DA002", pollutant="a21002")
    assert (row["mark"], row["conc_measured"]) == ("C", None)


def test_a_month_and_a_year_are_the_sums_of_their_known_hours(works):
    works.send("DA001", "a21026", "hour", MIDNIGHT, [10.0] * 48)
    works.send("DA001", "a00000", "hour", MIDNIGHT, [10_000.0] * 24 + [20_000.0] * 24)
    # March: 31 days, all over; of the year the days to 14 April: 31 + 28 + 31 + 13.
    spans = {"month": (3, 4, 31 * 24), "year": (1, 12, 103 * 24)}
    for every, (first, last, hours) in spans.items():
        begin, end = (MIDNIGHT.replace(month=month, day=1) for month in (first, last))
        row = works.row(every, begin, end, point="DA001")
        # 24 x 10 x 10,000 + 24 x 10 x 20,000 mg = 2.4 + 4.8 kg
        assert row["mass_kg"] == pytest.approx(7.2)
        assert (row["valid_hours"], row["hours"], row["mark"]) == (48, hours, "D")
        assert row["conc_measured"] == 10.0


CHANGED = """enterprise,code,medium,name_zh,name_en,reference_oxygen_pct,valid_from,valid_to
works,DA003,waste_gas,烘箱排放口,oven stack,9,2026-03-05,2026-03-06
"""
VERSIONS = """enterprise,point,code,unit,fields,wet,valid_from,valid_to
works,DA003,a34013,,hour|hour-zs,false,,2026-03-05T12:00:00+08:00
works,DA003,a34013,,hour|hour-zs,true,2026-03-05T12:00:00+08:00,
works,DA003,a01014,,hour,false,,
"""


def test_a_change_at_noon_leaves_the_hours_before_alone(open_works):
    works = open_works(points=CHANGED, channels=VERSIONS)
    works.send("DA003", "a34013", "hour", MIDNIGHT, [20.0] * 24)
    works.send("DA003", "a34013", "hour-zs", MIDNIGHT, [31.0] * 24)
    works.send("DA003", "a01014", "hour", MIDNIGHT, [20.0] * 24)
    found = works.discharges("hour", MIDNIGHT, MIDNIGHT + 24 * HOUR, point="DA003")
    # From noon on the gas is measured moist: 20 / (1 - 0.2) = 25.
    assert found["conc_measured"].tolist() == pytest.approx([20.0] * 12 + [25.0] * 12)
    # It sends no oxygen: what its device converted stands.
    assert found["conc_converted"].tolist() == [31.0] * 24
    assert set(found["converted_basis"]) == {"device"}
    # The outlet is there on 5 March only.
    row = works.row("month", MIDNIGHT.replace(day=1), MIDNIGHT + 20 * 24 * HOUR, point="DA003")
    assert (row["hours"], row["valid_hours"]) == (24, 24)
    assert row["conc_measured"] == pytest.approx(22.5)


SAID = """enterprise,code,medium,name_zh,name_en,reference_oxygen_pct,minute_interval_s
works,DA004,waste_gas,烘箱排放口,oven stack,9,60
works,DA005,waste_gas,窑炉排放口,kiln stack,9,60
"""
IN_PPM = """enterprise,point,code,unit,fields
works,DA004,a21026,ppm,minute|minute-zs
works,DA005,a21026,ppm,hour|hour-zs
works,DA005,a19001,,hour
"""
HIGH = """enterprise,code,medium,name_zh,name_en
works,DA006,waste_gas,高原锅炉,stack in the mountains
"""
BY_AIR = """enterprise,point,code,fields,standard_state
works,DA006,a34013,hour,false
works,DA006,a01012,hour,true
works,DA006,a01013,hour,true
works,DA006,a01006,hour,true
"""


def test_an_outlet_may_measure_the_pressure_of_its_air(open_works):
    works = open_works(points=HIGH, channels=BY_AIR)
    # 81.06 kPa are 0.8 of 101.325; - 0.06 + 0.06 kPa: 20 mg/m3 at 136.5 degC are 20 x 1.5 / 0.8.
    sent = {"a34013": 20.0, "a01012": 136.5, "a01013": -0.06, "a01006": 81.12}
    for code, value in sent.items():
        works.send("DA006", code, "hour", MIDNIGHT, [value])
    row = first_hour(works, "a34013", "DA006")
    assert row["conc_measured"] == pytest.approx(37.5)


def test_what_a_device_converted_in_ppm_is_judged_in_milligrams(open_works):
    works = open_works(points=SAID, channels=IN_PPM)
    works.send("DA004", "a21026", "minute", MIDNIGHT, [10.0] * 60)
    works.send("DA004", "a21026", "minute-zs", MIDNIGHT, [15.0] * 60)
    row = first_hour(works, point="DA004")
    # SO2: 64 g/mol / 22.4 L/mol x 10 and 15 ppm
    assert row["conc_measured"] == pytest.approx(10 * 64 / 22.4)
    assert row["conc_converted"] == pytest.approx(15 * 64 / 22.4)
    assert row["converted_basis"] == "device"


def test_what_a_device_converted_needs_45_minutes_too(open_works):
    works = open_works(points=SAID, channels=IN_PPM)
    works.send("DA004", "a21026", "minute", MIDNIGHT, [10.0] * 60)
    works.send("DA004", "a21026", "minute-zs", MIDNIGHT, [15.0] * 44)
    row = first_hour(works, point="DA004")
    assert row["conc_measured"] == pytest.approx(10 * 64 / 22.4)
    assert (row["conc_converted"], row["converted_basis"]) == (None, None)


def test_a_device_that_converts_in_ppm_does_as_we_do(open_works):
    works = open_works(points=SAID, channels=IN_PPM)
    works.send("DA005", "a21026", "hour", MIDNIGHT, [30.0] * 6)
    works.send("DA005", "a19001", "hour", MIDNIGHT, [12.0] * 6)
    # 30 x (21 - 9) / (21 - 12) = 40 ppm: what we convert to, 40 x 64 / 22.4 mg/m3.
    works.send("DA005", "a21026", "hour-zs", MIDNIGHT, [40.0] * 6)
    settle(works.books)
    found = plausibility(works.books, start=MIDNIGHT, end=MIDNIGHT + 6 * HOUR)
    assert "converted_otherwise" not in set(found["kind"])
