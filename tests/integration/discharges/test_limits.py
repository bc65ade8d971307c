"""Exceedances, early warnings and annual amounts; expected numbers are worked out beside."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from ledger.budgets import budgets
from ledger.early_warnings import early_warnings
from ledger.exceedances import exceedances
from ledger.reduction import reduction
from ledger.settle import settle
from models.readings import Quality
from tests.integration.discharges.conftest import MIDNIGHT

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
DAY = 24 * HOUR
POINTS = """enterprise,code,medium,name_zh,name_en,minute_interval_s,reference_oxygen_pct,\
limit_classes
works,DA001,waste_gas,锅炉排放口,boiler stack,600,3.5,GB13271-2014/new/gas
works,DA002,waste_gas,燃机排放口,turbine stack,600,,
works,DW001,waste_water,总排口,main outfall,600,,
"""
CHANNELS = """enterprise,point,code,unit,fields
works,DA001,a21002,,minute|hour
works,DA001,a21026,,minute|hour
works,DA001,a19001,,minute|hour
works,DA002,a21002,,hour
works,DA002,a00000,m3/h,hour
works,DW001,w00000,m3/h,hour
works,DW001,w01018,,hour
works,DW001,w01001,,hour
"""
PERMITS = """enterprise,point,pollutant,kind,averaging,value,unit,reference_oxygen_pct,standard,\
clause,valid_from,valid_to,evidence
works,DA001,a21002,concentration,hour,150,mg/m3,6,permit 001P,page 14,2026-03-06,,permit
works,DA002,a21002,rate,hour,2,kg/h,,permit 001P,page 15,2026-01-01,,permit
works,DA002,a21002,annual_amount,year,0.5,t,,permit 001P,page 16,2026-01-01,,permit
works,DW001,w01018,concentration,day,80,mg/L,,permit 001P,page 20,2026-01-01,,permit
works,DW001,w01018,annual_amount,year,1200,kg,,permit 001P,page 21,2025-01-01,2027-01-01,permit
"""
STATES = """enterprise,point,state,start,end,evidence,entered_by
works,DA001,start_up,2026-03-07T00:00:00+08:00,2026-03-07T02:00:00+08:00,log,Li Na
works,DA001,bypass,2026-03-07T02:00:00+08:00,2026-03-07T03:00:00+08:00,log,Li Na
works,DW001,maintenance,2026-03-07T00:00:00+08:00,2026-03-07T06:00:00+08:00,log,Li Na
"""


@pytest.fixture
def works(open_works):
    return open_works(points=POINTS, channels=CHANNELS, permits=PERMITS, operating_states=STATES)


def rows(works, start, end, **which):
    """Exceedances of what was sent, null as None."""
    settle(works.books)
    return plain(exceedances(works.books, start=start, end=end, **which))


def plain(frame):
    return frame.astype(object).where(frame.notna(), None).to_dict("records")


def boiler(works, start, nox, so2=(), oxygen=7.0, series="hour"):
    """NOx, SO2 (mg/m3 as measured) and oxygen (%), one value an interval from ``start`` on."""
    works.send("DA001", "a21002", series, start, nox)
    works.send("DA001", "a21026", series, start, so2)
    works.send("DA001", "a19001", series, start, [oxygen] * max(len(nox), len(so2)))


def test_without_a_permit_the_standard_judges_with_its_text(works):
    # GB 13271-2014 table 2, gas: SO2 50, NOx 200 mg/m3 at 3.5 %. At 7 % oxygen 17.5 / 14 = 1.25:
    # 41 is 51.25; 40 is 50.0, which is allowed; NOx 160 is 200.0, allowed; 168 is 210.
    boiler(works, MIDNIGHT, [160.0, 168.0], [41.0, 40.0])
    first, second = rows(works, MIDNIGHT, MIDNIGHT + 2 * HOUR)
    assert (first["pollutant"], first["value"]) == ("a21026", pytest.approx(51.25))
    assert (second["pollutant"], second["value"]) == ("a21002", pytest.approx(210.0))
    assert (first["limit"], first["unit"], first["averaging"]) == (50.0, "mg/m3", "hour")
    assert first["times"] == pytest.approx(0.025)
    assert first["period"] == "2026-03-05T00:00+08:00"
    assert first["until"] == MIDNIGHT + HOUR
    assert (first["standard"], first["basis"], first["excused"]) == (
        "GB 13271-2014", "standard", None,
    )  # fmt: skip
    for text in ("GB 13271-2014", "50 mg/m3", "3.5 %"):
        assert text in first["rule_en"]
        assert text in first["rule_zh"]
    assert "table 2" in first["rule_en"]
    assert "表 2" in first["rule_zh"]
    assert "二氧化硫小时均值不超过 50 mg/m3" in first["rule_zh"]


def test_where_a_permit_bounds_a_pollutant_it_judges_at_its_own_oxygen(works):
    # From 6 March on NOx: 150 mg/m3 at 6 % oxygen. 140 x 15 / 14 = 150.0 is allowed, 147 is 157.5.
    # The standard's 200 at 3.5 % would not be passed by either; SO2 is still the standard's.
    boiler(works, MIDNIGHT + DAY, [140.0, 147.0], [10.0, 48.0])
    nox, so2 = sorted(rows(works, MIDNIGHT + DAY, MIDNIGHT + 2 * DAY), key=lambda row: row["limit"],
                      reverse=True)  # fmt: skip
    assert (nox["value"], nox["limit"]) == (pytest.approx(157.5), 150.0)
    assert (nox["basis"], nox["standard"], nox["clause"]) == ("permit", "permit 001P", "page 14")
    assert "6 %" in nox["rule_zh"]
    assert (so2["value"], so2["basis"]) == (pytest.approx(60.0), "standard")


def test_declared_states_excuse_by_name_and_a_bypass_does_not(works):
    start_up = MIDNIGHT + 2 * DAY
    boiler(works, start_up, [196.0] * 3)  # x 15 / 14 = 210 at 6 %
    found = rows(works, start_up, start_up + 4 * HOUR, pollutant="a21002")
    assert [row["value"] for row in found] == pytest.approx([210.0] * 3)
    assert [row["excused"] for row in found] == ["start_up", "start_up", None]


def test_an_hour_is_judged_when_it_is_complete(works):
    # Six means of ten minutes; the first five make 50 valid minutes, enough for an hour.
    works.clock.now = MIDNIGHT + HOUR - timedelta(seconds=5)
    boiler(works, MIDNIGHT, [240.0] * 5, series="minute")
    assert rows(works, MIDNIGHT, MIDNIGHT + HOUR) == []
    # The hour is over by our clock, but its last mean may still be on its way.
    works.clock.now = MIDNIGHT + HOUR + 9 * MINUTE
    assert rows(works, MIDNIGHT, MIDNIGHT + HOUR) == []
    # It is overdue: judged by what there is.
    works.clock.now = MIDNIGHT + HOUR + 10 * MINUTE
    assert len(rows(works, MIDNIGHT, MIDNIGHT + HOUR)) == 1
    # It comes, some seconds before the hour is over by our clock: judged at once.
    works.clock.now = MIDNIGHT + HOUR - timedelta(seconds=5)
    works.send("DA001", "a21002", "minute", MIDNIGHT + 50 * MINUTE, [240.0])
    works.send("DA001", "a19001", "minute", MIDNIGHT + 50 * MINUTE, [7.0])
    (found,) = rows(works, MIDNIGHT, MIDNIGHT + HOUR)
    assert found["value"] == pytest.approx(300.0)


def test_a_rate_is_judged_by_the_measured_mass(works):
    works.send("DA002", "a21002", "hour", MIDNIGHT, [40.0, 41.0])
    works.send("DA002", "a00000", "hour", MIDNIGHT, [50_000.0] * 2)
    # 40 x 50,000 mg = 2 kg/h is allowed, 41 gives 2.05.
    (found,) = rows(works, MIDNIGHT, MIDNIGHT + DAY, point="DA002")
    assert (found["value"], found["unit"], found["limit"]) == (pytest.approx(2.05), "kg/h", 2.0)


def test_waste_water_is_judged_by_its_day(works):
    # 23 h of 1 m3/h at 60 mg/L, one of 27 m3/h at 100: (23 x 60 + 2,700) / 50 = 81.6 mg/L.
    works.send("DW001", "w00000", "hour", MIDNIGHT, [1.0] * 23 + [27.0])
    works.send("DW001", "w01018", "hour", MIDNIGHT, [60.0] * 23 + [100.0])
    (found,) = rows(works, MIDNIGHT, MIDNIGHT + DAY)
    assert (found["period"], found["averaging"]) == ("2026-03-05", "day")
    assert (found["value"], found["limit"]) == (pytest.approx(81.6), 80.0)
    # It is the whole day's, whichever hour of it is asked for.
    assert rows(works, MIDNIGHT + 5 * HOUR, MIDNIGHT + 6 * HOUR) == [found]
    works.clock.now = MIDNIGHT + 23 * HOUR - MINUTE  # its last hour has not begun
    assert rows(works, MIDNIGHT, MIDNIGHT + DAY) == []


def test_a_month_is_judged_where_three_quarters_of_it_are_known(open_works):
    monthly = PERMITS + (
        "works,DA002,a21002,concentration,month,50,mg/m3,,permit 001P,page 9,2026-01-01,,permit\n"
    )
    works = open_works(points=POINTS, channels=CHANNELS, permits=monthly)
    begin = MIDNIGHT.replace(day=1)  # March: 744 hours, of which 558 are 75 %
    works.send("DA002", "a21002", "hour", begin, [60.0] * 557)
    month = (begin, begin + 31 * DAY)
    assert rows(works, *month) == []
    works.send("DA002", "a21002", "hour", begin + 557 * HOUR, [60.0])
    (found,) = rows(works, *month)
    assert (found["period"], found["averaging"]) == ("2026-03", "month")
    assert found["times"] == pytest.approx(0.2)


def test_a_permit_that_bounds_from_above_leaves_the_least_value_of_the_standard(open_works):
    # GB 8978-1996 table 4: pH 6 to 9; the permit says at most 8.5.
    points = POINTS.replace("main outfall,600,,", "main outfall,600,,GB8978-1996/1")
    ph = "works,DW001,w01001,concentration,day,8.5,1,,permit 001P,page 20,2026-01-01,,permit\n"
    works = open_works(points=points, channels=CHANNELS, permits=PERMITS + ph)
    works.send("DW001", "w01001", "hour", MIDNIGHT, [4.0] * 24 + [8.8] * 24)
    acid, alkaline = rows(works, MIDNIGHT, MIDNIGHT + 2 * DAY, pollutant="w01001")
    assert (acid["value"], acid["limit"], acid["basis"]) == (pytest.approx(4.0), 6.0, "standard")
    assert (alkaline["limit"], alkaline["basis"]) == (8.5, "permit")


def test_a_day_is_excused_where_its_other_hours_are_within(works):
    # 7 March: 6 h of maintenance at 200 mg/L; the other 18 at 50: (1,200 + 900) / 24 = 87.5.
    begin = MIDNIGHT + 2 * DAY
    works.send("DW001", "w00000", "hour", begin, [1.0] * 48)
    works.send("DW001", "w01018", "hour", begin, [200.0] * 6 + [50.0] * 18 + [90.0] * 24)
    first, second = rows(works, begin, begin + 2 * DAY)
    assert (first["value"], first["excused"]) == (pytest.approx(87.5), "maintenance")
    assert (second["value"], second["excused"]) == (pytest.approx(90.0), None)


def test_early_warnings_come_after_a_quarter_from_80_percent_of_the_limit_on(works):
    # SO2 32 at 7 % is 40.0 at 3.5 %, 80 % of 50, which is not yet over it; 33 is 41.25.
    boiler(works, MIDNIGHT, [], [33.0] * 3, series="minute")
    settle(works.books)
    assert early_warnings(works.books, MIDNIGHT + 10 * MINUTE).empty
    (found,) = plain(early_warnings(works.books, MIDNIGHT + 30 * MINUTE))
    assert (found["value"], found["limit"]) == (pytest.approx(41.25), 50.0)
    assert (found["elapsed_share"], found["pollutant"]) == (0.5, "a21026")
    # After 50 minutes 30 valid ones are fewer than 75 %.
    assert early_warnings(works.books, MIDNIGHT + 50 * MINUTE).empty


def test_a_running_day_warns_by_the_hours_that_are_over(works):
    works.send("DW001", "w00000", "hour", MIDNIGHT, [1.0] * 8)
    works.send("DW001", "w01018", "hour", MIDNIGHT, [100.0] * 4 + [40.0] * 4)
    settle(works.books)
    assert early_warnings(works.books, MIDNIGHT + 5 * HOUR).empty  # 20.8 % of the day
    (found,) = plain(early_warnings(works.books, MIDNIGHT + 8 * HOUR))
    assert (found["value"], found["averaging"]) == (pytest.approx(70.0), "day")
    assert found["elapsed_share"] == pytest.approx(1 / 3)


def test_an_annual_amount_runs_out_on_a_day(works):
    # 100 mg/m3 x 100,000 m3/h = 10 kg/h = 240 kg a day from 5 March on; 500 kg are permitted.
    works.send("DA002", "a21002", "hour", MIDNIGHT, [100.0] * 24)
    works.send("DA002", "a00000", "hour", MIDNIGHT, [100_000.0] * 24)
    works.clock.now = MIDNIGHT + DAY
    settle(works.books)
    found = {row["point"]: row for row in plain(budgets(works.books, year=2026))}
    one = found["DA002"]
    assert (one["permitted_kg"], one["mass_kg"]) == (500.0, pytest.approx(240.0))
    assert (one["share"], one["left_kg"]) == (pytest.approx(0.48), pytest.approx(260.0))
    # 6 March brings 480, 7 March 720.
    assert one["rate_kg_per_day"] == pytest.approx(240.0)
    assert one["runs_out_on"] == date(2026, 3, 7)
    # 6 March to 31 December are 301 days.
    assert one["expected_kg"] == pytest.approx(240 * 302)
    assert one["even_rate_kg_per_day"] == pytest.approx(260 / 301)
    # 24 of the 64 x 24 hours of the year so far are known.
    assert one["known_share"] == pytest.approx(1 / 64)
    assert one["seasonal_expected_kg"] is None
    assert (found["DW001"]["mass_kg"], found["DW001"]["runs_out_on"]) == (None, None)


def test_an_hour_without_a_flow_is_none_whose_mass_is_known(works):
    # The concentration is valid all day, the flow from midnight to noon only: 12 x 10 = 120 kg.
    works.send("DA002", "a21002", "hour", MIDNIGHT, [100.0] * 24)
    works.send("DA002", "a00000", "hour", MIDNIGHT, [100_000.0] * 12)
    works.clock.now = MIDNIGHT + DAY
    settle(works.books)
    one = plain(budgets(works.books, year=2026, enterprise="works"))[0]
    assert one["mass_kg"] == pytest.approx(120.0)
    assert one["known_share"] == pytest.approx(0.5 / 64)
    assert one["rate_kg_per_day"] == pytest.approx(240.0)
    nox = next(one for one in plain(reduction(works.books, year=2026)) if one["indicator"] == "nox")
    assert nox["known_share"] == pytest.approx(0.5 / 64 / 2)  # DA001 measures NOx too: nothing
    day = works.row("day", MIDNIGHT, MIDNIGHT + DAY, pollutant="a21002", point="DA002")
    assert (day["valid_hours"], day["known_hours"]) == (24, 12)


def test_an_hour_that_another_stands_in_for_is_known_once(works):
    # Of 64 days since new year the last is without a flow: HJ 75's tables stand in for its hours.
    begin = MIDNIGHT.replace(month=1, day=1)
    works.send("DA002", "a21002", "hour", begin, [100.0] * 64 * 24)
    works.send("DA002", "a00000", "hour", begin, [100_000.0] * 63 * 24)
    works.clock.now = MIDNIGHT + DAY
    settle(works.books)
    one = plain(budgets(works.books, year=2026, enterprise="works"))[0]
    assert (one["mass_kg"], one["substituted_kg"]) == pytest.approx((64 * 240.0, 240.0))
    assert one["known_share"] == 1.0
    assert one["rate_kg_per_day"] == pytest.approx(240.0)
    nox = next(one for one in plain(reduction(works.books, year=2026)) if one["indicator"] == "nox")
    assert nox["known_share"] == 0.5  # of DA001 nothing is known


def test_a_closed_outlet_goes_on_with_nothing(open_works):
    # 240 kg on 5 March, the outlet's last day; 500 kg are permitted.
    points = "\n".join(
        f"{row},{end}" for row, end in zip(
            POINTS.splitlines(), ("valid_to", "", "2026-03-06", ""), strict=True
        )
    )  # fmt: skip
    works = open_works(points=points + "\n", channels=CHANNELS, permits=PERMITS)
    works.send("DA002", "a21002", "hour", MIDNIGHT, [100.0] * 24)
    works.send("DA002", "a00000", "hour", MIDNIGHT, [100_000.0] * 24)
    works.clock.now = MIDNIGHT + 3 * DAY
    settle(works.books)
    one = plain(budgets(works.books, year=2026, enterprise="works"))[0]
    assert (one["mass_kg"], one["expected_kg"]) == pytest.approx((240.0, 240.0))
    assert one["runs_out_on"] is None


def test_what_is_expected_does_not_fall_after_midnight(works):
    # 240 kg a day; half an hour after midnight no hour of the new day is over yet.
    works.send("DA002", "a21002", "hour", MIDNIGHT, [100.0] * 24)
    works.send("DA002", "a00000", "hour", MIDNIGHT, [100_000.0] * 24)
    works.clock.now = MIDNIGHT + DAY + HOUR / 2
    settle(works.books)
    one = plain(budgets(works.books, year=2026, enterprise="works"))[0]
    assert one["expected_kg"] == pytest.approx(240 * 302)


def test_an_amount_that_the_rest_of_today_uses_up_runs_out_today(works):
    # 480 of 500 kg by the second midnight, and 10 kg an hour go on: used up at two o'clock.
    works.send("DA002", "a21002", "hour", MIDNIGHT, [100.0] * 49)
    works.send("DA002", "a00000", "hour", MIDNIGHT, [100_000.0] * 49)
    works.clock.now = MIDNIGHT + 2 * DAY + HOUR
    settle(works.books)
    one = plain(budgets(works.books, year=2026, enterprise="works"))[0]
    assert one["mass_kg"] == pytest.approx(490.0)
    assert one["runs_out_on"] == date(2026, 3, 7)


def test_the_amount_is_that_of_the_permit_that_holds_today(open_works):
    one = "works,DA002,a21002,annual_amount,year,0.5,t,,permit 001P,page 16,2026-01-01,,permit"
    renewed = (
        one.replace("01-01,,", "01-01,2026-07-01,"),
        one.replace("0.5,", "0.3,").replace("2026-01-01", "2026-07-01"),
    )
    works = open_works(
        points=POINTS, channels=CHANNELS, permits=PERMITS.replace(one, "\n".join(renewed))
    )
    for month, permitted in ((3, 500.0), (8, 300.0)):
        works.clock.now = MIDNIGHT.replace(month=month)
        found = budgets(works.books, year=2026, enterprise="works")
        assert found["permitted_kg"].tolist()[0] == permitted


def test_an_amount_used_up_tells_the_day_on_which_it_was(works):
    works.send("DA002", "a21002", "hour", MIDNIGHT, [100.0] * 72)
    works.send("DA002", "a00000", "hour", MIDNIGHT, [100_000.0] * 72)
    works.clock.now = MIDNIGHT + 3 * DAY
    settle(works.books)
    one = plain(budgets(works.books, year=2026, enterprise="works"))[0]
    assert (one["left_kg"], one["even_rate_kg_per_day"]) == (pytest.approx(-220.0), 0.0)
    assert one["runs_out_on"] == date(2026, 3, 7)


def test_a_season_that_is_known_moves_the_day(works):
    """Last year 2 kg of COD a day to the end of June, then 6; this year half as much."""
    hours = 365 * 24
    half = 181 * 24  # to the end of June
    begin = MIDNIGHT.replace(year=2025, month=1, day=1)
    this_year = MIDNIGHT.replace(month=1, day=1)
    works.send("DW001", "w00000", "hour", begin, [1.0] * hours + [1.0] * half)
    grams = [1000 / 12] * half + [250.0] * (hours - half) + [1000 / 24] * half
    works.send("DW001", "w01018", "hour", begin, grams)
    works.clock.now = MIDNIGHT.replace(month=7, day=1)
    settle(works.books)
    one = {row["point"]: row for row in plain(budgets(works.books, year=2026))}["DW001"]
    assert one["mass_kg"] == pytest.approx(181.0)
    assert one["rate_kg_per_day"] == pytest.approx(1.0)
    # Evenly 365 kg; by last year's course 184 days of 3 kg more: 181 + 552 = 733.
    assert one["expected_kg"] == pytest.approx(365.0)
    assert one["seasonal_expected_kg"] == pytest.approx(733.0)
    assert (one["runs_out_on"], one["seasonal_runs_out_on"]) == (None, None)
    before = {row["point"]: row for row in plain(budgets(works.books, year=2025))}["DW001"]
    assert before["mass_kg"] == pytest.approx(181 * 2 + 184 * 6)
    # 362 kg to the end of June, then 6 a day: 1,200 are passed on the 140th, 17 November.
    assert before["runs_out_on"] == date(2025, 11, 17)
    assert before["even_rate_kg_per_day"] is None
    assert this_year < works.clock.now


def test_marked_hours_are_no_exceedance(works):
    marks = {0: Quality.CALIBRATION}
    works.send("DA001", "a21026", "hour", MIDNIGHT, [900.0, 10.0], marks=marks)
    works.send("DA001", "a19001", "hour", MIDNIGHT, [7.0] * 2)
    assert rows(works, MIDNIGHT, MIDNIGHT + DAY) == []
