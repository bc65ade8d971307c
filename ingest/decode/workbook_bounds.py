"""What reading a workbook takes, known before it is read: its bytes say little of that.

A reader keeps a sheet as a full rectangle from A1 to its last cell, and each cell's text by itself.
Two cells at opposite corners, or a long text that a million cells name, are some hundred bytes of a
file and hundreds of gigabytes of memory; a part of zeros is a thousandth of its size in the zip.
"""

from __future__ import annotations

import errno
import io
import re
import zlib
from pathlib import Path
from typing import BinaryIO
from xml.parsers import expat
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

import numpy as np

from ingest.decode.workbook_silent import told
from models.errors import DecodeError, Reason

LARGEST = 300 << 20  # bytes of XML: a million rows of three or four columns
MOST_CELLS = 16 << 20  # with the empty ones between: all rows of a sheet, sixteen columns wide
MOST_TEXT = 1 << 30  # bytes of the cells' texts, each as long as the longest shared one
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384  # of Excel's grid
PIECE = 1 << 20
UNREAD = ("docProps/", "customXml/")  # no part of what a sheet says

_WS = rb"[ \t\r\n]"
_PREFIX = rb"(?:[^ \t\r\n<>/:\"'!?]+:)?"
_ATTRIBUTE = _WS + rb"""+[^ \t\r\n=<>/"']+""" + _WS + rb"*=" + _WS + rb"""*(?:"[^"<]*"|'[^'<]*')"""
# What a cell holds: no other cell, no row, and nothing that could hide the end of it.
_CONTENT = rb"[^<]*(?:<(?!/?" + _PREFIX + rb"(?:c|row)[ \t\r\n/>]|[!?])[^<]*)*"
_CELL_END = rb"(?:/>|>" + _CONTENT + rb"</" + _PREFIX + rb"c" + _WS + rb"*>)"
# Cells, rows as they begin and as they end; comments and the like are passed over. Groups: a cell's
# attributes, a row's, "/" of an empty row, the end of a row, and what is none of all that.
_TAG = re.compile(
    rb"<" + _PREFIX + rb"c((?:" + _ATTRIBUTE + rb")*)" + _WS + rb"*" + _CELL_END
    + rb"|<" + _PREFIX + rb"row((?:" + _ATTRIBUTE + rb")*)" + _WS + rb"*(/?)>"
    + rb"|(</" + _PREFIX + rb"row" + _WS + rb"*>)"
    + rb"|<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>"
    + rb"|(<[!?]|<" + _PREFIX + rb"(?:row|c)[ \t\r\n/>])",
    re.DOTALL,
)  # fmt: skip
_CELL = re.compile(rb"[<:]c[ \t\r\n/>]")
_SHEET_DATA = re.compile(rb"<(/?)(?:[^ \t\r\n<>/:]+:)?sheetData(?=[ \t\r\n/>])[^>]*>")
_ADDRESSED = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"')
_NAMED = re.compile(_WS + rb"""+([^ \t\r\n=<>/"']+)[ \t\r\n]*=[ \t\r\n]*["']([^"']*)["']""")
_ADDRESS = re.compile(rb"([A-Za-z]{0,3})([0-9]{1,7})")
_SHARED = re.compile(rb"[ \t\r\n]t[ \t\r\n]*=[ \t\r\n]*[\"']s[\"']")
_TEXT = re.compile(rb"<(?:[^ \t\r\n<>/:]+:)?si[ \t\r\n/>]")


def bounded(file: Path | BinaryIO) -> BinaryIO:
    """The workbook with its parts of XML alone, as they were measured, not compressed; cells that
    its reader would take for empty are told (workbook_silent.py).

    Raises DecodeError where it is no workbook (a zip of another kind, a broken one, XML that is not
    well formed or in another encoding than UTF-8), or takes more than LARGEST, MOST_CELLS or
    MOST_TEXT to read.
    """
    result = io.BytesIO()
    room, shared, longest = LARGEST, 0, 0
    try:
        with ZipFile(file) as archive, ZipFile(result, "w") as measured:
            parts = {
                part.filename: part
                for part in archive.infolist()
                if part.filename.endswith((".xml", ".rels"))
            }
            if "xl/workbook.xml" not in parts:
                raise _unread("there is no xl/workbook.xml in it")
            for name, part in parts.items():
                data = _inflated(archive, part, room)
                room -= len(data)
                if b"\0" in data:
                    raise _unread(f"{name[:100]} is not UTF-8")
                if not name.startswith(UNREAD):
                    _require_well_formed(data, name[:100])
                if b"sheetData" in data:
                    _require_cells_inside(data, name[:100])
                    shared += _shared_in_bounds(data, name[:100])
                    data = told(data)
                starts = [text.start() for text in _TEXT.finditer(data)]
                lengths = np.diff([*starts, len(data)])
                longest = max(longest, int(lengths.max(initial=0)))
                measured.writestr(name, data)
    except (
        BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError,
    ) as error:  # fmt: skip
        if isinstance(error, OSError) and error.errno not in (None, errno.EINVAL):
            raise  # of the disk; places before its beginning are the zip's own
        raise _unread(str(error)) from error
    if shared * longest > MOST_TEXT:
        raise _too_large(
            f"{shared:,} texts of up to {longest:,} bytes, at most {MOST_TEXT:,} bytes"
        )
    result.seek(0)
    return result


def _inflated(archive: ZipFile, part: ZipInfo, room: int) -> bytes:
    """The part's bytes; what its header says of their number is not believed."""
    if part.compress_type not in (ZIP_STORED, ZIP_DEFLATED):  # ISO/IEC 29500-2 knows no other
        raise _unread(f"{part.filename[:100]} is compressed by method {part.compress_type}")
    pieces: list[bytes] = []
    with archive.open(part) as stream:
        while piece := stream.read(PIECE):
            room -= len(piece)
            if room < 0:
                raise _too_large(
                    f"more than {LARGEST:,} bytes of cells, which is the most that is read"
                )
            pieces.append(piece)
    return b"".join(pieces)


def _require_well_formed(data: bytes, name: str) -> None:
    """DecodeError where it is no XML: of that the reader takes what stands before the fault, or
    nothing, and says no word.
    """
    try:
        expat.ParserCreate().Parse(data, True)
    except expat.ExpatError as error:
        raise _unread(f"{name} is no XML: {error}") from error


def _require_cells_inside(data: bytes, name: str) -> None:
    """DecodeError where a cell stands outside the one sheetData (ECMA-376 part 1, 18.3.1.99): the
    reader takes the first for all of them, up to the first end, and says no word of the rest.
    """
    tags = list(_SHEET_DATA.finditer(data))
    begin = tags[0].start() if tags else len(data)
    ends = (tag.end() for tag in tags if tag[1] or tag[0].endswith(b"/>"))
    end = next(ends, len(data))
    if _CELL.search(data, 0, begin) or _CELL.search(data, end):
        raise _unread(f"{name} has a cell outside its sheetData")


def _shared_in_bounds(data: bytes, name: str) -> int:
    """How many cells of a sheet name a shared text; DecodeError where it is too large."""
    row, column = _corner_named(data) or _corner_counted(data, name)
    if row > LAST_ROW or column > LAST_COLUMN:
        raise _unread(f"{name} has a cell in row {row:,}, column {column:,}")
    if row * column > MOST_CELLS:
        raise _too_large(
            f"{name} reaches to row {row:,}, column {column:,}; "
            f"at most {MOST_CELLS:,} cells, empty ones among them, are read"
        )
    return len(_SHARED.findall(data))


def _corner_named(data: bytes) -> tuple[int, int] | None:
    """The last row and column where each cell begins with its address, as programs write them."""
    rows, columns, begin = {0}, {b""}, 0
    while begin < len(data):
        end = data.find(b"<", begin + PIECE)
        end = len(data) if end < 0 else end
        addresses = _ADDRESSED.findall(data, begin, end)
        if len(addresses) != len(_CELL.findall(data, begin, end)):
            return None
        columns.update(column for column, _ in addresses)
        rows = {max(rows), *(int(row) for _, row in addresses)}
        begin = end
    return max(rows), max(map(_column, columns))


def _corner_counted(data: bytes, name: str) -> tuple[int, int]:
    """The last row and column, where some are counted: those without an address follow the one
    before them (ECMA-376 part 1, 18.3.1.4 and 18.3.1.73).
    """
    row, column, last_row, last_column = 1, 0, 0, 0
    for tag in _TAG.finditer(data):
        of_cell, of_row, is_empty, row_ends, strange = tag.groups()
        if of_cell is not None:
            row_named, column_named = _address(of_cell, name)
            at = row if row_named is None else row_named
            column = column + 1 if row_named is None else column_named
            last_row, last_column = max(last_row, at), max(last_column, column)
            if last_row * last_column > MOST_CELLS:
                break
        elif row_ends:
            row, column = row + 1, 0
        elif of_row is not None:
            named = _address(of_row, name)[0]
            row = row if named is None else named
            if is_empty:
                row, column = row + 1, 0
        elif strange:
            raise _unread(f"{name} is no XML at byte {tag.start():,}")
    return last_row, last_column


def _address(attributes: bytes, name: str) -> tuple[int | None, int]:
    """Row and column, from 1, that ``r="AB12"`` names; no row where there is no such attribute."""
    text = next((value for key, value in _NAMED.findall(attributes) if key == b"r"), None)
    if text is None:
        return None, 0
    address = _ADDRESS.fullmatch(text)
    if address is None:
        raise _unread(f"{name} has a cell at {text[:20].decode('ascii', 'replace')!r}")
    return int(address[2]), _column(address[1])


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _unread(what: str) -> DecodeError:
    return DecodeError(Reason.MALFORMED, f"payload: not read as xlsx: {what}")


def _too_large(what: str) -> DecodeError:
    detail = f"payload: {what}; save it as CSV, or in parts"
    return DecodeError(Reason.TOO_LARGE, detail)
