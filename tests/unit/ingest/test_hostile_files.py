"""Files that brought us down, or of which nothing was said; found by benchmarks/fuzz.py."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pyarrow as pa
import pyarrow.parquet
import pytest

from ingest.decode.columns import Refused
from ingest.decode.file_rows import csv_decoding, decode_kept, parquet_decoding
from ingest.decode.mapping import Mapping
from ingest.decode.parquet_file import plain, read_parquet
from ingest.decode.workbook import read_workbook
from ingest.sources.file_blocks import blocks
from models.errors import DecodeError

SHEET = "xl/worksheets/sheet1.xml"
LOCAL = Mapping(enterprise="E1", zone="Asia/Shanghai")


def workbook(more: bytes) -> io.BytesIO:
    """Headings and a reading, and ``more`` below them."""
    book = openpyxl.Workbook()
    book.active.append(["ts", "m1 (kWh)"])
    book.active.append(["2026-05-01T08:15", 7])
    whole, changed = io.BytesIO(), io.BytesIO()
    book.save(whole)
    with ZipFile(whole) as archive, ZipFile(changed, "w") as again:
        for name in archive.namelist():
            data = archive.read(name)
            if name == SHEET:
                data = data.replace(b"</sheetData>", more + b"</sheetData>")
            again.writestr(name, data)
    changed.seek(0)
    return changed


@pytest.mark.parametrize(
    ("more", "why"),
    [
        (b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>', "at most 16,777,216 cells"),
        (b"<row><c a=\" r='A9'\" r='XFD1048576'><v>1</v></c></row>", "at most 16,777,216 cells"),
        (b'<row r="3"><c r="XFE3"><v>1</v></c></row>', "row 3, column 16,385"),
        (b'<row r="9"><c r="A4294967296"/></row>', "a cell at 'A4294967296'"),
        (b"<row>" + b"<c><v>1</v></c>" * 16_385 + b"</row>", "row 3, column 16,385"),
        (b"<row r='9'><c><v>1</v><!--</c>--><row r='1'/></c></row>", "is no XML at byte"),
    ],
)
def test_sheets_that_would_end_the_process(more: bytes, why: str) -> None:
    """Its reader keeps a full rectangle: 549 GB for two cells, and an abort is no exception."""
    with pytest.raises(DecodeError, match=why):
        read_workbook(workbook(more), LOCAL)


def test_cells_that_follow_the_one_before_them() -> None:
    """Neither rows nor cells need an address (ECMA-376 part 1, 18.3.1.4 and 18.3.1.73)."""
    row = b'<row><c t="str"><v>2026-05-01T08:30</v></c><c><v>9</v></c></row>'
    table = read_workbook(workbook(row), LOCAL)
    assert table["value"].to_pylist() == ["7", "9"]
    assert table["cell"].to_pylist()[1] == "Sheet row 3 column m1 (kWh)"


@pytest.mark.parametrize(
    "more",
    [
        b"</sheet><row r='3'><c r='A3'><v>46143.5</v></c><c r='B3'><v>9</v></c></row>",
        b"<row r='3'><c r='A3'><v>\x01</v></c></row>",  # no character of XML
        b"<row r='3'><c r='A3' r='A3'/></row>",  # an attribute twice
        b"<row r='3'",
    ],
)
def test_a_broken_sheet_is_refused_whole(more: bytes) -> None:
    """Its reader takes the cells before the fault, or none, and says nothing of the others."""
    with pytest.raises(DecodeError, match="is no XML: "):
        read_workbook(workbook(more), LOCAL)


def test_a_workbook_without_a_sheet() -> None:
    whole, changed = workbook(b""), io.BytesIO()
    with ZipFile(whole) as archive, ZipFile(changed, "w") as again:
        for name in archive.namelist():
            data = archive.read(name)
            if name == "xl/workbook.xml":
                data = re.sub(rb"<sheets>.*</sheets>", b"<sheets/>", data)
            again.writestr(name, data)
    changed.seek(0)
    with pytest.raises(DecodeError, match="sheet: the workbook has none"):
        read_workbook(changed, LOCAL)


def test_a_package_of_another_kind_and_a_broken_one() -> None:
    for body in (b"", b"PK\x05\x06" + b"\xff" * 18, b"\xd0\xcf\x11\xe0" + bytes(600)):
        with pytest.raises(DecodeError, match="payload: not read as xlsx"):
            read_workbook(io.BytesIO(body), LOCAL)


def parquet(**columns: pa.Array) -> bytes:
    buffer = io.BytesIO()
    pyarrow.parquet.write_table(pa.table(columns), buffer)
    return buffer.getvalue()


def test_parquet_that_is_none() -> None:
    good = parquet(ts=pa.array(["2026-05-01T08:15:00Z"]), value=pa.array([7.0]))
    for body in (b"", b"PAR1", good[:-5], good[9:]):
        with pytest.raises(DecodeError, match="payload: no Parquet file"):
            read_parquet(body, LOCAL)


def test_parquet_columns_of_other_kinds() -> None:
    """A list where a value should be is told, one that nothing reads is left out."""
    ts, meter, lists = pa.array(["x"]), pa.array([101]), pa.array([[1]])
    with pytest.raises(DecodeError, match="columns: value holds list<element: int64>"):
        plain(read_parquet(parquet(ts=ts, meter=meter, value=lists), LOCAL), LOCAL)
    far = pa.array([2**62], pa.timestamp("us", "UTC"))
    table = plain(read_parquet(parquet(ts=far, meter=meter, value=ts, note=lists), LOCAL), LOCAL)
    assert table.to_pylist() == [
        {"ts": "4611686018427387904 us since 1970", "meter": "101", "value": "x"}
    ]


def test_a_kept_number_beyond_64_bits_and_rows_alike() -> None:
    rows = [{"ts": "2026-05-01T08:15:00Z", "meter": "m1", "value": v} for v in (2**64, 2**63, 5)]
    refused: list[Refused] = []
    payloads = [json.dumps(row).encode() for row in rows]
    parts = decode_kept(parquet_decoding(LOCAL), payloads, [4, 7, 9], refused)
    found = {int(m): v for part in parts for m, v in zip(part.message, part.value, strict=True)}
    assert (refused, found) == ([], {4: 2.0**64, 7: 2.0**63, 9: 5.0})


def test_a_csv_whose_lines_end_with_a_carriage_return(tmp_path: Path) -> None:
    """The whole of it was taken for the heading, and nothing was said of its rows."""
    path = tmp_path / "old.csv"
    path.write_bytes(b"meter,ts,value\rm1,2026-05-01T08:15:00Z,7\rm1,2026-05-01T08:30:00Z,8\r")
    (block,) = blocks(path, LOCAL)
    assert block.data == path.read_bytes()


def test_a_kept_csv_whose_lines_end_with_a_carriage_return() -> None:
    how = csv_decoding(LOCAL, None)
    assert how is not None
    refused: list[Refused] = []
    decode_kept(how, [b"meter,ts,value\rm1,2026-05-01T08:15:00,7\rm1,8\rm1,9\r"], [3], refused)
    assert [(one.message, one.reason) for one in refused] == [(3, "malformed"), (3, "malformed")]
