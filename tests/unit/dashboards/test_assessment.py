"""The assessment's panels as they are drawn, and that its codes are those of the answers."""

import html
import re
from typing import Any

from pydantic import BaseModel

from api.assessment_forms import AppealRow, AssessmentRow, PathRow, PointRow, WatchRow
from dashboards.boards.assessment import ASSESSMENT
from dashboards.boards.assessment_codes import (
    APPEALS,
    CRITERIA,
    NO_GRADES,
    STANDINGS,
    VERDICTS,
)
from dashboards.console.assessment import paths, points, reasons
from dashboards.console.plain_table import table
from dashboards.console.view import View
from models.progress.assessment.appeals import AppealState
from models.progress.assessment.land_watch import WatchVerdict
from models.progress.assessment.rules import schemes
from models.progress.assessment.score import NoGrade, Standing

GRADE: dict[str, Any] = {
    "rank": 2, "enterprise": "e01", "name_zh": "光华制药", "name_en": "Guanghua Pharma",
    "score": 71.42, "grade": "C", "caps": "budget|energy_quota", "score_change": -2.0,
    "previous_grade": "B", "rank_cluster": 1, "known_weight": 88.0, "no_grade": None,
    "statement_zh": "得分71.4分，评为C级。", "statement_en": "It scores 71.4 and is graded C.",
}  # fmt: skip
NONE = dict.fromkeys(GRADE) | {
    "enterprise": "e02", "known_weight": 61.0, "no_grade": "withheld",
    "statement_zh": "未评级。", "statement_en": "It is not graded.",
}  # fmt: skip
PATH: dict[str, Any] = {
    "enterprise": "e01", "grade": "C", "to_grade": "B", "criterion": None, "value": None,
    "value_needed": None, "unit": "1", "points": None,
    "statement_zh": "最省力的是改进1项。", "statement_en": "One criterion is to be bettered.",
}  # fmt: skip
MOVE = PATH | {
    "criterion": "budget", "value": 10_400.0, "value_needed": 9_900.0, "unit": "t", "points": 5.3,
    "statement_zh": "从10,400 t降到9,900 t。", "statement_en": "From 10,400 t to 9,900 t.",
}  # fmt: skip
POINT: dict[str, Any] = {
    "enterprise": "e01", "criterion": "budget", "value": 10_400.0, "yardstick": 10_000.0,
    "unit": "t", "points": 6.0, "counted_weight": 14.0, "standing": "scored",
    "statement_zh": "超出预算。", "statement_en": "Over its budget.", "source": "notice 7",
}  # fmt: skip
ZERO = POINT | {
    "criterion": "data_quality", "value": None, "yardstick": None, "points": 0.0,
    "counted_weight": 8.0, "standing": "zero",
}  # fmt: skip
ELSEWHERE = ZERO | {"criterion": "reduction", "points": None, "counted_weight": None}


def said(markup: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", markup)).split())


def test_every_code_of_the_answers_has_a_name() -> None:
    for names, codes in (
        (VERDICTS, WatchVerdict), (STANDINGS, Standing), (NO_GRADES, NoGrade),
        (APPEALS, AppealState),
    ):  # fmt: skip
        assert set(names) == {one.value for one in codes}
    assert set(CRITERIA) == {one.code for scheme in schemes() for one in scheme.criteria}


def test_every_field_of_the_board_is_in_its_answer() -> None:
    rows: dict[str, type[BaseModel]] = {
        "assessment": AssessmentRow, "assessment/watch": WatchRow, "assessment/path": PathRow,
        "assessment/points": PointRow, "assessment/appeals": AppealRow,
    }  # fmt: skip
    for panel in ASSESSMENT.panels:
        of = rows[panel.query.path.removeprefix("/api/v1/")]
        assert {field.name for field in panel.fields} <= set(of.model_fields), panel.id


def test_what_holds_a_grade_down_is_named_and_no_grade_is_no_nought(view_en: View) -> None:
    drawn = table(ASSESSMENT.panel("grades"), {"items": [GRADE, NONE]}, view_en)
    told = said(drawn)
    assert "71.4 C Budget, Energy quota" in told.replace(" ,", ",").replace(" / ", ", ")
    without = told[told.index("Beichen Equipment") :]
    assert "what must be known is not" in without
    assert not re.search(r"(?<![\d.,])0(?:\.0)?(?![\d.,])", without)
    assert "nan" not in told.lower()


def test_grades_are_explained_by_enterprise(view_zh: View, view_en: View) -> None:
    panel = ASSESSMENT.panel("grade-statements")
    assert "光华制药" in said(reasons(panel, {"items": [GRADE]}, view_zh))
    assert "得分71.4分，评为C级。" in said(reasons(panel, {"items": [GRADE]}, view_zh))
    told = said(reasons(panel, {"items": [GRADE, NONE]}, view_en))
    assert "It scores 71.4 and is graded C." in told
    assert "It is not graded." in told


def test_a_way_names_its_grades_and_criteria(view_en: View) -> None:
    told = said(paths(ASSESSMENT.panel("paths"), {"items": [PATH, MOVE]}, view_en))
    assert "C → B Budget" in told
    assert "From 10,400 t to 9,900 t." in told


def test_points_are_of_those_that_count(view_en: View) -> None:
    """6 + 0 of 14 + 8; what goes to the others counts in neither sum."""
    told = said(points(ASSESSMENT.panel("points"), {"items": [POINT, ZERO, ELSEWHERE]}, view_en))
    assert re.search(r"6(\.0)? / 22(\.0)?", told)
