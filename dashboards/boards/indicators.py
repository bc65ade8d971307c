"""Indicators: what the plan and the titles ask of the park, and how it stands."""

from __future__ import annotations

from dashboards.boards.accounts import ask
from dashboards.boards.indicator_codes import KINDS, LEVELS, ORIGINS, STATES, TITLE_STATES
from dashboards.boards.vocabulary import ROW_UNIT, Board, Field, Kind, Panel, Picture, Text

REFRESH_S = 600.0  # of a year that is over

NAME_ZH = Field("name_zh", Text("指标", "Indicator in Chinese"), kind=Kind.TEXT)
NAME_EN = Field("name_en", Text("指标英文名", "Indicator"), kind=Kind.TEXT)
STATEMENT_ZH = Field("statement_zh", Text("说明", "Statement"), kind=Kind.TEXT)
STATEMENT_EN = Field("statement_en", Text("说明", "Statement"), kind=Kind.TEXT)
STATE = Field("state", Text("状态", "State"), kind=Kind.TEXT, codes=STATES)
KIND = Field("kind", Text("性质", "Kind"), kind=Kind.TEXT, codes=KINDS)
UNIT = Field("unit", Text("单位", "Unit"), kind=Kind.TEXT)
VALUE = Field("value", Text("数值", "Value"), ROW_UNIT)
TARGET = Field("target", Text("目标", "Target"), ROW_UNIT)
MARGIN = Field("margin", Text("优于目标（负为差距）", "Better than it (below 0: short)"), ROW_UNIT)
YEAR = Field("year", Text("年份", "Year"), kind=Kind.TEXT)
TARGET_YEAR = Field("target_year", Text("目标年", "Target year"), kind=Kind.TEXT)
ORIGIN = Field("origin", Text("来源", "Origin"), kind=Kind.TEXT, codes=ORIGINS)


def _counted(name: str, zh: str, en: str) -> Field:
    return Field(name, Text(zh, en))


def _statements(code: str, title: Text, question: Text) -> Panel:
    """The sentences of a table, one a row."""
    return Panel(
        id=code.replace("_", "-"),
        title=title,
        question=question,
        query=ask("indicators", table=code),
        picture=Picture.STATEMENT,
        fields=(NAME_ZH, NAME_EN, STATEMENT_ZH, STATEMENT_EN, STATE),
        refresh_s=REFRESH_S,
        width=24,
    )


INDICATORS = Board(
    id="indicators",
    title=Text("指标体系", "Indicators"),
    names=ask("enterprises"),
    panels=(
        Panel(
            id="indicator-tables",
            title=Text("各指标表完成情况", "Tables of indicators"),
            question=Text(
                "上一年度，规划和各类创建要求的指标完成了多少？",
                "How many indicators of the plan and of each title were met in the last year?",
            ),
            query=ask("indicators/tables"),
            picture=Picture.TABLE,
            fields=(
                Field("name_zh", Text("指标表", "Table in Chinese"), kind=Kind.TEXT),
                Field("name_en", Text("指标表英文名", "Table"), kind=Kind.TEXT),
                YEAR,
                _counted("rows", "指标数", "Rows"),
                _counted("met", "达到", "Met"),
                _counted("on_track", "进度正常", "On track"),
                _counted("missed", "未完成", "Missed"),
                _counted("not_met", "未达到", "Not met"),
                _counted("behind", "滞后", "Behind"),
                _counted("no_target", "目标未录入", "No target"),
                _counted("unknown", "数值未知", "No value"),
            ),
            refresh_s=REFRESH_S,
            width=24,
        ),
        _statements(
            "plan_14",
            Text("“十四五”规划表1", "The plan's table 1"),
            Text(
                "规划表1的每项指标完成了吗，依据是什么？",
                "Is each row of the plan met, by what evidence?",
            ),
        ),
        _statements(
            "zero_carbon_park",
            Text("国家级零碳园区（1+5）", "National zero-carbon park (1 + 5)"),
            Text(
                "园区离国家级零碳园区的要求还有多远？",
                "How far is the park from a national zero-carbon park?",
            ),
        ),
        Panel(
            id="green-park",
            title=Text("绿色工业园区指标", "Green industrial park"),
            question=Text(
                "绿色园区的各项指标是多少，离引领值多远？",
                "What are the green park's indicators, and how far from their leading values?",
            ),
            query=ask("indicators", table="green_park"),
            picture=Picture.TABLE,
            fields=(NAME_ZH, NAME_EN, VALUE, TARGET, UNIT, MARGIN, STATE, KIND, ORIGIN),
            limit=20,
            refresh_s=REFRESH_S,
            width=24,
        ),
        _statements(
            "peak_action_2030",
            Text("国家碳达峰行动方案（参考）", "National carbon peak action (for orientation)"),
            Text(
                "与国家2030年目标相比，园区走到哪一步？",
                "Where does the park stand beside the nation's goals for 2030?",
            ),
        ),
        _statements(
            "hightech_green",
            Text("国家高新区绿色发展（参考）", "National high-tech zones (for orientation)"),
            Text(
                "与国家高新区的总体目标相比如何？",
                "How does the park compare with the goals of all high-tech zones?",
            ),
        ),
        Panel(
            id="title-counts",
            title=Text("称号", "Titles"),
            question=Text(
                "园区和企业持有哪些绿色称号？", "Which green titles do the park and its firms hold?"
            ),
            query=ask("title-counts"),
            picture=Picture.TABLE,
            fields=(
                Field("name_zh", Text("称号", "Title in Chinese"), kind=Kind.TEXT),
                Field("name_en", Text("称号英文名", "Title"), kind=Kind.TEXT),
                _counted("holders", "持有", "Holders"),
                _counted("of", "对象数", "Of"),
                _counted("national", "国家级", "National"),
                _counted("provincial", "省级", "Provincial"),
                _counted("city", "市级", "City"),
            ),
            refresh_s=REFRESH_S,
            width=24,
        ),
        Panel(
            id="titles-held",
            title=Text("称号名单", "Who holds which title"),
            question=Text(
                "谁持有哪个称号，何时到期，依据哪份文件？",
                "Who holds which title, until when, by which document?",
            ),
            query=ask("titles"),
            picture=Picture.TABLE,
            fields=(
                Field("code", Text("持有者", "Holder"), kind=Kind.TEXT),
                Field("name_zh", Text("称号", "Title in Chinese"), kind=Kind.TEXT),
                Field("name_en", Text("称号英文名", "Title"), kind=Kind.TEXT),
                Field("level", Text("级别", "Level"), kind=Kind.TEXT, codes=LEVELS),
                Field("awarded", Text("授予日期", "Awarded"), kind=Kind.TEXT),
                Field("valid_to", Text("失效日期", "Ends"), kind=Kind.TEXT),
                Field("state", Text("状态", "State"), kind=Kind.TEXT, codes=TITLE_STATES),
                Field("document", Text("文件", "Document"), kind=Kind.TEXT),
            ),
            limit=40,
            refresh_s=REFRESH_S,
            width=24,
        ),
    ),
    refresh_s=REFRESH_S,
)
