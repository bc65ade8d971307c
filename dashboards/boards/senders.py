"""Senders: who sends what is expected, who does not, and whose clock is off."""

from __future__ import annotations

from dashboards.boards.accounts import ask
from dashboards.boards.data_quality import rejection_counts
from dashboards.boards.fields import COMPLETENESS, COUNTS, ENTERPRISE, METER, SENDER_FINDING
from dashboards.boards.vocabulary import Board, Field, Panel, Picture, Text

CLOCK = Field("clock_offset_s", Text("时钟偏差", "Clock offset"), "s", decimals=1)
DAY = {"start": "yesterday", "end": "yesterday"}
REFRESH_S = 120.0  # the day before only changes by what comes late


def _findings(panel_id: str, title: Text, question: Text, **which: str) -> Panel:
    return Panel(
        id=panel_id,
        title=title,
        question=question,
        query=ask("findings", origin="senders", limit="500", **which),
        picture=Picture.TABLE,
        fields=SENDER_FINDING,
        refresh_s=REFRESH_S,
        limit=20,
        width=24,
    )


SENDERS = Board(
    id="senders",
    title=Text("数据接收", "Senders"),
    names=ask("enterprises"),
    panels=(
        Panel(
            id="completeness",
            title=Text("昨日各企业数据完整率", "Completeness by enterprise, yesterday"),
            question=Text(
                "昨天哪些企业的上传数据未达到应传的 90%？",
                "Which enterprises sent less than 90 % of what was expected yesterday?",
            ),
            query=ask("receipts", by="enterprise", worst="50", **DAY),
            picture=Picture.TABLE,
            fields=(
                ENTERPRISE,
                COMPLETENESS,
                *COUNTS,
                Field("meters", Text("应报表计", "Meters expected")),
                Field("meters_below", Text("未达标表计", "Meters below")),
            ),
            refresh_s=REFRESH_S,
            width=24,
        ),
        Panel(
            id="worst-meters",
            title=Text("昨日缺数最多的表计", "Meters with most missing, yesterday"),
            question=Text(
                "昨天哪些表计缺数、迟到最多，时钟偏差多少？",
                "Which meters missed or were late most yesterday, and how far off is the clock?",
            ),
            query=ask("receipts", incomplete="true", worst="20", **DAY),
            picture=Picture.TABLE,
            fields=(ENTERPRISE, METER, COMPLETENESS, *COUNTS, CLOCK),
            refresh_s=REFRESH_S,
            width=24,
        ),
        _findings(
            "silent",
            Text("当前无数据的表计", "Silent meters"),
            Text("此刻哪些表计没有数据，从何时起？", "Which meters are silent now, since when?"),
            kind="silent",
        ),
        _findings(
            "sender-findings",
            Text("上报异常", "Senders at fault"),
            Text(
                "哪些表计数值不变、超限，或时钟不准？（含无数据）",
                "Which meters are silent, stuck, beyond their range, or have a wrong clock?",
            ),
        ),
        rejection_counts(),
    ),
    refresh_s=REFRESH_S,
)
