"""Panels of boards as they are drawn by their picture, where a page has no way of its own."""

from __future__ import annotations

from markupsafe import Markup

from dashboards.boards import Panel, Picture
from dashboards.client import Answer
from dashboards.console import charts, courses, figures, tables
from dashboards.console.plain_table import table
from dashboards.console.rows import rows
from dashboards.console.statements import statements
from dashboards.console.view import View

CHARTS = {
    Picture.MONTHS: charts.months,
    Picture.YEARS: charts.years,
    Picture.COURSES: courses.lines,
}
TEXTS = {
    Picture.FIGURE: figures.figure,
    Picture.RANKING: tables.ranking,
    Picture.STATEMENT: statements,
}


def captions(panel: Panel) -> tuple[str, ...]:
    """What stands under each chart of a panel; a panel that is only text has none."""
    return ("",) if panel.picture in CHARTS else ()


def draw(panel: Panel, answer: Answer, view: View) -> tuple[Markup, tuple[charts.Options, ...]]:
    """The text of a panel and its charts; a picture that is not known here is a table."""
    chart = CHARTS.get(panel.picture)
    if chart is not None:
        said = Markup("") if rows(panel.query, answer) else tables.empty(view)
        return said, (chart(panel, answer, view),)
    return TEXTS.get(panel.picture, table)(panel, answer, view), ()
