"""A sheet of an xlsx workbook to rows of the long form, each with the cell that it stands in."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO
from zipfile import ZipFile

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from ingest.decode.mapping import Mapping
from ingest.decode.wide import meter_heads, require_headings
from ingest.decode.workbook_bounds import bounded
from models.errors import DecodeError, Reason

EPOCH = datetime.fromisoformat("1899-12-30")  # a workbook knows no zone
EPOCH_1904 = datetime.fromisoformat("1904-01-01")
LAST_DAY = 2_958_466  # 1 January 10000
CELL = "cell"  # the column that names the cell: sheet, row and column heading
WHOLE_BELOW = 2.0**53  # below it a whole number is exactly the one that was written
_DATE_1904 = re.compile(
    rb"workbookPr[ \t\r\n][^>]*\bdate1904[ \t\r\n]*=[ \t\r\n]*[\"'](?:1|true)[\"']"
)


def read_workbook(file: Path | BinaryIO, mapping: Mapping) -> pa.Table:
    """All readings of a sheet as texts, columns named as the mapping names them.

    A sheet without a column of values is wide: beside the time each heading is a meter's code, with
    its unit in brackets where it has one (``E1 (kWh)``), and an empty cell there is no reading.
    A number in the column of times is a date as Excel counts them. Raises DecodeError where the
    file is no workbook, or too large to be read (workbook_bounds.py), or has not that sheet, or no
    column of times.
    """
    names = mapping.columns
    book = bounded(file)
    epoch = _epoch(book)
    sheet, rows = _cells(book, mapping.sheet)
    head, body = rows[mapping.header_row - 1 : mapping.header_row], rows[mapping.header_row :]
    heads = [_heading(cell, mapping) for cell in head[0]] if head else []
    # Rows without a cell cost nothing: a sheet may have a million of them above its last cell.
    filled = [place for place, row in enumerate(body) if row.count("") < len(row)]
    body = [body[place] for place in filled]
    twice = sorted({head for head in heads if head and heads.count(head) > 1})
    if twice:
        raise DecodeError(Reason.MALFORMED, f"columns: {', '.join(twice)} more than once")
    if names.ts not in heads:
        have = ", ".join(filter(None, heads))
        raise DecodeError(Reason.MALFORMED, f"columns: {names.ts} missing (the sheet has {have})")
    times = {names.ts} if mapping.time_format is None else set[str]()
    # A cell that is a number is written with the mark that numbers typed as text have beside it.
    others = {name for key, name in names.model_dump().items() if key != "value"}
    columns = {
        head: pa.array(
            [
                _text(
                    _time(row[at], epoch) if head in times else row[at],
                    "." if head in others else mapping.decimal,
                )
                for row in body
            ],
            pa.string(),
        )
        for at, head in enumerate(heads)
        if head
    }
    numbers = pa.array(np.array(filled, np.int64) + mapping.header_row + 1).cast(pa.string())
    where = pc.binary_join_element_wise(sheet, " row ", numbers, "")
    if names.value in columns:
        blank = np.ones(len(body), dtype=bool)
        for texts in columns.values():
            blank &= pc.equal(texts, "").to_numpy(zero_copy_only=False)
        columns[names.value] = _numbers(columns[names.value], mapping)
        return pa.table({**columns, CELL: where}).filter(pa.array(~blank))
    texts = [pa.array([_text(row[at]) for row in body], pa.string()) for at in _unnamed(heads)]
    require_headings(_unnamed(heads), texts, mapping)
    return _long(columns, where, mapping)


def _heading(cell: object, mapping: Mapping) -> str:
    """A heading as the mapping writes it, also with full-width brackets."""
    text = str(cell).strip()
    return text if text in {*mapping.columns.model_dump().values(), *mapping.wide} else _text(cell)


def _unnamed(heads: list[str]) -> list[int]:
    return [at for at, head in enumerate(heads) if not head]


def _epoch(book: BinaryIO) -> datetime:
    """Day 0 of the workbook's date system (ECMA-376 part 1, 18.2.28, date1904)."""
    with ZipFile(book) as parts:
        is_1904 = _DATE_1904.search(parts.read("xl/workbook.xml"))
    book.seek(0)
    return EPOCH_1904 if is_1904 else EPOCH


def _cells(file: BinaryIO, sheet: str | None) -> tuple[str, list[list[Any]]]:
    """The name of the sheet, or of the first that is not hidden, and its rows from A1 on."""
    try:
        book = CalamineWorkbook.from_object(file)
        if not book.sheet_names:
            raise DecodeError(Reason.MALFORMED, "sheet: the workbook has none")
        shown = [
            one.name for one in book.sheets_metadata if one.visible == SheetVisibleEnum.Visible
        ]
        name = (shown or book.sheet_names)[0] if sheet is None else sheet
        if name not in book.sheet_names:
            have = ", ".join(book.sheet_names)
            raise DecodeError(Reason.MALFORMED, f"sheet: {name!r} missing (the file has {have})")
        return name, book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except BaseException as error:
        # Where its reader panics, that is no Exception.
        if not isinstance(error, CalamineError) and type(error).__name__ != "PanicException":
            raise
        raise DecodeError(Reason.MALFORMED, f"payload: not read as xlsx: {error}") from error


def _long(columns: dict[str, pa.Array], where: pa.Array, mapping: Mapping) -> pa.Table:
    names = mapping.columns
    parts = []
    for head, code, unit in meter_heads(list(columns), mapping):
        values = _numbers(columns[head], mapping)
        count = len(values)
        part = {
            names.ts: columns[names.ts],
            names.meter: pa.array([code] * count, pa.string()),
            names.value: values,
            names.unit: pa.array([unit] * count, pa.string()),
            CELL: pc.binary_join_element_wise(where, f" column {head}", ""),
        }
        for name in (names.enterprise, names.time_of_day):
            if name in columns:
                part[name] = columns[name]
        parts.append(pa.table(part).filter(pc.not_equal(values, "")))
    return pa.concat_tables(parts)


def _text(cell: object, mark: str = ".") -> str:
    """What a cell says; a date cell as RFC 3339 without an offset, since Excel knows no zone.

    All numbers of a workbook are floating: the meter 1001 is not 1001.0.
    """
    if isinstance(cell, float):
        whole = cell.is_integer() and abs(cell) < WHOLE_BELOW
        return str(int(cell)) if whole else repr(cell).replace(".", mark)
    if isinstance(cell, datetime):
        return cell.isoformat(timespec="milliseconds")
    if isinstance(cell, date):
        return f"{cell.isoformat()}T00:00:00.000"
    return unicodedata.normalize("NFKC", str(cell)).strip()


def _time(cell: object, epoch: datetime) -> object:
    """A date cell whose format was lost: days since ``epoch``, to the millisecond.

    ECMA-376 part 1, 18.17.4.1 (date system 1900, from 1 March 1900 on, where all programs agree,
    and 1904, which counts from its first of January). Milliseconds since 1970, whole years of them,
    are far larger and stay.
    """
    if isinstance(cell, bool) or not isinstance(cell, int | float) or not 61 <= cell < LAST_DAY:
        return cell
    return epoch + timedelta(milliseconds=round(cell * 86_400_000))


def _numbers(texts: pa.Array, mapping: Mapping) -> pa.Array:
    """Numbers typed with separators of thousands lose them; anything doubtful stays as it is."""
    if mapping.decimal != ".":
        return texts  # points that part thousands are taken out where the text is read
    grouped = pc.match_substring_regex(texts, r"^[+-]?\d{1,3}(,\d{3})+(\.\d+)?$")
    return pc.if_else(grouped, pc.replace_substring(texts, ",", ""), texts)
