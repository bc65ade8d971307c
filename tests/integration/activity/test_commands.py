"""The commands as processes: a template filled in, entered whole or not at all, and approved."""

from __future__ import annotations

import csv
import hashlib
import json
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from carbonpeak.activity_table import read_activity_table, write_template
from carbonpeak.cli.activity import row_faults
from models.errors import CarbonpeakError
from tests.integration.activity.conftest import Running

HEADINGS = [
    "企业代码 enterprise", "排放类别 category", "品种代码 code", "期间 period", "数量 amount",
    "单位 unit", "数据来源 origin", "佐证材料 evidence", "源流 source_stream",
    "不确定度% uncertainty_pct", "佐证文件 evidence_file", "佐证哈希 evidence_sha256", "备注 note",
    "替换记录号 replaces",
]  # fmt: skip
DIESEL = ["axle", "mobile_combustion", "diesel", "2026-03", 12.5, "t", "invoice", "invoice 118"]


def fill(path: Path, *rows: list[Any]) -> Path:
    """Rows under the headings of a template that is there."""
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    for line, row in enumerate(rows, start=2):
        for at, value in enumerate(row, start=1):
            sheet.cell(line, at).value = value
    book.save(path)
    return path


def test_a_template_is_filled_in_entered_and_approved(running: Running, tmp_path: Path) -> None:
    file = tmp_path / "activity.xlsx"
    running.run("activity", "template", file, "--enterprise", "axle")
    book = openpyxl.load_workbook(file)
    sheet = book.worksheets[0]
    assert book.sheetnames == ["活动数据 activity", "lists", "代码 codes", "说明 notes"]
    assert [cell.value for cell in sheet[1]] == HEADINGS
    listed = {str(one.sqref)[0]: one for one in sheet.data_validations.dataValidation}
    assert set(listed) == {"A", "B", "C", "F", "G"}
    origins = [cell.value for cell in book["lists"]["E"] if cell.value]
    assert origins == ["invoice", "measured", "calculated", "estimated", "statistics"]
    codes = [[cell.value for cell in row] for row in book["代码 codes"].iter_rows(min_row=2)]
    diesel = ["mobile_combustion", "移动源化石燃料燃烧", "mobile combustion", "diesel", "柴油",
              "diesel", "t", "ndrc_sector"]  # fmt: skip
    assert diesel in codes

    # Of a date that a spreadsheet made of 2026-04 the month is meant.
    april = [*DIESEL[:3], date(2026, 4, 1), 13, *DIESEL[5:]]
    (tmp_path / "118.pdf").write_bytes(b"invoice")
    march = [*DIESEL, "forklifts", 2, "118.pdf"]
    fill(file, march, april)
    said = running.run("activity", "import", file, "--by", "Wang Fang", "--submit", "--json")
    made = json.loads(said)["records"]
    assert [(one["id"], one["period"], one["amount"], one["state"]) for one in made] == [
        (1, "2026-03", 12.5, "submitted"), (2, "2026-04", 13, "submitted"),
    ]  # fmt: skip
    assert made[0]["evidence_sha256"] == hashlib.sha256(b"invoice").hexdigest()

    error = running.run("activity", "approve", "1", "2", "--by", "wangfang", code=1)
    assert error == (
        "carbonpeak: by: 'wangfang' entered record 1 (as 'Wang Fang'); "
        "a second person must approve it\n"
    )
    with running.client() as api:
        states = [one["state"] for one in api.get("/activity").json()["items"]]
    assert states == ["submitted", "submitted"]
    assert json.loads(running.run("certificates", "list", "--json"))[0]["left_mwh"] == 24.5


def test_every_faulty_row_is_named_and_nothing_entered(running: Running, tmp_path: Path) -> None:
    file = tmp_path / "activity.csv"
    write_template(file, "axle", [])
    with file.open(encoding="utf-8-sig", newline="") as opened:
        assert next(csv.reader(opened)) == HEADINGS
    rows: list[list[Any]] = [
        DIESEL,
        [*DIESEL[:4], "12,5", *DIESEL[5:]],  # row 3
        [*DIESEL[:2], "dieseel", *DIESEL[3:]],  # row 4
        DIESEL,  # row 5 states what row 2 states
        [*DIESEL[:7], "", "", "", "nowhere.pdf"],  # row 6
        [*DIESEL[:5], "kWh", *DIESEL[6:]],  # row 7
        [*DIESEL[:4], "NaN", *DIESEL[5:]],  # row 8
    ]
    with file.open("a", encoding="utf-8", newline="") as opened:
        csv.writer(opened).writerows(rows)
    error = running.run("activity", "import", file, "--by", "Wang Fang", code=1)
    lines = error.removeprefix("carbonpeak: ").splitlines()
    for start in (
        "activity.csv:3 amount: '12,5': not a number like 1234.5",
        "activity.csv:4 code: 'dieseel' is no code of mobile_combustion by guideline",
        "activity.csv:6 evidence: is missing",
        "activity.csv:6 evidence_file: 'nowhere.pdf' cannot be read",
        "activity.csv:7 unit: 'kWh' is not a unit of diesel (like t): they measure different",
        "activity.csv:8 amount: 'NaN': not a number like 1234.5",
    ):
        assert any(line.startswith(start) for line in lines), (start, error)
    assert len(lines) == 6
    # What contradicts another record shows when the rest is sound.
    file.write_text("\n".join(",".join(map(str, row)) for row in [HEADINGS, DIESEL, DIESEL]))
    table = read_activity_table(file)
    body = {"by": "Wang Fang", "records": [given.record for given in table.given]}
    with running.client() as api:
        [fault] = row_faults(api.post("/activity", json=body), table)
        assert str(fault).startswith("activity.csv:3 period: row 2 states mobile_combustion")
        assert api.get("/activity").json()["items"] == []


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("enterprise,menge", "unknown menge; missing 排放类别 category"),
        (",".join([*HEADINGS, "amount"]), "twice amount"),
    ],
)
def test_columns_that_are_not_the_tables(tmp_path: Path, header: str, said: str) -> None:
    file = tmp_path / "a.csv"
    file.write_text(header + "\n", encoding="utf-8")
    with pytest.raises(CarbonpeakError, match=said):
        read_activity_table(file)
