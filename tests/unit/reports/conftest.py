"""A small document with every kind of block, its figures computed by hand."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from reports.document import (
    Chapter,
    Column,
    Document,
    Figure,
    Paragraph,
    Points,
    Row,
    Table,
)
from reports.formulas import Formula, Place, total

COLUMNS = [
    Column("name", "企业", 4),
    Column("amount", "活动数据", 3),
    Column("factor", "因子", 2),
    Column("emission", "排放量", 3),
    Column("share", "覆盖率", 2),
    Column("path", "出处", 3, detail=True),
]


def used(number: int, name: str, amount: float, emission: float, share: float | None) -> Row:
    """A row whose emission is its amount times 0.5568."""
    operands = {one: Place("used", number, one) for one in ("amount", "factor")}
    return Row(
        {
            "name": name,
            "amount": Figure(amount),
            "factor": Figure(0.5568, None),
            "emission": Figure(emission, formula=Formula("{amount}*{factor}", operands)),
            "share": Figure(share, 1, percent=True),
            "path": "another table",
        }
    )


@pytest.fixture
def document() -> Document:
    """1000 and 2500 by 0.5568: 556.8 and 1392, together 1948.8."""
    rows = [
        used(0, "甲厂", 1000.0, 556.8, 0.9876),
        used(1, "乙厂 #strong[x] =1+1", 2500.0, 1392.0, None),
    ]
    parts = [Place("used", number, "emission") for number in range(2)]
    sums = Row({"name": "合计", "emission": Figure(1948.8, formula=total(parts))}, total=True)
    summary = Figure(1948.8, formula=Formula("{of}", {"of": Place("used", 2, "emission")}))
    return Document(
        name="park-2025",
        title="示例报告",
        subtitle="2025 年度",
        facts=[("报告主体", "甲园区")],
        chapters=[
            Chapter(
                "1 汇总",
                "一、汇总",
                [
                    Paragraph("本报告说明排放。"),
                    Points(["第一点", "第二点"]),
                    Table(
                        "summary",
                        "排放量汇总",
                        [Column("what", "项目", 5), Column("emission", "排放量", 3)],
                        [Row({"what": "合计", "emission": summary})],
                    ),
                ],
            ),
            Chapter(
                "附表1",
                "附表1 电力",
                [Table("used", "购入电力", COLUMNS, [*rows, sums], "注：合计未修约。")],
                landscape=True,
            ),
        ],
        imprint=["未冻结", "carbonpeak 0.1.0"],
        made=datetime(2026, 11, 25, 14, tzinfo=UTC),
        mark="草稿 DRAFT",
        words={"page": "第 {page} 页 共 {pages} 页", "cover": "封面", "contents": "目录"},
    )
