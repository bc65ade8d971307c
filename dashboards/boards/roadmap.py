"""The roadmap: where each scenario leads, its measures and what it assumes."""

from __future__ import annotations

from dataclasses import replace

from dashboards.boards.accounts import ask
from dashboards.boards.fields import ENTERPRISE
from dashboards.boards.roadmap_codes import ORIGINS, REASONS, VERDICTS
from dashboards.boards.vocabulary import SHARE, Board, Field, Kind, Panel, Picture, Text

REFRESH_S = 600.0  # of what follows from whole years and what was entered

SAID = Text("结论", "Statement")
SCENARIO_ZH = Field("name_zh", Text("情景", "Scenario in Chinese"), kind=Kind.TEXT)
SCENARIO_EN = Field("name_en", Text("情景（英文）", "Scenario"), kind=Kind.TEXT)
SCENARIO = Field("scenario", Text("情景", "Scenario"), kind=Kind.TEXT)
MEASURE_ZH = Field("name_zh", Text("措施", "Measure in Chinese"), kind=Kind.TEXT)
MEASURE_EN = Field("name_en", Text("措施（英文）", "Measure"), kind=Kind.TEXT)
WHO = replace(ENTERPRISE, title=Text("实施单位", "Where"))

ROADMAP = Board(
    id="roadmap",
    title=Text("达峰路线图", "Roadmap"),
    names=ask("enterprises"),
    panels=(
        Panel(
            id="scenarios",
            title=Text("各情景的达峰年份与水平", "Peak year and level of each scenario"),
            question=Text(
                "按各情景，园区哪一年达峰，2030、2035、2060 年排放多少？",
                "When does the park peak in each scenario, and how much is emitted later on?",
            ),
            query=ask("roadmap/scenarios"),
            picture=Picture.STATEMENT,
            fields=(
                SCENARIO_ZH,
                SCENARIO_EN,
                Field("statement_zh", SAID, kind=Kind.TEXT),
                Field("statement_en", SAID, kind=Kind.TEXT),
                Field("verdict", Text("判定", "Verdict"), kind=Kind.TEXT, codes=VERDICTS),
                Field("peak_year", Text("最高年份", "Highest year"), kind=Kind.TEXT),
                Field("probability_by_2030", Text("2030 年前概率", "By 2030"), SHARE),
                Field("reason", Text("原因", "Reason"), kind=Kind.TEXT, codes=REASONS),
            ),
            refresh_s=REFRESH_S,
            width=24,
        ),
        Panel(
            id="courses",
            title=Text("到 2060 年的排放走势", "Emissions to 2060"),
            question=Text(
                "从历史到各情景，排放走向如何？带状为 90% 区间",
                "Where do emissions go from here in each scenario? Bands are 90 % intervals",
            ),
            query=ask("roadmap"),
            picture=Picture.COURSES,
            fields=(
                Field("co2e_t", Text("排放量", "Emissions"), "tCO2e"),
                Field("year", Text("年份", "Year")),
                SCENARIO_ZH,
                SCENARIO_EN,
                Field("low_t", Text("区间下限", "Low"), "tCO2e"),
                Field("high_t", Text("区间上限", "High"), "tCO2e"),
                Field("origin", Text("来源", "Origin"), kind=Kind.TEXT, codes=ORIGINS),
            ),
            refresh_s=REFRESH_S,
            width=24,
        ),
        Panel(
            id="measures",
            title=Text("措施：每吨成本由低到高", "Measures, the cheapest tonne first"),
            question=Text(
                "哪些措施减得最多、每吨花费最少？",
                "Which measures save most, and what does a tonne cost?",
            ),
            query=ask("roadmap/measures", counted="true"),
            picture=Picture.TABLE,
            fields=(
                SCENARIO,
                MEASURE_ZH,
                MEASURE_EN,
                WHO,
                Field("kind_zh", Text("类型", "Kind in Chinese"), kind=Kind.TEXT),
                Field("kind_en", Text("类型（英文）", "Kind"), kind=Kind.TEXT),
                Field("overlaps", Text("与之重复", "Same energy as"), kind=Kind.TEXT),
                Field("start_year", Text("开始", "Starts"), kind=Kind.TEXT),
                Field("saved_2030_t", Text("2030 年减排", "Saved in 2030"), "tCO2e"),
                Field("saved_2035_t", Text("2035 年减排", "Saved in 2035"), "tCO2e"),
                Field("cost_1e4_yuan", Text("投资", "Cost"), "1e4_yuan"),
                Field("cost_yuan_per_t", Text("每吨成本", "Cost of a tonne"), "yuan/tCO2e"),
                Field("cumulated_2030_t", Text("累计（2030 年）", "Cumulated, 2030"), "tCO2e"),
            ),
            refresh_s=REFRESH_S,
            width=24,
        ),
        Panel(
            id="measures-not-counted",
            title=Text("未计入的措施", "Measures that do not count"),
            question=Text("哪些措施没有计入，为什么？", "Which measures do not count, and why?"),
            query=ask("roadmap/measures", counted="false"),
            picture=Picture.STATEMENT,
            fields=(
                MEASURE_ZH,
                MEASURE_EN,
                Field("statement_zh", Text("原因", "Why"), kind=Kind.TEXT),
                Field("statement_en", Text("原因", "Why"), kind=Kind.TEXT),
                SCENARIO,
                Field("reason", Text("原因", "Reason"), kind=Kind.TEXT, codes=REASONS),
                Field("saving_co2e_t", Text("申报减排", "Saving as stated"), "tCO2e"),
            ),
            refresh_s=REFRESH_S,
            width=24,
        ),
        Panel(
            id="assumptions",
            title=Text("假设", "Assumptions"),
            question=Text("推算依据哪些假设，区间多大？", "What is assumed, and how surely?"),
            query=ask("roadmap/assumptions"),
            picture=Picture.TABLE,
            fields=(
                SCENARIO_ZH,
                SCENARIO_EN,
                Field("parameter_zh", Text("参数", "Parameter in Chinese"), kind=Kind.TEXT),
                Field("parameter_en", Text("参数（英文）", "Parameter"), kind=Kind.TEXT),
                Field("cluster_zh", Text("集群", "Cluster in Chinese"), kind=Kind.TEXT),
                Field("cluster_en", Text("集群（英文）", "Cluster"), kind=Kind.TEXT),
                Field("from_year", Text("自", "From"), kind=Kind.TEXT),
                Field("value_pct", Text("每年", "A year"), "%", decimals=1),
                Field("low_pct", Text("下限", "Low"), "%", decimals=1),
                Field("high_pct", Text("上限", "High"), "%", decimals=1),
                Field("source", Text("依据", "Source"), kind=Kind.TEXT),
            ),
            refresh_s=REFRESH_S,
            width=24,
        ),
    ),
    refresh_s=REFRESH_S,
)
