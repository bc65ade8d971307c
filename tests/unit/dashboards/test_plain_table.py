"""Rows of answers as tables: their units, what is zero, what is there to be asked for."""

import html
import re
from dataclasses import replace
from typing import Any

import pytest

from dashboards.boards import ROW_UNIT, SHARE, Field, Kind, Panel, Picture, Query, Text
from dashboards.boards.assessment import ASSESSMENT
from dashboards.boards.control import CONTROL_BOARD
from dashboards.boards.indicators import INDICATORS
from dashboards.console import numbers
from dashboards.console.assessment import paths, points
from dashboards.console.plain_table import table
from dashboards.console.view import View

ENTERPRISE = Field("enterprise", Text("企业", "Enterprise"), kind=Kind.TEXT)
UNIT = Field("unit", Text("单位", "Unit"), kind=Kind.TEXT)
AMOUNTS = Panel(
    id="amounts",
    title=Text("数量", "Amounts"),
    question=Text("多少？", "How much?"),
    query=Query("/api/v1/targets"),
    picture=Picture.TABLE,
    fields=(
        ENTERPRISE,
        Field("allowed", Text("目标", "Allowed"), ROW_UNIT),
        UNIT,
        Field("probability", Text("概率", "Holds with"), SHARE),
        Field("reason", Text("原因", "Why none"), kind=Kind.TEXT),
        Field("state", Text("状态", "State"), kind=Kind.TEXT, codes={
            "missed": Text("未完成", "Missed"), "behind": Text("落后", "Behind"),
            "met": Text("已完成", "Met"),
        }),
    ),
)  # fmt: skip
ROW: dict[str, Any] = {
    "enterprise": "e01", "allowed": 0.092087, "unit": "tce/1e4_yuan", "probability": 0.0,
    "reason": None, "state": "missed",
}  # fmt: skip


def said(markup: str) -> str:
    """The text a reader sees, tags as spaces."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", markup)).split())


def test_an_amount_of_a_row_is_no_zero_and_has_its_unit(view_zh: View, view_en: View) -> None:
    total = ROW | {"allowed": 1_045_000.4, "unit": "t"}
    drawn = said(table(AMOUNTS, {"items": [ROW, total]}, view_zh))
    assert drawn.startswith("企业 目标 单位 概率 状态")
    assert "光华制药 0.09209 tce/万元 0% 未完成" in drawn
    assert "光华制药 1,045,000 t 0%" in drawn
    # One unit of all rows stands in the head, once.
    drawn = said(table(AMOUNTS, {"items": [ROW, ROW]}, view_en))
    assert drawn.startswith("Enterprise Allowed tce/10⁴ yuan Holds with State Guanghua Pharma")


def test_a_zero_that_matters_is_not_left_out_on_a_narrow_page(view_zh: View) -> None:
    cells = re.findall(r'<td class="([^"]*)" data-title="([^"]*)"',
                       table(AMOUNTS, {"items": [ROW]}, view_zh))  # fmt: skip
    classes = {name: names.split() for names, name in cells}
    assert "none" not in classes["概率"]  # 0 % to hold is the worst there is
    counts = replace(AMOUNTS, fields=(ENTERPRISE, Field("rejected", Text("拒收", "Rejected"))))
    drawn = table(counts, {"items": [{"enterprise": "e01", "rejected": 0}]}, view_zh)
    assert 'class="right none"' in drawn


def test_a_column_of_what_seldom_is_has_to_have_something(view_en: View) -> None:
    assert "Why none" not in said(table(AMOUNTS, {"items": [ROW]}, view_en))
    known = ROW | {"reason": "members"}
    assert "Why none" in said(table(AMOUNTS, {"items": [ROW, known]}, view_en))


def test_what_is_bad_is_marked(view_en: View) -> None:
    rows = [ROW, *(ROW | {"state": state} for state in ("behind", "unknown", "met"))]
    drawn = table(AMOUNTS, {"items": rows}, view_en)
    classes = re.findall(r'class="short (\w*)" data-title="State"', drawn)
    assert classes == ["bad", "doubted", "unjudged", ""]


@pytest.mark.parametrize(("count", "rest"), [(12, 0), (16, 0), (17, 5), (60, 48)])
def test_long_tables_have_all_rows_the_first_are_seen(count: int, rest: int, view_en: View) -> None:
    drawn = table(AMOUNTS, {"items": [ROW] * count}, view_en)
    assert drawn.count("<tr") == count + 1
    assert drawn.count('<tr class="rest">') == rest
    assert (f"Show {rest} more" in drawn) is bool(rest)


def test_an_enterprise_is_named_once(view_zh: View) -> None:
    row = {"enterprise": "e01", "name_zh": "光华制药", "name_en": "Guanghua Pharma", "score": 81.81}
    drawn = said(table(ASSESSMENT.panel("grades"), {"items": [row]}, view_zh))
    assert drawn.count("光华制药") == 1
    assert "81.8" in drawn.split()  # a score has one decimal, as the statements say it
    # A measure is not its enterprise.
    drawn = said(table(ASSESSMENT.panel("grades"), {"items": [row | {"name_zh": "余热"}]}, view_zh))
    assert "余热" in drawn


def test_holders_of_titles_are_named(view_zh: View) -> None:
    row = {"code": "e02", "name_zh": "绿色工厂", "name_en": "Green factory", "level": "national"}
    drawn = said(table(INDICATORS.panel("titles-held"), {"items": [row]}, view_zh))
    assert "北辰装备 绿色工厂 国家级" in drawn


def test_intensities_of_dual_control_are_told(view_zh: View) -> None:
    row = {"name_zh": "园区", "control": "energy", "verdict": "behind",
           "total_actual": 888_604.2, "intensity_actual": 0.088091}  # fmt: skip
    panel = CONTROL_BOARD.panel("enterprise-verdicts")
    drawn = said(table(panel, {"items": [row]}, view_zh))
    assert "888,604" in drawn
    assert "0.08809" in drawn


@pytest.mark.parametrize(
    ("value", "decimals", "printed"),
    [
        (0.006864, 3, "0.007"),
        (0.0004, 3, "<0.001"),
        (0.0, 3, "0.000"),
        (-0.7315, 1, "−0.7"),
        (-0.04, 1, "0.0"),
        (81.81, 1, "81.8"),
        (None, 1, "—"),
    ],
)
def test_rounded(value: float | None, decimals: int, printed: str) -> None:
    assert numbers.rounded(value, decimals) == printed


POINT = {
    "enterprise": "e01", "criterion": "energy_intensity", "points": 9.8, "counted_weight": 18.2,
    "statement_zh": "单位产值能耗：得9.8分。", "statement_en": "Energy intensity: 9.8 points.",
}  # fmt: skip


def test_points_are_folded_under_their_enterprise(view_en: View, view_zh: View) -> None:
    unknown = POINT | {"criterion": "budget", "points": None, "counted_weight": None,
                       "statement_en": "Budget: does not apply."}  # fmt: skip
    answer = {"items": [POINT, unknown, POINT | {"enterprise": "e02"}]}
    drawn = points(ASSESSMENT.panel("points"), answer, view_en)
    assert drawn.count("<details") == 2
    assert "Guanghua Pharma 9.8 / 18.2 Energy intensity: 9.8 points. Budget: does not" in said(
        drawn
    )
    assert said(points(ASSESSMENT.panel("points"), {"items": []}, view_zh)) == "暂无数据"


def test_a_path_tells_grades_and_criteria(view_zh: View) -> None:
    whole = {"enterprise": "e01", "grade": "C", "to_grade": "B", "criterion": None,
             "statement_zh": "升到B级最省力的是改进2项。", "statement_en": "Two."}  # fmt: skip
    rows = [whole, whole | {"criterion": "budget"}, whole | {"criterion": "clean_energy"}]
    drawn = said(paths(ASSESSMENT.panel("paths"), {"items": rows}, view_zh))
    assert drawn.startswith("光华制药 C → B 总量预算、清洁能源 升到B级最省力的是改进2项。")
