"""Findings of plausibility in words, Chinese and English: what was seen and what is usual.

Each says what is known and leaves the judgement to the officer. ``what`` names the measured
quantity, ``seen`` and ``expected`` are numbers with ``unit``, ``hours`` (or ``days``) how long.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Said:
    """The form of a kind's sentence in both languages."""

    en: str
    zh: str


SAID = {
    "stuck": Said(
        "{what_en} read {seen} {unit} for {hours} hours without any change",
        "{what_zh}连续 {hours} 小时恒为 {seen} {unit}",
    ),
    "copied_day": Said(
        "{what_en}: {hours} hours are, number for number, those of {days} day(s) before "
        "(by chance: {chance})",
        "{what_zh}连续 {hours} 小时与 {days} 日前同时段逐值相同（偶然概率 {chance}）",
    ),
    "copied_series": Said(
        "{what_en}: {hours} hours are, number for number, those of {source_en} "
        "(by chance: {chance})",
        "{what_zh}连续 {hours} 小时与{source_zh}逐值相同（偶然概率 {chance}）",
    ),
    "too_smooth": Said(
        "{what_en} changed by {seen} % from hour to hour on {days} day(s), usually by {expected} %",
        "{what_zh}在 {days} 日内逐时变化仅 {seen} %，平时为 {expected} %",
    ),
    "oxygen_of_air_at_load": Said(
        "at load the oxygen was {seen} % for {hours} hours, usually {expected} %: diluted, "
        "or a leak",
        "运行期间含氧量连续 {hours} 小时为 {seen} %，平时为 {expected} %：疑似稀释或漏风",
    ),
    "oxygen_of_load_when_idle": Said(
        "the facility was idle and the oxygen stayed at {seen} % for {hours} hours, at load it is "
        "{expected} %",
        "设施停运而含氧量连续 {hours} 小时为 {seen} %，运行时为 {expected} %",
    ),
    "treatment_off": Said(
        "production ran for {hours} hours while the treatment took {seen} {unit} an hour, "
        "usually {expected}",
        "生产运行 {hours} 小时，治理设施每小时仅用 {seen} {unit}，平时为 {expected}",
    ),
    "fallen_without_treatment": Said(
        "the treatment was off for {hours} hours and {what_en} fell to {seen} {unit}; with "
        "treatment it is {expected}",
        "治理设施停运 {hours} 小时，{what_zh}反降至 {seen} {unit}，治理运行时为 {expected}",
    ),
    "flue_gas_against_fuel": Said(
        "on {days} day(s) the measured dry flue gas was {seen} times what the natural gas burnt "
        "gives ({theory} Nm3 per Nm3 before excess air)",
        "{days} 日内实测干烟气量为所燃天然气理论烟气量（每 Nm3 {theory} Nm3，过剩空气另计）的 "
        "{seen} 倍",
    ),
    "converted_otherwise": Said(
        "{what_en}: the device states {seen} {unit} at reference oxygen, its own hours give "
        "{expected}; it would be right for {implied} % reference oxygen",
        "{what_zh}：设备折算值 {seen} {unit}，按其小时数据折算为 {expected}；"
        "相当于基准氧含量取 {implied} %",
    ),
    "amount_otherwise": Said(
        "{what_en}: the device states {seen} {unit} an hour, concentration and flow give "
        "{expected}",
        "{what_zh}：设备小时累计量 {seen} {unit}，按浓度与流量计算为 {expected}",
    ),
}
KINDS = tuple(SAID)


def number(value: float) -> str:
    """Four digits, as people write them."""
    return f"{value:.4g}" if abs(value) < 1e4 else f"{value:,.0f}"
