"""Scores, grades, caps and ranks, worked by hand on a small scheme."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.progress.assessment.grade_path import PathState, shortest_path
from models.progress.assessment.rules import Cap, Criterion, Grade, Missing, Scheme, scheme_of
from models.progress.assessment.score import (
    AssessmentError,
    Measured,
    NoGrade,
    Standing,
    assess,
    is_worse,
    ranks,
    ratio,
    share_at,
)
from models.progress.assessment.words import score_words

# An intensity (lower is better: 0.5 all, 1 0.7, 2 none), completeness (higher is better: 0.75 none,
# 0.9 0.7, 1 all) and clean energy (0 none, 1 all).
LOWER = ((0.5, 1.0), (1.0, 0.7), (2.0, 0.0))
HIGHER = ((0.75, 0.0), (0.9, 0.7), (1.0, 1.0))
PLAIN = ((0.0, 0.0), (1.0, 1.0))


def criterion(
    code: str,
    weight: float,
    points: tuple[tuple[float, float], ...],
    missing: Missing = "redistribute",
    *,
    lower: bool = False,
    effort: float = 1.0,
) -> Criterion:
    return Criterion(
        code, code, code, weight, lower, False, "1", "none", missing, effort, "", "", "hand", "own",
        points,
    )  # fmt: skip


def scheme(*criteria: Criterion, caps: tuple[Cap, ...] = ()) -> Scheme:
    grades = tuple(
        Grade(code, score, code, code, "hand", "own")
        for code, score in (("A", 80.0), ("B", 65.0), ("C", 50.0), ("D", 0.0))
    )
    return Scheme("hand", 2015, None, "", "", 60.0, "hand", "own", criteria, grades, caps, {})


SMALL = scheme(
    criterion("intensity", 50, LOWER, lower=True),
    criterion("data", 30, HIGHER, "zero"),
    criterion("clean", 20, PLAIN, "withhold"),
    caps=(Cap("intensity", 1.5, "C", "", "", "hand", "own"),),
)


def test_points_are_weight_times_share() -> None:
    # intensity 0.75: half way from 1 to 0.7 = 0.85 -> 42.5; data 0.95: half way from 0.7 to 1 =
    # 0.85 -> 25.5; clean 0.4 -> 8. Together 76: grade B.
    found = assess(
        SMALL,
        [Measured("intensity", at=0.75), Measured("data", at=0.95), Measured("clean", at=0.4)],
    )
    assert [one.points for one in found.points] == pytest.approx([42.5, 25.5, 8.0])
    assert found.score == pytest.approx(76.0)
    assert (found.grade, found.grade_by_score, found.no_grade) == ("B", "B", None)
    assert found.known_weight == 100


def test_weight_of_what_does_not_apply_goes_to_the_others() -> None:
    # Without intensity 50 of 100 remain: below the 60 that a grade needs.
    without = Measured("intensity", reason="no_output", applies=False)
    found = assess(SMALL, [without, Measured("data", at=1.0), Measured("clean", at=0.5)])
    assert (found.grade, found.no_grade) == (None, NoGrade.TOO_LITTLE_KNOWN)
    assert found.score is None
    # With a scheme of which 70 remain: data 30 -> 30/70, clean 40 -> 40/70 of 100.
    wider = scheme(
        criterion("intensity", 30, LOWER, lower=True),
        criterion("data", 30, HIGHER),
        criterion("clean", 40, PLAIN),
    )
    found = assess(wider, [without, Measured("data", at=1.0), Measured("clean", at=0.5)])
    assert found.points[0].standing is Standing.NOT_APPLICABLE
    assert found.points[0].counted_weight is None
    assert found.points[1].counted_weight == pytest.approx(300 / 7)
    assert found.score == pytest.approx(300 / 7 + 400 / 7 * 0.5)  # 71.43
    assert found.known_weight == 70


def test_what_is_unknown_counts_as_its_rule_says() -> None:
    # data is unknown: its rule gives no points for 30 of 100. 50 x 1 + 20 x 1 = 70.
    found = assess(SMALL, [Measured("intensity", at=0.2), Measured("clean", at=1.0)])
    assert found.point("data").standing is Standing.ZERO
    assert found.point("data").measured.reason == "not_measured"
    assert found.score == pytest.approx(70.0)
    # clean is unknown: its rule withholds the grade.
    found = assess(SMALL, [Measured("intensity", at=0.2), Measured("data", at=1.0)])
    assert (found.score, found.grade, found.no_grade) == (None, None, NoGrade.WITHHELD)
    assert found.point("clean").standing is Standing.WITHHELD


def test_a_cap_holds_the_grade_down_but_not_the_score() -> None:
    # intensity 1.6: 0.7 x 0.4 / 1 = 0.28 -> 14; 14 + 30 + 20 = 64 is C anyway; cap at C.
    high = [Measured("intensity", at=1.6), Measured("data", at=1.0), Measured("clean", at=1.0)]
    found = assess(SMALL, high)
    assert found.score == pytest.approx(64.0)
    assert (found.grade_by_score, found.grade) == ("C", "C")
    assert len(found.caps) == 1
    # Of a wider scale the score would be A, and the cap makes it C.
    lenient = scheme(
        criterion("intensity", 50, ((1.0, 1.0), (10.0, 0.0)), lower=True),
        criterion("data", 30, HIGHER),
        criterion("clean", 20, PLAIN),
        caps=SMALL.caps,
    )
    found = assess(lenient, high)
    assert found.score == pytest.approx(50 * (1 - 0.6 / 9) + 50)
    assert (found.grade_by_score, found.grade) == ("A", "C")
    # At the bound itself it does not hold.
    at_bound = [Measured("intensity", at=1.5), *high[1:]]
    assert assess(lenient, at_bound).grade == "A"


def test_who_stops_measuring_is_held_down_as_who_exceeds() -> None:
    """Discharges (weight 20, zero where unknown) and all else at full marks: 80 points are an A.
    1.5 times the permit is graded C; so is what is not known, and not what does not apply.
    """
    cap = Cap("out", 1.0, "C", "", "", "hand", "own", if_unknown=True)
    out = criterion("out", 20, ((0.5, 1.0), (1.2, 0.0)), "zero", lower=True)
    rules = scheme(criterion("rest", 80, PLAIN), out, caps=(cap,))
    rest = Measured("rest", at=1.0)
    for measured, grade, caps in (
        (Measured("out", at=1.5), "C", (cap,)),
        (Measured("out", reason="discharges_unknown"), "C", (cap,)),
        (Measured("out", reason="no_permit", applies=False), "A", ()),
        (Measured("out", at=1.0), "A", ()),
    ):
        found = assess(rules, [rest, measured])
        assert (found.grade, found.caps) == (grade, caps), measured
    unknown = assess(rules, [rest, Measured("out", reason="discharges_unknown")])
    assert unknown.score == pytest.approx(80.0)
    path = shortest_path(rules, unknown)
    assert (path.state, path.grade, path.moves) == (PathState.NOT_REACHABLE, "B", ())
    free = scheme(criterion("rest", 80, PLAIN), out, caps=(replace(cap, if_unknown=False),))
    assert assess(free, [rest, Measured("out", reason="discharges_unknown")]).grade == "A"


def test_the_lowest_score_of_a_grade_is_of_it() -> None:
    only = scheme(criterion("clean", 100, PLAIN))
    for at, grade in ((0.8, "A"), (0.7999, "B"), (0.65, "B"), (0.5, "C"), (0.4999, "D"), (0, "D")):
        assert assess(only, [Measured("clean", at=at)]).grade == grade


def test_a_criterion_of_no_scheme_is_refused() -> None:
    with pytest.raises(KeyError, match="noise"):
        assess(SMALL, [Measured("noise", at=1.0)])


def test_a_yardstick_that_is_not_positive_is_refused() -> None:
    assert ratio(3.0, 4.0, "budget") == 0.75
    for yardstick in (0.0, -1.0, float("nan")):
        with pytest.raises(AssessmentError, match="budget: the yardstick is"):
            ratio(3.0, yardstick, "budget")


def test_equal_scores_share_a_rank() -> None:
    scores = {"a": 70.0, "b": 80.0, "c": 70.0, "d": None, "e": 10.0}
    assert ranks(scores) == {"b": 1, "a": 2, "c": 2, "e": 4, "d": None}
    assert ranks({}) == {}


@given(st.floats(min_value=-5, max_value=5), st.floats(min_value=-5, max_value=5))
def test_the_better_never_gets_fewer_points(one: float, other: float) -> None:
    for of in scheme_of(2025).criteria:
        worse, better = (one, other) if is_worse(of, one, other) else (other, one)
        assert 0 <= share_at(of, worse) <= share_at(of, better) + 1e-9 <= 1 + 1e-9


@given(
    st.lists(st.one_of(st.none(), st.floats(min_value=-1, max_value=5)), min_size=13, max_size=13)
)
def test_points_add_up_to_the_score(at: list[float | None]) -> None:
    rules = scheme_of(2025)
    measured = [Measured(of.code, at=value) for of, value in zip(rules.criteria, at, strict=True)]
    found = assess(rules, measured)
    counted = [one.counted_weight for one in found.points if one.counted_weight is not None]
    if found.score is None:
        assert found.no_grade is not None
        assert found.grade is None
        return
    assert sum(counted) == pytest.approx(100)
    assert sum(one.points or 0.0 for one in found.points) == pytest.approx(found.score)
    assert -1e-9 <= found.score <= 100 + 1e-9


@pytest.mark.parametrize(
    ("score", "told"),
    [
        (71.42, "71.4"),
        (79.96, "79.96"),  # graded B: it must not read 80.0, from which on there is an A
        (79.99999, "79.99999"),
        (80.0 - 1e-10, "80.0"),  # reached but for rounding, and graded so
        (80.04, "80.0"),
        (49.95, "49.95"),
    ],
)
def test_a_score_is_told_on_its_side_of_a_grade(score: float, told: str) -> None:
    assert score_words(score, [80.0, 65.0, 50.0, 0.0]) == told
