"""What a scenario's course comes to, in sentences of both languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from models.progress.rights.amounts_in_words import percent, tonnes
from models.progress.roadmap.peak import Peak, Span, Turning
from models.progress.roadmap.rules import RULES, name_of

Pair = tuple[str, str]


def statement(
    scenario: str,
    base: tuple[int, float],
    peak: Peak,
    levels: Mapping[int, Span],
    not_counted: Sequence[Pair],
) -> Pair:
    """``base`` is the year that is projected from with its emissions (t); ``levels`` the emissions
    of the years looked at; ``not_counted`` the names of measures that are told only.
    """
    zh, en = _peak(scenario, base, peak)
    zh += "".join(_level_zh(year, level, base) for year, level in levels.items())
    en += "".join(_level_en(year, level, base) for year, level in levels.items())
    by = int(RULES.first_horizon)
    zh += f"在 {by} 年或之前达到最高值的概率为 {percent(peak.by_first_horizon)}%。"
    en += (
        f" With a probability of {percent(peak.by_first_horizon)} % the highest year is {by} or"
        " earlier."
    )
    if not_counted:
        zh += f"未计入的措施：{'、'.join(name for name, _ in not_counted)}。"
        en += f" Measures not counted: {', '.join(name for _, name in not_counted)}."
    return zh, en


def refused(scenario: str | None, said: Pair) -> Pair:
    """Why a scenario, or (None) any, is not projected."""
    if scenario is None:
        return f"{said[0]}。", f"{said[1][0].upper()}{said[1][1:]}."
    zh, en = name_of("scenario", scenario)
    return f"{zh}：{said[0]}。", f"{en}: {said[1]}."


def _peak(scenario: str, base: tuple[int, float], peak: Peak) -> Pair:
    zh, en = name_of("scenario", scenario)
    year, level = int(peak.year.value), peak.level_t
    often = f"{round(RULES.interval_share * 100)}"
    spread_zh = f"（{often}% 区间 {int(peak.year.low)}—{int(peak.year.high)} 年）"
    spread_en = f" ({often} % interval {int(peak.year.low)} to {int(peak.year.high)})"
    amount_zh = f"{tonnes(level.value)} 吨（{tonnes(level.low)}—{tonnes(level.high)} 吨）"
    amount_en = f"{tonnes(level.value)} t ({tonnes(level.low)} to {tonnes(level.high)} t)"
    match peak.turning:
        case Turning.BEHIND:
            return (
                f"{zh}：最高值在 {year} 年{spread_zh}，为 {amount_zh}，"
                f"{base[0]} 年之后没有更高的年份。",
                f"{en}: the highest year is {year}{spread_en} with {amount_en}; no year after "
                f"{base[0]} is higher.",
            )
        case Turning.NONE:
            return (
                f"{zh}：到 {year} 年仍未达峰{spread_zh}，当年 {amount_zh}。",
                f"{en}: no peak by {year}{spread_en}, which has {amount_en}.",
            )
    return (
        f"{zh}：预计 {year} 年达峰{spread_zh}，峰值 {amount_zh}。",
        f"{en}: the peak comes in {year}{spread_en} at {amount_en}.",
    )


def _level_zh(year: int, level: Span, base: tuple[int, float]) -> str:
    change = level.value / base[1] - 1
    way = "低" if change < 0 else "高"
    return (
        f"{year} 年 {tonnes(level.value)} 吨（{tonnes(level.low)}—{tonnes(level.high)} 吨），"
        f"比 {base[0]} 年{way} {percent(abs(change))}%。"
    )


def _level_en(year: int, level: Span, base: tuple[int, float]) -> str:
    change = level.value / base[1] - 1
    way = "below" if change < 0 else "above"
    return (
        f" {year}: {tonnes(level.value)} t ({tonnes(level.low)} to {tonnes(level.high)} t), "
        f"{percent(abs(change))} % {way} {base[0]}."
    )
