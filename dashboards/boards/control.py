"""Control: targets of energy and carbon, what is left of them, and who passes dual control."""

from __future__ import annotations

from dashboards.boards.accounts import ask
from dashboards.boards.control_codes import (
    BREAKDOWNS,
    CONTROLS,
    SCOPES,
    SUBJECTS,
    TARGET_STATES,
    VALUES_OF_ENERGY,
    VERDICTS,
)
from dashboards.boards.fields import COVERAGE
from dashboards.boards.vocabulary import (
    ROW_UNIT,
    SHARE,
    Board,
    Ceiling,
    Field,
    Kind,
    Panel,
    Picture,
    Text,
)

REFRESH_S = 600.0  # years and months move little in an hour

NAME_ZH = Field("name_zh", Text("名称", "In Chinese"), kind=Kind.TEXT)
NAME_EN = Field("name_en", Text("英文名称", "Name"), kind=Kind.TEXT)
STATEMENT_ZH = Field("statement_zh", Text("结论", "In Chinese"), kind=Kind.TEXT)
STATEMENT_EN = Field("statement_en", Text("英文结论", "Statement"), kind=Kind.TEXT)
CONTROL = Field("control", Text("双控", "Control"), kind=Kind.TEXT, codes=CONTROLS)
VERDICT = Field("verdict", Text("结论", "Verdict"), kind=Kind.TEXT, codes=VERDICTS)
SCOPE = Field("scope", Text("层级", "Scope"), kind=Kind.TEXT, codes=SCOPES)
SUBJECT = Field("subject", Text("指标", "Subject"), kind=Kind.TEXT, codes=SUBJECTS)
BASIS = Field("basis", Text("折算", "Value of energy"), kind=Kind.TEXT, codes=VALUES_OF_ENERGY)
STATE = Field("state", Text("状态", "State"), kind=Kind.TEXT, codes=TARGET_STATES)
PERIOD = Field("asked_period", Text("期间", "Period"), kind=Kind.TEXT)
UNIT = Field("unit", Text("单位", "Unit"), kind=Kind.TEXT)
ALLOWED = Field("allowed", Text("目标", "Allowed"), ROW_UNIT)
ACTUAL = Field("actual", Text("目前", "So far"), ROW_UNIT)
USED = Field("used_share", Text("已用", "Used"), SHARE, decimals=1, ceiling=Ceiling(0.9, 1.0))
LEFT = (
    Field("left", Text("剩余", "Left"), ROW_UNIT),
    Field("even_rate_per_day", Text("日均可用", "A day to meet it"), ROW_UNIT),
    Field("rate_per_day", Text("近30天日均", "A day, last 30 days"), ROW_UNIT),
)
EXPECTED = (
    Field("expected_course", Text("按去年走势预计", "Expected, as last year"), ROW_UNIT),
    Field("expected", Text("按近30天预计", "Expected, as the last 30 days"), ROW_UNIT),
)

CONTROL_BOARD = Board(
    id="control",
    title=Text("目标与双控", "Targets and dual control"),
    names=ask("enterprises"),
    panels=(
        Panel(
            id="park-verdict",
            title=Text("园区双控结论", "Dual control of the park"),
            question=Text(
                "园区今年能否通过能耗和碳排放双控，依据哪条规则？",
                "Does the park pass the control of energy and of carbon this year, by which rule?",
            ),
            query=ask("dual-control", scope="park"),
            picture=Picture.STATEMENT,
            fields=(CONTROL, STATEMENT_ZH, STATEMENT_EN, VERDICT, COVERAGE),
            refresh_s=REFRESH_S,
            width=24,
        ),
        Panel(
            id="park-targets",
            title=Text("园区目标", "Targets of the park"),
            question=Text(
                "园区每项目标用了多少、还剩多少、每天多少才能完成？",
                "How much of each target of the park is used and left, and what a day meets it?",
            ),
            query=ask("targets", scope="park"),
            picture=Picture.TABLE,
            fields=(
                SUBJECT, BASIS, PERIOD,
                Field("period", Text("目标期", "Target's period"), kind=Kind.TEXT),
                STATE, ALLOWED, ACTUAL, UNIT, USED, *LEFT, *EXPECTED,
                Field("lead_unit", Text("牵头单位", "Lead unit"), kind=Kind.TEXT),
            ),
            refresh_s=REFRESH_S,
            width=24,
        ),
        Panel(
            id="enterprise-verdicts",
            title=Text("企业双控结论", "Dual control of enterprises"),
            question=Text(
                "哪些企业在总量和强度之内，哪些没有，差多少？",
                "Which enterprises are within total and intensity, which not, by how much?",
            ),
            query=ask("dual-control", scope="enterprise", judged="true"),
            picture=Picture.TABLE,
            fields=(
                NAME_ZH, NAME_EN, CONTROL, VERDICT,
                Field("total_actual", Text("总量（扣除后，tce 或 t）", "Total counted, tce or t")),
                Field("total_allowed", Text("总量目标", "Total allowed")),
                Field("total_expected", Text("全年预计", "Expected of the year")),
                Field("intensity_actual", Text("强度（每万元 tce 或 t）", "tce or t per 10⁴ yuan")),
                Field("intensity_allowed", Text("强度目标", "Allowed per 10⁴ yuan")),
                Field("renewable_tce", Text("扣除绿证电量", "Less renewables"), "tce"),
                Field("raw_material_tce", Text("扣除原料用能", "Less raw material"), "tce"),
            ),
            refresh_s=REFRESH_S,
            width=24,
        ),
        Panel(
            id="enterprise-targets",
            title=Text("企业目标", "Targets of enterprises"),
            question=Text(
                "每家企业今年和各月的目标完成得怎样？",
                "How do enterprises stand against their targets of the year and of its months?",
            ),
            query=ask("targets", scope="enterprise"),
            picture=Picture.TABLE,
            fields=(
                NAME_ZH, NAME_EN, SUBJECT, BASIS, PERIOD, STATE, ALLOWED, ACTUAL, UNIT, USED,
                *LEFT, EXPECTED[0],
            ),
            refresh_s=REFRESH_S,
            width=24,
        ),
        Panel(
            id="breakdown",
            title=Text("目标分解", "Breakdown of totals"),
            question=Text(
                "分解到集群和企业的总量合起来是否超过上一级？",
                "Do the totals of clusters and enterprises together exceed the one above them?",
            ),
            query=ask("targets/breakdown"),
            picture=Picture.TABLE,
            fields=(
                SCOPE, NAME_ZH, NAME_EN, SUBJECT, BASIS, ALLOWED,
                Field("parts_allowed", Text("分解合计", "Parts together"), ROW_UNIT),
                Field("difference", Text("差额", "Difference"), ROW_UNIT),
                UNIT,
                Field("parts_with_target", Text("有目标的部分", "Parts with a target")),
                Field("parts", Text("全部部分", "Parts")),
                Field("verdict", Text("结论", "Verdict"), kind=Kind.TEXT, codes=BREAKDOWNS),
            ),
            refresh_s=REFRESH_S,
            width=24,
        ),
        Panel(
            id="lead-units",
            title=Text("牵头单位", "Lead units"),
            question=Text(
                "各牵头单位负责的目标进展如何，中期是否达到？",
                "How do the targets of each lead unit stand, and did they hold at mid-term?",
            ),
            query=ask("targets/lead-units"),
            picture=Picture.TABLE,
            fields=(
                Field("lead_unit", Text("牵头单位", "Lead unit"), kind=Kind.TEXT),
                NAME_ZH, NAME_EN, SUBJECT, BASIS,
                Field("period", Text("目标期", "Period"), kind=Kind.TEXT),
                STATE,
                Field("mid_year", Text("中期年", "Mid-term year"), kind=Kind.TEXT),
                Field("mid_allowed", Text("中期目标", "Allowed then"), ROW_UNIT),
                Field("mid_actual", Text("中期实际", "Actual then"), ROW_UNIT),
                UNIT,
                Field("mid_state", Text("中期状态", "Mid-term state"), kind=Kind.TEXT,
                      codes=TARGET_STATES),
            ),
            refresh_s=REFRESH_S,
            width=24,
        ),
    ),
    refresh_s=60.0,
)  # fmt: skip
