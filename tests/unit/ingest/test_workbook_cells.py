"""What cells of workbooks say: dates of both systems, numbers beside texts, sheets and headings."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime

import numpy as np
import openpyxl
import pyarrow as pa
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from ingest.decode.columns import Columns, Refused
from ingest.decode.file_table import table_columns
from ingest.decode.mapping import Mapping
from ingest.decode.wide import long_form
from ingest.decode.workbook import read_workbook
from ingest.decode.workbook_silent import told
from models.errors import DecodeError

CHINA = Mapping(enterprise="E1", zone="Asia/Shanghai")
MORNING = datetime.fromisoformat("2026-11-24T06:00")  # a workbook knows no zone


def columns_of(table: pa.Table, mapping: Mapping) -> tuple[Columns, list[Refused]]:
    refused: list[Refused] = []
    return table_columns(table, np.arange(table.num_rows), mapping, refused), refused


def read(mapping: Mapping, *rows: list[object], book: openpyxl.Workbook | None = None) -> pa.Table:
    book = book or openpyxl.Workbook()
    for row in rows:
        book.worksheets[-1].append(row)
    file = io.BytesIO()
    book.save(file)
    return read_workbook(file, mapping)


def test_days_are_counted_from_the_workbooks_own_first_day() -> None:
    """In the date system 1904 (ECMA-376 part 1, 18.17.4.1), with the date's format or without."""
    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    day = (date(2026, 11, 24) - date(1904, 1, 1)).days
    rows: list[list[object]] = [["ts", "meter", "value"], [MORNING, "a", 1], [day + 0.25, "a", 2]]
    columns, refused = columns_of(read(CHINA, *rows, book=book), CHINA)
    at = int(datetime(2026, 11, 23, 22, tzinfo=UTC).timestamp()) * 1_000_000
    assert (columns.ts_us.tolist(), refused) == ([at, at], [])


def test_whole_numbers_have_no_decimals() -> None:
    """A meter's code, and milliseconds since 1970, that are cells of numbers."""
    table = read(CHINA, ["ts", "meter", "value"], [1_764_000_000_000, 1001, 5])
    columns, refused = columns_of(table, CHINA.model_copy(update={"zone": None}))
    assert refused == []
    assert (columns.ts_us.tolist(), columns.meter.to_pylist()) == (
        [1_764_000_000_000_000],
        ["1001"],
    )


def test_a_number_beside_texts_with_decimal_commas() -> None:
    """Of a text a point parts thousands, of a number it does not, however small that is."""
    mapping = CHINA.model_copy(update={"decimal": ","})
    cells: list[object] = ["1.234", 1.234, "1.234,5", 1.5e-05, "0,5", 7]
    expected = [1234, 1.234, 1234.5, 1.5e-05, 0.5, 7]
    long = read(mapping, ["ts", "meter", "value"], *([MORNING, "a", cell] for cell in cells))
    wide = read(mapping, ["ts", "a (kWh)"], *([MORNING, cell] for cell in cells))
    for table in (long, wide):
        columns, refused = columns_of(table, mapping)
        assert (columns.value.tolist(), refused) == (expected, [])


def test_a_column_of_numbers_beside_one_of_texts_with_decimal_commas() -> None:
    """In a wide Parquet file."""
    mapping = CHINA.model_copy(update={"decimal": ","})
    table = pa.table({"ts": ["2026-11-24T06:00"] * 2, "a": [1.234, 12.5], "b": ["1.234", "12,5"]})
    columns, refused = columns_of(long_form(table, np.arange(2), mapping).table, mapping)
    assert (columns.value.tolist(), refused) == ([1.234, 12.5, 1234, 12.5], [])


def test_the_first_sheet_is_the_first_that_is_seen() -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].append(["ts", "meter", "value"])
    book.worksheets[0].append([MORNING, "old", 1])
    book.worksheets[0].sheet_state = "hidden"
    book.create_sheet("data")
    table = read(CHINA, ["ts", "meter", "value"], [MORNING, "new", 2], book=book)
    assert table["meter"].to_pylist() == ["new"]


def test_cells_under_no_heading_are_told() -> None:
    """Of a heading that is merged over two columns the second has none; an empty column is none."""
    rows: list[list[object]] = [["ts", "a (kWh)", None, None], [MORNING, 1, None, 2]]
    with pytest.raises(DecodeError, match="column 4 has values and no heading"):
        read(CHINA, *rows)
    named = CHINA.model_copy(update={"wide": {"a (kWh)": "a (kWh)"}})
    assert read(named, *rows)["value"].to_pylist() == ["1"]
    text = pa.Table.from_arrays(
        [pa.array(["2026-11-24T06:00"]), pa.array(["1"]), pa.array([" "]), pa.array(["2"])],
        ["ts", "a", "", ""],
    )
    with pytest.raises(DecodeError, match="column 4 has values and no heading"):
        long_form(text, np.arange(1), CHINA)


def test_the_unit_in_the_heading_of_the_values() -> None:
    """Also with full-width brackets; what is in brackets and no unit says nothing of it."""
    for heading, unit in {
        "电量（MWh）": "MWh", "Energy (kWh)": "kWh", "读数(示数)": None, "reading (1)": None,
    }.items():  # fmt: skip
        named = {"columns": CHINA.columns.model_copy(update={"value": heading})}
        mapping = CHINA.model_copy(update=named)
        columns, refused = columns_of(
            read(mapping, ["ts", "meter", heading], [MORNING, "a", 5]), mapping
        )
        assert (columns.unit.to_pylist(), refused) == ([unit], [])
        said = mapping.model_copy(update={"unit": "Wh"})
        assert columns_of(read(said, ["ts", "meter", heading], [MORNING, "a", 5]), said)[
            0
        ].unit.to_pylist() == ["Wh"]


def test_errors_and_formulas_without_a_value_are_not_empty_cells() -> None:
    """As openpyxl writes them; a formula that says an empty text is an empty cell."""
    book = openpyxl.Workbook()
    rows: list[list[object]] = [["ts", "a", "b", "c"], [MORNING, "#N/A", "#DIV/0!", "=1+1"]]
    table = read(CHINA, *rows, book=book)
    assert table["value"].to_pylist() == ["#N/A", "#DIV/0!", "formula without a value"]
    assert table["cell"].to_pylist()[2] == "Sheet row 2 column c"
    _, refused = columns_of(table, CHINA)
    assert [one.reason.value for one in refused] == ["bad_value"] * 3
    empty = b'<x:c r="B2" t="str"><x:f>IF(1,"")</x:f><x:v></x:v></x:c>'
    computed = b'<c r="B2"><f>1+1</f><v>2</v></c><c r="C2" s="1"/><c r="D2" t="s"><v>1</v></c>'
    assert told(empty + computed) == empty + computed
    for given in (b'<x:c t="n" r="B2"><x:f a="1"/><x:v/></x:c>', b'<x:c r="B2"><x:f>1</x:f></x:c>'):
        text = b'<x:c r="B2" t="str"><x:v>formula without a value</x:v></x:c>'
        assert told(given) == text
    assert told(b"<c s='1' t='e' r='B2'><v>#N/A</v></c>") == (
        b"<c s='1' t='str' r='B2'><v>#N/A</v></c>"
    )
