"""Live meters: what one meter says, in the span that is looked at."""

from __future__ import annotations

from dashboards.boards.accounts import ask
from dashboards.boards.data_quality import findings
from dashboards.boards.enterprise import ENTERPRISE_VARIABLE, WHOSE
from dashboards.boards.fields import COVERAGE, ESTIMATED, LATEST
from dashboards.boards.vocabulary import LIVE_S, Board, Field, Kind, Panel, Picture, Text, Variable

METER = WHOSE | {"meter": "{meter}"}
SPAN = METER | {"start": "{start}", "end": "{end}"}
OF_METER = ask("meters", **METER)

LIVE_METERS = Board(
    id="live-meters",
    title=Text("实时表计", "Live meters"),
    names=ask("enterprises"),
    variables=(
        ENTERPRISE_VARIABLE,
        Variable(
            name="meter",
            title=Text("表计", "Meter"),
            query=ask("meters", **WHOSE),
            value="code",
            label="code",
        ),
        Variable(
            name="meter_key",
            title=Text("表计编号", "Number of the meter"),
            query=OF_METER,
            value="key",
            hidden=True,
        ),
        Variable(
            name="unit",
            title=Text("读数单位", "Unit of readings"),
            query=OF_METER,
            value="unit",
            hidden=True,
        ),
        Variable(
            name="usage_unit",
            title=Text("用量单位", "Unit of usage"),
            query=OF_METER,
            value="usage_unit",
            hidden=True,
        ),
    ),
    panels=(
        Panel(
            id="readings",
            title=Text("原始读数", "Raw readings"),
            question=Text(
                "该表计报了哪些读数？（只含计入核算的质量；被更正的读数也在内）",
                "What did the meter say? (qualities that count; readings that were replaced too)",
            ),
            query=ask("readings", limit="10000", **SPAN),
            picture=Picture.LINE,
            fields=(
                Field("value", Text("读数", "Reading"), "{unit}"),
                Field("ts", Text("时间", "Time"), kind=Kind.TIME),
            ),
            width=24,
            # quality <= 3: good, estimated, substituted and manual count in usage, others do not.
            influxql='SELECT "value" FROM "reading" WHERE "meter"=\'{meter_key}\''
            ' AND "quality" <= 3 AND {time_filter}',
        ),
        Panel(
            id="usage",
            title=Text("逐小时用量", "Usage by hour"),
            question=Text("该表计每小时用了多少？", "How much did the meter count in each hour?"),
            query=ask("usage", every="hour", **SPAN),
            picture=Picture.BARS,
            fields=(
                Field("amount", Text("用量", "Usage"), "{usage_unit}"),
                Field("start", Text("时间", "Time"), kind=Kind.TIME),
            ),
        ),
        Panel(
            id="usage-quality",
            title=Text("逐小时数据质量", "Data quality by hour"),
            question=Text(
                "每小时有多少由读数支撑，多少是估算？",
                "How much of each hour do readings cover, and how much is estimated?",
            ),
            query=ask("usage", every="hour", **SPAN),
            picture=Picture.LINE,
            fields=(
                COVERAGE,
                ESTIMATED,
                Field("start", Text("时间", "Time"), kind=Kind.TIME),
            ),
        ),
        Panel(
            id="latest",
            title=Text("该企业最新读数", "Latest readings of the enterprise"),
            question=Text(
                "该企业各表计最近报了什么？", "What did the enterprise's meters say last?"
            ),
            query=ask("latest", limit="500", **WHOSE),
            picture=Picture.TABLE,
            fields=LATEST[1:],
            refresh_s=LIVE_S,
        ),
        findings(**METER),
    ),
    hours=24,
    refresh_s=10.0,
)
