"""The watch on low-efficiency use of land: what is met in a year, and for how long.

A year is *low* where output per mu and tax per mu are both below their share of the park's mean
(models/reference/assessment/watch_rules.csv), *graded D* where the assessment says so and one of
the two is below the mean. What is not known is neither met nor not met.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from models.progress.assessment.rules import Scheme


class WatchVerdict(StrEnum):
    """Whether an enterprise is on the list."""

    LISTED = "listed"  # met for as many years in a row as the rule asks for
    WATCHED = "watched"  # met in the last year, not yet for so long, or not known for how long
    CLEAR = "clear"
    EXEMPT = "exempt"  # its land is too small to be judged
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class LandYear:
    """A year of an enterprise: output and tax per mu over the park's means, and its grade.

    The reasons tell why a ratio is not known.
    """

    output_ratio: float | None
    tax_ratio: float | None
    grade: str | None
    no_output: str = "no_output"
    no_tax: str = "no_tax"


@dataclass(frozen=True, slots=True)
class Watched:
    """The verdict. ``low_years`` and ``d_years``: how many years in a row, from the last one back,
    each condition is met; ``reason`` tells why nothing can be said, or not for how long.
    """

    verdict: WatchVerdict
    low_years: int
    d_years: int
    reason: str | None = None


def is_low(scheme: Scheme, year: LandYear) -> bool | None:
    """Whether both are below their bound; None where what is unknown decides."""
    rules = scheme.watch
    below = [
        None if ratio is None else ratio < rules[rule].value
        for ratio, rule in (
            (year.output_ratio, "output_per_mu_max"),
            (year.tax_ratio, "tax_per_mu_max"),
        )
    ]
    if False in below:
        return False
    return None if None in below else True


def is_worst_grade(scheme: Scheme, year: LandYear) -> bool | None:
    """Whether the grade is the worst one and the land yields less than ``grade_d_below`` of the
    park's mean, in output or in tax; None where what is unknown decides.
    """
    if year.grade not in (None, scheme.grades[-1].code):
        return False
    bound = scheme.watch["grade_d_below"].value
    below = [None if one is None else one < bound for one in (year.output_ratio, year.tax_ratio)]
    if True not in below:
        return None if None in below else False
    return None if year.grade is None else True


def watch(scheme: Scheme, land_area_mu: float | None, years: Sequence[LandYear]) -> Watched:
    """The verdict by the last years, newest first.

    Raises ValueError without a year.
    """
    if not years:
        raise ValueError("years: the last year at least is needed")
    if land_area_mu is None:
        return Watched(WatchVerdict.UNKNOWN, 0, 0, "no_land")
    if land_area_mu <= scheme.watch["land_min_mu"].value:
        return Watched(WatchVerdict.EXEMPT, 0, 0, "small_land")
    low = [is_low(scheme, one) for one in years]
    worst = [is_worst_grade(scheme, one) for one in years]
    low_years, d_years = _in_a_row(low), _in_a_row(worst)
    longest = max(low_years, d_years)
    if longest >= scheme.watch["years"].value:
        return Watched(WatchVerdict.LISTED, low_years, d_years)
    if longest:
        first = [met[number] for met, number in ((low, low_years), (worst, d_years))
                 if 0 < number < len(met)]  # fmt: skip
        reason = "years_before_unknown" if None in first else None
        return Watched(WatchVerdict.WATCHED, low_years, d_years, reason)
    if low[0] is None or worst[0] is None:
        return Watched(WatchVerdict.UNKNOWN, 0, 0, _lacking(years[0]))
    return Watched(WatchVerdict.CLEAR, 0, 0)


def _lacking(year: LandYear) -> str:
    if year.output_ratio is None:
        return year.no_output
    return year.no_tax if year.tax_ratio is None else "no_grade"


def _in_a_row(met: Sequence[bool | None]) -> int:
    """How many are met from the first one on."""
    return next((number for number, one in enumerate(met) if not one), len(met))
