"""A sheet of an xlsx workbook to rows of the long form, each with the cell that it stands in."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from python_calamine import CalamineError, CalamineWorkbook

from ingest.decode.mapping import Mapping
from ingest.decode.wide import meter_heads
from ingest.decode.workbook_bounds import bounded
from models.errors import DecodeError, Reason

EPOCH = datetime.fromisoformat("1899-12-30")  # a workbook knows no zone
LAST_DAY = 2_958_466  # 1 January 10000
CELL = "cell"  # the column that names the cell: sheet, row and column heading


def read_workbook(file: Path | BinaryIO, mapping: Mapping) -> pa.Table:
    """All readings of a sheet as texts, columns named as the mapping names them.

    A sheet without a column of values is wide: beside the time each heading is a meter's code, with
    its unit in brackets where it has one (``E1 (kWh)``), and an empty cell there is no reading.
    A number in the column of times is a date as Excel counts them. Raises DecodeError where the
    file is no workbook, or too large to be read (workbook_bounds.py), or has not that sheet, or no
    column of times.
    """
    names = mapping.columns
    sheet, rows = _cells(bounded(file), mapping.sheet)
    head, body = rows[mapping.header_row - 1 : mapping.header_row], rows[mapping.header_row :]
    heads = [_text(cell) for cell in head[0]] if head else []
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
    columns = {
        head: pa.array(
            [_text(_time(row[at]) if head in times else row[at]) for row in body], pa.string()
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
    return _long(columns, where, mapping)


def _cells(file: BinaryIO, sheet: str | None) -> tuple[str, list[list[Any]]]:
    """The name of the sheet, or of the first, and its rows from A1 on."""
    try:
        book = CalamineWorkbook.from_object(file)
        if not book.sheet_names:
            raise DecodeError(Reason.MALFORMED, "sheet: the workbook has none")
        name = book.sheet_names[0] if sheet is None else sheet
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


def _text(cell: object) -> str:
    """What a cell says; a date cell as RFC 3339 without an offset, since Excel knows no zone."""
    if isinstance(cell, float):
        return repr(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(timespec="milliseconds")
    if isinstance(cell, date):
        return f"{cell.isoformat()}T00:00:00.000"
    return unicodedata.normalize("NFKC", str(cell)).strip()


def _time(cell: object) -> object:
    """A date cell whose format was lost: days since 30 December 1899, to the millisecond.

    ECMA-376 part 1, 18.17.4.1 (date system 1900, from 1 March 1900 on, where all programs agree).
    Milliseconds since 1970, whole years of them, are far larger and stay.
    """
    if isinstance(cell, bool) or not isinstance(cell, int | float) or not 61 <= cell < LAST_DAY:
        return cell
    return EPOCH + timedelta(milliseconds=round(cell * 86_400_000))


def _numbers(texts: pa.Array, mapping: Mapping) -> pa.Array:
    """Numbers typed with separators of thousands lose them; anything doubtful stays as it is."""
    if mapping.decimal != ".":
        # A cell that is a number has a point whatever the texts beside it have.
        typed = pc.match_substring_regex(texts, r"^-?\d+\.\d+$")
        return pc.if_else(typed, pc.replace_substring(texts, ".", ","), texts)
    grouped = pc.match_substring_regex(texts, r"^[+-]?\d{1,3}(,\d{3})+(\.\d+)?$")
    return pc.if_else(grouped, pc.replace_substring(texts, ",", ""), texts)
