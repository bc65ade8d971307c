"""The carbon peak: verdicts with their evidence, why emissions change, what is still to come."""

from __future__ import annotations

from dashboards.boards.accounts import ask
from dashboards.boards.nowcast_panels import PEERS, THIS_YEAR
from dashboards.boards.peak_codes import ORIGINS, REASONS, STATES, VERDICTS
from dashboards.boards.vocabulary import SHARE, Board, Field, Kind, Panel, Picture, Text

REFRESH_S = 600.0  # of whole years

NAME_ZH = Field("name_zh", Text("名称", "In Chinese"), kind=Kind.TEXT)
NAME_EN = Field("name_en", Text("英文名称", "Name"), kind=Kind.TEXT)
SERIES_ZH = Field("series_zh", Text("序列", "Series in Chinese"), kind=Kind.TEXT)
SERIES_EN = Field("series_en", Text("英文序列", "Series"), kind=Kind.TEXT)
SAID = Text("结论", "Statement")
STATEMENT = (
    Field("statement_zh", SAID, kind=Kind.TEXT),
    Field("statement_en", SAID, kind=Kind.TEXT),
)
VERDICT = Field("verdict", Text("判断", "Verdict"), kind=Kind.TEXT, codes=VERDICTS)
EVIDENCE = (
    VERDICT,
    Field("n", Text("年度值", "Values (n)"), kind=Kind.TEXT),
    Field("peak_year", Text("最高年份", "Maximum in (m)"), kind=Kind.TEXT),
    Field("years_after", Text("此后年数", "Years after (k)"), kind=Kind.TEXT),
    Field("mk_p", Text("趋势检验 p", "Mann-Kendall p"), decimals=3, rounded=True),
    Field("slope_t", Text("森斜率", "Sen's slope"), "tCO2e/a"),
    Field("slope_low_t", Text("斜率下限", "Slope, lower end"), "tCO2e/a"),
    Field("slope_high_t", Text("斜率上限", "Slope, upper end"), "tCO2e/a"),
    Field("missing_years", Text("缺失年份", "Missing years"), kind=Kind.TEXT),
    Field("boundary_changes", Text("边界改变", "Boundary changed in"), kind=Kind.TEXT),
)
YEAR = Field("year", Text("年份", "Year"))
CO2E = Field("co2e_t", Text("排放量", "Emissions"), "tCO2e")
ORIGIN = Field("origin", Text("来源", "Origin"), kind=Kind.TEXT, codes=ORIGINS)


PEAK = Board(
    id="peak",
    title=Text("碳达峰", "Carbon peak"),
    names=ask("enterprises"),
    panels=(
        Panel(
            id="park-peak",
            title=Text("园区是否达峰", "Has the park peaked?"),
            question=Text(
                "园区达峰了吗，依据什么，明年的排放会使结论怎样改变？",
                "Has the park peaked, on what evidence, and what would next year change?",
            ),
            query=ask("peak", by="park"),
            picture=Picture.STATEMENT,
            fields=(SERIES_ZH, SERIES_EN, *STATEMENT, *EVIDENCE),
            refresh_s=REFRESH_S,
            width=24,
        ),
        Panel(
            id="park-years",
            title=Text("园区历年排放", "Emissions of the park by year"),
            question=Text(
                "历年排放怎样变化，扣除气象和产值的影响之后呢？",
                "How did emissions go, and how without the influence of weather and output?",
            ),
            query=ask("peak/series", by="park", running="false"),
            picture=Picture.COURSES,
            fields=(CO2E, YEAR, SERIES_ZH, SERIES_EN, ORIGIN),
            refresh_s=REFRESH_S,
            width=24,
        ),
        *THIS_YEAR,
        Panel(
            id="cluster-peaks",
            title=Text("各集群是否达峰", "Have the clusters peaked?"),
            question=Text(
                "哪些集群已达峰、在平台期、还在上升？",
                "Which clusters have peaked, are on a plateau, are still rising?",
            ),
            query=ask("peak", by="cluster", adjusted="false"),
            picture=Picture.STATEMENT,
            fields=(NAME_ZH, NAME_EN, *STATEMENT, *EVIDENCE),
            refresh_s=REFRESH_S,
            width=24,
        ),
        Panel(
            id="cluster-years",
            title=Text("各集群历年排放", "Emissions of the clusters by year"),
            question=Text("各集群排放怎样变化？", "How did each cluster's emissions go?"),
            query=ask("peak/series", by="cluster", adjusted="false", running="false"),
            picture=Picture.COURSES,
            fields=(CO2E, YEAR, NAME_ZH, NAME_EN, ORIGIN),
            refresh_s=REFRESH_S,
            width=24,
        ),
        Panel(
            id="effects",
            title=Text("排放变化的原因", "Why emissions changed"),
            question=Text(
                "从有数据的第一年到最近一年，规模、结构、强度、能源结构和排放因子各起多大作用？",
                "What did activity, structure, intensity, mix and factors do, first to last year?",
            ),
            query=ask("peak/decomposition", by="park"),
            picture=Picture.TABLE,
            fields=(
                Field("effect_zh", Text("效应", "In Chinese"), kind=Kind.TEXT),
                Field("effect_en", Text("英文效应", "Effect"), kind=Kind.TEXT),
                Field("effect_t", Text("使排放变化", "Changed emissions by"), "tCO2e"),
                Field("share_of_first", Text("占首年排放", "Of the first year"), SHARE),
                Field("factor", Text("乘法效应", "As a factor"), decimals=3),
                Field("largest_zh", Text("影响最大", "Most of it, in Chinese"), kind=Kind.TEXT),
                Field("largest_en", Text("影响最大（英文）", "Most of it"), kind=Kind.TEXT),
                Field("first_year", Text("自", "From"), kind=Kind.TEXT),
                Field("last_year", Text("至", "To"), kind=Kind.TEXT),
                Field("left_out", Text("未纳入", "Left out"), kind=Kind.TEXT),
            ),
            refresh_s=REFRESH_S,
            width=24,
        ),
        Panel(
            id="decoupling",
            title=Text("排放与产值脱钩", "Decoupling from output"),
            question=Text(
                "排放是否与产值增长脱钩？", "Have emissions come apart from growing output?"
            ),
            query=ask("peak/decoupling", by="park"),
            picture=Picture.TABLE,
            fields=(
                Field("first_year", Text("自", "From"), kind=Kind.TEXT),
                Field("last_year", Text("至", "To"), kind=Kind.TEXT),
                Field("state", Text("状态", "State"), kind=Kind.TEXT, codes=STATES),
                Field("elasticity", Text("弹性", "Elasticity"), decimals=2),
                Field("co2e_last_t", Text("排放量", "Emissions"), "tCO2e"),
                Field("of_last_1e4_yuan", Text("产值", "Output"), "1e4_yuan"),
                Field("reason", Text("原因", "Reason"), kind=Kind.TEXT, codes=REASONS),
            ),
            refresh_s=REFRESH_S,
            width=24,
            limit=40,
        ),
        Panel(
            id="neutrality",
            title=Text("到碳中和的距离", "The way to neutrality"),
            question=Text(
                "达峰之后到碳中和还有多远，每年要减多少？",
                "How far is neutrality after the peak, and what must come off every year?",
            ),
            query=ask("peak/neutrality", by="park"),
            picture=Picture.STATEMENT,
            fields=(
                NAME_ZH,
                NAME_EN,
                *STATEMENT,
                VERDICT,
                Field("level_t", Text("目前排放", "Level"), "tCO2e"),
                Field("below_peak", Text("低于最高值", "Below the maximum"), SHARE),
                Field("reduction_t_per_year", Text("每年须减", "To come off a year"), "tCO2e/a"),
                Field(
                    "fall_since_peak_t_per_year",
                    Text("达峰以来每年减", "Came off a year so far"),
                    "tCO2e/a",
                ),
            ),
            refresh_s=REFRESH_S,
            width=24,
        ),
        *PEERS,
        Panel(
            id="enterprise-peaks",
            title=Text("各企业是否达峰", "Have the enterprises peaked?"),
            question=Text(
                "哪些企业还在上升，哪些已过最高值？",
                "Which enterprises are still rising, which are past their maximum?",
            ),
            query=ask("peak", by="enterprise", adjusted="false"),
            picture=Picture.TABLE,
            fields=(
                NAME_ZH,
                NAME_EN,
                VERDICT,
                Field("peak_year", Text("最高年份", "Maximum in"), kind=Kind.TEXT),
                Field("peak_value_t", Text("最高值", "Maximum"), "tCO2e"),
                Field("last_year", Text("最近年份", "Last year"), kind=Kind.TEXT),
                Field("last_value_t", Text("最近年排放", "In the last year"), "tCO2e"),
                Field("mk_p", Text("趋势检验 p", "Mann-Kendall p"), decimals=3, rounded=True),
                Field("slope_t", Text("森斜率", "Sen's slope"), "tCO2e/a"),
                Field("missing_years", Text("缺失年份", "Missing years"), kind=Kind.TEXT),
            ),
            refresh_s=REFRESH_S,
            width=24,
            limit=60,
        ),
    ),
    refresh_s=REFRESH_S,
)
