"""A filled-in table to records as the API takes them; every faulty row is named."""

from __future__ import annotations

import csv
import hashlib
import io
import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from carbonpeak.activity_table.columns import BY_NAME, TableColumn, column_of
from models.errors import CarbonpeakError, Fault

MOST_ROWS = 10_000

Row = tuple[int, dict[str, str]]


class ActivityTableError(CarbonpeakError):
    """A file that is no such table: nothing of it can be read."""


@dataclass(frozen=True, slots=True)
class Given:
    """One record as the API takes it, and the row of the table that it stands in."""

    row: int
    record: dict[str, Any]


@dataclass
class ActivityTable:
    """What a table gives: records of sound rows, and the faults of the others."""

    file: str
    given: list[Given] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def read_activity_table(path: Path) -> ActivityTable:
    """Read a CSV file (UTF-8) or the first sheet of a workbook; empty rows are passed over.

    Raises ActivityTableError where the file is neither, or its columns are not those of the table.
    """
    table = ActivityTable(path.name)
    for row, cells in _rows(path):
        faults = list(_parsed(row, cells, path))
        found = [one for one in faults if isinstance(one, Fault)]
        table.faults += found
        if not found:
            record = dict(one for one in faults if not isinstance(one, Fault))
            table.given.append(Given(row, record))
    if len(table.given) + len({fault.row for fault in table.faults}) > MOST_ROWS:
        raise ActivityTableError(f"{path.name}: more than {MOST_ROWS:,} rows; divide the file")
    return table


def _rows(path: Path) -> Iterator[Row]:
    cells = _csv_cells(path) if path.suffix.lower() == ".csv" else _sheet_cells(path)
    header, body = (cells[0], cells[1:]) if cells else ([], [])
    columns = _columns(path.name, header)
    for number, row in enumerate(body, start=2):
        named = {
            column.name: row[at]
            for at, column in columns.items()
            if at < len(row) and row[at] != ""
        }
        if named:
            yield number, named


def _columns(file: str, header: list[str]) -> dict[int, TableColumn]:
    found = {at: column_of(text) for at, text in enumerate(header) if text}
    strange = [header[at] for at, column in found.items() if column is None]
    columns = {at: column for at, column in found.items() if column is not None}
    names = Counter(column.name for column in columns.values())
    missing = [column.heading for column in BY_NAME.values()
               if column.needed and column.name not in names]  # fmt: skip
    twice = [name for name, count in names.items() if count > 1]
    said = [
        f"{what} {', '.join(which)}"
        for what, which in (("unknown", strange), ("missing", missing), ("twice", twice))
        if which
    ]
    if said:
        raise ActivityTableError(f"{file}:1 columns: {'; '.join(said)}")
    return columns


def _csv_cells(path: Path) -> list[list[str]]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
        rows = csv.reader(io.StringIO(text, newline=""), strict=True)
        return [[cell.strip() for cell in row] for row in rows]
    except (UnicodeDecodeError, csv.Error) as error:
        raise ActivityTableError(f"{path.name}: not a CSV file in UTF-8: {error}") from error


def _sheet_cells(path: Path) -> list[list[str]]:
    try:
        with path.open("rb") as file:
            book = CalamineWorkbook.from_object(file)
            rows = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except CalamineError as error:
        raise ActivityTableError(f"{path.name}: not read as xlsx: {error}") from error
    return [[_text(cell) for cell in row] for row in rows]


def _text(cell: Any) -> str:
    """A cell as it would be typed: whole numbers without a point, a month's date as the month."""
    if isinstance(cell, date):
        return f"{cell:%Y-%m}" if cell.day == 1 else f"{cell:%Y-%m-%d}"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None  # JSON has no other


def _parsed(row: int, cells: dict[str, str], path: Path) -> Iterator[Fault | tuple[str, Any]]:
    """Fields of a record, or what is wrong with them."""
    file = path.name
    for column in BY_NAME.values():
        if column.needed and column.name not in cells:
            yield Fault(file, row, column.name, "is missing")
    for name, text in cells.items():
        if name in ("amount", "uncertainty_pct"):
            number = _number(text)
            if number is None:
                yield Fault(file, row, name, f"{text!r}: not a number like 1234.5")
            else:
                yield name, number
        elif name == "replaces":
            if text.isascii() and text.isdigit():
                yield name, int(text)
            else:
                yield Fault(file, row, name, f"{text!r}: not the number of a record")
        elif name == "evidence_file":
            yield _hashed(row, text, cells.get("evidence_sha256"), path)
        elif name != "evidence_sha256" or "evidence_file" not in cells:
            yield name, text


def _hashed(row: int, name: str, said: str | None, path: Path) -> Fault | tuple[str, str]:
    try:
        with (path.parent / name).open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, ValueError) as error:
        return Fault(path.name, row, "evidence_file", f"{name!r} cannot be read: {error}")
    if said not in (None, found):
        return Fault(path.name, row, "evidence_sha256", f"{name} has the hash {found}")
    return "evidence_sha256", found
