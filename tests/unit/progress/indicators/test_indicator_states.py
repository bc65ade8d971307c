"""Standing of indicators, worked by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.progress.indicators.states import (
    Goal,
    State,
    even_path,
    mean_yearly_fall_pct,
    reduction_pct,
    standing,
)
from models.progress.indicators.tables import Direction, Measure

# Green cover, 42 % in 2020 to 47 % in 2025: one percentage point a year.
COVER = Goal(Measure.LEVEL, Direction.UP, 47.0, 2025, 42.0, 2020)
# Energy per GDP, 13.5 % less in 2025 than in 2020.
ENERGY = Goal(Measure.REDUCTION, Direction.UP, 13.5, 2025, 0.0, 2020)
# Carbon per tce of a zero-carbon park: no year is set.
CARBON = Goal(Measure.LEVEL, Direction.DOWN, 0.2)
# A level to be reached by 2025 whose value of 2020 nobody knows.
NO_BASE = Goal(Measure.LEVEL, Direction.UP, 75.0, 2025, None, 2020)


@pytest.mark.parametrize(
    ("goal", "value", "year", "over", "state", "margin"),
    [
        (COVER, 47.0, 2025, True, State.MET, 0.0),
        (COVER, 46.9, 2025, True, State.MISSED, -0.1),
        (COVER, 46.9, 2025, False, State.BEHIND, -0.1),  # the path asks 47 of the target's year
        (COVER, 47.5, 2025, False, State.ON_TRACK, 0.5),
        (COVER, 45.0, 2023, True, State.ON_TRACK, -2.0),  # 42 + 3
        (COVER, 44.9, 2023, True, State.BEHIND, -2.1),
        (COVER, 47.2, 2023, True, State.MET, 0.2),
        (COVER, 46.0, 2026, True, State.MISSED, -1.0),
        (COVER, 46.0, 2026, False, State.BEHIND, -1.0),
        # After three of five years 1 - 0.865^(3/5) = 8.334 %: 8.4 is enough, 8.3 is not.
        (ENERGY, 8.4, 2023, True, State.ON_TRACK, -5.1),
        (ENERGY, 8.3, 2023, True, State.BEHIND, -5.2),
        (ENERGY, 13.5, 2025, True, State.MET, 0.0),
        (CARBON, 0.2, 2025, True, State.MET, 0.0),
        (CARBON, 0.25, 2025, True, State.NOT_MET, -0.05),
        (CARBON, 0.25, 2026, False, State.NOT_MET, -0.05),
        (CARBON, 0.15, 2026, False, State.ON_TRACK, 0.05),
        (NO_BASE, 70.0, 2023, True, State.OPEN, -5.0),
        (NO_BASE, 70.0, 2025, True, State.MISSED, -5.0),
    ],
)
def test_standing(
    goal: Goal, value: float, year: int, over: bool, state: State, margin: float
) -> None:
    found = standing(goal, value, year, over=over)
    assert found.state is state
    assert found.margin == pytest.approx(margin, abs=1e-12)


def test_the_even_path() -> None:
    assert even_path(COVER, 2020) == 42.0
    assert even_path(COVER, 2023) == pytest.approx(45.0)
    assert even_path(COVER, 2026) is None
    # ln 0.865 = -0.1450258; x 0.6 = -0.0870155; exp = 0.916663
    assert even_path(ENERGY, 2023) == pytest.approx(8.3337, abs=2e-4)
    assert even_path(ENERGY, 2025) == pytest.approx(13.5)
    assert even_path(CARBON, 2025) is None
    assert even_path(NO_BASE, 2023) is None


def test_a_whole_reduction_has_no_even_share() -> None:
    neutral = Goal(Measure.REDUCTION, Direction.UP, 100.0, 2025, 0.0, 2020)
    assert standing(neutral, 90.0, 2023, over=True).state is State.OPEN


def test_rounding_is_no_missed_target() -> None:
    """0.1 + 0.2 is 0.30000000000000004: it lies on the target."""
    goal = Goal(Measure.LEVEL, Direction.DOWN, 0.3, 2025)
    assert standing(goal, 0.1 + 0.2, 2025, over=True).state is State.MET


@pytest.mark.parametrize(
    ("base", "value", "wanted"),
    [(200.0, 150.0, 25.0), (200.0, 230.0, -15.0), (200.0, 0.0, 100.0), (0.0, 5.0, None),
     (-3.0, 5.0, None), (float("nan"), 5.0, None), (5.0, float("nan"), None)],
)  # fmt: skip
def test_reduction(base: float, value: float, wanted: float | None) -> None:
    assert reduction_pct(base, value) == wanted


def test_the_mean_yearly_fall() -> None:
    """1.00 to 0.81 in two years: 10 % a year."""
    assert mean_yearly_fall_pct(1.0, 0.81, 2) == pytest.approx(10.0)
    assert mean_yearly_fall_pct(1.0, 0.81, 0) is None
    assert mean_yearly_fall_pct(0.0, 0.81, 2) is None
    assert mean_yearly_fall_pct(1.0, -0.81, 2) is None


@given(
    base=st.floats(1.0, 1e6), fall=st.floats(0.0, 99.0), years=st.integers(1, 20)
)  # fmt: skip
def test_even_shares_lead_to_the_target(base: float, fall: float, years: int) -> None:
    """A value that falls by the mean share every year has the whole reduction at the end."""
    share = mean_yearly_fall_pct(base, base * (1 - fall / 100), years)
    assert share is not None
    value = base
    for _ in range(years):
        value *= 1 - share / 100
    assert reduction_pct(base, value) == pytest.approx(fall, abs=1e-6)


@given(
    target=st.floats(-1e3, 1e3), baseline=st.floats(-1e3, 1e3), year=st.integers(2020, 2025),
    over=st.booleans(),
)  # fmt: skip
def test_on_the_path_is_never_behind(target: float, baseline: float, year: int, over: bool) -> None:
    """Who is just where the even path leads is not behind, whichever way it leads."""
    direction = Direction.UP if target >= baseline else Direction.DOWN
    goal = Goal(Measure.LEVEL, direction, target, 2025, baseline, 2020)
    value = even_path(goal, year)
    assert value is not None
    assert standing(goal, value, year, over=over).state in (State.ON_TRACK, State.MET)
