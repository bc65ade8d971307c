"""The environment: what outlets and stations show, what is beyond its limit, what is left."""

from __future__ import annotations

from dashboards.boards.accounts import ask
from dashboards.boards.environment_codes import (
    AVERAGINGS,
    BASES,
    MARKS,
    MEDIA,
    STANDINGS,
    STATES,
)
from dashboards.boards.fields import ENTERPRISE
from dashboards.boards.vocabulary import (
    SHARE,
    Board,
    Ceiling,
    Field,
    Kind,
    Limit,
    Panel,
    Picture,
    Text,
)

REFRESH_S = 20.0
YEAR_REFRESH_S = 600.0  # of what is summed over two years, and moves little in an hour

POINT = Field("point", Text("点位", "Point"), kind=Kind.TEXT)
MEDIUM = Field("medium", Text("类别", "Medium"), kind=Kind.TEXT, codes=MEDIA)
POLLUTANT = Field("pollutant", Text("因子", "Pollutant"), kind=Kind.TEXT)
POLLUTANT_ZH = Field("pollutant_name_zh", Text("因子名称", "Name in Chinese"), kind=Kind.TEXT)
POLLUTANT_EN = Field("pollutant_name_en", Text("因子英文名称", "Name"), kind=Kind.TEXT)
AVERAGING = Field("averaging", Text("均值时段", "Mean of"), kind=Kind.TEXT, codes=AVERAGINGS)
VALUE = Field("value", Text("数值", "Value"))
LIMIT = Field("limit", Text("限值", "Limit"))
UNIT = Field("unit", Text("单位", "Unit"), kind=Kind.TEXT)
RULE_ZH = Field("rule_zh", Text("依据", "Rule in Chinese"), kind=Kind.TEXT)
RULE_EN = Field("rule_en", Text("英文依据", "Rule"), kind=Kind.TEXT)
BASIS = Field("basis", Text("限值来源", "Basis"), kind=Kind.TEXT, codes=BASES)
EXCUSED = Field("excused", Text("申报工况", "Declared state"), kind=Kind.TEXT, codes=STATES)
SHARE_OF_LIMIT = Field("share", Text("占限值", "Of the limit"), SHARE, ceiling=Ceiling(0.8, 1.0))

ENVIRONMENT = Board(
    id="environment",
    title=Text("环境监测", "Environment"),
    names=ask("enterprises"),
    panels=(
        Panel(
            id="points",
            title=Text("监测点位：最近一个整小时", "Monitoring points, last whole hour"),
            question=Text(
                "各排放口和监测站点此刻是否达标，离限值多远？",
                "Is every outlet and station within its limits now, and how close?",
            ),
            query=ask("monitoring"),
            picture=Picture.TABLE,
            fields=(
                ENTERPRISE,
                POINT,
                Field("name_zh", Text("点位名称", "Name in Chinese"), kind=Kind.TEXT),
                Field("name_en", Text("英文名称", "Name"), kind=Kind.TEXT),
                MEDIUM,
                POLLUTANT_ZH,
                POLLUTANT_EN,
                VALUE,
                LIMIT,
                UNIT,
                SHARE_OF_LIMIT,
                Field("standing", Text("状态", "Standing"), kind=Kind.TEXT, codes=STANDINGS),
                AVERAGING,
                Field("mark", Text("数据标记", "Mark"), kind=Kind.TEXT, codes=MARKS),
                Field("state", Text("工况", "State"), kind=Kind.TEXT, codes=STATES),
                Field("hour", Text("小时", "Hour"), kind=Kind.TIME),
            ),
            refresh_s=REFRESH_S,
            width=24,
        ),
        Panel(
            id="early-warnings",
            title=Text("预警", "Early warnings"),
            question=Text(
                "哪些因子按目前的均值将要超标？",
                "Which means are heading beyond their limit before the period is over?",
            ),
            query=ask("early-warnings"),
            picture=Picture.TABLE,
            fields=(
                ENTERPRISE,
                POINT,
                POLLUTANT,
                AVERAGING,
                Field("value", Text("目前均值", "Mean so far")),
                LIMIT,
                UNIT,
                Field("elapsed_share", Text("时段已过", "Period elapsed"), SHARE),
                RULE_ZH,
                RULE_EN,
            ),
            refresh_s=REFRESH_S,
            width=24,
        ),
        Panel(
            id="exceedances",
            title=Text("本月超标", "Exceedances this month"),
            question=Text(
                "本月哪些均值超过限值，超过多少，依据哪一条？",
                "Which means were beyond their limit this month, how far, by which clause?",
            ),
            query=ask("exceedances", start="this_month"),
            picture=Picture.TABLE,
            fields=(
                Field("period", Text("时段", "Period"), kind=Kind.TEXT),
                ENTERPRISE,
                POINT,
                POLLUTANT,
                AVERAGING,
                VALUE,
                LIMIT,
                UNIT,
                Field("times", Text("超标倍数", "Beyond by (times)"), decimals=2),
                RULE_ZH,
                RULE_EN,
                BASIS,
                EXCUSED,
            ),
            refresh_s=REFRESH_S,
            width=24,
        ),
        Panel(
            id="budgets",
            title=Text("许可排放量", "Permitted amounts"),
            question=Text(
                "今年许可的排放量用了多少，照此下去哪天用完？",
                "How much of this year's permitted amount is used, and on which day does it end?",
            ),
            query=ask("budgets"),
            picture=Picture.TABLE,
            fields=(
                ENTERPRISE,
                POINT,
                POLLUTANT,
                Field("share", Text("已用", "Used"), SHARE, ceiling=Ceiling(0.8, 1.0)),
                Field("mass_kg", Text("已排放", "Discharged"), "kg"),
                Field("permitted_kg", Text("许可量", "Permitted"), "kg"),
                Field("left_kg", Text("剩余", "Left"), "kg"),
                Field("runs_out_on", Text("预计用完", "Runs out on"), kind=Kind.TEXT),
                Field(
                    "seasonal_runs_out_on",
                    Text("按去年走势用完", "Runs out, by last year's course"),
                    kind=Kind.TEXT,
                ),
                Field("rate_kg_per_day", Text("近30日日均", "A day, last 30 days"), "kg/d"),
                Field("even_rate_kg_per_day", Text("剩余日均可排", "A day that lasts"), "kg/d"),
            ),
            refresh_s=YEAR_REFRESH_S,
            width=24,
        ),
        Panel(
            id="reduction",
            title=Text("主要污染物减排", "Reduction of the main pollutants"),
            question=Text(
                "与去年同期相比，主要污染物的排放量减少了吗？",
                "Is less of the main pollutants discharged than in the same time last year?",
            ),
            query=ask("reduction", by="park"),
            picture=Picture.TABLE,
            fields=(
                Field("name_zh", Text("污染物", "In Chinese"), kind=Kind.TEXT),
                Field("name_en", Text("英文名称", "Pollutant"), kind=Kind.TEXT),
                Field("mass_kg", Text("今年", "This year"), "kg"),
                Field("previous_kg", Text("去年同期", "Last year to this day"), "kg"),
                Field("reduction", Text("减排", "Reduction"), SHARE),
                Field("known_share", Text("数据完整度", "Known"), SHARE, limit=Limit(0.9, 0.75)),
                Field(
                    "one_year_only",
                    Text("仅一年有监测", "Measured in one year only"),
                    kind=Kind.TEXT,
                ),
            ),
            refresh_s=YEAR_REFRESH_S,
            width=24,
        ),
    ),
    refresh_s=REFRESH_S,
)
