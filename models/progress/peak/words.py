"""What is said of a peak, in whole sentences, in Chinese and English."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from models.progress.peak.adjusted_trend import Adjusted
from models.progress.peak.names import Pair, meaning_of, name_of
from models.progress.peak.next_year import Range, changes
from models.progress.peak.rules import RULES
from models.progress.peak.sen_slope import Slope
from models.progress.peak.verdict import Peak, Verdict
from models.progress.rights.amounts_in_words import (
    percent,
    probability,
    range_en,
    range_zh,
    tonnes,
    years,
)


@dataclass(frozen=True, slots=True)
class Break:
    """A year of which what was ``metered`` (t) is not what was ``entered`` of it."""

    year: int
    metered: float
    entered: float


@dataclass(frozen=True, slots=True)
class Said:
    """What the sentences are made of: whose series, which of its three forms, and the verdict with
    what the next year's value would make of it. ``output_change`` is the change of output since the
    maximum (a share), None where unknown; ``apart`` the year in which metered and entered values
    lie furthest apart.
    """

    who: Pair
    series: str
    peak: Peak
    next_year: Sequence[Range]
    adjusted: Adjusted | None = None
    output_change: float | None = None
    apart: Break | None = None


def statement(said: Said) -> Pair:
    """The sentences in Chinese and in English."""
    return _zh(said), _en(said)


def not_adjusted(who: Pair, series: str, adjusted: Adjusted) -> Pair:
    """Why there is no adjusted series."""
    name, reason = name_of("series", series), name_of("reason", str(adjusted.reason))
    found_zh = found_en = ""
    if adjusted.reason == "influence_unknown":
        needed = int(RULES.adjusting_pairs)
        found_zh = f"（已知{adjusted.pairs}对，需要{needed}对）"
        found_en = f" ({adjusted.pairs} known, {needed} needed)"
    elif adjusted.coefficient is not None and adjusted.error is not None:
        value, error = tonnes(adjusted.coefficient), tonnes(adjusted.error)
        found_zh = f"（系数{value}，标准误{error}）"
        found_en = f" (coefficient {value}, standard error {error})"
    return (
        f"{who[0]}：{name[0]}未作判断，{reason[0]}{found_zh}。",
        f"{who[1]}: the {name[1]} series is not judged: {reason[1]}{found_en}.",
    )


def _zh(said: Said) -> str:
    peak, who = said.peak, said.who[0] + _form(said, 0)
    if peak.last_year is None or peak.peak_value is None:
        return f"{who}：{name_of('reason', peak.why)[0]}，不作判断。"
    verdict = name_of("verdict", peak.verdict)[0]
    parts = [
        f"{who}：{verdict}。{peak.first_year}—{peak.last_year}年有{peak.n}个年度值，"
        f"最高值为{peak.peak_year}年的{tonnes(peak.peak_value)}吨，"
        f"{peak.last_year}年为{tonnes(peak.last_value or 0.0)}吨{_left(peak, 0)}；"
        f"依据：{name_of('reason', peak.why)[0]}{_trend(peak, 0)}。"
    ]
    if peak.boundary_changes:
        changed = years(peak.boundary_changes, "—")
        parts.append(
            f"统计边界于{changed}年改变，只判断{peak.boundary_changes[-1]}年及以后的数值。"
        )
    if peak.missing_years:
        parts.append(f"缺少{years(peak.missing_years, '—')}年的数值。")
    if said.apart is not None:
        apart = said.apart
        parts.append(
            f"{apart.year}年计量值为{tonnes(apart.metered)}吨，填报值为{tonnes(apart.entered)}吨，"
            "计量年与填报年可能不可比。"
        )
    parts.extend(_next_year_zh(said))
    if peak.earliest_year is not None:
        parts.append(f"此后每年都有数值时，最早{peak.earliest_year}年可以确立结论。")
    if peak.verdict is Verdict.PEAKED and (said.output_change or 0.0) < 0:
        parts.append(
            f"同期产值下降{percent(-(said.output_change or 0.0))}%，排放下降可能是被动的。"
        )
    return "".join(parts)


def _en(said: Said) -> str:
    peak, who = said.peak, said.who[1] + _form(said, 1)
    if peak.last_year is None or peak.peak_value is None:
        return f"{who}: {name_of('reason', peak.why)[1]}; nothing is judged."
    verdict = name_of("verdict", peak.verdict)[1]
    parts = [
        f"{who}: {verdict}. Of {peak.n} yearly values from {peak.first_year} to {peak.last_year} "
        f"the maximum is {tonnes(peak.peak_value)} t in {peak.peak_year}; {peak.last_year} had "
        f"{tonnes(peak.last_value or 0.0)} t{_left(peak, 1)}. The reason: "
        f"{name_of('reason', peak.why)[1]}{_trend(peak, 1)}."
    ]
    if peak.boundary_changes:
        parts.append(
            f"The boundary changed in {years(peak.boundary_changes, ' to ')}: only values from "
            f"{peak.boundary_changes[-1]} on are judged."
        )
    if peak.missing_years:
        parts.append(f"Missing: {years(peak.missing_years, ' to ')}.")
    if said.apart is not None:
        apart = said.apart
        parts.append(
            f"Of {apart.year} meters tell {tonnes(apart.metered)} t and what was entered "
            f"{tonnes(apart.entered)} t: metered and entered years may not compare."
        )
    parts.extend(_next_year_en(said))
    if peak.earliest_year is not None:
        parts.append(
            f"With a value in every year from now on, {peak.earliest_year} is the first year that "
            "can establish a verdict."
        )
    if peak.verdict is Verdict.PEAKED and (said.output_change or 0.0) < 0:
        parts.append(
            f"Output fell by {percent(-(said.output_change or 0.0))} % meanwhile, so the decline "
            "may be a passive one."
        )
    return " ".join(parts)


def _form(said: Said, language: int) -> str:
    """Which of the three series, with the coefficient that made it."""
    if said.adjusted is None or said.adjusted.coefficient is None:
        return ""
    name, how = name_of("series", said.series), meaning_of("series", said.series)
    value = f"{said.adjusted.coefficient:.3g}"
    if said.series == "weather":
        value += ("吨/度日", " t per degree day")[language]
        told = ("系数", "coefficient")[language]
    else:
        told = ("弹性", "elasticity")[language]
    if language == 0:
        return f"（{name[0]}：{how[0]}，{told}{value}）"
    return f" ({name[1]}: {how[1]}, {told} {value})"


def _left(peak: Peak, language: int) -> str:
    """How far the last value lies below the maximum."""
    if not peak.years_after or not peak.peak_value or peak.last_value is None:
        return ""
    below = percent((peak.peak_value - peak.last_value) / abs(peak.peak_value))
    if language == 0:
        return f"（{peak.years_after}年后，低{below}%）"
    since = "1 year" if peak.years_after == 1 else f"{peak.years_after} years"
    return f" ({since} later, {below} % below)"


def _trend(peak: Peak, language: int) -> str:
    """Mann-Kendall and Sen's slope: after the maximum, or of the whole where it is the last."""
    trend, slope, n = peak.after, peak.slope_after, peak.n_after
    where = ("最高值之后", "after the maximum")
    if trend is None:
        trend, slope, n = peak.overall, peak.slope_overall, peak.n
        where = ("全部年份", "over all years")
    if trend is None or slope is None:
        return ""
    p, amount = probability(trend.p), _slope(slope, language)
    p = p if p.startswith("<") else f"={p}"
    # Of fewer values no p could be significant.
    tested = n >= RULES.values_after
    if language == 0:
        test = f"曼-肯德尔检验p{p}，" if tested else ""
        return f"（{where[0]}{n}个值，{test}森斜率{amount}）"
    test = f"Mann-Kendall p{p}, " if tested else ""
    return f" ({where[1]}, {n} values: {test}Sen's slope {amount})"


def _slope(slope: Slope, language: int) -> str:
    unit = ("吨/年", " t/year")[language]
    if slope.low is None or slope.high is None:
        return f"{tonnes(slope.value)}{unit}"
    share = f"{RULES.confidence * 100:g}"
    ends = (
        f"，{share}%区间{tonnes(slope.low)}至{tonnes(slope.high)}",
        f", {share} % interval {tonnes(slope.low)} to {tonnes(slope.high)}",
    )
    return f"{tonnes(slope.value)}{unit}{ends[language]}"


def _next_year_zh(said: Said) -> list[str]:
    year = (said.peak.last_year or 0) + 1
    other = changes(said.peak, said.next_year)
    if not other:
        return [f"{year}年的数值无论多少，结论都不会改变。"]
    told = [f"{range_zh(one)}为“{name_of('verdict', one.verdict)[0]}”" for one in other]
    if len(other) == len(said.next_year):
        return [f"有了{year}年的数值，结论必然改变：{'；'.join(told)}。"]
    return [f"{year}年的排放若{'；若'.join(told)}，否则结论不变。"]


def _next_year_en(said: Said) -> list[str]:
    year = (said.peak.last_year or 0) + 1
    other = changes(said.peak, said.next_year)
    if not other:
        return [f"No value of {year} would change the verdict."]
    told = [f"{range_en(one)}: {name_of('verdict', one.verdict)[1]}" for one in other]
    if len(other) == len(said.next_year):
        return [f"Any value of {year} changes the verdict: {'; '.join(told)}."]
    return [f"A value of {year} would change the verdict where it is {'; '.join(told)}."]
