"""What measures save, year by year: ramps, lives, overlaps, and what a tonne costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.progress.roadmap.rules import RULES, Counts, measure_kinds
from models.registry.progress import Measure

Floats = npt.NDArray[np.float64]
Amounts = Mapping[tuple[str, str], float]  # by enterprise and carrier


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a measure counts in a scenario, and why not: a code and words in both languages."""

    counted: bool
    reason: str | None = None
    said_zh: str = ""
    said_en: str = ""


def shares(measure: Measure, years: npt.NDArray[np.int64]) -> Floats:
    """The part of its whole saving that a measure brings in each year, 0 to 1.

    It begins on 1 January of ``start_year`` and grows evenly over ``ramp_years``, so year k of it
    (from 0) has (k + 1/2)/ramp on its mean; it ends after ``life_years``.
    """
    since = (years - measure.start_year).astype(np.float64)
    grown = np.ones_like(since)
    if measure.ramp_years > 0:
        grown = np.minimum(1.0, (since + 0.5) / measure.ramp_years)
    there = since >= 0
    if measure.life_years is not None:
        there &= since < measure.life_years
    return np.where(there, grown, 0.0)


def standings(
    measures: Sequence[Measure], *, base_year: int, energy_tce: Amounts, co2e_t: Amounts
) -> dict[str, Standing]:
    """By code, whether each measure counts.

    Not counted: what leads back to itself by ``overlaps``, or overlaps what is not there; what
    would still save, after ``base_year``, more energy (tce, calorific) or emissions (t) than its
    enterprise has of the carriers that the kind saves; what is told only (market-based, outside).
    An enterprise of which nothing is known in that year is not held against anything; a measure of
    the park is held against all enterprises together.
    """
    by_code = {one.code: one for one in measures}
    return {
        one.code: _circle(one, by_code) or _too_much(one, base_year, energy_tce, co2e_t)
        or _told_only(one) or Standing(counted=True)
        for one in measures
    }  # fmt: skip


def _circle(measure: Measure, by_code: Mapping[str, Measure]) -> Standing | None:
    way = [measure.code]
    at = measure.overlaps
    while at is not None:
        if at not in by_code:
            return None  # of another scenario: it takes nothing away
        way.append(at)
        if at == measure.code:
            said = " → ".join(way)
            return Standing(
                counted=False,
                reason="overlap_cycle",
                said_zh=f"重叠关系成环（{said}），不计入",
                said_en=f"not counted: it overlaps itself in the end ({said})",
            )
        if at in way[:-1]:
            return None  # it leads into a circle of others, which do not count
        at = by_code[at].overlaps
    return None


def _too_much(
    measure: Measure, base_year: int, energy_tce: Amounts, co2e_t: Amounts
) -> Standing | None:
    kind = measure_kinds()[measure.kind]
    if kind.counts is Counts.SINK:
        return None
    ahead = 1.0 - float(shares(measure, np.array([base_year]))[0])
    for saving, amounts, unit, reason, of_zh, of_en in (
        (measure.saving_tce, energy_tce, "tce", "saving_above_energy", "能耗", "energy"),
        (measure.saving_co2e_t, co2e_t, "t CO2e", "saving_above_emissions", "排放", "emissions"),
    ):
        there = amount_there(amounts, measure.enterprise, kind.saves)
        if there is not None and saving * ahead > there:
            zh, en = whose(measure.enterprise)
            return Standing(
                counted=False,
                reason=reason,
                said_zh=f"节约量 {saving * ahead:,.0f} {unit} 超过{zh}在 "
                f"{base_year} 年相应能源的{of_zh} {there:,.0f} {unit}，不计入",
                said_en=f"not counted: it would save {saving * ahead:,.0f} {unit}, but {of_en} of "
                f"{en} in {base_year}, of the carriers it saves, came to {there:,.0f} {unit}",
            )
    return None


def amount_there(amounts: Amounts, enterprise: str | None, saves: AbstractSet[str]) -> float | None:
    """What an enterprise (None: all of them) has of carriers (none: of all); None: not known."""
    own = [(carrier, of) for (who, carrier), of in amounts.items() if enterprise in (None, who)]
    if not own:
        return None
    # What is sold (negative) is another's: it is no use that could not be saved.
    return sum(max(of, 0.0) for carrier, of in own if not saves or carrier in saves)


def whose(enterprise: str | None) -> tuple[str, str]:
    """An enterprise, or all of them, in a sentence: Chinese and English."""
    return ("全园区", "all enterprises") if enterprise is None else (f" {enterprise} ", enterprise)


def _told_only(measure: Measure) -> Standing | None:
    counts = measure_kinds()[measure.kind].counts
    if counts is Counts.MARKET:
        return Standing(
            counted=False,
            reason="market_based",
            said_zh="仅计入基于市场的核算，不减少基于位置的排放",
            said_en="told only: it changes market-based figures, not emissions by location",
        )
    if counts is Counts.OUTSIDE:
        return Standing(
            counted=False,
            reason="outside_accounts",
            said_zh="减排发生在园区核算边界之外，仅列示",
            said_en="told only: it saves outside the park's accounts",
        )
    return None


def without_overlaps(gross: Floats, overlapped: npt.NDArray[np.int64]) -> Floats:
    """What (..., measures, years) counts of each saving, where ``overlapped`` numbers the measure
    that saves the same energy (-1: none).

    Of two that save the same the larger one counts: the measure that names the other keeps what it
    saves beyond it (own choice: the lower bound of what both together can save).
    """
    none = np.zeros((*gross.shape[:-2], 1, gross.shape[-1]))
    others = np.concatenate([gross, none], axis=-2)[..., overlapped, :]
    same: Floats = np.clip(np.minimum(gross, others), 0.0, None)
    return gross - same


def cost_yuan_per_t(measure: Measure, follow: Floats | None = None) -> float | None:
    """Yuan a tonne of CO2e: cost over the savings of its life, each discounted to its start.

    C / sum_k s_k / (1 + d)^(k + 1) with 8 % a year (levelised cost of abated carbon; the saving of
    a year comes at its end). ``follow`` (years of the life) is what the saving falls with, 1 by
    default. The energy saved is not priced. None without a life or a saving.
    """
    if measure.life_years is None or measure.saving_co2e_t <= 0:
        return None
    life = np.arange(measure.life_years)
    saved = measure.saving_co2e_t * shares(measure, measure.start_year + life)
    if follow is not None:
        saved = saved * follow
    discounted = float((saved / (1 + RULES.discount_rate) ** (life + 1)).sum())
    return measure.cost_1e4_yuan * 1e4 / discounted if discounted > 0 else None
