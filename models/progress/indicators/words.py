"""What is said of an indicator, in whole sentences, in Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from models.progress.indicators.states import State
from models.progress.indicators.tables import (
    Direction,
    IndicatorRow,
    IndicatorTable,
    TargetKind,
)

Pair = tuple[str, str]  # Chinese, English

KINDS: Mapping[TargetKind, Pair] = MappingProxyType({
    TargetKind.BINDING: ("约束性", "binding"),
    TargetKind.EXPECTED: ("预期性", "expected"),
    TargetKind.CORE: ("核心指标", "core indicator"),
    TargetKind.GUIDING: ("引导性", "guiding"),
    TargetKind.REQUIRED: ("必选", "required"),
    TargetKind.OPTIONAL: ("可选", "optional"),
    TargetKind.ORIENTATION: ("参考", "for orientation"),
})  # fmt: skip

# Why there is no value, or no target.
REASONS: Mapping[str, Pair] = MappingProxyType({
    "city_target_not_entered": (
        "目标未录入：该目标由市里下达，须连同文件录入",
        "target not entered: it is the city's and has to be entered with its document",
    ),
    "target_not_known": (
        "目标未录入：规划文本中的目标值须录入",
        "target not entered: the document's value has to be entered",
    ),
    "not_entered": ("没有录入该年的数值", "no value of this year is entered"),
    "year_not_begun": ("该年尚未开始", "the year has not begun"),
    "year_under_way": (
        "该年尚未结束，按全年计的指标还不能计算",
        "the year is not over, and this indicator is of whole years",
    ),
    "nothing_metered": (
        "该年没有足够的计量数据或记录", "not enough of this year is metered or recorded"
    ),
    "coverage": (
        "已知的小时数不足应有的75%", "less than 75 % of the hours owed are known"
    ),
    "no_energy": ("该年的能源消费量未知", "the energy consumption of this year is not known"),
    "no_emissions": ("该年的排放量未知", "the emissions of this year are not known"),
    "no_gdp": ("该年的地区生产总值没有录入", "no GDP of this year is entered"),
    "no_value_added": ("该年的工业增加值没有录入", "no value added of this year is entered"),
    "not_positive": ("分母为零或负值，不能计算", "the denominator is zero or negative"),
    "not_constant_prices": (
        "只有现价数据，强度须用不变价",
        "only current prices are entered; intensities need constant ones",
    ),
    "no_base_year": ("表中没有基年", "the table has no base year"),
    "base_not_known": ("基年的数值未知", "the value of the base year is not known"),
    "base_not_positive": ("基年的数值为零或负值", "the value of the base year is zero or negative"),
    "prices_differ": (
        "基年与该年的价格基准不同", "base year and this year are at different prices"
    ),
    "boundaries_differ": (
        "基年与该年的统计范围不同，不能比较",
        "base year and this year cover different things and do not compare",
    ),
    "base_year": (
        "该年是基年或早于基年", "the year is the base year or lies before it"
    ),
    "part_known": (
        "掌握数据的企业所占的量不足75%",
        "the enterprises that state it have less than 75 % of the amount",
    ),
    "more_than_whole": (
        "台账中利用处置的量大于产生和取自贮存的量，记录有误",
        "the records have more led away than arose or came from storage: they are wrong",
    ),
    "part_watched": (
        "有排放口不是全年监测（少于75%的时间），全年排放量未知",
        "an outlet was watched for less than 75 % of the year, so the year's mass is not known",
    ),
    "water_of_some": (
        "不是每家企业的水量都已知，不能与全园区增加值相比",
        "not every enterprise's water is known, so it does not compare with all value added",
    ),
    "no_land": ("没有登记用地面积", "no land area is registered"),
    "size_unknown": (
        "园区的能源消费量未知，不能确定适用哪一档",
        "the park's energy consumption is not known, so neither is which row applies",
    ),
    "another_size": (
        "园区的能源消费量不在该档范围内", "the park's energy consumption is not of this row's size"
    ),
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Said:
    """What a sentence is made of; numbers in the row's unit, ``value_source`` in both languages."""

    row: IndicatorRow
    table: IndicatorTable
    year: int
    over: bool
    state: State
    reason: str | None
    value: float | None
    value_source: Pair
    target: float | None
    target_year: int | None
    target_document: Pair
    margin: float | None
    expected: float | None


def statement(said: Said) -> Pair:
    """The sentence in Chinese and in English."""
    return _zh(said), _en(said)


def amount(value: float, unit: str, language: str) -> str:
    """A number with its unit, four significant digits at most: ``43.07 %``."""
    digits = f"{value:.4g}" if abs(value) < 10_000 else f"{value:,.0f}"
    shown = f"{float(digits):.6f}".rstrip("0").rstrip(".") if "e" in digits else digits
    named = _UNITS_ZH.get(unit, unit) if language == "zh" else _UNITS_EN.get(unit, unit)
    joined = language == "zh" and (unit == "%" or unit in _UNITS_ZH)
    return f"{shown}{'' if joined else ' '}{named}"


_UNITS_ZH = {
    "t/tce": "吨二氧化碳/吨标准煤", "tce/(10^4 yuan)": "吨标准煤/万元",
    "10^4 yuan/tce": "万元/吨标准煤", "yuan/m3": "元/立方米", "10^8 yuan/km2": "亿元/平方公里",
    "t/(10^4 yuan)": "吨/万元",
}  # fmt: skip
_UNITS_EN = {
    "t/tce": "tCO2/tce", "tce/(10^4 yuan)": "tce/10⁴ yuan", "10^4 yuan/tce": "× 10⁴ yuan/tce",
    "10^8 yuan/km2": "× 10⁸ yuan/km²", "t/(10^4 yuan)": "t/10⁴ yuan", "yuan/m3": "yuan/m³",
}  # fmt: skip


def _zh(said: Said) -> str:
    row = said.row
    name = f"{row.name_zh}（{KINDS[row.kind][0]}）"
    when = f"{said.year}年" + ("" if said.over else "（至今）")
    if said.state is State.NOT_ASKED:
        return f"{name}：{_reason(said, 0)}，本行不适用。"
    if said.value is None:
        value = f"{when}数值未知：{_reason_of_value(said, 0)}"
    else:
        value = f"{when}为{amount(said.value, row.unit, 'zh')}（{said.value_source[0]}）"
    if said.target is None:
        why = f"，{_reason(said, 0)}" if said.value is not None else ""
        return f"{name}：{value}{why or '，目标未录入'}。"
    side = "不低于" if row.direction is Direction.UP else "不高于"
    by = f"{said.target_year}年" if said.target_year else ""
    whose = "" if said.table.judged else "总体"
    wanted = amount(said.target, row.unit, "zh")
    aim = f"{by}{whose}目标为{side}{wanted}（{said.target_document[0]}）"
    return f"{name}：{value}；{aim}，{_verdict_zh(said)}。"


def _verdict_zh(said: Said) -> str:
    if said.margin is None:
        return "无法判断"
    far = amount(abs(said.margin), said.row.unit, "zh")
    if said.row.unit == "%":
        far = far.replace("%", "个百分点")
    path = ""
    if said.expected is not None:
        path = f"，按均匀进度该年应为{amount(said.expected, said.row.unit, 'zh')}"
    better = said.margin >= 0
    return {
        State.MET: f"已达到（优于目标{far}）" if said.margin else "恰好达到",
        State.MISSED: f"未完成（差{far}）",
        State.NOT_MET: f"未达到（差{far}）",
        State.ON_TRACK: f"目前优于目标{far}" if better else f"进度正常（距目标{far}{path}）",
        State.BEHIND: f"进度滞后（距目标{far}{path}）",
        State.OPEN: f"尚未达到（距目标{far}；没有基年数值，无法判断进度）",
    }[said.state]


def _en(said: Said) -> str:
    row = said.row
    name = f"{row.name_en} ({KINDS[row.kind][1]})"
    when = f"in {said.year}" + ("" if said.over else " so far")
    if said.state is State.NOT_ASKED:
        return f"{name}: {_reason(said, 1)}; the row does not apply."
    if said.value is None:
        value = f"the value {when} is not known: {_reason_of_value(said, 1)}"
    else:
        value = f"{amount(said.value, row.unit, 'en')} {when} ({said.value_source[1]})"
    if said.target is None:
        why = f"; {_reason(said, 1)}" if said.value is not None else ""
        return f"{name}: {value}{why or '; target not entered'}."
    side = "at least" if row.direction is Direction.UP else "at most"
    by = f" for {said.target_year}" if said.target_year else ""
    whose = "the target" if said.table.judged else "the goal of all together"
    aim = f"{whose}{by} is {side} {amount(said.target, row.unit, 'en')}"
    aim += f" ({said.target_document[1]})"
    return f"{name}: {value}; {aim}: {_verdict_en(said)}."


def _verdict_en(said: Said) -> str:
    if said.margin is None:
        return "it cannot be judged"
    far = amount(abs(said.margin), said.row.unit, "en")
    if said.row.unit == "%":
        far = far.replace("%", "percentage points")
    path = ""
    if said.expected is not None:
        asked = amount(said.expected, said.row.unit, "en")
        path = f"; an even course asks for {asked} by then"
    better = said.margin >= 0
    return {
        State.MET: f"met, {far} better" if said.margin else "just met",
        State.MISSED: f"missed by {far}",
        State.NOT_MET: f"not met, {far} short",
        State.ON_TRACK: f"{far} better so far" if better else f"on track, {far} to go{path}",
        State.BEHIND: f"behind, {far} to go{path}",
        State.OPEN: f"not yet met, {far} to go; without a base value no course is known",
    }[said.state]


def _reason(said: Said, language: int) -> str:
    return REASONS[said.reason or "not_entered"][language]


def _reason_of_value(said: Said, language: int) -> str:
    """Why there is no value; what lacks besides is only the target."""
    lacks_target = said.reason in ("city_target_not_entered", "target_not_known", None)
    return REASONS["not_entered" if lacks_target else str(said.reason)][language]


def summary(table: IndicatorTable, year: int, counts: Mapping[State, int]) -> Pair:
    """What is said of a whole table: how many of its rows stand how."""
    asked = sum(counts.values()) - counts[State.NOT_ASKED]
    well = counts[State.MET] + counts[State.ON_TRACK]
    badly = counts[State.MISSED] + counts[State.NOT_MET] + counts[State.BEHIND]
    dark, aimless, still = (counts[one] for one in (State.UNKNOWN, State.NO_TARGET, State.OPEN))
    zh = (
        f"{table.name_zh}：{year}年{asked}项指标中，{well}项达到或进度正常，"
        f"{badly}项未达到或滞后，{still}项无法判断进度，{dark}项数值未知，{aimless}项目标未录入。"
    )
    en = (
        f"{table.name_en}, {year}: of {asked} indicators {well} are met or on track, {badly} are "
        f"not met or behind, {still} have no known course, {dark} no value, {aimless} no target."
    )
    if not table.judged:
        zh += "这些是他方的总体目标，仅供参考。"
        en += " They are goals of others, told for orientation."
    return zh, en
