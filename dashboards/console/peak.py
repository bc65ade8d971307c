"""The page "peak": has the park peaked, why, and what is still to come."""

from __future__ import annotations

from dashboards.boards.peak import PEAK
from dashboards.console.board_page import Layout

LAYOUT = Layout(
    path="peak",
    board=PEAK,
    places=dict.fromkeys((panel.id for panel in PEAK.panels), "full"),
    drawn={},
)
