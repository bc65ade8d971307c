"""Hostile workbooks made of valid ones: changed as a zip, or in a part of it and packed again."""

from __future__ import annotations

import functools
import io
import random
import re
import warnings
from collections.abc import Callable, Iterator
from datetime import datetime
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import openpyxl

from benchmarks import hostile as payloads

Parts = dict[str, bytes]

_AT = datetime.fromisoformat("2026-01-24T10:15")  # a workbook knows no zone
LONG: tuple[tuple[object, ...], ...] = (
    ("enterprise", "meter", "ts", "value", "unit"),
    ("E1", "m1", _AT, 1234.5, "kWh"),
    ("E1", "m2", _AT, "1,234.5", "MWh"),
    ("E1", "m1", "2026-01-24T10:30:00+08:00", 7, None),
    ("E1", "m1", 46_046.5, True, "kWh"),
)
WIDE: tuple[tuple[object, ...], ...] = (
    ("ts", "m1 (kWh)", "m2", "enterprise"),
    (_AT, 1.5, 8, "E1"),
    (_AT.replace(minute=30), None, "~7", "E1"),
    ("2026-01-24T10:45:00Z", "1,234.5", 9, "E1"),
)

_SHEET = "xl/worksheets/sheet1.xml"
_DEAR = 1_000  # of so many payloads one inflates to gigabytes, or has a million rows
_ADDRESSES = (
    b"XFD1048576", b"XFD1", b"A9999", b"XFE1", b"A1048577", b"A0", b"a1", b"ZZZZ9", b"A99999999",
    b"A4294967296", b"1A", b"A", b"1", b"", b"$B$2", b"B2:C3", b"P65536", b"&#66;2", b"R9999",
)  # fmt: skip
_TYPES = (b"s", b"str", b"b", b"e", b"d", b"n", b"inlineStr", b"zz", b"")
_NUMBERS = (
    b"-1", b"0", b"0.5", b"1", b"59", b"60", b"61", b"2958465.99999", b"2958466", b"1e300",
    b"-1e300", b"NaN", b"inf", b"99999999999999999999", b"1E+15", b"46046.999999999", b"", b"1,5",
    b" 7 ", b"46046,5", b"-46046.5", b"0x10", b"253402300800", b"1769220900000",
    b"-693594", b"-700000",
)  # fmt: skip
_CELLS = (
    b'<c r="B3" t="e"><v>#DIV/0!</v></c>', b'<c r="B3" t="e"><v>#OOPS</v></c>',
    b'<c r="B3"><f>SUM(A1:XFD1048576)</f><v>7</v></c>', b'<c r="B3"><f>1+</f></c>',
    b'<c r="B3" t="str"><f t="shared" ref="A1:XFD1048576" si="4294967295">A1</f><v>x</v></c>',
    b'<c r="B3" t="inlineStr"><is><r><t>1</t></r><r><t>5</t></r></is></c>',
    b'<c r="B3" t="d"><v>2026-01-24T10:15:00</v></c>', b'<c r="B3" t="d"><v>1899-01-01</v></c>',
    b'<c r="B3" t="b"><v>7</v></c>', b'<c r="B3" t="s"><v>4294967295</v></c>', b"<c><v>1</v></c>",
    b'<c r="B3" s="4294967295"><v>46046.5</v></c>', b'<c r="B3" t="s"><v>-1</v></c>', b"<c/>",
    b'<c r="B3"><c r="XFD1048576"><v>1</v></c></c>', b'<x:c r="B3"><x:v>1</x:v></x:c>',
    b"<c r='B3' t='inlineStr'><is><t><![CDATA[7]]></t></is></c>", b"<row/>" * 1_000,
    b'<row r="1048577"><c><v>1</v></c></row>', b'<row r="9999"><c><v>1</v></c></row>',
    b'<!-- <c r="XFD1048576"> -->',
    b"<!--", b"<![CDATA[", b'<c a=" r=\'A1\'" r="XFD1048576"><v>1</v></c>', b"</row>",
    b"</sheetData>", b"<sheetData>",
)  # fmt: skip
_BESIDE = (
    b'<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>',
    b'<mergeCells count="2"><mergeCell ref="A2:A4"/><mergeCell ref="B9:A0"/></mergeCells>',
    b'<mergeCells><mergeCell ref=""/></mergeCells>', b"<mergeCells><mergeCell/></mergeCells>",
)  # fmt: skip
_FORMATS = (
    b'numFmtId="14"', b'numFmtId="22"', b'numFmtId="45"', b'numFmtId="46"', b'numFmtId="18"',
    b'numFmtId="4294967296"', b'numFmtId="-1"', b'numFmtId=""',
)  # fmt: skip
_DOCTYPE = (
    b'<!DOCTYPE x [<!ENTITY a "AAAAAAAAAA"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    b'<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d SYSTEM "file:///etc/passwd">]>'
)


def _swapped(pattern: bytes, by: tuple[bytes, ...]) -> Callable[[random.Random, bytes], bytes]:
    """One match's group 1 becomes one of ``by``."""
    compiled = re.compile(pattern)

    def swap(chance: random.Random, data: bytes) -> bytes:
        matches = list(compiled.finditer(data))
        if not matches:
            return payloads.insert(chance, data)
        match = chance.choice(matches)
        return data[: match.start(1)] + chance.choice(by) + data[match.end(1) :]

    return swap


def _before(mark: bytes, what: tuple[bytes, ...]) -> Callable[[random.Random, bytes], bytes]:
    """One of ``what`` stands before a mark, wherever that stands."""

    def put(chance: random.Random, data: bytes) -> bytes:
        places = [match.start() for match in re.finditer(re.escape(mark), data)]
        if not places:
            return payloads.repeat(chance, data)
        place = chance.choice(places)
        return data[:place] + chance.choice(what) + data[place:]

    return put


_IN_SHEETS: dict[Callable[[random.Random, bytes], bytes], float] = {
    _swapped(rb'<c [^>]*?r="([^"]*)"', _ADDRESSES): 8,
    _swapped(rb'<row [^>]*?r="([^"]*)"', _ADDRESSES): 3,
    _swapped(rb'<c [^>]*?(r="[^"]*")', (b"", b"R='1'", b"r='C4'")): 2,
    _swapped(rb't="([^"]*)"', _TYPES): 5,
    _swapped(rb's="([^"]*)"', (b"0", b"1", b"2", b"99", b"-1", b"x")): 3,
    _swapped(rb"<v>([^<]*)</v>", _NUMBERS): 10,
    _swapped(rb'ref="([^"]*)"', (b"A1:XFD1048576", b"A1:A0", b"", b"A1:B2:C3", b"XFD9:A1")): 2,
    _before(b"<c ", _CELLS): 8,
    _before(b"</row>", _CELLS): 8,
    _before(b"<row ", _CELLS): 4,
    _before(b"<pageMargins", _BESIDE): 3,
    _before(b"<sheetData", (_DOCTYPE, b"<sheetData/>", b"<sheetData>")): 2,
}  # fmt: skip
_ELSEWHERE: dict[Callable[[random.Random, bytes], bytes], float] = {
    _swapped(rb'(numFmtId="[^"]*")', _FORMATS): 4,
    _swapped(rb'"([^"]*)"', (b"", b"/", b"../../x", b"rId9", b"worksheets/sheet9.xml")): 4,
    _before(b"<si>", (b"<si/>", b"<si><t/></si>", b"<si><t>m1</t></si>", b"<si>")): 4,
    _before(b"<workbookPr", (b'<workbookPr date1904="1"/>', _DOCTYPE)): 3,
    _before(b"<sheet ", (b'<sheet name="x" sheetId="9" r:id="rId1"/>', b'<sheet name=""/>')): 2,
}  # fmt: skip


def hostile(rows: tuple[tuple[object, ...], ...], count: int, seed: int) -> Iterator[bytes]:
    """``count`` workbooks, each made of a valid one and changed one to three times."""
    chance = random.Random(seed)
    valid = [_written(rows, by_numbers=by_numbers) for by_numbers in (False, True)]
    opened = [_opened(one) for one in valid]
    blind, weights = list(payloads.MUTATIONS), list(payloads.MUTATIONS.values())
    for number in range(count):
        if number % _DEAR == _DEAR // 2:
            yield chance.choice((_bomb, _tall))(chance.choice((False, True)))
            continue
        which = chance.random()
        if which < 0.25:  # the bytes of the zip
            payload = chance.choice(valid)
            for change in chance.choices(blind[:5], weights[:5], k=chance.choice((1, 1, 2))):
                payload = change(chance, payload)
            yield payload
            continue
        parts = dict(chance.choice(opened))
        for _ in range(chance.choice((1, 1, 2, 3))):
            name = chance.choice(list(parts)) if chance.random() < 0.3 else _SHEET
            here = _IN_SHEETS if name == _SHEET else _ELSEWHERE
            by = (blind, weights) if chance.random() < 0.4 else (list(here), list(here.values()))
            (change,) = chance.choices(*by)
            parts[name] = change(chance, parts[name])
        if chance.random() < 0.02:
            del parts[chance.choice(list(parts))]
        yield _packed(parts, chance)


def says_anything(payload: bytes) -> bool:
    """Whether another program finds a value below the first row, beside times and enterprises."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(io.BytesIO(payload), data_only=True)
    header, *rows = list(book.worksheets[0].iter_rows(values_only=True)) or [()]
    other = {"ts", "enterprise", "meter", "unit", "quality", None}
    places = [place for place, name in enumerate(header) if name not in other]
    return any(str(row[place] or "").strip() for row in rows for place in places)


def _written(rows: tuple[tuple[object, ...], ...], *, by_numbers: bool) -> bytes:
    """A workbook; ``by_numbers`` with times that are numbers and have lost their format."""
    book = openpyxl.Workbook()
    sheet = book.active
    for row in rows:
        sheet.append([46_046.427 if by_numbers and cell == _AT else cell for cell in row])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _opened(payload: bytes) -> Parts:
    with ZipFile(io.BytesIO(payload)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _packed(parts: Parts, chance: random.Random) -> bytes:
    buffer = io.BytesIO()
    kind = ZIP_DEFLATED if chance.random() < 0.2 else ZIP_STORED
    with ZipFile(buffer, "w", kind) as archive:
        for name, data in parts.items():
            archive.writestr(ZipInfo(name, (2026, 1, 24, 10, 15, 0)), data, kind)
    return buffer.getvalue()


@functools.cache
def _tall(is_broad: bool) -> bytes:
    """A cell in the last row; ``is_broad`` where it is as far to the right as is read."""
    parts = _opened(_written(LONG, by_numbers=False))
    cell = b'<row r="1048576"><c r="%s1048576"><v>1</v></c></row>' % (b"P" if is_broad else b"B")
    parts[_SHEET] = parts[_SHEET].replace(b"</sheetData>", cell + b"</sheetData>")
    return _packed(parts, random.Random(1))


@functools.cache
def _bomb(lies: bool) -> bytes:
    """A sheet of 2 GiB of blanks in a few MB; ``lies`` where its headers say 100 bytes."""
    buffer = io.BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED, compresslevel=1) as archive:
        for name, data in _opened(_written(LONG, by_numbers=False)).items():
            if name != _SHEET:
                archive.writestr(name, data)
        piece = b" " * (1 << 20)
        whole = ZipInfo(_SHEET)
        whole.compress_type = ZIP_DEFLATED
        with archive.open(whole, "w", force_zip64=True) as sheet:
            for _ in range(2048):
                sheet.write(piece)
    data = buffer.getvalue()
    if lies:
        data = data.replace((2 << 30).to_bytes(8, "little"), (100).to_bytes(8, "little"))
    return data
