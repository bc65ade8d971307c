"""Outlets, stations, channels, permits and states: loaded, restated, refused by name and reason."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from models.errors import FaultsError
from models.quantities import Kind
from models.registry import (
    Averaging,
    Channel,
    Edition,
    GapPolicy,
    Medium,
    OperatingState,
    Permit,
    PermitKind,
    Point,
    State,
)
from store.registry_db import RegistryDatabase, describe
from store.registry_db.history import history
from store.registry_files import load, read_folder

Write = Callable[..., Path]
AT = datetime(2026, 11, 1, 8, tzinfo=UTC)
LATER = datetime(2026, 11, 2, 8, tzinfo=UTC)
SECRET = "q7Wx2p"
POINTS = (
    "enterprise,code,medium,name_zh,name_en,mn,password,st,edition,minute_interval_s,"
    "duct_area_m2,reference_oxygen_pct,limit_classes,zone,load_meter,treatment_meter,fuel_meter,"
    "valid_from,valid_to\n"
)
STACK = (
    f"heat,DA001,waste_gas,1号锅炉排放口,stack of boiler 1,MN-1,{SECRET},31,2017,600,3.14,3.5,"
    "GB13271-2014/new/gas,,,,GAS,,\n"
)
NOISE = "axle,N1,noise,厂界东,fence east,,,23,2005,600,,,GB12348-2008/3,3,,EL-0,,,\n"
CHANNELS = (
    "enterprise,point,code,unit,fields,wet,standard_state,range_low,range_high,"
    "valid_from,valid_to\n"
)
NOX = "heat,DA001,a21002,,minute|hour-cou,false,true,0,300,,\n"
NO = "heat,DA001,a21003,ppm,realtime,true,false,,,2026-03-01,\n"
PERMITS = (
    "enterprise,point,pollutant,kind,averaging,value,unit,reference_oxygen_pct,standard,clause,"
    "valid_from,valid_to,evidence\n"
)
HOURLY = "heat,DA001,a21002,concentration,hour,150,mg/m3,3.5,GB 13271-2014,table 3,2026-01-01,,p1\n"
YEARLY = "heat,DA001,a21002,annual_amount,year,2.4,t,,permit,page 15,2026-01-01,2031-01-01,p1\n"
STATES = "enterprise,point,state,start,end,evidence,entered_by\n"
START = "heat,DA001,start_up,2026-10-20T06:00:00+08:00,2026-10-20T10:00:00+08:00,shift log,Li Wei\n"
FILES = {
    "points": POINTS + STACK + NOISE,
    "channels": CHANNELS + NOX + NO + "axle,N1,Leq,,minute,,,,,,\n",
    "permits": PERMITS + HOURLY + YEARLY,
    "operating_states": STATES + START,
}


@pytest.fixture
def watched(folder: Write) -> Write:
    """Writes the example park with FILES, some replaced or left out."""

    def write(**replaced: str | None) -> Path:
        path = folder(**{name: text for name, text in replaced.items() if name not in FILES})
        for name, text in (FILES | replaced).items():
            if name in FILES:
                target = path / f"{name}.csv"
                target.unlink(missing_ok=True)
                if text is not None:
                    target.write_text(text, encoding="utf-8")
        return path

    return write


def test_what_is_loaded_is_what_the_snapshot_has(
    watched: Write, database: RegistryDatabase
) -> None:
    path = watched()
    load(database, path, now=AT)
    found = database.snapshot()
    stack, fence = found.points
    assert stack == Point(
        "heat", "DA001", Medium.WASTE_GAS, "1号锅炉排放口", "stack of boiler 1", "MN-1", SECRET,
        "31", Edition.E2017, 60, 600, 3.14, 3.5, ("GB13271-2014/new/gas",), None, None, None, "GAS",
        recorded_at=AT,
    )  # fmt: skip
    assert stack.is_outlet
    assert not fence.is_outlet
    assert (fence.mn, fence.edition, fence.zone) == (None, "2005", "3")
    assert found.point_by_mn == {"MN-1": stack}
    assert found.point_by_code["axle", "N1"] is fence
    nox, no = found.channels_of["heat", "DA001"]
    assert nox == Channel(
        "heat", "DA001", "a21002", None, ("minute", "hour-cou"), False, True, 0.0, 300.0,
        recorded_at=AT,
    )  # fmt: skip
    assert (no.unit, no.wet, no.standard_state) == ("ppm", True, False)
    assert found.permits_of["heat", "DA001"] == (
        Permit("heat", "DA001", "a21002", PermitKind.CONCENTRATION, Averaging.HOUR, 150.0, "mg/m3",
               "GB 13271-2014", "table 3", date(2026, 1, 1), None, "p1", 3.5, AT),
        Permit("heat", "DA001", "a21002", PermitKind.ANNUAL_AMOUNT, Averaging.YEAR, 2.4, "t",
               "permit", "page 15", date(2026, 1, 1), date(2031, 1, 1), "p1", None, AT),
    )  # fmt: skip
    assert found.states_of["heat", "DA001"] == (
        OperatingState("heat", "DA001", State.START_UP, datetime(2026, 10, 19, 22, tzinfo=UTC),
                       datetime(2026, 10, 20, 2, tzinfo=UTC), "shift log", "Li Wei", AT),
    )  # fmt: skip
    assert not load(database, path)


def test_channels_become_meters(watched: Write, database: RegistryDatabase) -> None:
    load(database, watched(), now=AT)
    meters = {meter.code: meter for meter in database.snapshot().meters if "." in meter.code}
    assert set(meters) == {
        "DA001.a21002.minute", "DA001.a21002.hour-cou", "DA001.a21003.realtime", "N1.Leq.minute",
    }  # fmt: skip
    mean = meters["DA001.a21002.minute"]
    assert (mean.enterprise, mean.quantity, mean.kind, mean.unit) == (
        "heat", "concentration", Kind.MEAN, "mg/m3",
    )  # fmt: skip
    assert (mean.interval_s, mean.range_low, mean.range_high) == (600, 0.0, 300.0)
    assert mean.gap_policy is GapPolicy.NONE
    assert (mean.valid_from, mean.valid_to, mean.parent) == (None, None, None)
    assert mean.name_zh == "1号锅炉排放口 氮氧化物 分钟均值"
    amount = meters["DA001.a21002.hour-cou"]
    assert (amount.quantity, amount.kind, amount.unit) == ("discharged_mass", Kind.INTERVAL, "kg")
    assert (amount.interval_s, amount.range_high) == (3600, None)
    ppm = meters["DA001.a21003.realtime"]
    assert (ppm.quantity, ppm.kind, ppm.unit) == ("volume_fraction", Kind.LEVEL, "ppm")
    assert (ppm.interval_s, ppm.valid_from) == (60, datetime(2026, 2, 28, 16, tzinfo=UTC))
    assert meters["N1.Leq.minute"].quantity == "sound_level"


def test_a_field_less_withdraws_its_meter_and_a_field_again_is_the_same_meter(
    watched: Write, database: RegistryDatabase
) -> None:
    load(database, watched(), now=AT)
    key = database.snapshot().key_of["heat", "DA001.a21002.hour-cou"]
    less = CHANNELS + NOX.replace("minute|hour-cou", "minute")
    assert load(database, watched(channels=less), now=LATER).lines() == [
        "~ channel heat DA001 a21002 corrected: fields minute|hour-cou -> minute",
        "- meter heat DA001.a21002.hour-cou withdrawn",
    ]
    assert ("heat", "DA001.a21002.hour-cou") not in database.snapshot().key_of
    load(database, watched())
    assert database.snapshot().key_of["heat", "DA001.a21002.hour-cou"] == key
    # What a file does not have stays: N1's channel was in neither of the two.
    assert ("axle", "N1.Leq.minute") in database.snapshot().key_of


def test_a_later_version_of_the_point_is_one_of_its_meters(
    watched: Write, database: RegistryDatabase
) -> None:
    load(database, watched(), now=AT)
    later = STACK.replace(",600,", ",300,").replace(",GAS,,", ",GAS,2026-09-01,")
    change = load(database, watched(points=POINTS + STACK + NOISE + later), now=LATER)
    assert "| point heat DA001 closed: valid_to (empty) -> 2026-09-01T00:00:00+08:00" in (
        change.lines()
    )
    changed = datetime(2026, 8, 31, 16, tzinfo=UTC)
    minute = [m for m in database.snapshot().meters if m.code == "DA001.a21002.minute"]
    assert [(m.interval_s, m.valid_from, m.valid_to) for m in minute] == [
        (600, None, changed), (300, changed, None),
    ]  # fmt: skip
    assert database.snapshot().point_by_code["heat", "DA001"].minute_interval_s == 300


def test_no_password_is_shown(watched: Write, database: RegistryDatabase) -> None:
    load(database, watched(), now=AT)
    change = load(database, watched(points=POINTS + STACK.replace(SECRET, "Z9z9Z9")), now=LATER)
    assert change.lines() == ["~ point heat DA001 corrected: password (hidden) -> (hidden)"]
    snapshot = database.snapshot()
    assert snapshot.point_by_mn["MN-1"].password == "Z9z9Z9"
    said = json.dumps(
        [
            describe(snapshot),
            change.as_json(),
            *(one.difference.as_json() for one in history(database)),
        ]
    ) + repr(snapshot)
    assert "(hidden)" in said
    assert SECRET not in said
    assert "Z9z9Z9" not in said
    with pytest.raises(FaultsError) as raised:
        read_folder(watched(points=POINTS + STACK.replace(SECRET, "Secret77")))
    assert "Secret77" not in str(raised.value)


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("points", SECRET, "12345", "points.csv:2 password: a password of HJ 212 has 6 characters"),
        ("points", "MN-1", "M;1", "mn: 'M;1': is no text that a field of HJ 212 can hold"),
        ("points", "MN-1", "M" * 25, "an MN has at most 24 characters"),
        ("points", f"MN-1,{SECRET}", f",{SECRET}", "password: without an mn there is no device"),
        ("points", "23,2005", "23,2011", "edition: '2011': input should be '2005'"),
        ("points", ",31,", ",310,", "st: '310': not a system code like 31"),
        ("points", "DA001", "DA.001", "code: 'DA.001': a point's code has 1 to 24 of"),
        ("points", ",600,3.14", ",420,3.14", "minute_interval_s: 420: HJ 212 allows 60, 120"),
        ("points", "3.14,3.5", "3.14,21", "reference_oxygen_pct: '21': input should be less"),
        ("points", ",600,,,GB12", ",600,2,,GB12", "duct_area_m2: only an outlet of waste gas has"),
        ("points", "/new/gas", "/new/peat", "'GB13271-2014/new/peat': there is no such class"),
        ("points", "GB12348-2008/3", "GB13271-2014/new/gas", "is of waste_gas, not of noise"),
        ("points", "/3,3,", "/3,7,", "zone: '7': noise knows 0, 1, 2"),
        ("points", "gas,,,,GAS", "gas,I,,,GAS", "zone: only noise and surface water have one"),
        ("points", ",GAS,,", ",GAZ,,", "fuel_meter: 'GAZ': no such meter of heat"),
        ("points", "3,,EL-0", "3,EL-0,EL-9", "treatment_meter: 'EL-9': no such meter of axle"),
        ("points", "axle,N1", "axel,N1", "enterprise: 'axel': no such enterprise"),
        ("points", "fence east,,", "fence east,MN-1,", "mn: 'MN-1' is already that of heat DA0"),
        ("channels", "a21002", "a99999", "code: 'a99999' is no code of HJ 212-2017"),
        ("channels", "a21002", "03", "'03' is no code of HJ 212-2017; in HJ 212-2017 it is a2"),
        ("channels", "a21002", "w01018", "w01018 (chemical oxygen demand) is of surface_water"),
        ("channels", "minute|hour-cou", "minute|hourly", "fields: 'hourly': known are realtime"),
        ("channels", "minute|hour-cou", "minute|minute", "fields: 'minute' is named twice"),
        ("channels", "minute|hour-cou", "", "fields: is missing"),
        ("channels", "Leq,,minute", "Leq,,day-cou", "fields: 'day-cou': Leq has no amounts"),
        ("channels", "a21002,,", "a21002,kWh,", "unit: 'kWh' is not a unit like mg/m3"),
        ("channels", "0,300", "300,0", "range_high: 0 is not above range_low 300"),
        ("channels", "minute,,,", "minute,true,,", "wet: only waste gas is measured moist"),
        ("channels", "DA001,a21002", "DA002,a21002", "point: 'DA002': no such point of heat"),
        ("permits", "a21002,concentration", "a34013,concentration",
         "pollutant: 'a34013': heat DA001 has no such channel"),
        ("permits", "150,mg/m3", "150,kg/h", "unit: 'kg/h' is not a unit of nitrogen oxides"),
        ("permits", "2.4,t", "2.4,t/h", "unit: 't/h' is not a mass: they measure different"),
        ("permits", "amount,year", "amount,month", "averaging: 'month': of annual_amount it is"),
        ("permits", "heat,DA001,a21002,conc", "axle,N1,Leq,conc", "point: nothing is discharged"),
        ("permits", "2031-01-01", "2026-01-01", "valid_to: not after valid_from"),
        ("operating_states", "2026-10-20T10", "2026-10-20T05", "end: not after start"),
        ("operating_states", "DA001", "DA003", "point: 'DA003': no such point of heat"),
        ("operating_states", "start_up", "idle", "state: 'idle': input should be 'start_up'"),
    ],
)  # fmt: skip
def test_a_fault_names_file_field_and_reason(
    watched: Write, name: str, old: str, new: str, said: str
) -> None:
    assert old in FILES[name]
    path = watched(**{name: FILES[name].replace(old, new, 1)})
    with pytest.raises(FaultsError) as raised:
        read_folder(path)
    assert said in str(raised.value)


def test_nitrogen_oxides_may_be_permitted_where_both_their_parts_are_measured(
    watched: Write, database: RegistryDatabase
) -> None:
    parts = CHANNELS + NO + NO.replace("a21003", "a21004")
    load(database, watched(channels=parts, operating_states=STATES), now=AT)
    assert len(database.snapshot().permits_of["heat", "DA001"]) == 2
    with pytest.raises(FaultsError, match="has no such channel, nor a21003 and a21004"):
        read_folder(watched(channels=CHANNELS + NO))


def test_states_at_once_and_typed_meters_are_refused(
    watched: Write, database: RegistryDatabase
) -> None:
    load(database, watched(), now=AT)
    # What the files do not repeat is still there: the database's start-up lasts until 10:00.
    over = STATES + "heat,DA001,stopped,2026-10-20T09:00:00+08:00,,shift log,Li Wei\n"
    with pytest.raises(FaultsError, match="start: it overlaps the state start_up in the database"):
        load(database, watched(operating_states=over))
    after = over.replace("T09:00", "T10:00")
    assert len(load(database, watched(operating_states=after)).added) == 1

    path = watched()
    meters = (path / "meters.csv").read_text(encoding="utf-8")
    typed = meters + "heat,DA001.a21002.minute,concentration,mean,mg/m3,600,,,,,\n"
    (path / "meters.csv").write_text(typed, encoding="utf-8")
    with pytest.raises(FaultsError, match=r"is the meter of a channel \(line 2 of channels.csv\)"):
        load(database, path)
