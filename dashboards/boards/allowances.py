"""Allowances and rights: what enterprises owe, hold and must buy, and whether the record agrees."""

from __future__ import annotations

from dashboards.boards.accounts import ask
from dashboards.boards.allowance_codes import (
    CERTIFICATE_STATES,
    CLASSES,
    FINDINGS,
    INSTRUMENTS,
    ORIGINS,
    RIGHT_STATES,
    STAGES,
    VERDICTS,
)
from dashboards.boards.fields import ENTERPRISE
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

REFRESH_S = 600.0  # figures of years; movements come by registry files

YEAR = Field("year", Text("年度", "Year"), kind=Kind.TEXT)
VERDICT = Field("verdict", Text("履约情况", "Verdict"), kind=Kind.TEXT, codes=VERDICTS)
STATEMENT_ZH = Field("statement_zh", Text("说明", "Statement"), kind=Kind.TEXT)
STATEMENT_EN = Field("statement_en", Text("说明", "Statement"), kind=Kind.TEXT)
INSTRUMENT = Field("instrument", Text("权利", "Right"), kind=Kind.TEXT, codes=INSTRUMENTS)
ITEM = Field("item", Text("因子或证书", "Pollutant or certificate"), kind=Kind.TEXT)
VINTAGE = Field("vintage", Text("配额年度", "Vintage"), kind=Kind.TEXT)
UNIT = Field("unit", Text("单位", "Unit"), kind=Kind.TEXT)
STAGE = Field("benchmark_stage", Text("基准值", "Benchmark"), kind=Kind.TEXT, codes=STAGES)
RIGHT_STATE = Field("state", Text("状态", "State"), kind=Kind.TEXT, codes=RIGHT_STATES)


def _tonnes(name: str, zh: str, en: str) -> Field:
    return Field(name, Text(zh, en), "t")


def _in_unit(name: str, zh: str, en: str) -> Field:
    return Field(name, Text(zh, en), ROW_UNIT)


ALLOWANCES = Board(
    id="allowances",
    title=Text("配额与权利", "Allowances and rights"),
    names=ask("enterprises"),
    panels=(
        Panel(
            id="ets-statements",
            title=Text("全国碳市场履约", "National ETS"),
            question=Text(
                "重点排放单位还要清缴多少配额，缺口多大，要花多少钱，哪天截止？",
                "What do obligated enterprises still owe, what must be bought, and until when?",
            ),
            query=ask("allowances"),
            picture=Picture.STATEMENT,
            fields=(ENTERPRISE, STATEMENT_ZH, STATEMENT_EN, VERDICT),
            refresh_s=REFRESH_S,
            width=24,
        ),
        Panel(
            id="ets-positions",
            title=Text("履约头寸", "Positions"),
            question=Text(
                "配额、排放、应清缴和持有各是多少？",
                "What was allocated, emitted, is due and is held?",
            ),
            query=ask("allowances"),
            picture=Picture.TABLE,
            fields=(
                ENTERPRISE,
                YEAR,
                VERDICT,
                _tonnes("emissions_t", "排放量", "Emissions"),
                Field("emissions_origin", Text("来源", "Origin"), kind=Kind.TEXT, codes=ORIGINS),
                _tonnes("allocation_t", "配额", "Allocation"),
                _tonnes("due_t", "应清缴", "Due"),
                _tonnes("short_t", "缺口", "Short"),
                _tonnes("outstanding_t", "尚应清缴", "Outstanding"),
                _tonnes("held_t", "可用配额", "Held"),
                _tonnes("to_come_t", "待发放", "To come"),
                _tonnes("ccer_limit_t", "CCER上限", "CCER at most"),
                _tonnes("to_buy_t", "须购入", "To buy"),
                Field("cost_1e4_yuan", Text("费用", "Cost"), "1e4_yuan"),
                Field("surrender_by", Text("清缴截止", "Last day"), kind=Kind.TEXT),
            ),
            refresh_s=REFRESH_S,
            width=24,
        ),
        Panel(
            id="ets-units",
            title=Text("机组配额", "Allocation by class of units"),
            question=Text(
                "每类机组的配额怎样由产量和基准值得出？",
                "How does each allocation follow from amounts and benchmarks?",
            ),
            query=ask("allowances/units"),
            picture=Picture.TABLE,
            fields=(
                ENTERPRISE,
                YEAR,
                Field("unit_class", Text("机组类别", "Class"), kind=Kind.TEXT, codes=CLASSES),
                Field("electricity_generated_mwh", Text("发电量", "Generated"), "MWh"),
                Field(
                    "electricity_benchmark_t_per_mwh",
                    Text("发电基准值", "Benchmark, electricity"),
                    "t/MWh",
                    decimals=4,
                ),
                Field("load_correction", Text("负荷修正", "Load correction"), decimals=4),
                Field("heat_supplied_gj", Text("供热量", "Heat supplied"), "GJ"),
                Field(
                    "heat_benchmark_t_per_gj",
                    Text("供热基准值", "Benchmark, heat"),
                    "t/GJ",
                    decimals=4,
                ),
                STAGE,
                _tonnes("allocation_t", "配额", "Allocation"),
            ),
            refresh_s=REFRESH_S,
            width=24,
        ),
        Panel(
            id="rights",
            title=Text("用能权与排污权", "Energy-use and discharge rights"),
            question=Text(
                "今年的用能权和排污权用了多少，够不够用到年底？",
                "How much of this year's rights is used, and will they last to its end?",
            ),
            query=ask("rights"),
            picture=Picture.TABLE,
            fields=(
                ENTERPRISE,
                INSTRUMENT,
                Field("item_zh", Text("污染物", "Pollutant in Chinese"), kind=Kind.TEXT),
                Field("item_en", Text("污染物英文名", "Pollutant"), kind=Kind.TEXT),
                Field("share", Text("已用比例", "Used"), SHARE, ceiling=Ceiling(0.9, 1.0)),
                _in_unit("used", "已用", "Used so far"),
                _in_unit("expected", "预计全年", "Expected of the year"),
                _in_unit("granted", "拥有", "Granted"),
                UNIT,
                RIGHT_STATE,
            ),
            refresh_s=REFRESH_S,
            width=24,
        ),
        Panel(
            id="balances",
            title=Text("账户余额", "Balances"),
            question=Text(
                "每种权利各有多少可用、冻结、已清缴？",
                "How much of each right is at hand, frozen, surrendered?",
            ),
            query=ask("allowances/balances"),
            picture=Picture.TABLE,
            fields=(
                ENTERPRISE,
                INSTRUMENT,
                ITEM,
                VINTAGE,
                _in_unit("issued", "核发净额", "Issued, net"),
                _in_unit("bought", "购入净额", "Bought, net"),
                _in_unit("carried_in", "结转净额", "Carried in, net"),
                _in_unit("held", "可用", "Held"),
                _in_unit("frozen", "冻结", "Frozen"),
                _in_unit("surrendered", "已清缴", "Surrendered"),
                UNIT,
            ),
            limit=60,
            refresh_s=REFRESH_S,
            width=24,
        ),
        Panel(
            id="certificates-moved",
            title=Text("绿证核对", "Certificates against movements"),
            question=Text("绿证登记与流水相符吗？", "Do certificates agree with their movements?"),
            query=ask("allowances/certificates"),
            picture=Picture.TABLE,
            fields=(
                ENTERPRISE,
                Field("certificate", Text("证书", "Certificate"), kind=Kind.TEXT),
                Field("state", Text("核对", "State"), kind=Kind.TEXT, codes=CERTIFICATE_STATES),
                Field("recorded_mwh", Text("登记", "Recorded"), "MWh"),
                Field("moved_mwh", Text("流水", "Moved"), "MWh"),
                Field("used_mwh", Text("登记使用", "Recorded use"), "MWh"),
                Field("held_mwh", Text("剩余", "Left"), "MWh"),
            ),
            refresh_s=REFRESH_S,
            width=24,
        ),
        Panel(
            id="movement-findings",
            title=Text("流水不符之处", "What does not agree"),
            question=Text(
                "哪些流水透支、只记了一边或结转不平？",
                "Which movements overdraw an account, lack their other side, or do not carry over?",
            ),
            query=ask("allowances/findings"),
            picture=Picture.STATEMENT,
            fields=(
                ENTERPRISE,
                STATEMENT_ZH,
                STATEMENT_EN,
                Field("finding", Text("问题", "Finding"), kind=Kind.TEXT, codes=FINDINGS),
            ),
            refresh_s=REFRESH_S,
            width=24,
        ),
    ),
    refresh_s=REFRESH_S,
)
