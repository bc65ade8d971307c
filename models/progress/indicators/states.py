"""How an indicator stands to its target: the state, its margin, and where it should be by now."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from models.progress.indicators.tables import Direction, Measure

ROUNDING = 1e-9  # relative: the last bits of a division are no missed target


class State(StrEnum):
    """How a row stands in a year."""

    MET = "met"  # the target is reached
    MISSED = "missed"  # its year is over and it is not
    NOT_MET = "not_met"  # not reached, and no year is set for it
    ON_TRACK = "on_track"  # its year is not over; as far as the even path at least
    BEHIND = "behind"  # its year is not over; not as far as the even path
    OPEN = "open"  # its year is not over, not reached, and without a base value no path is known
    NO_TARGET = "no_target"  # none is entered
    UNKNOWN = "unknown"  # no value
    NOT_ASKED = "not_asked"  # of parks of another size


@dataclass(frozen=True, slots=True)
class Goal:
    """A target: value, side, and the years between which it is to be reached.

    ``baseline`` is the value of ``baseline_year``; of a reduction it is 0. ``year`` None: there is
    none by which it is to be reached.
    """

    measure: Measure
    direction: Direction
    target: float
    year: int | None = None
    baseline: float | None = None
    baseline_year: int | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """``margin`` in the value's unit: how much better than the target (negative: worse).

    ``expected`` is what the even path asks for in the year, null where no path is known.
    """

    state: State
    margin: float
    expected: float | None = None


def standing(goal: Goal, value: float, year: int, *, over: bool) -> Standing:
    """The standing of the ``value`` of a ``year`` that is ``over`` or under way.

    A target is met where the value lies on its side or on it. Before the end of its year a value
    is measured by the even path (``expected``); one that has reached the target already is met
    once its year is over, on track while it runs.
    """
    margin = _margin(goal, value, goal.target)
    before = goal.year is not None and (year < goal.year or (year == goal.year and not over))
    expected = even_path(goal, year) if before else None
    if margin >= 0:
        return Standing(State.MET if over else State.ON_TRACK, margin, expected)
    if not before:
        late = goal.year is not None
        state = State.MISSED if late and over else State.BEHIND if late else State.NOT_MET
        return Standing(state, margin, expected)
    if expected is None:
        return Standing(State.OPEN, margin)
    on_it = _margin(goal, value, expected) >= 0
    return Standing(State.ON_TRACK if on_it else State.BEHIND, margin, expected)


def even_path(goal: Goal, year: int) -> float | None:
    """What is asked for in a year between base and target year if every year does the same share.

    A level moves along a straight line. A reduction r of n years asks 1 - (1 - r)^(1/n) of every
    year (the even share of a five-year rate), after k of them 1 - (1 - r)^(k/n). None where base
    year or base value is unknown, or the year lies outside.
    """
    first, last = goal.baseline_year, goal.year
    if first is None or last is None or not first <= year <= last:
        return None
    part = (year - first) / (last - first)
    if goal.measure is Measure.REDUCTION:
        if goal.target >= 100.0:
            return None  # nothing is left to take an even share of
        return float(100.0 * (1.0 - (1.0 - goal.target / 100.0) ** part))
    if goal.baseline is None:
        return None
    return goal.baseline + (goal.target - goal.baseline) * part


def reduction_pct(base: float, value: float) -> float | None:
    """(base - value) / base in per cent; None where the base is not positive or one is unknown."""
    if not (math.isfinite(base) and math.isfinite(value) and base > 0):
        return None
    return 100.0 * (base - value) / base


def mean_yearly_fall_pct(base: float, value: float, years: int) -> float | None:
    """The even yearly fall that leads from base to value: 100 x (1 - (value / base)^(1 / years)).

    None where base or value is not positive, or ``years`` is none.
    """
    if not (base > 0 and value > 0 and years > 0):
        return None
    return float(100.0 * (1.0 - (value / base) ** (1.0 / years)))


def _margin(goal: Goal, value: float, wanted: float) -> float:
    """How much better than ``wanted``; what is only rounding is nothing."""
    margin = value - wanted if goal.direction is Direction.UP else wanted - value
    # A path that begins at -1 and ends at nearly nothing is known to the last bit of 1.
    scale = max(abs(value), abs(wanted), abs(goal.baseline or 0.0))
    return 0.0 if abs(margin) <= ROUNDING * scale else margin
