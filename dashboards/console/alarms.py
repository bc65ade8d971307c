"""The page "alarms": what needs attention, the gravest on top; how soon the park responds."""

from __future__ import annotations

from markupsafe import Markup

from dashboards.boards import ALARMS, Panel
from dashboards.boards.alarms import SEVERITIES
from dashboards.client import Answer
from dashboards.console.board_page import Layout
from dashboards.console.plain_table import table
from dashboards.console.rows import Row
from dashboards.console.view import View

_RANK = {severity: place for place, severity in enumerate(SEVERITIES)}
_SEEN = ("acknowledged", "handled")


def gravest_first(panel: Panel, answer: Answer, view: View) -> Markup:
    """What is overdue, then by severity, then what nobody has seen; the newest first."""

    def order(row: Row) -> tuple[object, ...]:
        return not row["overdue"], _RANK[row["severity"]], row["state"] in _SEEN

    rows = sorted(answer[panel.query.root], key=order)  # stable: the newest number is first
    return table(panel, {**answer, panel.query.root: rows}, view)


LAYOUT = Layout(
    path="alarms",
    board=ALARMS,
    places=dict.fromkeys(("open-alarms", "response-times", "resolved-alarms", "untold"), "full"),
    drawn={"open-alarms": gravest_first},
)
