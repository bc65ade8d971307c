"""The park overview: what the park emits and uses, since when, by whom, and what is arriving."""

from __future__ import annotations

from dashboards.boards.accounts import amounts, ask, comparisons, intensities, inventory
from dashboards.boards.codes import MATCHES, STATUSES
from dashboards.boards.data_quality import findings, rejections
from dashboards.boards.fields import CARRIER, CO2E, COVERAGE, ENTERPRISE, LATEST
from dashboards.boards.vocabulary import LIVE_S, Board, Field, Kind, Panel, Picture, Text

WHO = Text("园区", "the park")

PARK_OVERVIEW = Board(
    id="park-overview",
    title=Text("园区总览", "Park overview"),
    names=ask("enterprises"),
    panels=(
        *amounts(WHO),
        *intensities("park"),
        *comparisons(WHO),
        Panel(
            id="enterprises",
            title=Text("企业排放排名", "Enterprises by emissions"),
            question=Text(
                "今年哪些企业排放最多，占多大比例？",
                "Which enterprises emit most this year, and what is their share?",
            ),
            query=inventory(start="this_year", every="total", by="enterprise"),
            picture=Picture.RANKING,
            fields=(CO2E, ENTERPRISE, COVERAGE),
            limit=15,
        ),
        Panel(
            id="live",
            title=Text("实时读数", "Live readings"),
            question=Text("此刻有哪些数据到达？", "What is arriving right now?"),
            query=ask("latest", limit="12"),
            picture=Picture.TABLE,
            fields=LATEST,
            refresh_s=LIVE_S,
            limit=12,
        ),
        Panel(
            id="ingest",
            title=Text("数据接收", "Data received"),
            question=Text(
                "服务启动以来收到、拒收了多少数据？",
                "How much was accepted and refused since the service started?",
            ),
            query=ask("health", root=""),
            picture=Picture.STATUS,
            fields=(
                Field("ingest.accepted", Text("接受的读数", "Readings accepted")),
                Field("ingest.duplicates", Text("重复", "Duplicates")),
                Field("ingest.rejected", Text("拒收", "Rejected")),
                Field("ledger.usage_rows_written", Text("写入的用量小时", "Usage hours written")),
            ),
            refresh_s=LIVE_S,
        ),
        rejections(),
        findings(),
        Panel(
            id="factors",
            title=Text("所用因子", "Factors used"),
            question=Text(
                "这些数字用了哪些因子，是否为当年、是否核对过？",
                "Which factors stand behind the figures: of which year, verified or not?",
            ),
            query=inventory(start="this_year", every="total"),
            picture=Picture.TABLE,
            fields=(
                CARRIER,
                Field("scope", Text("范围", "Scope")),
                Field("factor_id", Text("因子", "Factor"), kind=Kind.TEXT),
                Field("factor_match", Text("选用规则", "Rule"), kind=Kind.TEXT, codes=MATCHES),
                Field("factor_status", Text("核对状态", "Status"), kind=Kind.TEXT, codes=STATUSES),
                Field("factor_year", Text("因子年份", "Year of the factor")),
                Field("coal_rate_year", Text("煤耗率年份", "Year of the coal rate")),
            ),
        ),
    ),
)
