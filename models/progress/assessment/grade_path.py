"""The shortest path to the next grade: which criteria, by how much, at the least effort.

The effort of moving a criterion is its ``effort`` times the distance moved over the length of its
scale (from no share to all of it): the least sum of efforts that reaches the score and lifts the
caps, with the yardsticks as they are. Each criterion's points gain ever less towards the better
side (held by the rules' checks), so taking the stretches in order of points per effort is the exact
optimum (a fractional knapsack). A criterion that is beyond its worst point must first come back to
it, for no points: of such, every choice is tried.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from enum import StrEnum

from models.progress.assessment.rules import Criterion, Grade, Scheme
from models.progress.assessment.score import (
    Assessed,
    Measured,
    assess,
    is_worse,
    share_at,
)


class PathState(StrEnum):
    """Whether there is a path."""

    FOUND = "found"
    BEST_ALREADY = "best_already"
    NO_GRADE = "no_grade"  # what is missing must be known first
    NOT_REACHABLE = "not_reachable"  # by the criteria that are measured, even at full marks


@dataclass(frozen=True, slots=True)
class Move:
    """A criterion moved from ``at`` to ``to`` (in what is scored), which gains ``points``.

    ``alone`` is where this criterion would have to be if only it moved; None where it cannot do it.
    ``lifts_cap``: the move is needed to lift a cap, whatever the score.
    """

    criterion: str
    at: float
    to: float
    points: float
    effort: float
    alone: float | None
    lifts_cap: bool


@dataclass(frozen=True, slots=True)
class GradePath:
    """Moves by decreasing points; ``grade`` is the one to be reached, ``score`` what it needs."""

    state: PathState
    grade: str | None
    score_needed: float | None
    moves: tuple[Move, ...]
    effort: float


@dataclass(frozen=True, slots=True)
class _Stretch:
    criterion: Criterion
    start: float
    end: float
    points: float
    effort: float


def shortest_path(scheme: Scheme, assessed: Assessed) -> GradePath:
    """The path from an assessment to the next better grade than its own."""
    if assessed.grade is None or assessed.score is None:
        return GradePath(PathState.NO_GRADE, None, None, (), 0.0)
    wanted = scheme.better_grade(assessed.grade)
    if wanted is None:
        return GradePath(PathState.BEST_ALREADY, None, None, (), 0.0)
    at = {
        one.measured.criterion: one.measured.at
        for one in assessed.points
        if one.measured.at is not None and one.counted_weight is not None
    }
    forced = _forced(scheme, assessed, wanted)
    to = None
    if set(forced) <= set(at):  # else a cap is on what is not known
        to = _least_effort(scheme, assessed, at | forced, wanted.score_from)
    if to is None:
        return GradePath(PathState.NOT_REACHABLE, wanted.code, wanted.score_from, (), 0.0)
    moves = [
        Move(
            code,
            at[code],
            place,
            _gain(scheme, assessed, code, at[code], place),
            _effort(scheme.criterion(code), at[code], place),
            _alone(scheme, assessed, scheme.criterion(code), at[code], wanted),
            code in forced,
        )
        for code, place in to.items()
        if place != at[code]
    ]
    moves.sort(key=lambda one: (not one.lifts_cap, -one.points, one.criterion))
    effort = sum(one.effort for one in moves)
    return GradePath(PathState.FOUND, wanted.code, wanted.score_from, tuple(moves), effort)


def moved(scheme: Scheme, assessed: Assessed, to: dict[str, float]) -> Assessed:
    """The assessment with some criteria elsewhere: what a path comes to."""
    measured = [
        Measured(one.measured.criterion, at=to[one.measured.criterion])
        if one.measured.criterion in to
        else one.measured
        for one in assessed.points
    ]
    return assess(scheme, measured)


def _forced(scheme: Scheme, assessed: Assessed, wanted: Grade) -> dict[str, float]:
    """Where the criteria of caps that keep from the wanted grade must come to, at least."""
    codes = [one.code for one in scheme.grades]
    found: dict[str, float] = {}
    for cap in assessed.caps:
        if codes.index(cap.best_grade) > codes.index(wanted.code):
            bound = found.get(cap.criterion, cap.worse_than)
            stricter = is_worse(scheme.criterion(cap.criterion), bound, cap.worse_than)
            found[cap.criterion] = cap.worse_than if stricter else bound
    return found


def _score(scheme: Scheme, assessed: Assessed, at: dict[str, float]) -> float:
    score = 0.0
    for one in assessed.points:
        if one.counted_weight is None:
            continue
        place = at.get(one.measured.criterion)
        criterion = scheme.criterion(one.measured.criterion)
        score += one.counted_weight * (0.0 if place is None else share_at(criterion, place))
    return score


def _least_effort(
    scheme: Scheme, assessed: Assessed, start: dict[str, float], score: float
) -> dict[str, float] | None:
    """Where the criteria come to; None where not even full marks of all reach the score."""
    missing = score - _score(scheme, assessed, start)
    if missing <= 1e-9:
        return start
    worst = {code: _worst(scheme.criterion(code)) for code in start}
    beyond = [code for code in start if is_worse(scheme.criterion(code), start[code], worst[code])]
    best: tuple[float, dict[str, float]] | None = None
    for number in range(len(beyond) + 1):
        for back in itertools.combinations(beyond, number):
            begin = start | {code: worst[code] for code in back}
            still = set(beyond) - set(back)
            to = _greedy(_stretches(scheme, assessed, begin, still), begin, missing)
            if to is None:
                continue
            effort = sum(
                _effort(scheme.criterion(code), start[code], place) for code, place in to.items()
            )
            if best is None or effort < best[0] - 1e-12:
                best = (effort, to)
    return None if best is None else best[1]


def _greedy(
    stretches: list[_Stretch], begin: dict[str, float], missing: float
) -> dict[str, float] | None:
    to = dict(begin)
    for one in sorted(stretches, key=lambda one: (-one.points / one.effort, -one.points)):
        part = min(1.0, missing / one.points)
        to[one.criterion.code] = one.start + part * (one.end - one.start)
        missing -= part * one.points
        if missing <= 1e-9:
            return to
    return None


def _worst(criterion: Criterion) -> float:
    """The place from which on there are no points."""
    return criterion.points[-1][0] if criterion.is_lower_better else criterion.points[0][0]


def _stretches(
    scheme: Scheme, assessed: Assessed, at: dict[str, float], still: set[str]
) -> list[_Stretch]:
    """The stretches from ``at`` to full marks of the criteria that are not to stay ``still``."""
    found = []
    for one in assessed.points:
        start = at.get(one.measured.criterion)
        if start is None or one.counted_weight is None or one.measured.criterion in still:
            continue
        criterion = scheme.criterion(one.measured.criterion)
        for end in _better_places(criterion, start):
            gain = one.counted_weight * (share_at(criterion, end) - share_at(criterion, start))
            found.append(_Stretch(criterion, start, end, gain, _effort(criterion, start, end)))
            start = end
    return found


def _better_places(criterion: Criterion, at: float) -> list[float]:
    """The places of the points on the better side of ``at``, nearest first."""
    places = [place for place, _ in criterion.points]
    if criterion.is_lower_better:
        return [place for place in reversed(places) if place < at]
    return [place for place in places if place > at]


def _effort(criterion: Criterion, start: float, end: float) -> float:
    scale = criterion.points[-1][0] - criterion.points[0][0]
    return criterion.effort * abs(end - start) / scale


def _gain(scheme: Scheme, assessed: Assessed, code: str, at: float, to: float) -> float:
    criterion, weight = scheme.criterion(code), assessed.point(code).counted_weight or 0.0
    return weight * (share_at(criterion, to) - share_at(criterion, at))


def _alone(
    scheme: Scheme, assessed: Assessed, criterion: Criterion, at: float, wanted: Grade
) -> float | None:
    """Where one criterion must come to so that it does it alone; None where it cannot."""
    forced = _forced(scheme, assessed, wanted)
    if set(forced) - {criterion.code}:
        return None
    start = forced.get(criterion.code, at)
    weight = assessed.point(criterion.code).counted_weight or 0.0
    missing = wanted.score_from - (assessed.score or 0.0)
    share = share_at(criterion, at) + missing / weight
    if share <= share_at(criterion, start) + 1e-12:
        return start
    return place_of(criterion, share)


def place_of(criterion: Criterion, share: float) -> float | None:
    """Where a share is reached (the inverse of ``share_at``); None for more than all of it."""
    if share > 1.0 + 1e-12:
        return None
    points = criterion.points
    for (low, before), (high, after) in itertools.pairwise(points):
        least, most = sorted((before, after))
        if least <= share <= most and before != after:
            return low + (high - low) * (share - before) / (after - before)
    best = points[0] if criterion.is_lower_better else points[-1]
    return best[0]
