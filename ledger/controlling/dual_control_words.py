"""Verdicts of dual control in words, Chinese and English."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ledger.controlling.target_words import BASES, REASONS, STATES, SUBJECTS, number
from models.progress.control.dual_control import Rule

CONTROLS = {
    "energy": ("能耗双控", "dual control of energy"),
    "carbon": ("碳排放双控", "dual control of carbon"),
}
VERDICTS = {
    "met": ("通过", "passed"),
    "on_track": ("进度符合要求", "on track"),
    "behind": ("进度落后，按目前走势不能通过", "behind: it will not pass as things go"),
    "not_met": ("未通过", "not passed"),
    "no_verdict": ("不作结论", "no verdict"),
    "unknown": ("无法判断", "no judgement is possible"),
}
WHY = {
    "rule_tells_only": ("本阶段规则只作监测", "the rule of these years only watches"),
    "no_rule": ("该年份没有规则", "no rule is written for the year"),
    "no_target": ("没有起决定作用的目标", "nothing that decides has a target"),
    "target_missing": (
        "规则要求的指标中有的没有目标", "one of the subjects that the rule needs has no target"
    ),
    "other_basis": (
        "目标与规则所用的能源折算值不同，不能比较",
        "the target is at another value of energy than the rule's; the two are never compared",
    ),
    **REASONS,
}  # fmt: skip
_UNITS = {
    "energy_total": ("吨标准煤", "tce"),
    "energy_intensity": ("吨标准煤/万元", "tce per 10,000 yuan"),
    "co2_total": ("吨", "t"),
    "co2_intensity": ("吨/万元", "t per 10,000 yuan"),
}


def statement(row: dict[str, Any], rules: Sequence[Rule]) -> tuple[str, str]:
    """What a row of ledger.dual_control says; ``rules`` are those of its year, main first."""
    control, verdict = CONTROLS[row["control"]], VERDICTS[row["verdict"]]
    why = None if row["reason"] is None else WHY[row["reason"]]
    zh = [f"{row['name_zh']}{row['year']}年{control[0]}：{verdict[0]}"
          + ("" if why is None else f"（{why[0]}）")]  # fmt: skip
    en = [f"{row['name_en']}, {row['year']}, {control[1]}: {verdict[1]}"
          + ("" if why is None else f" ({why[1]})")]  # fmt: skip
    for rule in rules:
        told = _subject(row, rule)
        zh.append(told[0])
        en.append(told[1])
    deducted = [
        (row["raw_material_tce"], "原料用能", "raw material"),
        (row["renewable_tce"], "绿证证明的可再生能源电力", "renewable electricity by certificate"),
    ]  # fmt: skip
    some = [(number(value), name, en_name) for value, name, en_name in deducted if value]
    if some:
        zh.append("从能耗总量中扣除" + "、".join(f"{n}{v}吨标准煤" for v, n, _ in some))
        en.append("Left out of total energy: " + ", ".join(f"{v} tce {n}" for v, _, n in some))
    if row["secondary_missed"]:
        zh.append("辅助指标未达到，须说明原因")
        en.append("The secondary subject does not hold, which has to be explained")
    texts = dict.fromkeys((one.text_zh, one.text_en, one.source) for one in rules)
    for text_zh, text_en, source in texts:
        zh.append(f"规则：{text_zh.rstrip('。')}（{source}）")
        en.append(f"Rule: {text_en.rstrip('.')} ({source})")
    return "。".join(zh) + "。", ". ".join(en) + "."


def _subject(row: dict[str, Any], rule: Rule) -> tuple[str, str]:
    name = "intensity" if rule.subject.value.endswith("intensity") else "total"
    subject, unit = SUBJECTS[rule.subject.value], _UNITS[rule.subject.value]
    basis = None if rule.basis is None else BASES[rule.basis.value]
    allowed, actual = row[f"{name}_allowed"], row[f"{name}_actual"]
    zh = subject[0] + (f"（{basis[0]}）" if basis else "")
    en = subject[1][0].upper() + subject[1][1:] + (f" ({basis[1]})" if basis else "")
    told = number(actual, allowed), number(allowed, actual)
    zh += "：" + ("数值未知" if actual is None else f"{told[0]}{unit[0]}")
    en += ": " + ("not known" if actual is None else f"{told[0]} {unit[1]}")
    zh += "，没有目标" if allowed is None else f"，目标{told[1]}"
    en += ", no target" if allowed is None else f", allowed {told[1]}"
    expected = row[f"{name}_expected"]
    if expected is not None:
        zh, en = (
            f"{zh}，全年预计{number(expected, allowed)}",
            f"{en}, expected of the year {number(expected, allowed)}",
        )
    state, reason = row[f"{name}_state"], row[f"{name}_reason"]
    if state is not None:
        zh, en = f"{zh}，{STATES[state][0]}", f"{en}, {STATES[state][1]}"
    if reason is not None:
        zh, en = f"{zh}（{WHY[reason][0]}）", f"{en} ({WHY[reason][1]})"
    return zh, en
