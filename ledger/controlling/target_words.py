"""Statements of targets in words, Chinese and English."""

from __future__ import annotations

from typing import Any

from models.progress.control.targets import beyond

SUBJECTS = {
    "energy_total": ("能源消费总量", "total energy"),
    "energy_intensity": ("单位产值能耗", "energy per output"),
    "co2_total": ("二氧化碳排放总量", "total CO2 emissions"),
    "co2_intensity": ("单位产值二氧化碳排放", "CO2 emissions per output"),
}
BASES = {"equivalent": ("等价值", "equivalent value"), "calorific": ("当量值", "calorific value")}

STATES = {
    "met": ("目标已完成", "the target is met"),
    "on_track": ("进度符合目标", "on track"),
    "behind": ("进度落后于目标", "behind the target"),
    "missed": ("目标未完成", "the target is missed"),
    "unknown": ("无法判断", "no judgement is possible"),
}

# Why something is not known; a closed list (documented in docs/methods/targets.md).
REASONS = {
    "no_accounts": ("没有该期间的计量或填报数据", "nothing is metered or entered of the period"),
    "not_entered": ("该年既无计量也无填报数据", "nothing is metered or entered of the year"),
    "coverage": ("已知数据不足应有小时数的90%", "less than 90 % of the hours are known"),
    "members": ("部分企业缺少数据", "figures of some enterprises are missing"),
    "base_year_missing": ("目标没有写明基准年", "the target names no base year"),
    "base_unknown": ("基准年数据未知", "the figure of the base year is not known"),
    "base_not_positive": ("基准年数值不大于零", "the figure of the base year is not above zero"),
    "base_after_period": ("基准年不早于目标期", "the base year is not before the period"),
    "output_missing": ("缺少产值", "output is not known"),
    "output_not_positive": ("产值不大于零", "output is not above zero"),
    "other_prices": (
        "产值的价格基准与目标不同", "output is known at other prices than the target's"
    ),
    "prices_not_constant": (
        "强度目标须用不变价产值", "an intensity needs output at constant prices"
    ),
    "no_path": (
        "目标只写明期末值，且无基准年，推不出本年值",
        "the target has a value of the last year alone and no base year: no value of this year",
    ),
    "not_begun": ("目标期尚未开始", "the period has not begun"),
    "renewable_base_missing": (
        "缺少2020年可再生能源电力基数，不能扣除绿证电量，扣除后是否达标未知",
        "the renewable electricity of the base year 2020 is not entered: what certificates would "
        "take out is not known, and it could decide",
    ),
    "no_rate": (
        "最近30天和去年同期数据均不足，无法推算全期",
        "neither the last 30 days nor last year are known well enough to tell the rest",
    ),
    "hours_missing": (
        "有的小时既无读数也无估算，补上后可能超过目标",
        "of some hours neither readings nor estimates tell, and these could bring it beyond the "
        "target",
    ),
    "raw_material_exceeds": (
        "原料用能大于能源消费总量，两者必有一误",
        "raw material is more than all energy, so that one of the two is wrong",
    ),
    "reduction_out_of_range": (
        "下降率不小于100%", "a reduction of 100 % or more leaves nothing"
    ),
}  # fmt: skip

NOTES = {
    "renewable_base_missing": (
        "2020年可再生能源电力基数未填报，绿证电量未扣除",
        "renewable electricity of 2020 is not entered, so certificates take nothing out",
    ),
    "raw_material_unknown": (
        "原料用能未填报，未扣除",
        "raw material is not entered, none is taken out",
    ),
    "base_raw_material_unknown": (
        "基准年原料用能未填报，基准年未扣除，两年口径不同",
        "raw material of the base year is not entered and not taken out there: the two years are "
        "not alike",
    ),
    "renewables_unknown": (
        "可再生能源电力未填报，未扣除",
        "renewable electricity is not entered, none is taken out",
    ),
    "base_renewables_unknown": (
        "基准年可再生能源电力未填报，基准年未扣除，两年口径不同",
        "renewable electricity of the base year is not entered and not taken out there: the two "
        "years are not alike",
    ),
    "mwh_worth_unknown": (
        "无购电数据，绿证电量无法折算，未扣除",
        "no electricity is accounted that certificates could be taken out of",
    ),
}


def number(value: float | None, *beside: float | None) -> str:
    """A figure as people read it: whole from 1,000 on, else four significant digits; with more of
    them where it would read like one ``beside`` it and is another: 4.9999 against 5 is not 5.
    """
    if value is None:
        return "—"
    others = [one for one in beside if one is not None]
    others = [one for one in others if beyond(one, value) or beyond(value, one)]
    more = 0
    while more < _MOST and _printed(value, more) in {_printed(one, more) for one in others}:
        more += 1
    return _printed(value, more)


_MOST = 9  # further digits; what differs by less is the same to the last bit


def _printed(value: float, more: int) -> str:
    return f"{value:,.{more}f}" if abs(value) >= 1000 else f"{value:.{4 + more}g}"


def percent(value: float) -> str:
    """A share in per cent, with one decimal, as English writes it."""
    return f"{value * 100:.1f} %"


def percent_zh(value: float) -> str:
    """A share in per cent, with one decimal, as Chinese writes it."""
    return f"{value * 100:.1f}%"


def period_zh(period: str) -> str:
    """A year, a month or years in Chinese: 2026年, 2026年3月, 2026—2030年."""
    if len(period) == 7:
        return f"{period[:4]}年{int(period[5:])}月"
    return f"{period.replace('-', '—')}年"


def statement(row: dict[str, Any]) -> tuple[str, str]:
    """What a row of ledger.targets says, in Chinese and English."""
    subject, basis = SUBJECTS[row["subject"]], BASES.get(row["basis"] or "")
    head_zh = f"{row['name_zh']}{period_zh(row['asked_period'])}{subject[0]}"
    head_en = f"{row['name_en']}, {row['asked_period']}, {subject[1]}"
    if basis is not None:
        head_zh, head_en = f"{head_zh}（{basis[0]}）", f"{head_en} ({basis[1]})"
    zh, en = [], []
    for part in (_target, _actual, _left, _outlook):
        told = part(row)
        if told is not None:
            zh.append(told[0])
            en.append(told[1])
    zh.append(_verdict(row)[0])
    en.append(_verdict(row)[1])
    text_zh = f"{head_zh}：{'；'.join(zh)}。"
    text_en = f"{head_en}: {'; '.join(en)}."
    for told in _beside(row):
        text_zh += f"{told[0]}。"
        text_en += f" {told[1]}."
    return text_zh, text_en


_UNITS = {
    "tce": ("吨标准煤", "tce"),
    "t": ("吨", "t"),
    "tce/(10^4 yuan)": ("吨标准煤/万元", "tce per 10,000 yuan"),
    "t/(10^4 yuan)": ("吨/万元", "t per 10,000 yuan"),
}


def _unit(row: dict[str, Any]) -> tuple[str, str]:
    return _UNITS[row["unit"]]


def _target(row: dict[str, Any]) -> tuple[str, str] | None:
    if row["allowed"] is None:
        return None
    unit, allowed = _unit(row), number(row["allowed"], row["actual"])
    zh = f"目标{allowed}{unit[0]}"
    en = f"allowed are {allowed} {unit[1]}"
    if row["reduction"] is not None:
        whole, each = _course(row["reduction"]), _course(row["even_share"])
        zh += f"（{period_zh(row['period'])}比{row['base_year']}年{whole[0]}，均摊每年{each[0]}）"
        en += (f" ({whole[1]} than in {row['base_year']} by the end of {row['period']}, "
               f"{each[1]} each year)")  # fmt: skip
    return zh, en


def _actual(row: dict[str, Any]) -> tuple[str, str] | None:
    if row["actual"] is None:
        return None
    unit, actual = _unit(row), number(row["actual"], row["allowed"])
    so_far = row["origin"] == "running"
    zh = f"{'目前' if so_far else '实际'}{actual}{unit[0]}"
    en = f"{'so far' if so_far else 'actual'} {actual} {unit[1]}"
    out = [
        (number(row["raw_material"]), "原料用能", "raw material") if row["raw_material"] else None,
        (number(row["renewable"]), "绿证电量", "renewables by certificate")
        if row["renewable"] else None,
    ]  # fmt: skip
    told = [one for one in out if one is not None]
    if told:
        zh += "（已扣除" + "、".join(f"{name}{value}吨标准煤" for value, name, _ in told) + "）"
        en += " (left out: " + ", ".join(f"{value} tce {name}" for value, _, name in told) + ")"
    if row["used_share"] is not None and so_far:
        zh += f"，占目标{percent_zh(row['used_share'])}"
        en += f", {percent(row['used_share'])} of it"
    if row["reached"] is not None:
        zh += f"，比基准年{_change(row['reached'])[0]}"
        en += f", {_change(row['reached'])[1]} the base year"
    return zh, en


def _course(reduction: float) -> tuple[str, str]:
    if reduction >= 0:
        return f"下降{percent_zh(reduction)}", f"{percent(reduction)} less"
    return f"上升不超过{percent_zh(-reduction)}", f"at most {percent(-reduction)} more"


def _change(reached: float) -> tuple[str, str]:
    if reached >= 0:
        return f"下降{percent_zh(reached)}", f"{percent(reached)} below"
    return f"上升{percent_zh(-reached)}", f"{percent(-reached)} above"


def _left(row: dict[str, Any]) -> tuple[str, str] | None:
    if row["left"] is None or not row["days_left"]:
        return None
    unit = _unit(row)
    if row["left"] < 0:
        return (
            f"已超出{number(-row['left'])}{unit[0]}",
            f"{number(-row['left'])} {unit[1]} beyond it",
        )
    zh = f"剩余{number(row['left'])}{unit[0]}、{row['days_left']:.0f}天"
    en = f"{number(row['left'])} {unit[1]} and {row['days_left']:.0f} days are left"
    zh += f"，每天不超过{number(row['even_rate_per_day'])}即可完成"
    en += f", {number(row['even_rate_per_day'])} a day would meet it"
    if row["rate_per_day"] is not None:
        zh += f"，最近30天每天{number(row['rate_per_day'])}"
        en += f", the last 30 days took {number(row['rate_per_day'])} a day"
    return zh, en


def _outlook(row: dict[str, Any]) -> tuple[str, str] | None:
    if row["expected_by"] is None:
        return None
    unit = _unit(row)
    value = row["expected_course"] if row["expected_by"] == "course" else row["expected"]
    by_zh, by_en = {
        "course": ("按去年同期走势", "by last year's course"),
        "rate": ("按最近30天速度", "at the rate of the last 30 days"),
        "months": ("按已知产值月份", "by the months whose output is known"),
    }[row["expected_by"]]
    return (
        f"{by_zh}全期预计{number(value, row['allowed'])}{unit[0]}",
        f"{by_en} {number(value, row['allowed'])} {unit[1]} are expected of the whole",
    )


def _verdict(row: dict[str, Any]) -> tuple[str, str]:
    state = STATES[row["state"]]
    if row["reason"] is None:
        return state
    why = REASONS[row["reason"]]
    return f"{state[0]}：{why[0]}", f"{state[1]}: {why[1]}"


def _beside(row: dict[str, Any]) -> list[tuple[str, str]]:
    told = [NOTES[one] for one in (row["notes"] or "").split("|") if one and one != row["reason"]]
    if row["overlaps"]:
        told.append((
            f"注意：与其他目标期间重叠（{row['overlaps']}），两者均列出，考核取较严者",
            f"Note: it overlaps other targets ({row['overlaps']}); both are told, the stricter "
            "one decides",
        ))  # fmt: skip
    source = f"{row['document']} {row['clause']}".strip()
    return [*told, (f"依据：{source}", f"By: {source}")]
