"""The columns of the table; a heading is the Chinese name and the English word of the API."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TableColumn:
    """One column: the API's field, its Chinese heading, what to enter."""

    name: str
    zh: str
    note: str
    needed: bool = False
    width: int = 16

    @property
    def heading(self) -> str:
        """As the template has it."""
        return f"{self.zh} {self.name}"


COLUMNS = (
    TableColumn("enterprise", "企业代码", "园区登记的代码 / code in the registry", True),
    TableColumn("category", "排放类别", "见“代码”页 / see sheet codes", True, 24),
    TableColumn("code", "品种代码", "燃料、物料或气体 / fuel, material, gas", True, 22),
    TableColumn("period", "期间", "2026-03 或 2026；按文本填写 / month or year, as text", True, 12),
    TableColumn("amount", "数量", "大于等于零的数 / a number of 0 or more", True, 14),
    TableColumn("unit", "单位", "与代码页同类的单位 / a unit like that of the code", True, 12),
    TableColumn(
        "origin", "数据来源",
        "invoice 票据, measured 计量, calculated 计算, estimated 估算, statistics 统计", True, 14,
    ),
    TableColumn("evidence", "佐证材料", "发票号、台账等 / invoice number, ledger", True, 30),
    TableColumn("source_stream", "源流", "企业已登记的源流 / a declared source stream"),
    TableColumn("uncertainty_pct", "不确定度%", "95% 置信 / at 95 % confidence", width=14),
    TableColumn("evidence_file", "佐证文件", "本表旁的文件 / a file beside this table"),
    TableColumn("evidence_sha256", "佐证哈希", "文件的 SHA-256 / SHA-256 of the file", width=20),
    TableColumn("note", "备注", "说明 / remarks", width=24),
    TableColumn("replaces", "替换记录号", "被更正的记录 / the record restated", width=14),
)  # fmt: skip
BY_NAME = {column.name: column for column in COLUMNS}


def column_of(heading: str) -> TableColumn | None:
    """The column that a heading means: "数量 amount", "amount" or "数量"."""
    text = " ".join(heading.split())
    last = text.rpartition(" ")[2].lower()
    if last in BY_NAME:
        return BY_NAME[last]
    return next((column for column in COLUMNS if column.zh == text), None)
