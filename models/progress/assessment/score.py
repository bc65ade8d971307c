"""Score and grade of an enterprise: weights times shares, with every point told.

The score is 100 times sum(weight x share) over sum(weight) of the criteria that count. It is the
form of the local assessments by land (e.g. Huangyan 2022: value / benchmark x weight, summed); no
national formula exists. A criterion that does not apply, or whose rule redistributes its weight,
counts in neither sum; one whose rule says zero counts with no points.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from models.errors import CarbonpeakError
from models.progress.assessment.rules import Cap, Criterion, Scheme


class Standing(StrEnum):
    """What became of a criterion."""

    SCORED = "scored"
    NOT_APPLICABLE = "not_applicable"  # its weight goes to the others
    REDISTRIBUTED = "redistributed"  # unknown; its weight goes to the others
    ZERO = "zero"  # unknown; no points
    WITHHELD = "withheld"  # unknown; without it there is no grade


class NoGrade(StrEnum):
    """Why there is no grade."""

    WITHHELD = "withheld"  # a criterion that must be known is not
    TOO_LITTLE_KNOWN = "too_little_known"  # of the weights


@dataclass(frozen=True, slots=True)
class Measured:
    """What is known of a criterion: ``value`` in the criterion's unit and its ``yardstick``.

    ``at`` is what is scored (value / yardstick of a ratio, else the value). Where it is None,
    ``reason`` is the code of why; ``applies`` False: the criterion is none of this enterprise's.
    """

    criterion: str
    value: float | None = None
    yardstick: float | None = None
    at: float | None = None
    reason: str | None = None
    applies: bool = True


@dataclass(frozen=True, slots=True)
class Point:
    """A criterion's points. ``weight`` is the scheme's, ``counted_weight`` what it weighs after
    redistribution (of 100; None where it does not count), ``points`` = counted_weight x share.
    """

    measured: Measured
    standing: Standing
    weight: float
    counted_weight: float | None
    share: float | None
    points: float | None


@dataclass(frozen=True, slots=True)
class Assessed:
    """The score (0 to 100), the grade by score alone and the grade with the caps that hold it down.

    ``score`` and grades are None where ``no_grade`` says why. ``known_weight`` of 100 is known or
    counts as zero.
    """

    points: tuple[Point, ...]
    score: float | None
    grade_by_score: str | None
    grade: str | None
    caps: tuple[Cap, ...]
    known_weight: float
    no_grade: NoGrade | None

    def point(self, criterion: str) -> Point:
        """Of one criterion. Raises KeyError."""
        for one in self.points:
            if one.measured.criterion == criterion:
                return one
        raise KeyError(criterion)


def ratio(value: float, yardstick: float, field: str) -> float:
    """The value over its yardstick. Raises AssessmentError where the yardstick is not positive."""
    if not yardstick > 0:
        raise AssessmentError(f"{field}: the yardstick is {yardstick:g}; it must be positive")
    return value / yardstick


class AssessmentError(CarbonpeakError):
    """A criterion cannot be measured; the message names field and reason."""


def share_at(criterion: Criterion, at: float) -> float:
    """The share (0 to 1) of the weight: linear between the points, level beyond them."""
    points = criterion.points
    if at <= points[0][0]:
        return points[0][1]
    for (low, before), (high, after) in itertools.pairwise(points):
        if at <= high:
            return before + (after - before) * (at - low) / (high - low)
    return points[-1][1]


def is_worse(criterion: Criterion, at: float, bound: float) -> bool:
    """Whether ``at`` is on the worse side of ``bound``, by more than rounding."""
    slack = 1e-9 * max(1.0, abs(bound))
    return at > bound + slack if criterion.is_lower_better else at < bound - slack


def assess(scheme: Scheme, measured: Iterable[Measured]) -> Assessed:
    """Score and grade by a scheme of what is measured; a criterion that is not among it is unknown.

    The lowest score of a grade is of that grade. Raises KeyError for a criterion that the scheme
    does not have.
    """
    of = {one.criterion: one for one in measured}
    for code in of:
        scheme.criterion(code)
    known = [of.get(one.code, Measured(one.code, reason="not_measured")) for one in scheme.criteria]
    standings = [
        _standing(criterion, one) for criterion, one in zip(scheme.criteria, known, strict=True)
    ]
    counting = {Standing.SCORED, Standing.ZERO}
    whole = sum(
        criterion.weight
        for criterion, standing in zip(scheme.criteria, standings, strict=True)
        if standing in counting
    )
    points = []
    for criterion, one, standing in zip(scheme.criteria, known, standings, strict=True):
        share = share_at(criterion, one.at) if one.at is not None else None
        share = 0.0 if standing is Standing.ZERO else share
        weight = 100.0 * criterion.weight / whole if standing in counting else None
        got = None if weight is None or share is None else weight * share
        points.append(Point(one, standing, criterion.weight, weight, share, got))
    no_grade = _no_grade(scheme, standings, whole)
    if no_grade is not None:
        return Assessed(tuple(points), None, None, None, (), whole, no_grade)
    score = sum(one.points for one in points if one.points is not None)
    by_score = grade_of(scheme, score)
    caps = holding(scheme, known)
    return Assessed(tuple(points), score, by_score, capped(scheme, by_score, caps), caps, whole,
                    None)  # fmt: skip


def grade_of(scheme: Scheme, score: float) -> str:
    """The grade by score alone; one that is reached but for rounding (1e-9) is reached."""
    return next(one.code for one in scheme.grades if score >= one.score_from - 1e-9)


def holding(scheme: Scheme, measured: Sequence[Measured]) -> tuple[Cap, ...]:
    """The caps whose criterion is worse than the cap's bound, or unknown where that is enough."""
    at = {one.criterion: one.at for one in measured if one.applies}
    found = []
    for cap in scheme.caps:
        if cap.criterion not in at:
            continue
        value = at[cap.criterion]
        holds = cap.if_unknown
        if value is not None:
            holds = is_worse(scheme.criterion(cap.criterion), value, cap.worse_than)
        if holds:
            found.append(cap)
    return tuple(found)


def capped(scheme: Scheme, grade: str, caps: Iterable[Cap]) -> str:
    """The worse of a grade and the best that every cap allows."""
    codes = [one.code for one in scheme.grades]
    return codes[max([codes.index(grade), *(codes.index(cap.best_grade) for cap in caps)])]


def ranks(scores: Mapping[str, float | None]) -> dict[str, int | None]:
    """Place by score, the best first; equal scores (to 1e-9) share a place and the next ones are
    left out (1, 2, 2, 4). None where there is no score.
    """
    ordered = sorted(
        ((score, code) for code, score in scores.items() if score is not None), reverse=True
    )
    found: dict[str, int | None] = dict.fromkeys(scores)
    rank, last = 0, None
    for number, (score, code) in enumerate(ordered, 1):
        if last is None or last - score > 1e-9:
            rank, last = number, score
        found[code] = rank
    return found


def _standing(criterion: Criterion, one: Measured) -> Standing:
    if not one.applies:
        return Standing.NOT_APPLICABLE
    if one.at is not None:
        return Standing.SCORED
    return {
        "redistribute": Standing.REDISTRIBUTED,
        "zero": Standing.ZERO,
        "withhold": Standing.WITHHELD,
    }[criterion.missing]


def _no_grade(scheme: Scheme, standings: Sequence[Standing], known: float) -> NoGrade | None:
    if Standing.WITHHELD in standings:
        return NoGrade.WITHHELD
    return NoGrade.TOO_LITTLE_KNOWN if known < scheme.known_weight_min - 1e-9 else None
