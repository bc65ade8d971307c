"""Targets: their periods, the yearly path of a five-year rate, and what a year makes of them.

Pure arithmetic; amounts of one call are in one unit.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

_PERIOD = re.compile(r"(\d{4})(?:-(\d{2})|-(\d{4}))?")
_ROUNDING = 1e-9  # relative: the last bits of a power or of a sum are no missed target


class State(StrEnum):
    """What a target has come to."""

    MET = "met"  # the period is over, and it holds
    ON_TRACK = "on_track"  # it would hold at the rate of late
    BEHIND = "behind"  # it would not
    MISSED = "missed"  # it does not hold and nothing in the period can mend it
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class TargetPeriod:
    """A month (``month`` 1 to 12), a year, or the years ``first`` to ``last``."""

    first: int
    last: int
    month: int | None = None

    @property
    def kind(self) -> str:
        """``month``, ``year`` or ``years``."""
        if self.month is not None:
            return "month"
        return "year" if self.first == self.last else "years"

    def holds(self, year: int) -> bool:
        """Whether it has a part of the year."""
        return self.first <= year <= self.last

    def overlaps(self, other: TargetPeriod) -> bool:
        """Whether both are of one kind and share a part: then two targets ask for the same thing.

        A year within five years, or a month within a year, is no overlap: it is the path.
        """
        shared = self.first <= other.last and other.first <= self.last
        return self.kind == other.kind and self.month == other.month and shared


def target_period(text: str) -> TargetPeriod:
    """The period written "2025", "2025-03" or "2021-2025"; ValueError where it is none."""
    match = _PERIOD.fullmatch(text)
    if match is None:
        raise ValueError(f"period: {text!r} is not of the form 2025, 2025-03 or 2021-2025")
    first, month = int(match[1]), int(match[2]) if match[2] else None
    last = int(match[3]) if match[3] else first
    if month is not None and not 1 <= month <= 12:
        raise ValueError(f"period: {text!r} has no month {month}")
    if last < first or (match[3] and last == first):
        raise ValueError(f"period: {text!r} does not end after it begins")
    return TargetPeriod(first, last, month)


def even_share(reduction: float, years: int) -> float:
    """Reduction of each year that makes ``reduction`` over ``years``: 1 - (1 - r)^(1/n).

    The even share of a five-year rate (indicators.md section 1: usual practice, from memory).
    ValueError for a reduction of 1 or more, or no years.
    """
    if years < 1:
        raise ValueError(f"years: {years} is not at least 1")
    if reduction >= 1:
        raise ValueError(f"reduction: {reduction:g} leaves nothing")
    return float(1 - (1 - reduction) ** (1 / years))


def path_value(base: float, reduction: float, base_year: int, last: int, year: int) -> float:
    """What a reduction over ``base_year`` to ``last`` allows in ``year``, in even shares:
    base x (1 - r)^((year - base_year) / (last - base_year)).
    """
    share = even_share(reduction, last - base_year)
    return float(base * (1 - share) ** (year - base_year))


def reduction_to(base: float, value: float) -> float:
    """The reduction that a value is against its base; ValueError for a base not above zero."""
    if base <= 0:
        raise ValueError(f"base: {base:g} is not above zero")
    return 1 - value / base


def beyond(target: float, amount: float) -> bool:
    """Whether an amount lies above its target by more than floats round."""
    return amount - target > _ROUNDING * max(abs(target), abs(amount))


def state_of(
    target: float,
    actual: float | None,
    expected: float | None,
    *,
    over: bool,
    total: bool,
) -> State:
    """What a target has come to by what was ``actual`` so far and is ``expected`` of the whole.

    ``total``: amounts add up, so one that is used up stays missed; an intensity may still fall.
    """
    if actual is None:
        return State.UNKNOWN
    if over:
        return State.MISSED if beyond(target, actual) else State.MET
    if total and beyond(target, actual):
        return State.MISSED
    if expected is None:
        return State.UNKNOWN
    return State.BEHIND if beyond(target, expected) else State.ON_TRACK
