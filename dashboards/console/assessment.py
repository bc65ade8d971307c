"""The page "assessment": grades of enterprises, why, and what brings the next one."""

from __future__ import annotations

from dashboards.boards.assessment import ASSESSMENT
from dashboards.console.board_page import Layout

LAYOUT = Layout(
    path="assessment",
    board=ASSESSMENT,
    places=dict.fromkeys((panel.id for panel in ASSESSMENT.panels), "full"),
    drawn={},
)
