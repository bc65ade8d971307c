"""Workbooks written by another program (openpyxl) into the real store."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
import pytest
from fastapi.testclient import TestClient

from ingest.decode.columns import Refused
from ingest.decode.file_rows import decode_kept
from ingest.decode.mapping import Mapping
from ingest.pipeline import Pipeline
from ingest.sources.files import import_file
from ingest.sources.http_push import XLSX
from models.errors import DecodeError
from store.duckdb_store import DuckDBStore
from tests.integration.ingest.test_files_and_http import client, now, pipeline, store

__all__ = ["client", "now", "pipeline", "store"]
DAY = datetime.fromisoformat("2026-05-01T08:00")  # a workbook knows no zone
WIDE = Mapping(enterprise="steel-works", zone="Asia/Shanghai", sheet="电")


def written(path: Path, rows: list[list[object]]) -> Path:
    """A workbook with an empty first sheet and the rows in its second."""
    book = openpyxl.Workbook()
    sheet = book.create_sheet("电")
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


def test_a_wide_sheet_cell_by_cell(tmp_path: Path, pipeline: Pipeline, store: DuckDBStore) -> None:
    """Numbers, numbers typed as text, an empty cell, and one that cannot be read."""
    path = written(
        tmp_path / "may.xlsx",
        [
            ["ts", "main (MWh)"],
            [DAY.replace(minute=0), 1.5],
            [DAY.replace(minute=15), "１，２３４．５"],
            [DAY.replace(minute=30), None],
            [DAY.replace(minute=45), "~7"],
        ],
    )
    report = import_file(path, WIDE, pipeline)
    assert (report.accepted, report.rejected) == (2, 1)
    table = store.readings([1], datetime(2026, 5, 1, tzinfo=UTC), datetime(2026, 5, 2, tzinfo=UTC))
    assert table["value"].to_pylist() == [1_500.0, 1_234_500.0]
    assert table["ts"].to_pylist()[0] == datetime(2026, 5, 1, 0, 0, tzinfo=UTC)
    kept = json.loads(store.rejections(with_payload=True)["payload"].to_pylist()[0])
    assert kept["cell"] == "电 row 5 column main (MWh)"
    assert kept["value"] == "~7"


def test_a_sheet_that_is_not_there_is_named(tmp_path: Path, pipeline: Pipeline) -> None:
    """And those that are."""
    path = written(tmp_path / "may.xlsx", [["ts", "main"]])
    with pytest.raises(DecodeError, match=r"'gas' missing \(the file has Sheet, 电\)"):
        import_file(path, WIDE.model_copy(update={"sheet": "gas"}), pipeline)


def test_a_refused_cell_can_be_read_again(
    tmp_path: Path, pipeline: Pipeline, store: DuckDBStore
) -> None:
    """A heading that is no meter yet keeps value, unit and time, and how they are read."""
    rows: list[list[object]] = [["ts", "new (kWh)"], [DAY, "1,234.5"]]
    import_file(written(tmp_path / "may.xlsx", rows), WIDE, pipeline)
    (row,) = store.rejections(with_payload=True).to_pylist()
    assert row["reason"] == "unknown_meter"
    refused: list[Refused] = []
    (columns,) = decode_kept(row["decoding"], [row["payload"]], [0], refused)
    assert refused == []
    assert columns.value.tolist() == [1_234.5]
    assert (columns.meter.to_pylist(), columns.unit.to_pylist()) == (["new"], ["kWh"])
    assert columns.ts_us.tolist() == [1_777_593_600_000_000]  # date -u -d 2026-05-01T00:00Z +%s


def test_dates_as_numbers_and_a_workbook_as_a_body(
    tmp_path: Path, client: TestClient, store: DuckDBStore
) -> None:
    """46143 is 1 May 2026, as a spreadsheet shows it; a quarter of an hour is 1/96 of a day."""
    rows: list[list[object]] = [["ts", "main", "new"], [46143 + 8 / 24, 1.5, None]]
    rows += [[46143 + 33 / 96, 2.5, None], ["46143", None, 9]]
    body = written(tmp_path / "may.xlsx", rows).read_bytes()
    params = {"mapping": WIDE.model_dump_json()}
    response = client.post("/readings", params=params, headers={"content-type": XLSX}, content=body)
    assert response.status_code == 200, response.text
    assert (response.json()["accepted"], response.json()["rejected"]) == (2, 1)
    table = store.readings([1])
    assert table["ts"].to_pylist() == [
        datetime(2026, 5, 1, 0, 0, tzinfo=UTC),
        datetime(2026, 5, 1, 0, 15, tzinfo=UTC),
    ]
    (row,) = store.rejections(with_payload=True).to_pylist()
    assert row["reason"] == "bad_time"  # a text is no date, whatever it looks like
    assert json.loads(row["payload"])["cell"] == "电 row 4 column new"


def test_bodies_that_are_no_workbook_to_read(client: TestClient, store: DuckDBStore) -> None:
    """Other bytes, and one whose cells would fill the memory: 301 MiB of blanks in 300 kB."""
    packed = io.BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("xl/workbook.xml", b"<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * (301 << 20))
    for body in (b"no workbook", packed.getvalue()):
        response = client.post("/readings", headers={"content-type": XLSX}, content=body)
        assert response.status_code == 422
    reasons = dict(
        zip(*store.rejections().select(["reason", "detail"]).to_pydict().values(), strict=True)
    )
    assert reasons["malformed"].startswith("payload: not read as xlsx: ")
    assert reasons["too_large"] == (
        "payload: more than 314,572,800 bytes of cells, which is the most that is read; "
        "save it as CSV, or in parts"
    )


def test_one_meter_under_two_headings(tmp_path: Path, pipeline: Pipeline) -> None:
    """Which of the two would hold nobody could say."""
    path = written(tmp_path / "may.xlsx", [["ts", "main (kWh)", "main（MWh）"], [DAY, 1, 2]])
    with pytest.raises(DecodeError, match="name the same meter main"):
        import_file(path, WIDE, pipeline)


@pytest.mark.parametrize(
    ("found", "instead"),
    [
        (b'</row><row r="3"', b'</row></sheetData><sheetData><row r="3"'),
        (b'<sheetData><row r="1"', b'<row r="9"><c r="A9"/></row><sheetData><row r="1"'),
    ],
)
def test_cells_that_the_reader_would_pass_over(
    tmp_path: Path, pipeline: Pipeline, found: bytes, instead: bytes
) -> None:
    """A sheet has its cells in one sheetData; of another's, or beside it, nothing would be read."""
    rows: list[list[object]] = [["ts", "main (kWh)"], [DAY, 1], [DAY.replace(minute=15), 2]]
    whole, broken = written(tmp_path / "whole.xlsx", rows), tmp_path / "broken.xlsx"
    with ZipFile(whole) as parts, ZipFile(broken, "w") as archive:
        for name in parts.namelist():
            data = parts.read(name)
            if name == "xl/worksheets/sheet2.xml":
                assert data.count(found) == 1
                data = data.replace(found, instead)
            archive.writestr(name, data)
    with pytest.raises(DecodeError, match=r"sheet2\.xml has a cell outside its sheetData"):
        import_file(broken, WIDE, pipeline)
