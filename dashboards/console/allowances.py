"""The page "allowances": what enterprises owe and hold, rights against what was used of them."""

from __future__ import annotations

from dashboards.boards.allowances import ALLOWANCES
from dashboards.console.board_page import Layout

LAYOUT = Layout(
    path="allowances",
    board=ALLOWANCES,
    places=dict.fromkeys((panel.id for panel in ALLOWANCES.panels), "full"),
    drawn={},
)
