"""The page "roadmap": scenarios in words and lines, their measures, what they assume."""

from __future__ import annotations

from markupsafe import Markup

from dashboards.boards import Panel
from dashboards.boards.roadmap import ROADMAP
from dashboards.client import Answer
from dashboards.console import tables
from dashboards.console.board_page import Layout
from dashboards.console.plain_table import table
from dashboards.console.rows import Row
from dashboards.console.statements import statements
from dashboards.console.view import View

# Named as the answer of the scenarios names them; a park's own scenario is called by its code.
_NAMED = {"continued", "planned", "accelerated"}


def by_scenario(panel: Panel, answer: Answer, view: View) -> Markup:
    """A table for each scenario: its rows are in an order of their own."""
    rows: dict[str, list[Row]] = {}
    for row in answer[panel.query.root]:
        rows.setdefault(str(row["scenario"]), []).append(row)
    if not rows:
        return tables.empty(view)
    return Markup("").join(
        Markup('<h3 class="part">{}</h3>{}').format(
            view.word(f"scenario_{name}") if name in _NAMED else name,
            table(panel, {panel.query.root: of}, view),
        )
        for name, of in rows.items()
    )


def once(panel: Panel, answer: Answer, view: View) -> Markup:
    """Each measure once, with all scenarios that it does not count in."""
    found: dict[str, Row] = {}
    for row in answer[panel.query.root]:
        before = found.get(row["code"])
        scenarios = [before["scenario"]] if before else []
        said = [*scenarios, row["scenario"]] if row["scenario"] else scenarios
        found[row["code"]] = row | {"scenario": "|".join(said) or None}
    if not found:
        return tables.empty(view, "all_counted")
    return statements(panel, {panel.query.root: list(found.values())}, view)


LAYOUT = Layout(
    path="roadmap",
    board=ROADMAP,
    places=dict.fromkeys(
        ("scenarios", "courses", "measures", "measures-not-counted", "assumptions"), "full"
    ),
    drawn={"measures": by_scenario, "measures-not-counted": once, "assumptions": by_scenario},
)
