"""The panels of what was refused and what was noticed: of the park, an enterprise or a meter."""

from __future__ import annotations

from dashboards.boards.accounts import ask
from dashboards.boards.fields import FINDING, REJECTION
from dashboards.boards.vocabulary import LIVE_S, Panel, Picture, Text


def rejections(**whose: str) -> Panel:
    """The newest refusals."""
    return Panel(
        id="rejections",
        title=Text("最近拒收", "Latest rejections"),
        question=Text("哪些数据被拒收，为什么？", "Which data were refused, and for what reason?"),
        query=ask("rejections", limit="200", **whose),
        picture=Picture.TABLE,
        fields=REJECTION,
        refresh_s=LIVE_S,
        limit=6,
    )


def findings(**whose: str) -> Panel:
    """What the usage arithmetic noticed this year."""
    return Panel(
        id="findings",
        title=Text("数据发现", "Findings"),
        question=Text(
            "今年的用量计算发现了哪些异常？",
            "What did the usage arithmetic notice in this year's data?",
        ),
        query=ask("findings", start="this_year", limit="500", **whose),
        picture=Picture.TABLE,
        fields=FINDING,
    )
