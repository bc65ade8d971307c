"""The inventory's report of a small park in 2025: its figures by hand, in all three formats, and
as LibreOffice computes them.

Works a buys 10 kWh an hour and 2.9 GJ of heat from c, makes 1 kWh from the sun, lost 2 kg of
HFC-134a; 20 MWh of a certificate cover a part of what it bought. c (another cluster) burns 100 Nm3
an hour and sells 3 GJ to a and 1 GJ to the town. The year has 8,760 hours.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import docx
import openpyxl
import pypdf
import pytest

from ledger.books import Books
from ledger.frozen import Wanted, freeze
from ledger.inventory import inventory
from models.registry import (
    ActivityOrigin,
    ActivityRecord,
    ActivityState,
    Certificate,
    CertificateKind,
    CertificateUse,
    DeclaredFactor,
    Direction,
)
from reports.document import Document, Figure
from reports.inventory import ReportError, inventory_report
from reports.render import render
from store.registry_db import FrozenInventories, RegistryDatabase
from tests.servers.office import recalculated
from tests.unit.carbon.conftest import NOW, Ledger, day, ledger, meter

__all__ = ["ledger"]

BURNT = 8_760 * 0.01 * 389.31 * 0.0153 * 0.99 * 44 / 12  # 10^4 Nm3, GJ, tC/GJ, 1
BOUGHT = 87_600 * 0.4671 / 1000  # kgCO2/kWh of Jilin, 2023
REST = 67_600 * 0.6096 / 1000  # without the 20,000 kWh covered; the nation's remainder, 2023
LEAKED = 0.002 * 1300  # warming potential of HFC-134a, AR5
HEAT, SOLD, TO_TOWN = (8_760 * gj * 0.11 for gj in (2.9, 3.0, 1.0))
PARK = BURNT + LEAKED + BOUGHT - TO_TOWN
PARK_BY_MARKET = BURNT + LEAKED + REST - TO_TOWN
WORKS_A = LEAKED + BOUGHT + HEAT


def leak(**more: object) -> ActivityRecord:
    """The approved record of the refrigerant filled in."""
    plain = ActivityRecord(
        id=7, enterprise="a", category="fugitive", code="HFC-134a", period="2025", amount=0.002,
        unit="t", source_stream=None, origin=ActivityOrigin.INVOICE, evidence="invoice 12",
        uncertainty_pct=5.0, state=ActivityState.APPROVED, entered_by="Li", entered_at=NOW,
    )  # fmt: skip
    return replace(plain, **more)  # type: ignore[arg-type]


@pytest.fixture
def park(ledger: Ledger) -> Ledger:
    """The park as described."""
    ledger.register(
        meter(30, "c", "G", "natural_gas", "Nm3"),
        meter(31, "c", "HA", "heat", "GJ", direction=Direction.EXPORT, counterpart="a"),
        meter(32, "c", "HT", "heat", "GJ", direction=Direction.EXPORT),
        meter(33, "a", "H", "heat", "GJ", counterpart="c"),
    )
    for key, amount in ((1, 10.0), (2, 4.0), (5, 1.0), (30, 100.0), (31, 3.0), (32, 1.0),
                        (33, 2.9)):  # fmt: skip
        ledger.write(key, day(2025), day(2026), amount)
    certificate = Certificate(
        "GEC-1", "a", CertificateKind.GEC, "wind", "2025-03", 20.0, "evidence"
    )
    ledger.registry = replace(
        ledger.registry,
        activity_records=(leak(), leak(id=8, code="CO2", state=ActivityState.DRAFT)),
        certificates=(certificate,),
        certificate_uses=(CertificateUse("GEC-1", "a", "2025", 20.0),),
    )
    return ledger


def report(park: Ledger, enterprise: str | None = None) -> Document:
    """Of 2025."""
    return inventory_report(park.books, enterprise=enterprise, year=2025, version="1.2.3")


def figures(document: Document, table: str) -> dict[str, dict[str, float | None]]:
    """Figures of a table's rows, by the row's first text."""
    (found,) = (one for one in document.tables if one.key == table)
    return {
        next(str(cell) for cell in row.cells.values() if isinstance(cell, str)): {
            key: cell.value for key, cell in row.cells.items() if isinstance(cell, Figure)
        }
        for row in found.rows
    }


def test_the_park_by_hand(park: Ledger) -> None:
    document = report(park)
    summary = {name: row["emission"] for name, row in figures(document, "summary").items()}
    assert summary == {
        "固定源化石燃料燃烧": pytest.approx(BURNT),
        "逸散（制冷剂、六氟化硫等泄漏）": pytest.approx(LEAKED),
        "范围一合计": pytest.approx(BURNT + LEAKED),
        "购入电力": pytest.approx(BOUGHT),
        "输出热力": pytest.approx(-TO_TOWN),
        "范围二合计（基于位置）": pytest.approx(BOUGHT - TO_TOWN),
        "排放总量（范围一 + 范围二，基于位置）": pytest.approx(PARK),
        "范围二合计（基于市场）": pytest.approx(REST - TO_TOWN),
        "排放总量（范围一 + 范围二，基于市场）": pytest.approx(PARK_BY_MARKET),
    }
    members = figures(document, "members")
    assert members["甲厂"]["co2e_t"] == pytest.approx(WORKS_A)
    assert members["丙厂"]["co2e_t"] == pytest.approx(BURNT - SOLD - TO_TOWN)
    assert members["园区合计"]["co2e_t"] == pytest.approx(PARK)
    netted = figures(document, "netted")
    assert netted["甲厂"]["co2e_t"] == pytest.approx(HEAT)
    assert netted["丙厂"]["co2e_t"] == pytest.approx(-SOLD)
    energy = figures(document, "energy")
    assert energy["自发自用可再生电力（当量值）"]["energy_tce_calorific"] == pytest.approx(
        8.76 * 0.1229
    )
    assert energy["天然气"]["energy_gj"] == pytest.approx(8_760 * 0.01 * 389.31)


def test_an_enterprise_tells_its_factors_and_what_is_left_out(park: Ledger) -> None:
    document = report(park, "a")
    (total,) = (
        row["emission"]
        for name, row in figures(document, "summary").items()
        if name == "排放总量（范围一 + 范围二，基于位置）"
    )
    assert total == pytest.approx(WORKS_A)
    (used,) = (one for one in document.tables if one.key == "purchased_purchased_electricity")
    row = used.rows[0].cells
    assert row["activity"] == Figure(pytest.approx(87_600), 0)
    assert row["factor"] == Figure(0.4671, None)
    assert re.fullmatch(r"F\d 本省，最近往年；已核对原文", str(row["factor_short"]))
    assert "公告2025年第47号" in str(row["factor_source"])
    assert "2023 年数据" in used.note
    (leaks,) = (one for one in document.tables if one.key == "process_leakage_gwp")
    assert leaks.rows[0].cells["origin"] == "结算凭证（发票）"
    assert leaks.rows[0].cells["gwp"] == Figure(1300.0, None)
    (left,) = (one for one in document.tables if one.key == "left_out")
    reasons = {row.cells["what"]: row.cells["reason"] for row in left.rows}
    assert reasons["E2"] == "E1 的分表，已含在总表中"
    assert reasons["record 8"] == "2025 的活动数据记录（CO2）为草稿，未经审批"


def emissions_of_annexes(tables: list[list[list[str]]]) -> Counter[str]:
    """Cells under 排放量 or 气体质量 of the tables that have a column of factors."""
    found: Counter[str] = Counter()
    for table in tables:
        head = table[0]
        column = [name.startswith(("排放量", "气体质量")) for name in head]
        if "排放因子" in head and any(column):
            at = column.index(True)
            found.update(row[at] for row in table[1:] if "小计" not in row)
    return found


@pytest.mark.parametrize("enterprise", [None, "a"])
def test_every_format_has_the_ledgers_figures(
    park: Ledger, enterprise: str | None, soffice: str, tmp_path: Path
) -> None:
    document = report(park, enterprise)
    whose = None if enterprise is None else [enterprise]
    rows = inventory(park.books, start=day(2025), end=day(2026), enterprises=whose).rows
    emitted = rows["gas_t"].where(rows["category"] == "self_generation", rows["co2e_t"])
    ledgers = sorted(emitted)
    shown = Counter(f"{number:,.2f}" for number in ledgers)

    file = docx.Document(io.BytesIO(render(document, "docx")))
    tables = [[[cell.text for cell in row.cells] for row in table.rows] for table in file.tables]
    assert emissions_of_annexes(tables) == shown
    headings = [one.text for one in file.paragraphs if one.style.name == "Heading 1"]
    assert headings[:6] == [
        "真实性声明", "一、企业基本情况" if enterprise else "一、园区基本情况", "二、温室气体排放",
        "三、活动水平数据及来源说明", "四、排放因子数据及来源说明", "五、其他希望说明的情况",
    ]  # fmt: skip

    pages = pypdf.PdfReader(io.BytesIO(render(document, "pdf"))).pages
    texts = [page.extract_text() for page in pages]
    assert all("草稿 DRAFT" in text for text in texts)
    words = Counter("\n".join(texts).split())
    assert all(words[number] >= count for number, count in shown.items())

    path = tmp_path / "report.xlsx"
    path.write_bytes(render(document, "xlsx"))
    formulas, kept = (openpyxl.load_workbook(path, data_only=only) for only in (False, True))
    computed = openpyxl.load_workbook(recalculated(soffice, path, tmp_path), data_only=True)
    annexes = []
    for sheet in formulas:
        assert kept[sheet.title]["A1"].value == "草稿 DRAFT"
        for cell in (one for line in sheet.iter_rows() for one in line):
            if isinstance(cell.value, str) and cell.value.startswith("="):
                value = computed[sheet.title][cell.coordinate].value
                assert value == pytest.approx(
                    kept[sheet.title][cell.coordinate].value, abs=0.005
                ), (sheet.title, cell.coordinate)
                if sheet.title.startswith("附表") and "SUM" not in cell.value:
                    annexes.append(value)
    assert sorted(annexes) == pytest.approx(ledgers, abs=0.005)
    total = PARK if enterprise is None else WORKS_A
    summary = {line[0].value: line[2].value for line in computed["2 排放量"].iter_rows()}
    assert summary["排放总量（范围一 + 范围二，基于位置）"] == pytest.approx(total, abs=0.005)


def test_a_frozen_report_stays_what_was_signed(park: Ledger, tmp_path: Path) -> None:
    database = RegistryDatabase(f"sqlite:///{tmp_path / 'registry.db'}")
    database.migrate()
    signed = park.registry
    books = Books(
        park.store, lambda: park.registry, park.books.factors, lambda: NOW,
        registry_as_of=lambda _: signed, frozen=FrozenInventories(database),
    )  # fmt: skip
    wanted = Wanted("2025", "Li", "annual report", boundary="enterprise", code="a")
    frozen = freeze(books, wanted, "carbonpeak 1.0.0")
    own = DeclaredFactor("a", "electricity", 0.5, "kgCO2/kWh", day(2025).date(), None, "contract")
    park.registry = replace(signed, declared_factors=(own,))
    document = inventory_report(books, frozen=frozen.id, version="2.0.0")
    name = "排放总量（范围一 + 范围二，基于位置）"
    assert figures(document, "summary")[name]["emission"] == pytest.approx(WORKS_A)
    today = inventory_report(books, enterprise="a", year=2025, version="2.0.0")
    assert figures(today, "summary")[name]["emission"] == pytest.approx(
        LEAKED + 87_600 * 0.5 / 1000 + HEAT
    )
    assert (document.mark, today.mark) == ("", "草稿 DRAFT")
    texts = [
        page.extract_text().replace(" ", "")
        for page in pypdf.PdfReader(io.BytesIO(render(document, "pdf"))).pages
    ]
    for text in texts:
        assert frozen.sha256 in text
        assert f"冻结清单{frozen.id}" in text
        assert "carbonpeak1.0.0" in text
        assert "DRAFT" not in text
    for wrong, said in (
        ({"frozen": 9}, "frozen: there is no frozen inventory 9"),
        ({"frozen": frozen.id, "year": 2024}, "is of 2025, not of 2024"),
        ({"frozen": frozen.id, "enterprise": "c"}, "is of a, not of c"),
        ({"year": 2025, "enterprise": "nobody"}, "enterprise: 'nobody' is not registered"),
        ({"year": 2019}, "year: nothing is accounted in 2019"),
        ({}, "year: name the year"),
    ):
        with pytest.raises(ReportError, match=said):
            inventory_report(books, version="2.0.0", **wrong)
    database.close()
