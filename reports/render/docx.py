"""A document as a text document: real headings, a table of contents, page numbers.

Fonts are named, not embedded: 宋体 and 黑体 are on every Chinese office machine, and an office
program that has them not takes its own for Chinese.
"""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import docx as python_docx
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from reports.document import Chapter, Column, Document, Paragraph, Points, Row, Table
from reports.render.shown import is_figure, shown

_TEXT, _HEADING, _LATIN = "宋体", "黑体", "Times New Roman"
_RED, _GREY, _BLACK = RGBColor(0xC0, 0, 0), RGBColor(0x59, 0x59, 0x59), RGBColor(0, 0, 0)
_PORTRAIT = (Cm(21), Cm(29.7))
_MARGIN_CM = 2
_MARGIN = Cm(_MARGIN_CM)
_WIDTH_CM, _LANDSCAPE_CM = 21 - 2 * _MARGIN_CM, 29.7 - 2 * _MARGIN_CM


def docx(document: Document) -> bytes:
    """The document's bytes."""
    file: Any = python_docx.Document()
    _styles(file)
    file.core_properties.title = document.title
    file.core_properties.subject = document.subtitle
    file.core_properties.author = ""
    file.core_properties.comments = " ".join(document.imprint)[:255]
    file.core_properties.created = document.made.replace(tzinfo=None)
    file.core_properties.language = "zh-CN"
    _orient(file.sections[0], landscape=False)
    _edges(file.sections[0], document)
    _cover(file, document)
    landscape = False
    for chapter in document.chapters:
        if chapter.landscape == landscape:
            file.add_page_break()
        else:
            landscape = chapter.landscape
            _orient(file.add_section(WD_SECTION.NEW_PAGE), landscape=landscape)
        _chapter(file, chapter)
    out = io.BytesIO()
    file.save(out)
    return out.getvalue()


def _styles(file: Any) -> None:
    for name, font, size in (
        ("Normal", _TEXT, 10.5), ("Title", _HEADING, 26), ("Subtitle", _TEXT, 14),
        ("Heading 1", _HEADING, 16), ("Heading 2", _HEADING, 12), ("List Bullet", _TEXT, 10.5),
    ):  # fmt: skip
        style = file.styles[name]
        style.font.name, style.font.size = _LATIN, Pt(size)
        style.font.color.rgb = _BLACK
        style.font.italic = False
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        fonts.set(qn("w:eastAsia"), font)
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
    # The template's title is underlined, which no Chinese report is.
    for border in file.styles["Title"].element.xpath(".//w:pBdr"):
        border.getparent().remove(border)


def _orient(section: Any, *, landscape: bool) -> None:
    width, height = reversed(_PORTRAIT) if landscape else _PORTRAIT
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = width, height
    section.left_margin = section.right_margin = _MARGIN
    section.top_margin = section.bottom_margin = _MARGIN


def _edges(section: Any, document: Document) -> None:
    """Header with the mark, footer with the imprint and page numbers; later sections follow."""
    header = section.header.paragraphs[0]
    header.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if document.mark:
        run = header.add_run(document.mark)
        run.bold, run.font.size, run.font.color.rgb = True, Pt(14), _RED
        _east_asian(run, _HEADING)
    footer = section.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for line in document.imprint:
        run = footer.add_run(line)
        run.font.size, run.font.color.rgb = Pt(7.5), _GREY
        run.add_break()
    before, between, after = document.words["page"].replace("{pages}", "{page}").split("{page}")
    for text, instruction in ((before, "PAGE"), (between, "NUMPAGES")):
        footer.add_run(text).font.size = Pt(9)
        _field(footer, instruction, "1")
    footer.add_run(after).font.size = Pt(9)


def _east_asian(run: Any, font: str) -> None:
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)


def _field(paragraph: Any, instruction: str, text: str) -> None:
    """A field that the office program computes; ``text`` stands there until it does."""
    for kind in ("begin", "separate", "end"):
        run = paragraph.add_run()
        mark = OxmlElement("w:fldChar")
        mark.set(qn("w:fldCharType"), kind)
        run._element.append(mark)
        if kind == "begin":
            code = OxmlElement("w:instrText")
            code.set(qn("xml:space"), "preserve")
            code.text = instruction
            paragraph.add_run()._element.append(code)
        elif kind == "separate":
            paragraph.add_run(text).font.size = Pt(9)


def _cover(file: Any, document: Document) -> None:
    for _ in range(3):
        file.add_paragraph()
    for text, style in ((document.title, "Title"), (document.subtitle, "Subtitle")):
        file.add_paragraph(text, style=style).alignment = WD_ALIGN_PARAGRAPH.CENTER
    file.add_paragraph()
    rows = [Row({"name": name, "value": value}) for name, value in document.facts]
    _grid(file, [Column("name", "", 4.5), Column("value", "", 12)], rows, head=False, size=11)
    file.add_page_break()
    contents = file.add_paragraph()
    run = contents.add_run(document.words["contents"])
    run.bold, run.font.size = True, Pt(16)
    _east_asian(run, _HEADING)
    _contents(file, document)


def _contents(file: Any, document: Document) -> None:
    """The table of contents as a field; until it is updated it lists the chapters."""
    first = file.add_paragraph()
    titles = [chapter.title for chapter in document.chapters]
    start = first.add_run()
    for kind in ("begin", None, "separate"):
        if kind is None:
            code = OxmlElement("w:instrText")
            code.set(qn("xml:space"), "preserve")
            code.text = r'TOC \o "1-2" \h \z \u'
            start._element.append(code)
            continue
        mark = OxmlElement("w:fldChar")
        mark.set(qn("w:fldCharType"), kind)
        start._element.append(mark)
    paragraph = first
    for index, title in enumerate(titles):
        paragraph = first if index == 0 else file.add_paragraph()
        paragraph.add_run(title)
    end = OxmlElement("w:fldChar")
    end.set(qn("w:fldCharType"), "end")
    paragraph.add_run()._element.append(end)


def _chapter(file: Any, chapter: Chapter) -> None:
    file.add_heading(chapter.title, level=1)
    for block in chapter.blocks:
        if isinstance(block, Paragraph):
            file.add_paragraph(block.text)
        elif isinstance(block, Points):
            for item in block.items:
                file.add_paragraph(item, style="List Bullet")
        else:
            _table(file, block, _LANDSCAPE_CM if chapter.landscape else _WIDTH_CM)


def _table(file: Any, table: Table, width: float) -> None:
    """A table as wide as the page's text: the columns' widths are in proportion."""
    file.add_heading(table.title, level=2)
    columns = [column for column in table.columns if not column.detail]
    scale = width / sum(column.width for column in columns)
    columns = [replace(column, width=column.width * scale) for column in columns]
    _grid(file, columns, table.rows, head=True, size=8 if len(columns) > 5 else 9)
    if table.note:
        note = file.add_paragraph().add_run(table.note)
        note.font.size, note.font.color.rgb = Pt(8), _GREY
    else:
        file.add_paragraph()


def _grid(file: Any, columns: list[Column], rows: Any, *, head: bool, size: float) -> None:
    """A table with its head repeated on every page; rows are not torn."""
    grid = file.add_table(rows=len(rows) + head, cols=len(columns), style="Table Grid")
    grid.alignment = WD_TABLE_ALIGNMENT.CENTER
    grid.autofit = False
    _narrow_margins(grid)
    for column, of_grid in zip(columns, grid.columns, strict=True):
        of_grid.width = Cm(column.width)
    # grid.rows[i].cells walks the whole table at every call: asked once for all.
    cells = grid._cells
    for index, column in enumerate(columns):
        if head:
            _write(cells[index], column.title, column, size=size, bold=True, middle=True)
            _shade(cells[index], "DDEBF7")
    for number, row in enumerate(rows):
        for index, column in enumerate(columns):
            cell = cells[(number + head) * len(columns) + index]
            value = row.cells.get(column.key)
            right = is_figure(value)
            _write(cell, shown(value), column, size=size, bold=row.total, right=right)
            if row.total:
                _shade(cell, "F2F2F2")
    for index, line in enumerate(grid._tbl.tr_lst):
        properties = line.get_or_add_trPr()
        properties.append(OxmlElement("w:cantSplit"))
        if head and index == 0:
            properties.append(OxmlElement("w:tblHeader"))


def _narrow_margins(grid: Any) -> None:
    """Less room beside the text of cells than the template's, so that figures keep to one line."""
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        one = OxmlElement(f"w:{side}")
        one.set(qn("w:w"), "57")  # twentieths of a point: 1 mm
        one.set(qn("w:type"), "dxa")
        margins.append(one)
    (look,) = grid._tbl.tblPr.xpath("w:tblLook")  # the schema wants the margins before it
    look.addprevious(margins)


def _write(
    cell: Any,
    text: str,
    column: Column,
    *,
    size: float,
    bold: bool = False,
    right: bool = False,
    middle: bool = False,
) -> None:
    cell.width = Cm(column.width)
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_after = Pt(0)
    if right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    elif middle:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = paragraph.add_run(text)
    run.font.size, run.bold = Pt(size), bold


def _shade(cell: Any, color: str) -> None:
    shade = OxmlElement("w:shd")
    shade.set(qn("w:val"), "clear")
    shade.set(qn("w:color"), "auto")
    shade.set(qn("w:fill"), color)
    cell._element.get_or_add_tcPr().append(shade)
