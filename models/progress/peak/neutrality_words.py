"""What is said of the way from the peak to neutrality, in Chinese and English."""

from __future__ import annotations

from dataclasses import dataclass

from models.progress.peak.names import Pair, name_of
from models.progress.peak.neutrality import Path
from models.progress.peak.verdict import Peak, Verdict
from models.progress.rights.amounts_in_words import percent, tonnes

# Verdicts after which a maximum is established, so that the way down has begun or may begin.
ESTABLISHED = (Verdict.PEAKED, Verdict.PLATEAU)


@dataclass(frozen=True, slots=True)
class Said:
    """Whose way, what the verdict rests on, and the even path to ``residual`` (t) in ``goal``."""

    who: Pair
    peak: Peak
    path: Path
    residual: float
    goal: int


def statement(said: Said) -> Pair:
    """The sentences in Chinese and in English."""
    return _zh(said), _en(said)


def without_path(who: Pair, reason: str, goal: int) -> Pair:
    """Why there is no path."""
    told = {
        "no_yearly_values": ("没有年度排放值", "no yearly value is known"),
        "emissions_not_positive": (
            "最近一年的排放不高于零，已无可减", "the last year's emissions are not above zero"
        ),
        "goal_passed": (f"{goal}年不在最近一年之后", f"{goal} does not lie after the last year"),
    }[reason]  # fmt: skip
    return (
        f"{who[0]}：到碳中和的距离无法计算，{told[0]}。",
        f"{who[1]}: the way to neutrality cannot be told: {told[1]}.",
    )


def fall_a_year(peak: Peak) -> float | None:
    """By how much emissions have fallen a year since the maximum, t; None in its own year."""
    if not peak.years_after or peak.peak_value is None or peak.last_value is None:
        return None
    return (peak.peak_value - peak.last_value) / peak.years_after


def _zh(said: Said) -> str:
    peak, path = said.peak, said.path
    begin = "" if peak.verdict in ESTABLISHED else "（以下仍从最近一年算起）"
    rate = "" if path.rate is None else f"，或每年比上年降{percent(path.rate)}%"
    left = f"降至{tonnes(said.residual)}吨（由碳汇等吸收）" if said.residual else "降至零"
    fall = fall_a_year(peak)
    so_far = ""
    if fall is not None:
        so_far = f"自{peak.peak_year}年最高值以来平均每年减{tonnes(fall)}吨；"
    if path.reduction_t <= 0:
        return (
            f"{said.who[0]}：{name_of('verdict', peak.verdict)[0]}。{peak.last_year}年排放"
            f"{tonnes(peak.last_value or 0.0)}吨，不高于{said.goal}年由碳汇等吸收的"
            f"{tonnes(said.residual)}吨，无须再减；{so_far}保持不增即可。"
        )
    return (
        f"{said.who[0]}：{name_of('verdict', peak.verdict)[0]}{begin}。"
        f"{peak.last_year}年排放{tonnes(peak.last_value or 0.0)}吨，到{said.goal}年还有"
        f"{path.years}年，{left}平均每年须减{tonnes(path.reduction_t)}吨{rate}；{so_far}"
        f"其间还将排放约{tonnes(path.still_emitted_t)}吨。"
    )


def _en(said: Said) -> str:
    peak, path = said.peak, said.path
    begin = ""
    if peak.verdict not in ESTABLISHED:
        begin = " (the way counts from the last year all the same)"
    rate = "" if path.rate is None else f", or {percent(path.rate)} % of the year before"
    left = f"{tonnes(said.residual)} t, to be taken up by sinks," if said.residual else "zero"
    fall = fall_a_year(peak)
    so_far = ""
    if fall is not None:
        so_far = f" Since the maximum of {peak.peak_year} {tonnes(fall)} t a year have come off."
    if path.reduction_t <= 0:
        return (
            f"{said.who[1]}: {name_of('verdict', peak.verdict)[1]}. The "
            f"{tonnes(peak.last_value or 0.0)} t of {peak.last_year} are no more than the "
            f"{tonnes(said.residual)} t that sinks take up in {said.goal}: nothing has to come "
            f"off.{so_far}"
        )
    return (
        f"{said.who[1]}: {name_of('verdict', peak.verdict)[1]}{begin}. From "
        f"{tonnes(peak.last_value or 0.0)} t in {peak.last_year} to {left} in {said.goal}, "
        f"{path.years} years on, takes {tonnes(path.reduction_t)} t less every year{rate}."
        f"{so_far} About {tonnes(path.still_emitted_t)} t are emitted on that way."
    )
