"""Every fault of every file at once, each at its place; and nothing applied."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from models.errors import FaultsError
from store.registry_db import RegistryDatabase
from store.registry_files import load, read_folder

Write = Callable[..., Path]
METERS = "enterprise,code,quantity,kind,unit,interval_s,"


def faults(folder: Path) -> list[str]:
    with pytest.raises(FaultsError) as raised:
        read_folder(folder)
    return [str(fault) for fault in raised.value.faults]


def test_sound_folder_has_none(folder: Write) -> None:
    read_folder(folder())


def test_all_files_are_read_before_anything_is_said(
    folder: Write, database: RegistryDatabase
) -> None:
    path = folder(
        park="park: {code: demo park, name_zh: 园区, name_en: Park, province: 吉林}\nclusters: 3",
        enterprises="code,name_zh,name_en,cluster\naxle,车桥,Axle,nowhere\n",
        meters=METERS.rstrip(",") + "\naxle,EL/0,electricity,counter,kWh,0\n",
        outputs="enterprise,period,output_1e4_yuan,price_basis\nnobody,2026-13,-1,cheap\n",
    )
    with pytest.raises(FaultsError) as raised:
        load(database, path)
    places = {(fault.file, fault.row, fault.field) for fault in raised.value.faults}
    assert places >= {
        ("park.yaml", None, "park.code"),
        ("park.yaml", None, "park.grid_region"),
        ("park.yaml", None, "clusters"),
        ("enterprises.csv", 2, "cluster"),
        ("meters.csv", 2, "code"),
        ("meters.csv", 2, "interval_s"),
        ("outputs.csv", 2, "period"),
        ("outputs.csv", 2, "output_1e4_yuan"),
        ("outputs.csv", 2, "price_basis"),
    }
    assert database.version() == 0


# A row of meters.csv under the columns named, and what is said of it (line 2).
@pytest.mark.parametrize(
    ("columns", "row", "said"),
    [
        ("", "axle,M,gold,counter,kWh,900", "quantity: 'gold': known are electricity, "),
        ("", "axle,M,power,counter,kW,900", "kind: 'counter': power allows level, mean"),
        ("", "axle,M,electricity,total,kWh,900", "kind: 'total': input should be 'counter', "),
        (
            "",
            "axle,M,natural_gas,counter,m3,900",
            "unit: 'm3': a volume of natural gas without its reference state; "
            "use Nm3 (0 °C) or Sm3 (20 °C)",
        ),
        (
            "",
            "axle,M,natural_gas,rate,m3/h,900",
            "unit: 'm3/h': a volume of natural gas without its reference state; "
            "use Nm3/h (0 °C) or Sm3/h (20 °C)",
        ),
        ("", "axle,M,natural_gas,counter,kWh,900", "unit: 'kWh': cannot be converted to Nm3"),
        ("", "axle,M,electricity,rate,kWh,900", "unit: 'kWh': cannot be converted to kW"),
        ("", "axle,M,electricity,counter,kwhh,900", "unit: 'kwhh': cannot be converted to kWh"),
        ("", "axle,,electricity,counter,kWh,900", "code: is missing"),
        (
            "",
            f"axle,{'x' * 65},electricity,counter,kWh,900",
            "a code has 1 to 64 of the characters",
        ),
        ("", "axle,电表,electricity,counter,kWh,900", "code: '电表': a code has 1 to 64"),
        ("", "nobody,M,electricity,counter,kWh,900", "enterprise: 'nobody': no such enterprise"),
        ("", "axle,M,electricity,counter,kWh,-900", "interval_s: '-900': input should be greater"),
        ("", "axle,M,electricity,counter,kWh,15min", "interval_s: '15min': not a number"),
        ("multiplier", "axle,M,electricity,counter,kWh,900,0", "multiplier: '0': input should be"),
        ("multiplier", "axle,M,electricity,counter,kWh,900,nan", "multiplier: 'nan': not a number"),
        ("multiplier", "axle,M,electricity,counter,kWh,900,1e999", "multiplier: '1e999': input"),
        (
            "register_max",
            "axle,M,electricity,interval,kWh,900,1000000",
            "register_max: only a counter has one, not 'interval'",
        ),
        (
            "range_low,range_high",
            "axle,M,electricity,interval,kWh,900,5,5",
            "range_high: 5 is not above range_low 5",
        ),
        ("parent", "axle,M,electricity,counter,kWh,900,X", "parent: 'X': no such meter of axle"),
        (
            "parent",
            "axle,M,electricity,counter,kWh,900,M",
            "parent: a meter under itself: M under M",
        ),
        ("valid_from", "axle,M,electricity,counter,kWh,900,2026-03-01T08:00:00", "valid_from: "),
        ("valid_from", "axle,M,electricity,counter,kWh,900,2026-02-30", "not a time: day is out"),
        ("valid_from", "axle,M,electricity,counter,kWh,900,1/3/2026", "not a day like 2026-03-05"),
        (
            "valid_from,valid_to",
            "axle,M,electricity,counter,kWh,900,2026-03-01,2026-03-01",
            "valid_to: not after valid_from",
        ),
        ("colour", "axle,M,electricity,counter,kWh,900,red", "colour: there is no such column"),
        ("valid_to", "axle,M,electricity,counter,kWh,900", "row: 6 cells under 7 columns"),
    ],
)
def test_meter(folder: Write, columns: str, row: str, said: str) -> None:
    header = (METERS + columns).rstrip(",")
    found = faults(folder(meters=f"{header}\n{row}\n", exchanges=None))
    assert len(found) == 1
    assert said in found[0]
    assert found[0].startswith("meters.csv:1 " if columns == "colour" else "meters.csv:2 ")


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        (
            "meters",
            METERS + "parent\naxle,A,electricity,counter,kWh,900,B\n"
            "axle,B,electricity,counter,kWh,900,C\naxle,C,electricity,counter,kWh,900,A\n",
            "meters.csv:2 parent: a meter under itself: A under B under C under A",
        ),
        (
            "meters",
            METERS + "valid_from,valid_to\naxle,A,electricity,counter,kWh,900,,2026-03-02\n"
            "axle,A,electricity,counter,kWh,900,2026-03-01,\n",
            "meters.csv:3 valid_from: its validity overlaps that of the version in line 2",
        ),
        (
            "meters",
            METERS + "valid_from\naxle,A,electricity,counter,kWh,900,2026-03-01\n"
            "axle,A,electricity,counter,kWh,300,2026-02-28T16:00:00Z\n",
            "meters.csv:3 enterprise code valid_from: this meter is already in line 2",
        ),
        (
            "meters",
            METERS + "valid_from\naxle,A,electricity,counter,kWh,900,\n"
            "axle,A,heat,counter,GJ,900,2026-03-01\n",
            "meters.csv:3 quantity: versions of a meter have one quantity, not electricity and",
        ),
        (
            "meters",
            METERS + "valid_from\naxle,A,electricity,counter,kWh,900,\n"
            "axle,A,electricity,interval,kWh,900,2026-03-01\n",
            "meters.csv:3 kind: versions of a meter have one kind, not counter and interval",
        ),
        (  # 1234 MWh and then 1234000 kWh: read as a rise of 1232766
            "meters",
            METERS + "valid_from\naxle,A,electricity,counter,MWh,900,\n"
            "axle,A,electricity,counter,kWh,900,2026-03-01\n",
            "meters.csv:3 unit: versions of a counter have one unit, not MWh and kWh: its register",
        ),
        (
            "exchanges",
            "enterprise,meter,ts,final_value,initial_value\naxle,EL-9,2026-03-01,1,0\n",
            "exchanges.csv:2 meter: 'EL-9': no such meter of axle",
        ),
        (
            "exchanges",
            "enterprise,meter,ts,final_value,initial_value\naxle,EL-1,2026-03-01,1,0\n",
            "exchanges.csv:2 meter: 'EL-1' is no counter",
        ),
        (
            "exchanges",
            "enterprise,meter,ts,final_value,initial_value\naxle,EL-1,2025-12-31,1,0\n",
            "exchanges.csv:2 ts: the meter is not valid then",
        ),
        (
            "exchanges",
            "enterprise,meter,ts,final_value,initial_value\naxle,EL-0,2026-03-01,1000001,0\n",
            "exchanges.csv:2 final_value: 1000001 is beyond the register, 0 to 1000000",
        ),
        (
            "outputs",
            "enterprise,period,output_1e4_yuan,price_basis\naxle,2026,9,current\n"
            "axle,2026-03,1,current\n",
            "outputs.csv:3 period: 2026-03: 2026 is there as a whole already",
        ),
        (
            "outputs",
            "enterprise,period,output_1e4_yuan,price_basis\naxle,2026,9,current\n"
            "axle,2026,9,current\n",
            "outputs.csv:3 enterprise period price_basis: this output is already in line 2",
        ),
        (
            "outputs",
            "enterprise,period,output_1e4_yuan,price_basis\naxle,2026-3,9,current\n",
            "outputs.csv:2 period: '2026-3': not a year like 2026 nor a month like 2026-03",
        ),
        (
            "outputs",
            'enterprise,period,output_1e4_yuan,price_basis\naxle,2026,"9,000",current\n',
            "outputs.csv:2 output_1e4_yuan: '9,000': not a number",
        ),
        (
            "declared_factors",
            "enterprise,carrier,value,unit,valid_from,evidence\naxle,steam,1,kg/kWh,2026-01-01,x\n",
            "declared_factors.csv:2 carrier: 'steam': known are anthracite, ",
        ),
        (
            "declared_factors",
            "enterprise,carrier,value,unit,valid_from,evidence\naxle,heat,1,kg/t,2026-01-01,x\n",
            "declared_factors.csv:2 unit: 'kg/t' is not a unit like t/GJ",
        ),
        (
            "enterprises",
            "code,name_zh,name_en,cluster,uscc\naxle,车桥,Axle,equipment,91350100M000100Y44\n"
            "heat,热力,Heat,equipment,\n",
            "enterprises.csv:2 uscc: '91350100M000100Y44': the check character is '4', "
            "by GB 32100-2015 '3'",
        ),
        (
            "enterprises",
            "code,name_zh,name_en,cluster,uscc\naxle,车桥,Axle,equipment,91350100M000100Y43\n"
            "heat,热力,Heat,equipment,91350100M000100Y43\n",
            "enterprises.csv:3 uscc: 91350100M000100Y43 is already that of axle",
        ),
        (
            "enterprises",
            "code,name_zh,name_en,cluster,industry\naxle,车桥,Axle,equipment,D3670\n"
            "heat,热力,Heat,equipment,\n",
            "enterprises.csv:2 industry: 'D3670': division 36 of GB/T 4754 is in section C, not D",
        ),
        (
            "enterprises",
            "code,name_zh,name_en,cluster\naxle,车桥,Axle,equipment\nheat,热力,Heat,equipment\n"
            "event,事件,Event,equipment\n",
            "enterprises.csv:4 code: 'event' is a reserved word of the MQTT topics",
        ),
        (
            "enterprises",
            "code,name_zh,name_en,cluster\naxle,车桥,Axle,equipment\n".encode()
            + "heat,热力,Heat,equipment\n".encode("gbk"),
            "enterprises.csv:3 encoding: not UTF-8; save the file as UTF-8",
        ),
        (
            "enterprises",
            "code,name_zh,name_en,cluster\naxle,车桥,Ax\0le,equipment\n",
            "enterprises.csv:2 encoding: a NUL character; save the file as plain text",
        ),
        ("park", "park: {code: [", "park.yaml:1 file: not YAML: "),
        ("park", "code: demo", "park.yaml park: is missing; write the park's fields under `park:`"),
        ("park", None, "park.yaml file: is missing in"),
        (
            "meters",
            'enterprise,code,quantity,kind,unit,interval_s\naxle,"EL-0"x,electricity\n',
            "meters.csv:2 row: not CSV: ",
        ),
        ("meters", "", "meters.csv:1 enterprise: column is missing"),
    ],
)
def test_file(folder: Write, file: str, text: str | bytes | None, said: str) -> None:
    replaced: dict[str, str | bytes | None] = {file: text}
    if file in ("meters", "enterprises"):
        replaced = {"exchanges": None, **replaced}
    found = faults(folder(**replaced))
    assert said in found[0]


def test_a_refused_row_does_not_accuse_the_rows_that_name_it(folder: Write) -> None:
    # The enterprise is there, only its credit code is wrong: its meters are not at fault.
    found = faults(
        folder(
            enterprises="code,name_zh,name_en,cluster,uscc\n"
            "axle,车桥,Axle,equipment,9135\nheat,热力,Heat,equipment,\n"
        )
    )
    assert [fault.split(" ")[0:2] for fault in found] == [["enterprises.csv:2", "uscc:"]]


def test_misspelt_file_is_named(folder: Write) -> None:
    path = folder()
    (path / "meter.csv").write_text("enterprise,code\n")
    (path / "notes.txt").write_text("anything")
    assert [fault.split(";")[0] for fault in faults(path)] == [
        "meter.csv file: not a registry file"
    ]


def test_byte_order_mark_and_blank_lines(folder: Write) -> None:
    text = "\ufeffcode,name_zh,name_en,cluster\r\naxle, 车桥 ,Axle,equipment\r\n,,,\r\n\r\n"
    text += "heat,热力,Heat,equipment\r\n"
    files = read_folder(folder(enterprises=text))
    enterprises = next(rows for kind, rows in files.records.items() if kind.name == "enterprise")
    assert [(row.row, row.values["name_zh"]) for row in enterprises] == [(2, "车桥"), (5, "热力")]


def test_park_alone_is_enough(folder: Write) -> None:
    read_folder(
        folder(enterprises=None, meters=None, exchanges=None, outputs=None, declared_factors=None)
    )
