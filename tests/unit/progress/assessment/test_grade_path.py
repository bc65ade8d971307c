"""The path to the next grade: by hand, and against scipy's mixed-integer optimum."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import (  # type: ignore[import-untyped]
    Bounds,
    LinearConstraint,
    milp,
)

from models.progress.assessment.grade_path import PathState, moved, shortest_path
from models.progress.assessment.rules import Cap, Criterion, Grade, Scheme, scheme_of
from models.progress.assessment.score import Assessed, Measured, assess, is_worse

PLAIN = ((0.0, 0.0), (1.0, 1.0))


def criterion(
    code: str,
    weight: float,
    points: tuple[tuple[float, float], ...],
    *,
    lower: bool = False,
    effort: float = 1.0,
) -> Criterion:
    return Criterion(
        code, code, code, weight, lower, False, "1", "none", "redistribute", effort, "", "",
        "hand", "own", points,
    )  # fmt: skip


def scheme(*criteria: Criterion, caps: tuple[Cap, ...] = ()) -> Scheme:
    grades = tuple(
        Grade(code, score, code, code, "hand", "own")
        for code, score in (("A", 80.0), ("B", 65.0), ("C", 50.0), ("D", 0.0))
    )
    return Scheme("hand", 2015, None, "", "", 0.0, "hand", "own", criteria, grades, caps, {})


def test_the_cheapest_stretches_are_taken_first() -> None:
    # x: weight 60, 0 -> 1 in one stretch; y: weight 40, from 1 (none) over 0.5 (0.8) to 0 (all).
    # At x = 0.5 (30 points) and y = 0.75 (0.4 -> 16 points): 46 is D, C needs 4 more.
    # Gains a scale: x 60; y 40 x 0.8 / 0.5 = 64 down to 0.5, then 16. So y moves alone:
    # 4 / 64 = 0.0625 down to 0.6875, effort 0.0625.
    rules = scheme(
        criterion("x", 60, PLAIN),
        criterion("y", 40, ((0.0, 1.0), (0.5, 0.8), (1.0, 0.0)), lower=True),
    )
    found = shortest_path(rules, assess(rules, [Measured("x", at=0.5), Measured("y", at=0.75)]))
    assert (found.state, found.grade, found.score_needed) == (PathState.FOUND, "C", 50.0)
    (move,) = found.moves
    assert (move.criterion, move.at) == ("y", 0.75)
    assert move.to == pytest.approx(0.6875)
    assert move.points == pytest.approx(4.0)
    assert found.effort == pytest.approx(0.0625)
    assert move.alone == pytest.approx(0.6875)
    # At y = 0.5 (32 points) and x = 0.25 (15): 47; y gains 16 a scale now, x 60: x moves 0.05.
    found = shortest_path(rules, assess(rules, [Measured("x", at=0.25), Measured("y", at=0.5)]))
    assert [one.criterion for one in found.moves] == ["x"]
    assert found.moves[0].to == pytest.approx(0.3)


def test_what_one_criterion_would_have_to_do_alone_is_told() -> None:
    # x = 0.1 (6 of 60), y = 0.5 (20 of 40): 26, C needs 24 more. x gains most: to 0.5, alone.
    rules = scheme(criterion("x", 60, PLAIN), criterion("y", 40, PLAIN))
    found = shortest_path(rules, assess(rules, [Measured("x", at=0.1), Measured("y", at=0.5)]))
    (move,) = found.moves
    assert move.criterion == "x"
    assert move.to == pytest.approx(0.5)
    assert move.alone == pytest.approx(0.5)
    # x = 0 and y = 0: 50 needed; x alone would need 50/60; had it 40 of 100 it could not.
    found = shortest_path(rules, assess(rules, [Measured("x", at=0.0), Measured("y", at=0.0)]))
    assert found.moves[0].alone == pytest.approx(5 / 6)
    small = scheme(criterion("x", 40, PLAIN, effort=0.5), criterion("y", 60, PLAIN))
    found = shortest_path(small, assess(small, [Measured("x", at=0.0), Measured("y", at=0.0)]))
    assert [(one.criterion, one.alone) for one in found.moves] == [
        ("x", None),  # 40 points at 80 a unit of effort
        ("y", pytest.approx(5 / 6)),
    ]


def test_a_cap_is_lifted_whatever_it_costs() -> None:
    # x (weight 10, lower is better) at 1.5 keeps from anything better than C. y alone gives A.
    cap = Cap("x", 1.0, "C", "", "", "hand", "own")
    rules = scheme(
        criterion("x", 10, ((0.5, 1.0), (2.0, 0.0)), lower=True),
        criterion("y", 90, PLAIN),
        caps=(cap,),
    )
    assessed = assess(rules, [Measured("x", at=1.5), Measured("y", at=0.95)])
    assert (assessed.grade_by_score, assessed.grade) == ("A", "C")
    found = shortest_path(rules, assessed)
    assert found.grade == "B"
    (move,) = found.moves
    assert (move.criterion, move.to, move.lifts_cap) == ("x", 1.0, True)
    assert moved(rules, assessed, {"x": move.to}).grade == "A"


def test_coming_back_to_the_worst_point_costs_effort_without_points() -> None:
    # x is at 3 where its scale ends at 2 (from 1): 1 scale back for nothing, then 50 a scale.
    # y is at 0.4 of 50: 20 points, D. C needs 30 more: y all the way (0.6 x 50 = 30), effort 0.6.
    rules = scheme(
        criterion("x", 50, ((1.0, 1.0), (2.0, 0.0)), lower=True), criterion("y", 50, PLAIN)
    )
    found = shortest_path(rules, assess(rules, [Measured("x", at=3.0), Measured("y", at=0.4)]))
    assert [one.criterion for one in found.moves] == ["y"]
    # With y at its end there is x only.
    found = shortest_path(rules, assess(rules, [Measured("x", at=3.0), Measured("y", at=1.0)]))
    assert found.grade == "B"  # 50 points are C already
    assert [one.criterion for one in found.moves] == ["x"]
    assert found.moves[0].to == pytest.approx(1.7)
    assert found.effort == pytest.approx(1.3)


def test_without_a_way_it_is_said() -> None:
    rules = scheme(criterion("x", 40, PLAIN), criterion("y", 60, PLAIN))
    best = assess(rules, [Measured("x", at=1.0), Measured("y", at=1.0)])
    assert shortest_path(rules, best).state is PathState.BEST_ALREADY
    # y is not known and counts nothing: x gives 40 of 100 at most.
    zero = scheme(
        criterion("x", 40, PLAIN),
        Criterion("y", "", "", 60, False, False, "1", "none", "zero", 1.0, "", "", "", "", PLAIN),
    )
    poor = shortest_path(zero, assess(zero, [Measured("x", at=0.1)]))
    assert (poor.state, poor.grade) == (PathState.NOT_REACHABLE, "C")
    unknown = assess(scheme_of(2025), [])
    assert shortest_path(scheme_of(2025), unknown).state is PathState.NO_GRADE


def _optimum(rules: Scheme, assessed: Assessed, score: float) -> float:
    """Least effort by scipy: a variable for every stretch (0 to 1), and for a criterion beyond its
    worst point a binary one that must be 1 before any of its stretches counts.
    """
    cost: list[float] = []
    gain: list[float] = []
    rows: list[tuple[int, int]] = []
    upper: list[float] = []
    binary: list[int] = []
    fixed = 0.0
    for point in assessed.points:
        at, weight = point.measured.at, point.counted_weight
        if at is None or weight is None:
            continue
        of = rules.criterion(point.measured.criterion)
        curve = of.points[::-1] if of.is_lower_better else of.points
        scale = abs(curve[-1][0] - curve[0][0])
        entry = None
        if is_worse(of, at, curve[0][0]):
            entry = len(cost)
            cost.append(of.effort * abs(at - curve[0][0]) / scale)
            gain.append(0.0)
            upper.append(1.0)
            binary.append(1)
        share = float(
            np.interp(at, [place for place, _ in of.points], [part for _, part in of.points])
        )
        fixed += weight * share
        for (low, before), (high, after) in itertools.pairwise(curve):
            if not is_worse(of, at, high):
                continue
            start = at if is_worse(of, low, at) else low
            begin = share if is_worse(of, low, at) else before
            cost.append(of.effort * abs(high - start) / scale)
            gain.append(weight * (after - begin))
            upper.append(1.0)
            binary.append(0)
            if entry is not None:
                rows.append((len(cost) - 1, entry))
    matrix = np.zeros((len(rows) + 1, len(cost)))
    matrix[0] = gain
    for number, (part, entry) in enumerate(rows, 1):
        matrix[number, part], matrix[number, entry] = -1.0, 1.0
    least = np.array([score - fixed, *([0.0] * len(rows))])
    done = milp(
        cost, integrality=binary, bounds=Bounds(0, np.array(upper)),
        constraints=LinearConstraint(matrix, least, np.inf),
    )  # fmt: skip
    assert done.success
    return float(done.fun)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(min_value=0.0, max_value=4.5), min_size=13, max_size=13))
def test_the_path_is_the_optimum_and_leads_to_the_grade(at: list[float]) -> None:
    rules = scheme_of(2025)
    measured = [Measured(of.code, at=round(x, 3)) for of, x in zip(rules.criteria, at, strict=True)]
    assessed = assess(rules, measured)
    found = shortest_path(rules, assessed)
    assume(found.state is PathState.FOUND)
    after = moved(rules, assessed, {one.criterion: one.to for one in found.moves})
    codes = [one.code for one in rules.grades]
    assert found.grade is not None
    assert after.grade is not None
    assert after.score is not None
    assert codes.index(after.grade) <= codes.index(found.grade)
    assert sum(one.points for one in found.moves) == pytest.approx(
        after.score - (assessed.score or 0.0), abs=1e-6
    )
    if not assessed.caps:
        assert found.effort == pytest.approx(
            _optimum(rules, assessed, found.score_needed or 0.0), abs=1e-6
        )
