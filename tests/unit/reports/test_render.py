"""A document is the same in all three formats: headings, figures, marks."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import docx
import openpyxl
import pypdf
import pytest

from reports.document import Document, Figure
from reports.render import render
from reports.render.pdf import RenderError, pdf
from reports.render.shown import shown
from tests.servers.office import recalculated


@pytest.mark.parametrize(
    ("figure", "text"),
    [
        (Figure(1948.805), "1,948.81"),  # halves away from zero
        (Figure(-1948.815), "-1,948.82"),
        (Figure(-0.0), "0.00"),
        (Figure(0.00123), "0.00123"),  # not zero, so not shown as zero
        (Figure(0.000078), "0.000078"),
        (Figure(1234567.6, 0), "1,234,568"),
        (Figure(0.5568, None), "0.5568"),
        (Figure(0.98765, 1, percent=True), "98.8%"),
        (Figure(0.0045, 1, percent=True), "0.5%"),  # a half, as a workbook has it too
        (Figure(-0.9985, 1, percent=True), "-99.9%"),
        (Figure(None), "—"),
        ("字", "字"),
        (None, ""),
    ],
)
def test_figures_are_shown(figure: Figure | str | None, text: str) -> None:
    assert shown(figure) == text


def test_the_workbook_has_live_formulas_with_their_results(document: Document) -> None:
    written = render(document, "xlsx")
    assert written == render(document, "xlsx")
    formulas = openpyxl.load_workbook(io.BytesIO(written))
    assert formulas.sheetnames == ["封面", "1 汇总", "附表1"]
    sheet = formulas["附表1"]
    assert [sheet.cell(row, 4).value for row in range(6, 9)] == ["=B6*C6", "=B7*C7", "=SUM(D6:D7)"]
    assert sheet["A7"].value == "乙厂 #strong[x] =1+1"  # text, whatever it looks like
    assert sheet["E7"].value == "—"
    assert sheet["F6"].value == "another table"
    assert formulas["1 汇总"]["B11"].value == "='附表1'!D8"
    values = openpyxl.load_workbook(io.BytesIO(written), data_only=True)
    assert values["附表1"]["D6"].value == 556.8
    assert values["1 汇总"]["B11"].value == 1948.8
    for one in formulas:
        assert one["A1"].value == "草稿 DRAFT"
        assert "草稿 DRAFT" in one.oddHeader.center.text
        assert "carbonpeak 0.1.0" in one.oddFooter.left.text


def test_libreoffice_comes_to_the_same(document: Document, soffice: str, tmp_path: Path) -> None:
    """Also after somebody changed an operand: the results are computed, not kept."""
    book = openpyxl.load_workbook(io.BytesIO(render(document, "xlsx")))
    book["附表1"]["B7"].value = 3500.0  # by 0.5568: 1948.8; with the other 556.8: 2505.6
    book.save(tmp_path / "changed.xlsx")
    changed = recalculated(soffice, tmp_path / "changed.xlsx", tmp_path)
    values = openpyxl.load_workbook(changed, data_only=True)
    assert values["附表1"]["D6"].value == pytest.approx(556.8, abs=1e-9)
    assert values["附表1"]["D7"].value == pytest.approx(1948.8, abs=1e-9)
    assert values["1 汇总"]["B11"].value == pytest.approx(2505.6, abs=1e-9)


def test_the_text_document_has_headings_contents_and_repeated_heads(document: Document) -> None:
    file = docx.Document(io.BytesIO(render(document, "docx")))
    headings = [one.text for one in file.paragraphs if one.style.name.startswith("Heading")]
    assert headings == ["一、汇总", "排放量汇总", "附表1 电力", "购入电力"]
    xml = file.element.xml
    assert r'TOC \o "1-2"' in xml
    assert xml.count("<w:tblHeader/>") == 2
    (_, _, used) = file.tables
    assert [cell.text for cell in used.rows[0].cells] == [
        "企业", "活动数据", "因子", "排放量", "覆盖率"
    ]  # fmt: skip
    assert [cell.text for cell in used.rows[1].cells] == [
        "甲厂", "1,000.00", "0.5568", "556.80", "98.8%"
    ]  # fmt: skip
    assert [cell.text for cell in used.rows[3].cells] == ["合计", "", "", "1,948.80", ""]
    for section in file.sections:
        assert section.header.paragraphs[0].text == "草稿 DRAFT"
        footer = section.footer.paragraphs[0]
        assert "未冻结" in footer.text
        assert "NUMPAGES" in footer._element.xml
    portrait, landscape = file.sections
    assert portrait.page_width < portrait.page_height
    assert landscape.page_width > landscape.page_height


def test_the_pages_say_what_they_are(document: Document) -> None:
    written = render(document, "pdf")
    assert written == render(document, "pdf")
    pages = pypdf.PdfReader(io.BytesIO(written)).pages
    texts = [page.extract_text() for page in pages]
    assert len(texts) == 4  # cover, contents, two chapters
    for number, text in enumerate(texts, 1):
        assert "草稿 DRAFT" in text
        assert f"第 {number} 页 共 4 页" in text
        assert "carbonpeak 0.1.0" in text
    last = texts[-1].replace(" ", "")  # typst sets a little space between Chinese and Latin
    for wanted in ("附表1电力", "1,948.80", "98.8%", "乙厂#strong[x]=1+1", "注：合计未修约。"):
        assert wanted in last
    assert {font["/BaseFont"].rpartition("+")[2][:14] for page in pages
            for font in (one.get_object() for one in page["/Resources"]["/Font"].values())
            } == {"NotoSansCJKsc-"}  # fmt: skip


def test_without_its_font_there_is_no_pdf(document: Document, tmp_path: Path) -> None:
    with pytest.raises(RenderError, match='the text `"草"` could not be displayed'):
        pdf(document, fonts=tmp_path)


def test_a_character_without_a_glyph_is_no_box(document: Document) -> None:
    with pytest.raises(RenderError, match="could not be displayed"):
        pdf(replace(document, subtitle="\U00012000"))  # a cuneiform sign


def test_a_frozen_report_bears_no_mark(document: Document) -> None:
    frozen = replace(document, mark="", imprint=["冻结清单 17", "sha256 0123"])
    texts = [
        page.extract_text() for page in pypdf.PdfReader(io.BytesIO(render(frozen, "pdf"))).pages
    ]
    assert all("DRAFT" not in text and "sha256 0123" in text for text in texts)
    book = openpyxl.load_workbook(io.BytesIO(render(frozen, "xlsx")))
    assert all(sheet["A1"].value is None and sheet.oddHeader.center.text is None for sheet in book)
    file = docx.Document(io.BytesIO(render(frozen, "docx")))
    assert file.sections[0].header.paragraphs[0].text == ""
    assert "冻结清单 17" in file.sections[0].footer.paragraphs[0].text
