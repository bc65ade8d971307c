"""The page "assessment": grades of enterprises, why, and what brings the next one."""

from __future__ import annotations

from markupsafe import Markup

from dashboards.boards import Panel
from dashboards.boards.assessment import ASSESSMENT
from dashboards.boards.assessment_codes import CRITERIA
from dashboards.client import Answer
from dashboards.console import numbers
from dashboards.console.board_page import Layout
from dashboards.console.folded import by_enterprise, named
from dashboards.console.rows import Row
from dashboards.console.view import View


def reasons(panel: Panel, answer: Answer, view: View) -> Markup:
    """Why each enterprise has its grade."""

    def grade(of: list[Row], _view: View) -> str:
        return of[0]["grade"] or numbers.UNKNOWN

    return by_enterprise(panel, answer, view, grade)


def paths(panel: Panel, answer: Answer, view: View) -> Markup:
    """The way of each enterprise to its next grade; its first row is about all of it."""

    def way(of: list[Row], view: View) -> str:
        first, criteria = of[0], named(CRITERIA, of, view)
        grades = f"{first['grade'] or numbers.UNKNOWN} → {first['to_grade'] or numbers.UNKNOWN}"
        return f"{grades}  {criteria}".strip()

    return by_enterprise(panel, answer, view, way)


def points(panel: Panel, answer: Answer, view: View) -> Markup:
    """Every point of each enterprise, and how many of those that could be had."""

    def sums(of: list[Row], _view: View) -> str:
        scored = [row for row in of if row["points"] is not None]
        if not scored:
            return numbers.UNKNOWN
        had, of_all = (sum(row[name] for row in scored) for name in ("points", "counted_weight"))
        return f"{numbers.rounded(had, 1)} / {numbers.rounded(of_all, 1)}"

    return by_enterprise(panel, answer, view, sums)


LAYOUT = Layout(
    path="assessment",
    board=ASSESSMENT,
    places=dict.fromkeys((panel.id for panel in ASSESSMENT.panels), "full"),
    drawn={"grade-statements": reasons, "paths": paths, "points": points},
)
