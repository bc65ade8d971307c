"""The empty table: a workbook with lists to choose from and the allowed codes, or a CSV header."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from carbonpeak.activity_table.columns import COLUMNS
from models.errors import CarbonpeakError
from models.registry import ActivityOrigin

RECORDS, CODES, NOTES = "活动数据 activity", "代码 codes", "说明 notes"
_ROWS = 2000  # with lists to choose from
_CODES = {
    "category": "排放类别 category", "category_name_zh": "类别名称",
    "category_name_en": "category name", "code": "品种代码 code", "name_zh": "名称",
    "name_en": "name", "unit": "单位 unit", "origin": "因子集 factor set",
}  # fmt: skip


class TemplateError(CarbonpeakError):
    """A file that no template can be."""


def write_template(path: Path, enterprise: str, codes: Sequence[Mapping[str, Any]]) -> None:
    """Write the template of an enterprise; ``codes`` are rows of GET /activity/codes.

    Raises TemplateError for a file that is neither .xlsx nor .csv.
    """
    if path.suffix.lower() == ".csv":
        # With a byte order mark a spreadsheet reads the Chinese headings rightly.
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerow([column.heading for column in COLUMNS])
    elif path.suffix.lower() == ".xlsx":
        _workbook(path, enterprise, codes)
    else:
        raise TemplateError(f"{path}: a template is an .xlsx or a .csv file")


def _workbook(path: Path, enterprise: str, codes: Sequence[Mapping[str, Any]]) -> None:
    lists = {
        "enterprise": [enterprise],
        "category": list(dict.fromkeys(row["category"] for row in codes)),
        "code": list(dict.fromkeys(row["code"] for row in codes)),
        "unit": list(dict.fromkeys(row["unit"] for row in codes)),
        "origin": [origin.value for origin in ActivityOrigin],
    }
    with xlsxwriter.Workbook(path) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "bg_color": "#DDEBF7"})
        needed = book.add_format({"bold": True, "text_wrap": True, "bg_color": "#F8CBAD"})
        text = book.add_format({"num_format": "@"})
        sheet = book.add_worksheet(RECORDS)
        sheet.freeze_panes(1, 0)
        for at, column in enumerate(COLUMNS):
            sheet.write(0, at, column.heading, needed if column.needed else bold)
            sheet.write_comment(0, at, column.note)
            # A period as text: a spreadsheet would make a date of 2026-03.
            sheet.set_column(at, at, column.width, text if column.name == "period" else None)
        listed = book.add_worksheet("lists")
        listed.hide()
        for place, (name, values) in enumerate(lists.items()):
            listed.write_column(0, place, values)
            at = next(i for i, column in enumerate(COLUMNS) if column.name == name)
            letter = chr(ord("A") + place)
            sheet.data_validation(
                1, at, _ROWS, at,
                {
                    "validate": "list",
                    "source": f"=lists!${letter}$1:${letter}${max(len(values), 1)}",
                    # Units like the listed ones (kg for t) are allowed as well.
                    "error_type": "warning" if name == "unit" else "stop",
                },
            )  # fmt: skip
        table = book.add_worksheet(CODES)
        table.freeze_panes(1, 0)
        table.set_column(0, len(_CODES) - 1, 24)
        table.write_row(0, 0, list(_CODES.values()), bold)
        for line, row in enumerate(codes, start=1):
            table.write_row(line, 0, [row[name] for name in _CODES])
        notes = book.add_worksheet(NOTES)
        notes.set_column(0, 1, 60)
        notes.write_row(0, 0, ["列 column", "填写说明 what to enter"], bold)
        for line, column in enumerate(COLUMNS, start=1):
            mark = "（必填 needed）" if column.needed else ""
            notes.write_row(line, 0, [f"{column.heading}{mark}", column.note])
