"""A sheet of an xlsx workbook to rows of the long form, each with the cell that it stands in."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from python_calamine import CalamineError, CalamineWorkbook

from ingest.decode.mapping import Mapping
from ingest.decode.wide import meter_heads
from models.errors import DecodeError, Reason

CELL = "cell"  # the column that names the cell: sheet, row and column heading


def read_workbook(path: Path, mapping: Mapping) -> pa.Table:
    """All readings of a sheet as texts, columns named as the mapping names them.

    A sheet without a column of values is wide: beside the time each heading is a meter's code, with
    its unit in brackets where it has one (``E1 (kWh)``), and an empty cell there is no reading.
    Raises DecodeError where the file is no workbook, or has not that sheet, or no column of times.
    """
    names = mapping.columns
    try:
        book = CalamineWorkbook.from_path(str(path))
        sheet = book.sheet_names[0] if mapping.sheet is None else mapping.sheet
        if sheet not in book.sheet_names:
            have = ", ".join(book.sheet_names)
            raise DecodeError(Reason.MALFORMED, f"sheet: {sheet!r} missing (the file has {have})")
        rows = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    except CalamineError as error:
        raise DecodeError(Reason.MALFORMED, f"payload: not read as xlsx: {error}") from error
    heads = [_text(cell) for cell in rows[mapping.header_row - 1 : mapping.header_row][0]] if (
        len(rows) >= mapping.header_row
    ) else []  # fmt: skip
    twice = sorted({head for head in heads if head and heads.count(head) > 1})
    if twice:
        raise DecodeError(Reason.MALFORMED, f"columns: {', '.join(twice)} more than once")
    if names.ts not in heads:
        have = ", ".join(filter(None, heads))
        raise DecodeError(Reason.MALFORMED, f"columns: {names.ts} missing (the sheet has {have})")
    body = rows[mapping.header_row :]
    columns = {
        head: pa.array([_text(row[at]) for row in body], pa.string())
        for at, head in enumerate(heads)
        if head
    }
    numbers = pa.array(np.arange(len(body)) + mapping.header_row + 1).cast(pa.string())
    where = pc.binary_join_element_wise(sheet, " row ", numbers, "")
    if names.value in columns:
        blank = np.ones(len(body), dtype=bool)
        for texts in columns.values():
            blank &= pc.equal(texts, "").to_numpy(zero_copy_only=False)
        columns[names.value] = _numbers(columns[names.value], mapping)
        return pa.table({**columns, CELL: where}).filter(pa.array(~blank))
    return _long(columns, where, mapping)


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


def _numbers(texts: pa.Array, mapping: Mapping) -> pa.Array:
    """Numbers typed with separators of thousands lose them; anything doubtful stays as it is."""
    if mapping.decimal != ".":
        # A cell that is a number has a point whatever the texts beside it have.
        typed = pc.match_substring_regex(texts, r"^-?\d+\.\d+$")
        return pc.if_else(typed, pc.replace_substring(texts, ".", ","), texts)
    grouped = pc.match_substring_regex(texts, r"^[+-]?\d{1,3}(,\d{3})+(\.\d+)?$")
    return pc.if_else(grouped, pc.replace_substring(texts, ",", ""), texts)
