"""Panels of the running year as expected, and of the park among its peers."""

from __future__ import annotations

from types import MappingProxyType

from dashboards.boards.accounts import ask
from dashboards.boards.peak_codes import VERDICTS
from dashboards.boards.vocabulary import ROW_UNIT, SHARE, Field, Kind, Limit, Panel, Picture, Text

REFRESH_S = 600.0  # a day changes a year little

SUBJECT = Field(
    "subject",
    Text("指标", "Subject"),
    kind=Kind.TEXT,
    codes=MappingProxyType(
        {
            "co2e_t": Text("温室气体排放", "Emissions"),
            "energy_tce_equivalent": Text("能耗（等价值）", "Energy, equivalent value"),
            "energy_tce_calorific": Text("能耗（当量值）", "Energy, calorific value"),
        }
    ),
)
NAME_ZH = Field("name_zh", Text("名称", "In Chinese"), kind=Kind.TEXT)
NAME_EN = Field("name_en", Text("英文名称", "Name"), kind=Kind.TEXT)
SAID = Text("结论", "Statement")
STATEMENT = (
    Field("statement_zh", SAID, kind=Kind.TEXT),
    Field("statement_en", SAID, kind=Kind.TEXT),
)
UNIT = Field("unit", Text("单位", "Unit"), kind=Kind.TEXT)
TOTAL = Field("total", Text("全年预计", "Expected total"), ROW_UNIT)
RANGE = (
    Field("low_80", Text("80%区间下限", "80 % interval, low"), ROW_UNIT),
    Field("high_80", Text("80%区间上限", "80 % interval, high"), ROW_UNIT),
)
LIMIT = Field("limit", Text("目标允许", "Allowed"), ROW_UNIT)
PROBABILITY = Field("probability", Text("守住的概率", "Holds with"), SHARE, limit=Limit(0.5, 0.1))
LAST_YEAR = Field("last_year", Text("去年", "Last year"), ROW_UNIT)
CHANGE = Field("change", Text("比去年", "Against last year"), SHARE, decimals=1)
WHY = Field(
    "reason",
    Text("不推算的原因", "Why none"),
    kind=Kind.TEXT,
    codes=MappingProxyType(
        {
            "nothing_known": Text("没有已知月份", "No month is known"),
            "season_unknown": Text("季节未知", "Its seasons are not known"),
            "members": Text("部分企业缺少数据", "Enterprises are missing"),
        }
    ),
)
RANK_WHY = Field(
    "reason",
    Text("排名未知的原因", "Why the rank is not known"),
    kind=Kind.TEXT,
    codes=MappingProxyType(
        {
            "no_own_series": Text("本园区没有年度数据", "No yearly figures of the park"),
            "no_peers": Text("没有录入同类园区", "No peers are entered"),
            "series_missing": Text("数据缺失", "Figures are missing"),
            "not_enough_years": Text("年份不足", "Not enough years"),
            "peers_unknown": Text("其他园区的名次未知", "Other parks' ranks are not known"),
        }
    ),
)

THIS_YEAR = (
    Panel(
        id="park-nowcast",
        title=Text("园区今年预计", "The park's year as expected"),
        question=Text(
            "按目前已知的月份，今年全年会是多少，总量目标能守住吗？",
            "What will this year come to by the months known, and will its targets hold?",
        ),
        query=ask("peak/nowcast", by="park"),
        picture=Picture.STATEMENT,
        fields=(SUBJECT, *STATEMENT, TOTAL, *RANGE, UNIT, LIMIT, PROBABILITY, CHANGE, WHY),
        refresh_s=REFRESH_S,
        width=24,
    ),
    Panel(
        id="park-months",
        title=Text("园区各月排放与预计", "Emissions of the park by month, known and expected"),
        question=Text(
            "今年各月已知多少，其余各月预计多少？带状为 80% 区间",
            "What are this year's months, known and to come? The band is the 80 % interval",
        ),
        query=ask("peak/nowcast/months", by="park"),
        picture=Picture.COURSES,
        fields=(
            Field("expected", Text("排放量", "Emissions"), "tCO2e"),
            Field("month", Text("月份", "Month")),
            Field("year", Text("年份", "Year"), kind=Kind.TEXT),
            Field("low_80", Text("区间下限", "Low"), "tCO2e"),
            Field("high_80", Text("区间上限", "High"), "tCO2e"),
            Field(
                "state",
                Text("状态", "State"),
                kind=Kind.TEXT,
                codes=MappingProxyType(
                    {
                        "known": Text("已知", "Known"),
                        "running": Text("当月", "Running"),
                        "not_known": Text("数据不完整", "Not known"),
                        "to_come": Text("预计", "To come"),
                    }
                ),
            ),
        ),
        refresh_s=REFRESH_S,
        width=24,
    ),
    Panel(
        id="enterprise-nowcasts",
        title=Text("各企业今年排放预计", "Enterprises' emissions of the year as expected"),
        question=Text(
            "哪些企业今年可能超过总量目标？", "Which enterprises may exceed their total this year?"
        ),
        query=ask("peak/nowcast", by="enterprise", subject="co2e_t"),
        picture=Picture.TABLE,
        fields=(
            NAME_ZH, NAME_EN, TOTAL, *RANGE, UNIT, LAST_YEAR, CHANGE, LIMIT, PROBABILITY,
            Field("months_unknown", Text("数据不完整的月份", "Months not known"), kind=Kind.TEXT),
            WHY,
        ),
        refresh_s=REFRESH_S,
        width=24,
        limit=60,
    ),
)  # fmt: skip
PEERS = (
    Panel(
        id="peers",
        title=Text("与同类园区相比", "Among its peers"),
        question=Text(
            "按达峰先后和单位产值排放，园区在同类园区中排第几？",
            "Where does the park stand among its peers, by its peak and by emissions per output?",
        ),
        query=ask("peak/peers"),
        picture=Picture.STATEMENT,
        fields=(
            NAME_ZH,
            NAME_EN,
            *STATEMENT,
            Field("verdict", Text("判断", "Verdict"), kind=Kind.TEXT, codes=VERDICTS),
            Field("rank", Text("达峰排名", "Rank by the peak"), kind=Kind.TEXT),
            Field("rank_best", Text("最好可能", "At best"), kind=Kind.TEXT),
            Field("rank_worst", Text("最差可能", "At worst"), kind=Kind.TEXT),
            Field("intensity_rank", Text("强度排名", "Rank by intensity"), kind=Kind.TEXT),
            RANK_WHY,
        ),
        refresh_s=REFRESH_S,
        width=24,
    ),
)
