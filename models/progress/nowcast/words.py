"""What is said of a nowcast and of the year's budget, in Chinese and English."""

from __future__ import annotations

from typing import Any

from models.progress.rights.amounts_in_words import percent, tonnes

Pair = tuple[str, str]  # Chinese, English

SUBJECTS = {
    "co2e_t": ("温室气体排放总量", "greenhouse gas emissions"),
    "energy_tce_equivalent": (
        "综合能源消费量（等价值）", "energy consumption (equivalent value)"
    ),
    "energy_tce_calorific": (
        "综合能源消费量（当量值）", "energy consumption (calorific value)"
    ),
}  # fmt: skip
UNITS = {
    "co2e_t": ("吨", " t"),
    "energy_tce_equivalent": ("吨标准煤", " tce"),
    "energy_tce_calorific": ("吨标准煤", " tce"),
}

# Why there is no nowcast; a closed list (docs/methods/nowcast.md).
REASONS = {
    "nothing_known": ("没有任何已知的完整月份", "no month is known"),
    "members": (
        "部分企业今年既无计量也无填报数据，各月合计不完整",
        "of some enterprises neither meters nor figures tell of this year, so that the months are "
        "not all there is",
    ),
    "season_unknown": (
        "{months}月在以往年份中从未有过完整数据，季节变化未知",
        "in no earlier year was month {months} known, so that its season is not",
    ),
}


def statement(row: dict[str, Any]) -> Pair:
    """Sentences of a row of ledger.nowcast."""
    subject = SUBJECTS[row["subject"]]
    heads = (
        f"{row['name_zh']}{row['year']}年{subject[0]}",
        f"{row['name_en']}, {subject[1]} of {row['year']}",
    )
    if row["reason"] is not None:
        listed = str(row["months_without_season"] or "").split("|")
        why = [
            text.format(months=joint.join(listed))
            for text, joint in zip(REASONS[row["reason"]], ("、", ", "), strict=True)
        ]
        return f"{heads[0]}不作推算：{why[0]}。", f"{heads[1]}: no nowcast, since {why[1]}."
    return heads[0] + _zh(row), heads[1] + _en(row)


def chance(probability: float, language: int) -> str:
    """``37 %``; what is nearly sure is not said to be."""
    if probability < 0.01:
        return ("不足1%", "under 1 %")[language]
    if probability > 0.99:
        return ("超过99%", "over 99 %")[language]
    return f"{probability * 100:.0f}" + ("%", " %")[language]


def _zh(row: dict[str, Any]) -> str:
    unit = UNITS[row["subject"]][0]
    said = (
        f"预计{tonnes(row['total'])}{unit}：有80%的可能在{tonnes(row['low_80'])}至"
        f"{tonnes(row['high_80'])}{unit}之间（95%：{tonnes(row['low_95'])}至"
        f"{tonnes(row['high_95'])}）。已知{row['known_months']:.1f}个月，共{tonnes(row['known'])}"
        f"{unit}；季节变化依据此前{row['history_months']}个月推算。"
    )
    if row["months_unknown"]:
        listed = row["months_unknown"].replace("|", "、")
        said += f"{listed}月数据不完整，按未知月份推算。"
    if row["change"] is not None:
        more = "增加" if row["change"] >= 0 else "减少"
        said += (
            f"比{row['year'] - 1}年的{tonnes(row['last_year'])}{unit}"
            f"{more}{percent(abs(row['change']))}%。"
        )
    if row["probability"] is None:
        return said + "该年没有可比较的总量目标。"
    over = row["total"] - row["limit"]
    side = "高" if over > 0 else "低"
    return said + (
        f"目标（{row['target_period']}，{row['target_document']}）允许{tonnes(row['limit'])}{unit}"
        f"，守住的概率为{chance(row['probability'], 0)}，预计值比它{side}{tonnes(abs(over))}{unit}"
        f"{_deducted(row, 0)}。"
    )


def _en(row: dict[str, Any]) -> str:
    unit = UNITS[row["subject"]][1]
    said = (
        f": expected are {tonnes(row['total'])}{unit}, with 80 % probability between "
        f"{tonnes(row['low_80'])} and {tonnes(row['high_80'])}{unit} (95 %: "
        f"{tonnes(row['low_95'])} to {tonnes(row['high_95'])}). Known are "
        f"{row['known_months']:.1f} months with {tonnes(row['known'])}{unit}; the seasons come "
        f"from {row['history_months']} months before. "
    )
    if row["months_unknown"]:
        listed = row["months_unknown"].replace("|", ", ")
        said += f"Month {listed} is not known well enough and is estimated like those to come. "
    if row["change"] is not None:
        more = "more" if row["change"] >= 0 else "less"
        said += (
            f"That is {percent(abs(row['change']))} % {more} than the "
            f"{tonnes(row['last_year'])}{unit} of {row['year'] - 1}. "
        )
    if row["probability"] is None:
        return said + "No target of the total can be compared with it."
    over = row["total"] - row["limit"]
    return said + (
        f"The target ({row['target_period']}, {row['target_document']}) allows "
        f"{tonnes(row['limit'])}{unit}: it holds with a probability of "
        f"{chance(row['probability'], 1)}, the expected total is {tonnes(abs(over))}{unit} "
        f"{'above' if over > 0 else 'below'} it{_deducted(row, 1)}."
    )


def _deducted(row: dict[str, Any], language: int) -> str:
    """That a part of the energy does not count, where it is so."""
    counted = row["counted_share"]
    if counted is None or abs(counted - 1) < 5e-4:
        return ""
    share = percent(1 - counted)
    return (
        f"（扣减量按今年至今的比例{share}%计，已折算进上限）",
        f" (deductions are taken at their share of the year so far, {share} %, and are in it)",
    )[language]
