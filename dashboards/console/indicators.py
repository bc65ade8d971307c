"""The page "indicators": the plan's and the titles' indicators, and how the park stands."""

from __future__ import annotations

from dashboards.boards.indicators import INDICATORS
from dashboards.console.board_page import Layout

LAYOUT = Layout(
    path="indicators",
    board=INDICATORS,
    places=dict.fromkeys((panel.id for panel in INDICATORS.panels), "full"),
    drawn={},
)
