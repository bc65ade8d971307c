"""The command writes the report of what is in the data folder, of today or as frozen."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import docx
import openpyxl
import pytest

from carbonpeak.settings import Settings
from carbonpeak.stores import open_registry
from store.registry_files import load

ROOT = Path(__file__).parents[3]
FILES = {
    "park.yaml": """
park: {code: demo, name_zh: 示范园区, name_en: Demo Park, province: 吉林, grid_region: 东北}
clusters:
  - {code: equipment, name_zh: 高端装备制造, name_en: Advanced equipment}
""",
    "enterprises.csv": "code,name_zh,name_en,cluster\nsteel,示例钢厂,Steel,equipment\n",
    "meters.csv": """enterprise,code,quantity,kind,unit,interval_s
steel,EL-01,electricity,interval,kWh,3600
""",
}
SUM = "排放总量（范围一 + 范围二，基于位置）"


def run(data: Path, *arguments: str, code: int = 0) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "carbonpeak", *arguments, "--data", str(data)],
        capture_output=True, text=True, check=False, cwd=data.parent,
    )  # fmt: skip
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def readings(folder: Path) -> Path:
    """24 hours of 1,000 kWh."""
    path = folder / "day.csv"
    rows = [f"steel,EL-01,2025-03-02T{hour:02d}:00:00+08:00,1000\n" for hour in range(24)]
    path.write_text("enterprise,meter,ts,value\n" + "".join(rows), encoding="utf-8")
    return path


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with a day of readings."""
    files = tmp_path / "registry"
    files.mkdir()
    for name, text in FILES.items():
        (files / name).write_text(text, encoding="utf-8")
    settings = Settings(data=tmp_path / "data", broker="none")
    settings.data.mkdir()
    database = open_registry(settings)
    load(database, files)
    database.close()
    run(settings.data, "import", str(readings(tmp_path)))
    return settings.data


def test_a_report_of_today_and_as_frozen(data: Path, tmp_path: Path) -> None:
    run(data, "freeze", "--park", "--year", "2025", "--author", "Li", "--reason", "annual report")
    report = ("report", "inventory")
    told = run(data, *report, "--park", "--year", "2025", "--format", "xlsx")
    assert told.strip() == "inventory-demo-2025.xlsx"
    book = openpyxl.load_workbook(tmp_path / told.strip(), data_only=True)
    summary = {line[0].value: line[2].value for line in book["2 排放量"].iter_rows()}
    assert summary[SUM] == pytest.approx(24_000 * 0.4671 / 1000)  # kgCO2/kWh of Jilin, 2023
    assert book["2 排放量"]["A1"].value == "草稿 DRAFT"
    frozen = tmp_path / "signed.docx"
    run(data, *report, "--frozen", "1", "--format", "docx", "--output", str(frozen))
    file = docx.Document(io.BytesIO(frozen.read_bytes()))
    rows = {row.cells[0].text: row.cells[2].text for table in file.tables for row in table.rows
            if len(row.cells) > 2}  # fmt: skip
    assert rows[SUM] == "11.21"  # 24,000 x 0.4671 / 1000 = 11.2104
    assert file.sections[0].header.paragraphs[0].text == ""
    assert "冻结清单 1" in file.sections[0].footer.paragraphs[0].text
    assert "--park" in run(data, *report, "--year", "2025", code=2)
