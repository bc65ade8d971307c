"""Reduction year on year, CO2 of stacks, pollutants beside CO2e, rates of monitoring.

The clock stands at 2026-01-11 00:00 in the park: ten days, 240 hours, of both years are over. Every
hour of works is at 1,000,000 m3/h of gas, so that mg/m3 are kg an hour, and 1,000 m3/h of water, so
that mg/L are kg an hour.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import pandas as pd
import pytest

from ledger.inventory import inventory
from ledger.monitoring_rates import monitoring_rates
from ledger.reduction import reduction
from ledger.settle import settle
from ledger.side_by_side import side_by_side
from ledger.stack_co2 import stack_co2
from models.readings import NEW_READINGS, Quality
from store.interface import Batch
from tests.integration.discharges.conftest import METERS, ZONE

HOUR = timedelta(hours=1)
LAST_YEAR, THIS_YEAR = (datetime(year, 1, 1, tzinfo=ZONE) for year in (2025, 2026))
NOW = THIS_YEAR + timedelta(days=10)
POINTS = """enterprise,code,medium,name_zh,name_en
works,DA001,waste_gas,锅炉排放口,boiler stack
works,DW001,waste_water,总排口,main outfall
mill,DA001,waste_gas,锅炉排放口,boiler stack
"""
CHANNELS = """enterprise,point,code,unit,fields
works,DA001,a00000,m3/h,hour
works,DA001,a21002,,hour
works,DA001,a24088,,hour
works,DA001,a05001,%,hour
works,DW001,w00000,m3/h,hour
works,DW001,w01018,,hour
works,DW001,w21003,,hour
mill,DA001,a00000,m3/h,hour
mill,DA001,a21002,,hour
"""
GAS = METERS + "works,GAS-01,natural_gas,interval,Nm3,3600\n"
FACTORS = """enterprise,carrier,value,unit,valid_from,valid_to,evidence
works,electricity,0.5,kg/kWh,2025-01-01,,meter test
"""


@pytest.fixture
def works(open_works):
    found = open_works(points=POINTS, channels=CHANNELS, meters=GAS, declared_factors=FACTORS)
    found.clock.now = NOW
    return found


def send(works, point, code, start, values, **more):
    works.send(point, code, "hour", start, values, **more)


def flows(works):
    for start in (LAST_YEAR, THIS_YEAR):
        send(works, "DA001", "a00000", start, [1e6] * 240)
        send(works, "DW001", "w00000", start, [1e3] * 240)
        send(works, "DA001", "a00000", start, [1e6] * 240, enterprise="mill")


def metered(works, code, first, values):
    """Readings of a meter that is no channel's, hourly from ``first`` on."""
    key = works.books.registry().key_of["works", code]
    rows = [
        {
            "meter_key": key, "ts": first + number * HOUR, "value": float(value), "quality": 0,
            "received": first + number * HOUR, "source": 1,
        }
        for number, value in enumerate(values)
    ]  # fmt: skip
    works.books.store.append(Batch(readings=pa_table(rows)))


def pa_table(rows):
    return NEW_READINGS.empty_table().from_pylist(rows, schema=NEW_READINGS)


def plain(frame):
    return frame.astype(object).where(frame.notna(), None).to_dict("records")


def test_amounts_of_the_same_days_of_both_years(works):
    flows(works)
    send(works, "DA001", "a21002", LAST_YEAR, [100.0] * 240)
    send(works, "DA001", "a21002", THIS_YEAR, [80.0] * 240)
    send(works, "DW001", "w01018", LAST_YEAR, [50.0] * 240)
    send(works, "DW001", "w01018", THIS_YEAR, [60.0] * 240)
    send(works, "DW001", "w21003", THIS_YEAR, [1.0] * 240)
    # VOCs: 70 % of this year's hours are known only.
    send(works, "DA001", "a24088", LAST_YEAR, [10.0] * 240)
    send(works, "DA001", "a24088", THIS_YEAR, [10.0] * 168)
    send(works, "DA001", "a21002", LAST_YEAR, [20.0] * 240, enterprise="mill")
    send(works, "DA001", "a21002", THIS_YEAR, [20.0] * 240, enterprise="mill")
    # What came after the same day of the year before plays no part.
    send(works, "DA001", "a21002", LAST_YEAR + 240 * HOUR, [900.0] * 24)
    settle(works.books)
    rows = {(row["enterprise"], row["indicator"]): row for row in
            plain(reduction(works.books, year=2026))}  # fmt: skip
    nox = rows["works", "nox"]
    assert (nox["mass_kg"], nox["previous_kg"]) == (19_200.0, 24_000.0)
    assert (nox["change_kg"], nox["reduction"]) == (-4_800.0, pytest.approx(0.2))
    assert (nox["known_share"], nox["name_zh"]) == (1.0, "氮氧化物")
    assert rows["works", "cod"]["reduction"] == pytest.approx(-0.2)
    assert rows["works", "vocs"]["known_share"] == pytest.approx(0.7)
    assert rows["works", "vocs"]["reduction"] is None
    nh3n = rows["works", "nh3n"]
    assert (nh3n["mass_kg"], nh3n["previous_kg"], nh3n["reduction"]) == (240.0, None, None)
    # 80 + 20 after 100 + 20.
    (park,) = [row for row in plain(reduction(works.books, year=2026, by="park"))
               if row["indicator"] == "nox"]  # fmt: skip
    assert (park["park"], park["reduction"]) == ("demo-park", pytest.approx(20 / 120))


def test_both_years_end_with_the_last_whole_hour(works):
    works.clock.now = NOW + HOUR / 2
    flows(works)
    send(works, "DA001", "a21002", LAST_YEAR, [100.0] * 240 + [900.0])
    send(works, "DA001", "a21002", THIS_YEAR, [80.0] * 240)
    send(works, "DA001", "a00000", LAST_YEAR + 240 * HOUR, [1e6])
    settle(works.books)
    nox = next(one for one in plain(reduction(works.books, year=2026))
               if (one["enterprise"], one["indicator"]) == ("works", "nox"))  # fmt: skip
    assert (nox["mass_kg"], nox["previous_kg"]) == (19_200.0, 24_000.0)
    assert nox["until"] == NOW


def test_an_outlet_of_one_year_only_is_named(open_works):
    # The mill's outfall is there from this year on: what it adds is no growth of the works'.
    head, *rest = POINTS.splitlines()
    new = "mill,DW009,waste_water,新排口,new outfall,2026-01-01"
    points = "\n".join([f"{head},valid_from", *(f"{row}," for row in rest), new, ""])
    channels = CHANNELS + "mill,DW009,w00000,m3/h,hour\nmill,DW009,w01018,,hour\n"
    works = open_works(points=points, channels=channels)
    works.clock.now = NOW
    flows(works)
    send(works, "DW001", "w01018", LAST_YEAR, [50.0] * 240)
    send(works, "DW001", "w01018", THIS_YEAR, [50.0] * 240)
    send(works, "DW009", "w00000", THIS_YEAR, [1e3] * 240, enterprise="mill")
    send(works, "DW009", "w01018", THIS_YEAR, [25.0] * 240, enterprise="mill")
    settle(works.books)
    rows = {row["indicator"]: row for row in plain(reduction(works.books, year=2026, by="park"))}
    assert rows["cod"]["reduction"] == pytest.approx(-0.5)
    assert rows["cod"]["one_year_only"] == "mill/DW009"
    assert rows["nox"]["one_year_only"] is None


def test_co2_of_a_stack_beside_what_the_fuel_gives(works):
    flows(works)
    # 0.5 % by volume: 0.005 x 44 / 22.4 kg/m3 x 1e6 m3/h = 9.821 t/h
    send(works, "DA001", "a05001", THIS_YEAR, [0.5] * 240)
    metered(works, "GAS-01", THIS_YEAR + HOUR, [5_000.0] * 240)
    settle(works.books)
    (row,) = plain(stack_co2(works.books, every="month", start=THIS_YEAR, end=NOW))
    assert row["stack_co2_t"] == pytest.approx(240 * 0.005 * 44 / 22.4 * 1e3)
    assert (row["outlets"], row["known_share"], row["period"]) == ("DA001", 1.0, "2026-01")
    rows = inventory(works.books, every="month", start=THIS_YEAR, end=NOW).rows
    computed = rows.loc[(rows["scope"] == 1) & (rows["gas"] == "CO2"), "co2e_t"].sum()
    assert computed > 2_000  # 1.2 million Nm3 of about 2 kg each
    assert row["computed_co2_t"] == pytest.approx(computed)
    assert row["difference_share"] == pytest.approx(row["stack_co2_t"] / computed - 1)


def test_pollutants_and_co2e_of_an_enterprise_side_by_side(works):
    flows(works)
    send(works, "DA001", "a21002", THIS_YEAR, [80.0] * 240)
    send(works, "DW001", "w01018", THIS_YEAR, [60.0] * 120)
    metered(works, "EL-01", THIS_YEAR, range(0, 24_001, 100))  # 100 kWh an hour
    settle(works.books)
    found = plain(side_by_side(works.books, every="year", start=THIS_YEAR, end=NOW))
    (row,) = [row for row in found if row["enterprise"] == "works"]
    assert row["co2e_t"] == pytest.approx(24_000 * 0.5 / 1000)
    assert row["energy_tce_calorific"] == pytest.approx(24_000 * 0.1229 / 1000)
    assert row["nox_kg"] == pytest.approx(19_200.0)
    # 120 h of COD, and the mean of them in the 120 h that were lost (HJ 356).
    assert row["cod_kg"] == pytest.approx(240 * 60.0)
    assert (row["so2_kg"], row["pm_kg"]) == (None, None)
    assert row["period"] == "2026"
    assert isinstance(row["start"], pd.Timestamp)


def test_transmission_and_validity_of_a_quarter(works):
    # Of mill's 240 h: 24 stopped, 16 never came, 20 faulty: 216 owed, 200 received, 180 valid.
    marks = dict.fromkeys(range(24), Quality.STOPPED) | dict.fromkeys(range(24, 44), Quality.FAULT)
    send(works, "DA001", "a21002", THIS_YEAR, [20.0] * 224, marks=marks, enterprise="mill")
    settle(works.books)
    (row,) = plain(monitoring_rates(works.books, start=THIS_YEAR, end=NOW, enterprise="mill"))
    assert (row["quarter"], row["hours"], row["stopped_hours"]) == ("2026-Q1", 240, 24)
    assert (row["received_hours"], row["valid_hours"]) == (200, 180)
    assert row["transmission_rate"] == pytest.approx(200 / 216)
    assert row["validity_rate"] == pytest.approx(0.9)
    assert row["effective_rate"] == pytest.approx(180 / 216)
    assert (row["capture_rate"], row["quarter_valid"]) == (pytest.approx(180 / 216), True)
