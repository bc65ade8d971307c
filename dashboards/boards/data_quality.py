"""The panels of what was refused and what was noticed: of the park, an enterprise or a meter."""

from __future__ import annotations

from dashboards.boards.accounts import ask
from dashboards.boards.fields import FINDING, REJECTION, REJECTION_COUNT
from dashboards.boards.vocabulary import LIVE_S, Panel, Picture, Text


def rejections(**whose: str) -> Panel:
    """The newest refusals that nobody has replayed yet."""
    return Panel(
        id="rejections",
        title=Text("待处理拒收", "Open rejections"),
        question=Text(
            "哪些数据被拒收且尚未重放，为什么？",
            "Which data were refused and not replayed yet, and for what reason?",
        ),
        query=ask("rejections", limit="200", state="open", **whose),
        picture=Picture.TABLE,
        fields=REJECTION,
        refresh_s=LIVE_S,
        limit=6,
    )


def rejection_counts(**whose: str) -> Panel:
    """How many refusals are open, by enterprise and reason."""
    return Panel(
        id="rejection-counts",
        title=Text("待处理拒收统计", "Open rejections by reason"),
        question=Text(
            "每家企业、每种原因各有多少数据待处理？",
            "How many refusals of each enterprise and reason wait to be mended?",
        ),
        query=ask("rejections/counts", state="open", **whose),
        picture=Picture.TABLE,
        fields=REJECTION_COUNT,
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
        query=ask("findings", origin="usage", start="this_year", limit="500", **whose),
        picture=Picture.TABLE,
        fields=FINDING,
    )
