"""Water and solid waste of two enterprises, from meters and records, by hand.

January 2026 has 744 hours. axle's meters, one reading an hour: W-IN 10 m3/h; behind it W-HALL 4 (a
sub-meter) and W-COOL 30 (circulating cooling water: another thing than its main meter, so it
counts); W-FOUL 6; W-CLEAN 2, silent after 372 hours; W-OUT 1 to mill; SCALE 0.5 t/h of HW08 until
the end of January. dyer has an outlet of waste water only: 2 L/s.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from fastapi.testclient import TestClient

from api.app import ApiContext, create_app
from ledger.activity import Span
from ledger.books import Books
from ledger.inventory import inventory
from ledger.material_flows import material_flows
from ledger.permits import permits
from ledger.settle import settle
from ledger.solid_waste import solid_waste
from ledger.water_balance import water_balance
from models.activity_entry import ActivityEntry, EntryCheck
from models.activity_states import ActivityAction
from models.carbon.factors import FactorLibrary
from models.readings import NEW_READINGS, TIMESTAMP
from models.registry import ActivityOrigin
from store.duckdb_store import DuckDBStore
from store.interface import Batch
from store.registry_db import Activity, RegistryDatabase
from store.registry_files import load

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 4, 11, 12, tzinfo=SHANGHAI).astimezone(UTC)
JANUARY = datetime(2026, 1, 1, tzinfo=SHANGHAI).astimezone(UTC)
FEBRUARY = datetime(2026, 2, 1, tzinfo=SHANGHAI).astimezone(UTC)
FILES = {
    "park.yaml": """park: {code: p, name_zh: 园区, name_en: Park, province: 吉林, grid_region: 东北}
clusters: [{code: c, name_zh: 甲, name_en: One}]
""",
    "enterprises.csv": "code,name_zh,name_en,cluster\naxle,车桥,Axle,c\nmill,钢厂,Mill,c\n"
    "dyer,染厂,Dyer,c\n",
    "source_streams.csv": """enterprise,code,category,use,name_zh,name_en
axle,cooling-tower,water_reused,use,循环冷却,cooling tower
axle,foul-1,water_discharged,use,污水,foul water
axle,clean-1,water_discharged,use,清净下水,clean water
axle,HW08-in,solid_waste_generated,use,废矿物油,waste oil
""",
    "meters.csv": "enterprise,code,quantity,kind,unit,interval_s,parent,source_stream,direction,"
    """counterpart
axle,W-IN,water,counter,m3,3600,,,import,
axle,W-HALL,water,counter,m3,3600,W-IN,,import,
axle,W-COOL,water,counter,m3,3600,W-IN,cooling-tower,import,
axle,W-FOUL,water,counter,m3,3600,,foul-1,import,
axle,W-CLEAN,water,counter,m3,3600,,clean-1,import,
axle,W-OUT,water,counter,m3,3600,,,internal_transfer,mill
axle,SCALE,solid_waste,counter,t,3600,,HW08-in,import,
axle,SCALE-3,solid_waste,counter,t,3600,,,import,
axle,GAS,natural_gas,counter,Nm3,3600,,cooling-tower,import,
axle,EL,electricity,counter,kWh,3600,,,import,
""",
    "points.csv": "enterprise,code,medium,name_zh,name_en,limit_classes,reference_oxygen_pct\n"
    "dyer,DW001,waste_water,总排口,outfall,GB8978-1996/1,\n"
    "dyer,DA001,waste_gas,烟囱,stack,GB13271-2014/new/gas|GB16297-1996/new/rate-15m,3.5\n",
    "channels.csv": """enterprise,point,code,fields
dyer,DW001,w00000,hour
dyer,DW001,w01018,hour
dyer,DA001,a00000,hour
dyer,DA001,a21002,hour
dyer,DA001,a21026,hour
""",
    "permits.csv": "enterprise,point,pollutant,kind,averaging,value,unit,reference_oxygen_pct,"
    """standard,clause,valid_from,valid_to,evidence
dyer,DW001,w01018,concentration,day,120,mg/L,,permit,t 1,2025-01-01,2026-05-01,file 1
dyer,DA001,a21002,concentration,hour,170,mg/m3,6,permit,t 2,2025-01-01,,file 1
dyer,DA001,a21026,concentration,hour,60,mg/m3,,permit,t 2,2025-01-01,,file 1
dyer,DA001,a21026,rate,hour,2000,g/h,,permit,t 2,2025-01-01,,file 1
dyer,DA001,a21026,annual_amount,year,3,t,,permit,t 3,2025-01-01,,file 1
dyer,DW001,w01018,annual_amount,year,3,t,,permit,t 3,2024-01-01,2025-01-01,file 0
""",
}
PER_HOUR = {"W-IN": 10, "W-HALL": 4, "W-COOL": 30, "W-FOUL": 6, "W-CLEAN": 2, "W-OUT": 1,
            "SCALE": 0.5, "GAS": 3, "EL": 100}  # fmt: skip
LEVELS = {"DW001.w00000.hour": 2.0, "DW001.w01018.hour": 60.0}  # means of dyer's hours
HOURS = {"W-CLEAN": 372}  # of the others 744


def record(
    enterprise: str, category: str, code: str, period: str, amount: float, unit: str = "m3"
) -> ActivityEntry:
    """An entry with what every one needs."""
    return ActivityEntry(
        enterprise, category, code, period, amount, unit, ActivityOrigin.MEASURED, "ledger"
    )


WATER = [
    record("mill", "water_intake", "reclaimed_water", "2026-01", 100),
    record("mill", "water_reused", "condensate", "2026-01", 500),
    record("mill", "water_discharged", "foul", "2026-01", 300),
    record("mill", "water_discharged", "mixed", "2026-01", 200),
]
WASTE = [
    record("mill", "solid_waste_generated", "HW08", "2025", 12_000, "kg"),
    record("mill", "solid_waste_reused", "HW08", "2025", 7, "t"),
    record("mill", "solid_waste_reused_stock", "HW08", "2025", 1, "t"),
    record("mill", "solid_waste_disposed", "HW08", "2025", 4, "t"),
    record("mill", "solid_waste_stored", "HW08", "2025", 2, "t"),
    record("mill", "solid_waste_generated", "SW07", "2025", 100, "t"),
    record("mill", "solid_waste_disposed", "SW07", "2025", 80, "t"),
    record("mill", "solid_waste_reused", "HW06", "2025", 3, "t"),
]


def readings(key: int, hours: np.ndarray, values: np.ndarray) -> pa.Table:
    """NEW_READINGS of a meter, so many hours after the beginning of January."""
    ts = np.datetime64(JANUARY.replace(tzinfo=None), "us") + hours * np.timedelta64(
        3_600_000_000, "us"
    )
    return pa.table(
        {
            "meter_key": pa.array(np.full(len(ts), key, dtype=np.int32)),
            "ts": pa.array(ts).cast(TIMESTAMP),
            "value": pa.array(values),
            "quality": pa.array(np.zeros(len(ts), dtype=np.uint8)),
            "received": pa.array(ts).cast(TIMESTAMP),
            "source": pa.array(np.ones(len(ts), dtype=np.uint8)),
        },
        schema=NEW_READINGS,
    )


@dataclass
class World:
    """The books, the registry's database, and a client of the API."""

    books: Books
    database: RegistryDatabase
    client: TestClient

    def enter(self, *entries: ActivityEntry, approve: bool = True) -> None:
        """Records as two people enter and approve them; each must be right."""
        check = EntryCheck(self.books.registry(), NOW.astimezone(SHANGHAI).date())
        assert [fault for entry in entries for fault in check.faults(entry)] == []
        activity = Activity(self.database)
        for made in activity.enter(list(entries), "Wang Fang", NOW, submit=True):
            if approve:
                activity.move(made.id, ActivityAction.APPROVE, "Li Lei", NOW)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("balances")
    (folder / "registry").mkdir()
    for name, text in FILES.items():
        (folder / "registry" / name).write_text(text, encoding="utf-8")
    database = RegistryDatabase(f"sqlite:///{folder / 'registry.db'}")
    database.migrate()
    load(database, folder / "registry", now=datetime(2025, 12, 1, tzinfo=UTC))
    store = DuckDBStore(
        folder / "readings.duckdb", writer="test", clock=lambda: NOW, zone=SHANGHAI,
        memory_limit="256MB",
    )  # fmt: skip
    books = Books(store, database.snapshot, FactorLibrary(), lambda: NOW)
    key_of = books.registry().key_of
    tables = []
    for meter, rate in PER_HOUR.items():
        hours = np.arange(HOURS.get(meter, 744) + 1)
        tables.append(readings(key_of["axle", meter], hours, hours * float(rate)))
    for meter, value in LEVELS.items():
        hours = np.arange(1, 745)  # a mean is told at the end of its hour
        tables.append(readings(key_of["dyer", meter], hours, np.full(len(hours), value)))
    store.append(Batch(readings=pa.concat_tables(tables)))
    settle(books)
    made = World(books, database, TestClient(create_app(ApiContext(books, health=dict))))
    made.enter(*WATER, *WASTE)
    made.enter(record("axle", "water_reused", "process", "2026-01", 9_999), approve=False)
    yield made
    store.close()


def test_water_of_meters(world: World) -> None:
    """axle: in 744 x 10 = 7,440; supplied 744; reused 744 x 30 = 22,320; R = 22,320 / 29,760 =
    0.75; led away 744 x 6 foul + 372 x 2 clean = 4,464 + 744 = 5,208, all apart; consumed 7,440 -
    744 - 5,208 = 1,488. Five meters count: 4 x 744 + 372 of 5 x 744 hours = 0.9. What waits for
    approval (9,999 m3) counts nowhere.
    """
    (row,) = water_balance(
        world.books, every="month", start=JANUARY, end=FEBRUARY, enterprise="axle"
    ).to_dict("records")
    assert row["period"] == "2026-01"
    assert row["intake_m3"] == pytest.approx(7440.0)
    assert row["supplied_m3"] == pytest.approx(744.0)
    assert row["reused_m3"] == pytest.approx(22_320.0)
    assert row["reuse_rate"] == pytest.approx(0.75)
    assert (row["foul_m3"], row["clean_m3"]) == (pytest.approx(4464.0), pytest.approx(744.0))
    assert row["discharged_m3"] == pytest.approx(5208.0)
    assert row["diversion_rate"] == pytest.approx(1.0)
    assert row["consumed_m3"] == pytest.approx(1488.0)
    assert row["coverage"] == pytest.approx(0.9)
    assert row["estimated_share"] == pytest.approx(0.0)
    assert row["origins"] == "meters"
    assert np.isnan([row["mixed_m3"], row["rain_m3"], row["unconventional_m3"]]).all()


def test_water_of_records_and_of_a_neighbours_meter(world: World) -> None:
    """mill: in 744 from axle and 100 reclaimed = 844; R = 500 / 1,344; away 300 foul + 200 mixed:
    60 % apart; consumed 844 - 500 = 344.
    """
    (row,) = water_balance(
        world.books, every="month", start=JANUARY, end=FEBRUARY, enterprise="mill"
    ).to_dict("records")
    assert row["intake_m3"] == pytest.approx(844.0)
    assert row["unconventional_m3"] == pytest.approx(100.0)
    assert row["reuse_rate"] == pytest.approx(500 / 1344)
    assert row["diversion_rate"] == pytest.approx(0.6)
    assert row["consumed_m3"] == pytest.approx(344.0)
    assert row["coverage"] == pytest.approx(1.0)
    assert row["origins"] == "meters|records"


def test_water_of_an_outlet_where_nothing_else_tells(world: World) -> None:
    """dyer: 2 L/s x 3.6 x 744 h = 5,356.8 m3 of foul water, measured at the outlet; what came in
    nobody knows, so nothing was consumed that is known.
    """
    (row,) = water_balance(
        world.books, every="month", start=JANUARY, end=FEBRUARY, enterprise="dyer"
    ).to_dict("records")
    assert row["foul_m3"] == pytest.approx(5356.8)
    assert row["discharged_m3"] == pytest.approx(5356.8)
    assert np.isnan([row["intake_m3"], row["consumed_m3"], row["reuse_rate"]]).all()
    assert row["origins"] == "outlets"
    assert row["coverage"] == pytest.approx(1.0)


def test_permits_beside_the_standards(world: World) -> None:
    """COD: 120 against 100 of GB 8978-1996 grade 1: looser, 20 days left on 2026-04-11.

    NOx: 200 mg/m3 at 3.5 % are 200 x (21 - 6) / (21 - 3.5) = 171.43 at 6 %: 170 is not looser. SO2:
    50 at 3.5 % tells nothing of 60 without reference oxygen; 2.6 kg/h at 15 m are 2,600 g/h. What
    an annual amount may be no standard says. The permit of 2024 has ended.
    """
    found = permits(world.books, on=NOW.astimezone(SHANGHAI).date())
    rows = {(row["pollutant"], row["kind"]): row for row in found.to_dict("records")}
    assert len(found) == len(rows) == 5
    cod = rows["w01018", "concentration"]
    assert (cod["limit"], cod["looser"], cod["days_left"]) == (100.0, True, 20)
    assert cod["limit_class"] == "GB8978-1996/1"
    nitrogen = rows["a21002", "concentration"]
    assert nitrogen["limit"] == pytest.approx(200 * 15 / 17.5)
    assert nitrogen["looser"] is False
    assert pd.isna(rows["a21026", "concentration"]["limit_class"])
    assert rows["a21026", "rate"]["limit"] == pytest.approx(2600.0)
    assert rows["a21026", "rate"]["looser"] is False
    assert pd.isna(rows["a21026", "annual_amount"]["looser"])
    items = world.client.get("/api/v1/permits", params={"looser": True}).json()["items"]
    assert [(row["enterprise"], row["pollutant"]) for row in items] == [("dyer", "w01018")]


def test_silence_is_unknown_and_not_zero(world: World) -> None:
    """February: no reading came, mill stated nothing; nothing is known, and coverage says so."""
    march = datetime(2026, 3, 1, tzinfo=SHANGHAI).astimezone(UTC)
    rows = water_balance(world.books, every="month", start=FEBRUARY, end=march)
    rows = rows[rows["enterprise"] != "dyer"]
    assert set(rows["enterprise"]) == {"axle", "mill"}
    assert rows[["intake_m3", "reused_m3", "reuse_rate", "consumed_m3"]].isna().all(axis=None)
    assert rows["coverage"].tolist() == [0.0, 0.0]


def test_solid_waste_of_records(world: World) -> None:
    """HW08: stored change 2 - 1 = 1, difference 12 - 7 - 4 - 1 = 0, reuse rate 7 / (12 + 1).
    SW07: 100 - 80 = 20 t of unknown whereabouts. HW06: without what was generated no difference.
    """
    start = datetime(2025, 1, 1, tzinfo=SHANGHAI).astimezone(UTC)
    rows = solid_waste(world.books, start=start, end=JANUARY, enterprise="mill").set_index("waste")
    assert rows.index.tolist() == ["HW06", "HW08", "SW07"]
    oil = rows.loc["HW08"]
    assert (oil["generated_t"], oil["reused_t"], oil["disposed_t"]) == (12.0, 7.0, 4.0)
    assert (oil["stored_t"], oil["stored_change_t"], oil["difference_t"]) == (2.0, 1.0, 0.0)
    assert oil["reuse_rate"] == pytest.approx(7 / 13)
    assert oil["hazardous"]
    assert oil["unstated"] is None
    assert oil["name_zh"] == "废矿物油与含矿物油废物"
    sludge = rows.loc["SW07"]
    assert sludge["difference_t"] == 20.0
    assert sludge["unstated"] == "reused|stored"
    assert np.isnan(sludge["reuse_rate"])
    assert np.isnan(rows.loc["HW06", "difference_t"])
    assert np.isnan(rows.loc["HW06", "generated_t"])
    by_class = solid_waste(
        world.books, start=start, end=JANUARY, enterprise="mill", by="class"
    ).set_index("waste")
    assert by_class.loc["hazardous", "reused_t"] == 10.0
    assert by_class.loc["general", "generated_t"] == 100.0


def test_a_year_that_is_asked_for_by_months_is_spread_and_marked(world: World) -> None:
    """12 t of 2025 in January: 12 x 31 / 365 = 1.019178 t, all of it estimated."""
    start = datetime(2025, 1, 1, tzinfo=SHANGHAI).astimezone(UTC)
    rows = solid_waste(world.books, every="month", start=start, end=JANUARY, enterprise="mill")
    oil = rows[rows["waste"] == "HW08"]
    assert oil["period"].tolist() == [f"2025-{month:02}" for month in range(1, 13)]
    assert oil["generated_t"].iloc[0] == pytest.approx(12 * 31 / 365)
    assert oil["generated_t"].sum() == pytest.approx(12.0)
    assert (oil["estimated_share"] == 1.0).all()


def test_solid_waste_of_a_scale(world: World) -> None:
    """744 x 0.5 = 372 t; a scale without a source stream is told, not counted."""
    rows = solid_waste(world.books, every="month", start=JANUARY, end=FEBRUARY)
    (row,) = rows[rows["enterprise"] == "axle"].to_dict("records")
    assert (row["waste"], row["generated_t"]) == ("HW08", pytest.approx(372.0))
    assert row["coverage"] == pytest.approx(1.0)
    span = Span(world.books.registry(), "month", JANUARY, FEBRUARY)
    left_out = material_flows(world.books, span, "solid_waste", "axle").left_out
    reasons = dict(left_out[["meter", "reason"]].itertuples(index=False))
    assert "names no source stream" in reasons["SCALE-3"]


def test_no_inventory_has_any_of_it(world: World) -> None:
    """Of the month only electricity counts; records need no factor and are not even left out."""
    found = inventory(world.books, every="month", start=JANUARY, end=FEBRUARY)
    assert set(found.rows["category"]) == {"purchased_electricity"}
    assert set(found.hours["category"]) == {"purchased_electricity"}
    reasons = dict(found.left_out[["meter", "reason"]].itertuples(index=False))
    assert reasons["W-FOUL"] == "quantity water carries no energy"
    assert reasons["GAS"] == ("source stream cooling-tower is of water_reused: no inventory has it")
    assert not [meter for meter in reasons if meter.startswith("record")]


def test_the_api_tells_the_same(world: World) -> None:
    water = world.client.get(
        "/api/v1/water-balance", params={"start": "2026-01", "end": "2026-01", "every": "month"}
    ).json()
    assert [row["enterprise"] for row in water["items"]] == ["axle", "dyer", "mill"]
    assert water["items"][0]["reuse_rate"] == pytest.approx(0.75)
    assert water["items"][0]["mixed_m3"] is None
    assert water["units"]["intake_m3"] == "m3"
    waste = world.client.get(
        "/api/v1/solid-waste", params={"year": 2025, "enterprise": "mill", "by": "class"}
    ).json()
    assert [row["waste"] for row in waste["items"]] == ["hazardous", "general"]
    assert waste["items"][0]["difference_t"] == pytest.approx(12 - 10 - 4 - 1)
    assert world.client.get("/api/v1/solid-waste", params={"enterprise": "x"}).status_code == 404


def test_what_may_be_entered_is_listed(world: World) -> None:
    """63 wastes in each of six categories, and 15 flows of water: they need no factor."""
    items = world.client.get("/api/v1/activity/codes", params={"enterprise": "mill"}).json()[
        "items"
    ]
    codes = {(row["category"], row["code"]): row for row in items if row["origin"] == "balance"}
    assert len(codes) == 6 * 63 + 15
    oil = codes["solid_waste_generated", "HW08"]
    assert (oil["unit"], oil["name_zh"]) == ("t", "废矿物油与含矿物油废物")
    assert codes["water_discharged", "foul"]["unit"] == "m3"


def test_an_entry_must_name_a_code_and_a_unit_of_it(world: World) -> None:
    check = EntryCheck(world.books.registry(), NOW.date())
    for entry, field, reason in (
        (record("mill", "water_intake", "cooling", "2026-01", 1), "code", "one of water_reused"),
        (record("mill", "water_intake", "tap_water", "2026-01", 1, "kWh"), "unit", "not a unit"),
        (record("mill", "solid_waste_stored", "HW41", "2026-01", 1, "t"), "code", "no code"),
    ):
        ((told, why),) = check.faults(entry)
        assert told == field
        assert reason in why
