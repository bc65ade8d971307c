"""A document as a workbook: a sheet a chapter, figures as live formulas over their operands.

Every formula is written with the ledger's value as its result, so that a reader that does not
calculate shows it; one that does (Excel, LibreOffice) must come to the same.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

from reports.document import Cell, Chapter, Document, Figure, Paragraph, Points, Table
from reports.formulas import Place
from reports.render.shown import UNKNOWN

_FONT = "宋体"
_CM = 4.6  # characters of a column's width in a centimetre
_LEAST_WIDTH = 18  # columns of a sheet that running text is spread over, in cm
_LINE = 15  # points of a line


@dataclass
class _Layout:
    """Where everything stands: first row of each block of a chapter, and cells of tables."""

    sheet_of: dict[str, str] = field(default_factory=dict)
    first_row: dict[str, int] = field(default_factory=dict)
    column: dict[tuple[str, str], int] = field(default_factory=dict)

    def address(self, place: Place, from_sheet: str) -> str:
        """``B5``, or ``'2 汇总'!B5`` from another sheet."""
        row = self.first_row[place.table] + place.row
        cell = xl_rowcol_to_cell(row, self.column[place.table, place.column])
        sheet = self.sheet_of[place.table]
        return cell if sheet == from_sheet else f"'{sheet}'!{cell}"


class _Formats:
    """xlsxwriter's formats by what they are to look like."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book = book
        self._known: dict[tuple[tuple[str, object], ...], Any] = {}

    def __call__(self, **look: object) -> Any:
        look = {"font_name": _FONT, "font_size": 10, "valign": "vcenter", **look}
        key = tuple(sorted(look.items()))
        if key not in self._known:
            self._known[key] = self._book.add_format(look)
        return self._known[key]


def xlsx(document: Document) -> bytes:
    """The workbook's bytes; the same document gives the same bytes."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.set_properties(
        {
            "title": document.title,
            "subject": document.subtitle,
            "comments": " ".join(document.imprint),
            "created": document.made.replace(tzinfo=None),
        }
    )
    book.set_calc_mode("auto")
    formats = _Formats(book)
    layout = _lay_out(document)
    _cover(book, formats, document)
    for chapter in document.chapters:
        _Sheet(book, formats, layout, chapter).write(document)
    book.close()
    return out.getvalue()


def _lay_out(document: Document) -> _Layout:
    layout = _Layout()
    for chapter in document.chapters:
        row = _TOP
        for block in chapter.blocks:
            if isinstance(block, Table):
                layout.sheet_of[block.key] = chapter.name
                layout.first_row[block.key] = row + 2
                for index, column in enumerate(block.columns):
                    layout.column[block.key, column.key] = index
            row += _height(block)
    return layout


_TOP = 3  # mark, heading, blank


def _height(block: Paragraph | Points | Table) -> int:
    """Rows that a block takes, a blank one after it included."""
    if isinstance(block, Table):
        return 2 + len(block.rows) + bool(block.note) + 1
    if isinstance(block, Points):
        return len(block.items) + 1
    return 2


def _page(sheet: Any, document: Document, *, landscape: bool) -> None:
    """Paper, header with the mark, footer with the imprint and the page's number."""
    sheet.set_paper(9)
    if landscape:
        sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.5, right=0.5, top=0.7, bottom=0.8)
    if document.mark:
        sheet.set_header(f"&C&14&KC00000{document.mark}")
    page = document.words["page"].format(page="&P", pages="&N")
    lines = "\n".join(line.replace("&", "&&") for line in document.imprint)
    sheet.set_footer(f"&L&7{lines}&R&8{page}"[:255])
    sheet.hide_gridlines(2)


def _cover(book: xlsxwriter.Workbook, formats: _Formats, document: Document) -> None:
    sheet = book.add_worksheet(document.words["cover"])
    _page(sheet, document, landscape=False)
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 66)
    mark = formats(bold=True, font_size=20, font_color="#C00000", align="center")
    sheet.merge_range(0, 0, 0, 1, document.mark, mark)
    sheet.set_row(2, 30 * (1 + document.title.count("\n")))
    big = formats(bold=True, font_size=20, align="center", text_wrap=True)
    sheet.merge_range(2, 0, 2, 1, document.title, big)
    sheet.merge_range(3, 0, 3, 1, document.subtitle, formats(font_size=13, align="center"))
    name, value = formats(bold=True, border=1), formats(border=1, text_wrap=True)
    row = 5
    for fact in document.facts:
        sheet.write_string(row, 0, fact[0], name)
        sheet.write_string(row, 1, fact[1], value)
        sheet.set_row(row, _LINE * max(1, -(-_wide(fact[1]) // 64)) + 4)
        row += 1
    row += 1
    sheet.write_string(row, 0, document.words["contents"], formats(bold=True, font_size=12))
    link = formats(font_color="#1F4E79", underline=1)
    for chapter in document.chapters:
        row += 1
        sheet.merge_range(row, 0, row, 1, "", link)
        sheet.write_url(row, 0, f"internal:'{chapter.name}'!A1", link, chapter.title)
    row += 2
    for line in document.imprint:
        sheet.merge_range(row, 0, row, 1, line, formats(font_size=9, font_color="#595959"))
        row += 1


class _Sheet:
    """Writes one chapter."""

    def __init__(
        self, book: xlsxwriter.Workbook, formats: _Formats, layout: _Layout, chapter: Chapter
    ) -> None:
        self._chapter, self._formats, self._layout = chapter, formats, layout
        self.sheet = book.add_worksheet(chapter.name)
        self._tables = [block for block in chapter.blocks if isinstance(block, Table)]
        self._widths = _widths(self._tables)
        self._last = len(self._widths) - 1

    def write(self, document: Document) -> None:
        """The mark, the heading and all blocks."""
        sheet, formats = self.sheet, self._formats
        _page(sheet, document, landscape=self._chapter.landscape)
        for index, width in enumerate(self._widths):
            sheet.set_column(index, index, width * _CM)
        if document.mark:
            red = formats(bold=True, font_size=12, font_color="#C00000")
            sheet.merge_range(0, 0, 0, self._last, document.mark, red)
        sheet.set_row(1, 24)
        big = formats(bold=True, font_size=14)
        sheet.merge_range(1, 0, 1, self._last, self._chapter.title, big)
        row = _TOP
        for block in self._chapter.blocks:
            if isinstance(block, Table):
                self._table(block)
            elif isinstance(block, Points):
                for index, item in enumerate(block.items):
                    self._text(row + index, f"• {item}")
            else:
                self._text(row, block.text)
            row += _height(block)
        if len(self._tables) == 1:
            sheet.repeat_rows(self._layout.first_row[self._tables[0].key] - 1)

    def _text(self, row: int, text: str, **look: object) -> None:
        """Running text over the sheet's width, as high as it needs."""
        merged = self._formats(text_wrap=True, valign="top", **look)
        self.sheet.merge_range(row, 0, row, self._last, text, merged)
        chars = max(int(sum(self._widths) * _CM) - 4, 1)
        spare = 1 if re.search("[!-~]{16}", text) else 0  # readers break before a code differently
        self.sheet.set_row(row, _LINE * (_lines(text, chars) + spare))

    def _table(self, table: Table) -> None:
        sheet, formats, columns = self.sheet, self._formats, table.columns
        first = self._layout.first_row[table.key]
        title = formats(bold=True, font_size=11)
        sheet.merge_range(first - 2, 0, first - 2, self._last, table.title, title)
        head = formats(bold=True, border=1, bg_color="#DDEBF7", align="center", text_wrap=True)
        for index, column in enumerate(columns):
            sheet.write_string(first - 1, index, column.title, head)
        self._set_height(first - 1, [column.title for column in columns])
        for number, row in enumerate(table.rows):
            cells = [row.cells.get(column.key) for column in columns]
            for index, cell in enumerate(cells):
                look: dict[str, object] = {"border": 1}
                if row.total:
                    look |= {"bold": True, "bg_color": "#F2F2F2"}
                self._cell(first + number, index, cell, look)
            texts = [cell if isinstance(cell, str) else "" for cell in cells]
            self._set_height(first + number, texts)
        if table.note:
            self._text(first + len(table.rows), table.note, font_size=9, font_color="#595959")

    def _cell(self, row: int, index: int, cell: Cell, look: dict[str, object]) -> None:
        if cell is None:
            self.sheet.write_blank(row, index, None, self._formats(**look))
            return
        if isinstance(cell, str):
            self.sheet.write_string(row, index, cell, self._formats(**look, text_wrap=True))
            return
        formats = self._formats(**look, num_format=_number_format(cell), align="right")
        if cell.value is None:
            self.sheet.write_string(row, index, UNKNOWN, formats)
        elif cell.formula is None:
            self.sheet.write_number(row, index, cell.value, formats)
        else:
            formula = cell.formula.written(self._address)
            self.sheet.write_formula(row, index, formula, formats, cell.value)

    def _address(self, place: Place) -> str:
        return self._layout.address(place, self._chapter.name)

    def _set_height(self, row: int, texts: list[str]) -> None:
        """As high as the fullest cell needs; the columns may be wider than the table's own."""
        lines = max(
            _lines(text, max(int(width * _CM) - 1, 1))
            for text, width in zip(texts, self._widths, strict=False)
        )
        self.sheet.set_row(row, _LINE * lines + 2)


def _widths(tables: list[Table]) -> list[float]:
    """Width of each of a sheet's columns in cm: the widest of its tables'; two at least."""
    widths = [_LEAST_WIDTH / 2] * 2 if not tables else [0.0, 0.0]
    for table in tables:
        for index, column in enumerate(table.columns):
            if index == len(widths):
                widths.append(column.width)
            widths[index] = max(widths[index], column.width)
    return widths


def _lines(text: str, chars: int) -> int:
    """Lines of a text in a cell that wide: a code of a factor moves to the next line whole."""
    lines, at = 1, 0
    for word in re.findall(r"[!-~]+|[^!-~]", text):
        wide = _wide(word)
        if at and at + wide > chars:
            lines, at = lines + 1, 0
        lines += (at + wide - 1) // chars if wide else 0
        at = (at + wide - 1) % chars + 1
    return lines


def _wide(text: str) -> int:
    """Characters a text is wide: a Chinese one counts two."""
    return sum(2 if ord(one) > 0x2E7F else 1 for one in text)


def _number_format(figure: Figure) -> str:
    if figure.decimals is None:
        return "General"
    decimals = "." + "0" * figure.decimals if figure.decimals else ""
    return f"0{decimals}%" if figure.percent else f"#,##0{decimals}"
