"""The page "senders": who sends what is expected, and who does not."""

from __future__ import annotations

from dashboards.boards import SENDERS
from dashboards.console.board_page import Layout

LAYOUT = Layout(
    path="senders",
    board=SENDERS,
    places=dict.fromkeys(
        ("completeness", "worst-meters", "sender-findings", "rejection-counts"), "full"
    ),
    drawn={},
)
