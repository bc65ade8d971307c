"""CSV blocks by mapping: every row becomes a reading or a refusal, whatever the bytes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from ingest.decode.columns import Columns, Refused, qualities
from ingest.decode.csv_rows import read_csv
from ingest.decode.file_table import table_columns
from ingest.decode.mapping import Mapping, read_mapping
from models.errors import DecodeError, FaultsError, Reason
from models.readings import Quality

HEADER = b"enterprise,meter,ts,value,unit\n"
TS = "2026-01-01T00:00:00Z"


def read(data: bytes, **mapping: Any) -> tuple[Columns, list[Refused]]:
    how = Mapping(**mapping)
    refused: list[Refused] = []
    table, rows = read_csv(data, how, refused)
    return table_columns(table, rows, how, refused), refused


def row(value: object = 1, meter: str = "m", ts: str = TS, unit: str = "kWh") -> bytes:
    return f"E1,{meter},{ts},{value},{unit}\n".encode()


def values(data: bytes, **mapping: Any) -> dict[int, float]:
    """Values by data row; nothing may be refused."""
    columns, refused = read(data, **mapping)
    assert refused == []
    return dict(zip(columns.item.tolist(), columns.value.tolist(), strict=True))


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_line_ends_empty_lines_and_no_last_end(end: bytes) -> None:
    data = (HEADER + row(1) + b"\n" + row(2)).replace(b"\n", end)
    assert values(data) == {0: 1.0, 2: 2.0}
    assert values(data.rstrip()) == {0: 1.0, 2: 2.0}


def test_a_byte_order_mark_and_quotes() -> None:
    data = b"\xef\xbb\xbf" + HEADER.replace(b"meter", b'"meter"') + row('"3.5"')
    assert values(data) == {0: 3.5}


def test_a_quote_that_is_never_closed_takes_no_line_with_it() -> None:
    columns, refused = read(HEADER + row(1, '"m') + row(2) + row(3))
    assert (columns.value.tolist(), refused) == ([1.0, 2.0, 3.0], [])


def test_a_line_of_megabytes_is_refused_alone() -> None:
    columns, (refused,) = read(HEADER + row(1) + b"x" * (3 << 20) + b"\n" + row(2))
    assert columns.item.tolist() == [0, 2]
    assert (refused.item, refused.reason) == (1, Reason.MALFORMED)


def test_bytes_that_are_not_of_the_encoding_spoil_their_line_only() -> None:
    columns, (refused,) = read(HEADER + row(1) + row(2, "\xff").replace(b"\xc3", b"") + row(3))
    assert columns.item.tolist() == [0, 2]
    assert (refused.item, refused.reason) == (1, Reason.MALFORMED)


def test_gb18030() -> None:
    data = (HEADER + row(1, "总表")).decode().encode("gb18030")
    columns, _ = read(data, encoding="gb18030")
    assert columns.meter.to_pylist() == ["总表"]


@pytest.mark.parametrize(
    ("text", "value"), [("1,5", 1.5), ("1.234,5", 1234.5), ("1.234.567", 1234567.0), ("-7", -7.0)]
)
def test_decimal_comma(text: str, value: float) -> None:
    data = f"enterprise;meter;ts;value\nE1;m;{TS};{text}\n".encode()
    assert values(data, delimiter=";", decimal=",") == {0: value}


@pytest.mark.parametrize("text", ["1.5", "1.23,4", "abc", "", "1 000", "0x10", "true"])
def test_what_is_no_number_is_named(text: str) -> None:
    data = f"enterprise;meter;ts;value\nE1;m;{TS};2\nE1;m;{TS};{text}\n".encode()
    columns, (refused,) = read(data, delimiter=";", decimal=",")
    assert columns.value.tolist() == [2.0]
    assert (refused.item, refused.reason) == (1, Reason.BAD_VALUE)
    assert refused.detail.startswith("value: ")


def test_constants_and_an_enterprise_that_the_file_names() -> None:
    data = f"enterprise,when,v\nE2,{TS},1\n,{TS},2\n".encode()
    columns, _ = read(
        data, columns={"ts": "when", "value": "v"}, enterprise="E1", meter="m", unit="MWh"
    )
    assert columns.enterprise.to_pylist() == ["E1", "E1"]
    assert columns.named.to_pylist() == ["E2", None]  # an empty cell names nobody
    assert columns.meter.to_pylist() == ["m", "m"]
    assert columns.unit.to_pylist() == ["MWh", "MWh"]


def test_an_empty_unit_is_none_and_a_shift_is_added() -> None:
    columns, _ = read(HEADER + row(unit=""), shift_s=900)
    # 2026-01-01T00:15:00Z: 20,454 days and 900 s after 1970.
    assert columns.ts_us.tolist() == [(20_454 * 86_400 + 900) * 1_000_000]
    assert columns.unit.to_pylist() == [None]


def test_qualities_by_name() -> None:
    codes, faults = qualities(pa.array(["good", None, "suspect", "excellent"]))
    assert codes[:3].tolist() == [Quality.GOOD, Quality.GOOD, Quality.SUSPECT]
    assert list(faults) == [3]
    assert faults[3].startswith("quality: 'excellent'")
    assert qualities(pa.array([], pa.string()))[1] == {}


@pytest.mark.parametrize(
    "data", [b"", b"\n", b"a,b\n1,2\n", b"ts,ts,value,meter,enterprise\n1,2,3,m,E1\n"]
)
def test_a_file_without_its_columns_is_refused_as_a_whole(data: bytes) -> None:
    with pytest.raises(DecodeError) as caught:
        read(data)
    assert caught.value.reason is Reason.MALFORMED
    assert caught.value.detail.split(":")[0] in ("columns", "payload")


CELL = st.text(st.characters(codec="utf-8"), max_size=8) | st.sampled_from(
    [TS, "1.5", "E1", "m", "kWh", '"', ",", "\n", "\r\n", "NaN"]
)


@settings(deadline=None)
@given(st.lists(st.lists(CELL, max_size=7).map(",".join), max_size=6).map("\n".join))
def test_no_line_disappears(text: str) -> None:
    body = text.encode()
    columns, refused = read(HEADER + body)
    found = sorted([*columns.item.tolist(), *(one.item for one in refused)])
    lines = body.splitlines()
    assert len(set(found)) == len(found)
    assert set(found) <= set(range(len(lines)))
    # What is neither is a line without a single letter.
    for number in set(range(len(lines))) - set(found):
        assert set(lines[number].decode().strip()) <= set(',"')


@settings(deadline=None)
@given(st.binary(max_size=120))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    for data in (body, HEADER + body):
        try:
            columns, refused = read(data)
        except DecodeError:
            continue
        assert all(": " in one.detail for one in refused)
        assert len(columns.ts_us) == len(columns.value) == len(columns.item)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"zone": "Mars/Olympus"}, "zone"),
        ({"time_format": "%d/%m/%Y"}, "zone"),
        ({"time_format": "%d %z", "zone": "Asia/Shanghai"}, "time_format"),
        ({"time_format": "%Q", "zone": "Asia/Shanghai"}, "time_format"),
        ({"delimiter": "\n"}, "delimiter"),
        ({"delimiter": "，"}, "delimiter"),
        ({"delimiter": ""}, "delimiter"),
        ({"shift_s": float("nan")}, "shift_s"),
        ({"shift_s": 1e300}, "shift_s"),
        ({"encoding": "utf-16"}, "encoding"),
        ({"encoding": "klingon"}, "encoding"),
        ({"encoding": "base64"}, "encoding"),
        ({"midnight": "noon"}, "midnight"),
        ({"colums": {}}, "colums"),
        ({"columns": {"time": "t"}}, "columns.time"),
    ],
)
def test_a_wrong_mapping_names_its_field(wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Mapping.model_validate(wrong)
    (fault,) = caught.value.errors()
    assert ".".join(map(str, fault["loc"])) == field or fault["msg"].startswith(
        f"Value error, {field}: "
    )


def test_a_mapping_file(tmp_path: Path) -> None:
    path = tmp_path / "mapping.yaml"
    path.write_text("", encoding="utf-8")
    assert read_mapping(path) == Mapping()
    path.write_text("zone: [", encoding="utf-8")
    with pytest.raises(FaultsError, match="not YAML"):
        read_mapping(path)
    path.write_text("delimiter: ''\nunits: kWh\n", encoding="utf-8")
    with pytest.raises(FaultsError) as caught:
        read_mapping(path)
    assert {fault.field for fault in caught.value.faults} == {"delimiter", "units"}
