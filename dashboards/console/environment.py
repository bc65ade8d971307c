"""The page "environment": points, warnings, exceedances, what is left of permitted amounts."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from markupsafe import Markup

from dashboards.boards import ENVIRONMENT, Panel, Text
from dashboards.client import Answer
from dashboards.console.board_page import Layout
from dashboards.console.budgets import budgets
from dashboards.console.plain_table import table
from dashboards.console.points import points
from dashboards.console.view import View


def with_names(view: View, answer: Answer) -> View:
    """The names of points and pollutants, as the panel of the points was answered."""
    rows = answer["items"]
    return replace(
        view,
        points=MappingProxyType(
            {(row["enterprise"], row["point"]): Text(row["name_zh"], row["name_en"])
             for row in rows}
        ),
        pollutants=MappingProxyType(
            {row["pollutant"]: Text(row["pollutant_name_zh"], row["pollutant_name_en"])
             for row in rows}
        ),
    )  # fmt: skip


def newest_first(panel: Panel, answer: Answer, view: View) -> Markup:
    """The last rows of an answer that is in time, the newest on top."""
    return table(panel, {**answer, panel.query.root: answer[panel.query.root][::-1]}, view)


LAYOUT = Layout(
    path="environment",
    board=ENVIRONMENT,
    places={
        "points": "full",
        "early-warnings": "full",
        "exceedances": "full",
        "budgets": "half",
        "reduction": "half",
    },
    drawn={"points": points, "budgets": budgets, "exceedances": newest_first},
    names=("points", with_names),
)
