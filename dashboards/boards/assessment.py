"""Assessment: grades of enterprises, why, what brings the next one, land use, appeals."""

from __future__ import annotations

from dashboards.boards.accounts import ask
from dashboards.boards.assessment_codes import (
    APPEALS,
    CRITERIA,
    NO_GRADES,
    STANDINGS,
    VERDICTS,
)
from dashboards.boards.fields import ENTERPRISE
from dashboards.boards.vocabulary import ROW_UNIT, SHARE, Board, Field, Kind, Panel, Picture, Text

REFRESH_S = 600.0  # of a year that is over

NAME_ZH = Field("name_zh", Text("企业名称", "Name in Chinese"), kind=Kind.TEXT)
NAME_EN = Field("name_en", Text("企业英文名", "Name"), kind=Kind.TEXT)
STATEMENT_ZH = Field("statement_zh", Text("说明", "Statement"), kind=Kind.TEXT)
STATEMENT_EN = Field("statement_en", Text("说明", "Statement"), kind=Kind.TEXT)
GRADE = Field("grade", Text("等级", "Grade"), kind=Kind.TEXT)
CRITERION = Field("criterion", Text("指标", "Criterion"), kind=Kind.TEXT, codes=CRITERIA)
UNIT = Field("unit", Text("单位", "Unit"), kind=Kind.TEXT)

ASSESSMENT = Board(
    id="assessment",
    title=Text("企业评价", "Assessment"),
    names=ask("enterprises"),
    panels=(
        Panel(
            id="grades",
            title=Text("综合评价：上一年度", "Grades of the last year"),
            question=Text(
                "哪些企业做得好，哪些变好了，等级受什么限制？",
                "Who does well, who became better, and what holds a grade down?",
            ),
            query=ask("assessment"),
            picture=Picture.TABLE,
            fields=(
                Field("rank", Text("名次", "Place")),
                ENTERPRISE,
                NAME_ZH,
                NAME_EN,
                Field("score", Text("得分", "Score"), decimals=1, rounded=True),
                GRADE,
                Field("caps", Text("等级受限于", "Held down by"), kind=Kind.TEXT, codes=CRITERIA),
                Field("score_change", Text("比上年", "On last year"), decimals=1, rounded=True),
                Field("previous_grade", Text("上年等级", "Last year"), kind=Kind.TEXT),
                Field("rank_cluster", Text("集群名次", "Place in cluster")),
                Field("known_weight", Text("已知权重（满分100）", "Weight known, of 100")),
                Field("no_grade", Text("未评级", "No grade"), kind=Kind.TEXT, codes=NO_GRADES),
            ),
            limit=60,
            refresh_s=REFRESH_S,
            width=24,
        ),
        Panel(
            id="grade-statements",
            title=Text("评价说明", "Grades in words"),
            question=Text(
                "每家企业为什么得到这个等级？", "Why does each enterprise have its grade?"
            ),
            query=ask("assessment"),
            picture=Picture.STATEMENT,
            fields=(ENTERPRISE, STATEMENT_ZH, STATEMENT_EN, GRADE),
            limit=60,
            refresh_s=REFRESH_S,
            width=24,
        ),
        Panel(
            id="land-watch",
            title=Text("低效用地退出观察名单", "Watch on low-efficiency land use"),
            question=Text(
                "哪些企业用地低效，连续几年了，依据是什么？",
                "Who uses land poorly, for how many years, by what evidence?",
            ),
            query=ask("assessment/watch"),
            picture=Picture.TABLE,
            fields=(
                ENTERPRISE,
                NAME_ZH,
                NAME_EN,
                Field("verdict", Text("结论", "Verdict"), kind=Kind.TEXT, codes=VERDICTS),
                Field("land_area_mu", Text("用地（亩）", "Land (mu)")),
                Field("output_ratio", Text("亩均产值/园区平均", "Output per mu / mean"), SHARE),
                Field("tax_ratio", Text("亩均税收/园区平均", "Tax per mu / mean"), SHARE),
                Field("low_years", Text("连续年数", "Years in a row")),
                GRADE,
            ),
            limit=20,
            refresh_s=REFRESH_S,
            width=24,
        ),
        Panel(
            id="paths",
            title=Text("升级路径", "The way to the next grade"),
            question=Text(
                "每家企业升到下一等级最省力的办法是什么，改多少？",
                "What brings each enterprise to the next grade at the least effort, by how much?",
            ),
            query=ask("assessment/path"),
            picture=Picture.TABLE,
            fields=(
                ENTERPRISE,
                GRADE,
                Field("to_grade", Text("升到", "To"), kind=Kind.TEXT),
                CRITERION,
                Field("value", Text("现值", "Now"), ROW_UNIT),
                Field("value_needed", Text("须达到", "Needed"), ROW_UNIT),
                UNIT,
                Field("points", Text("增加得分", "Points gained"), decimals=1, rounded=True),
                STATEMENT_ZH,
                STATEMENT_EN,
            ),
            limit=60,
            refresh_s=REFRESH_S,
            width=24,
        ),
        Panel(
            id="points",
            title=Text("逐项得分", "Every point"),
            question=Text(
                "每家企业每项指标得了多少分，依据是什么？",
                "How many points has each criterion of each enterprise, and why?",
            ),
            query=ask("assessment/points"),
            picture=Picture.TABLE,
            fields=(
                ENTERPRISE,
                CRITERION,
                Field("value", Text("数值", "Value"), ROW_UNIT),
                Field("yardstick", Text("基准", "Yardstick"), ROW_UNIT),
                UNIT,
                Field("points", Text("得分", "Points"), decimals=1, rounded=True),
                Field("counted_weight", Text("满分", "Of"), decimals=1, rounded=True),
                Field("standing", Text("计分情况", "Standing"), kind=Kind.TEXT, codes=STANDINGS),
                STATEMENT_ZH,
                STATEMENT_EN,
                Field("source", Text("数据来源", "Source"), kind=Kind.TEXT),
            ),
            limit=130,  # ten enterprises in Grafana
            refresh_s=REFRESH_S,
            width=24,
        ),
        Panel(
            id="appeals",
            title=Text("申诉", "Appeals"),
            question=Text(
                "企业对评价有哪些异议，答复了吗？",
                "What do enterprises object to, and were they answered?",
            ),
            query=ask("assessment/appeals"),
            picture=Picture.TABLE,
            fields=(
                ENTERPRISE,
                Field("year", Text("评价年度", "Year"), kind=Kind.TEXT),
                CRITERION,
                Field("note", Text("理由", "Why"), kind=Kind.TEXT),
                Field("state", Text("状态", "State"), kind=Kind.TEXT, codes=APPEALS),
                Field("filed_at", Text("提出时间", "Filed"), kind=Kind.TIME),
                Field("answer", Text("答复", "Answer"), kind=Kind.TEXT),
            ),
            limit=20,
            width=24,
        ),
    ),
    refresh_s=REFRESH_S,
)
