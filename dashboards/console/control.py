"""The page "control": targets, what is left of them, and who passes dual control."""

from __future__ import annotations

from dashboards.boards import CONTROL_BOARD
from dashboards.console.board_page import Layout

LAYOUT = Layout(
    path="control",
    board=CONTROL_BOARD,
    places=dict.fromkeys((panel.id for panel in CONTROL_BOARD.panels), "full"),
    drawn={},
)
