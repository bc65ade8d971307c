"""Places among parks, counted by hand."""

from __future__ import annotations

from models.progress.peak.peer_places import Place, Standing, place_of
from models.progress.peak.verdict import Peak, Verdict, Why


def standing(verdict: Verdict, year: int, *missing: int) -> Standing:
    peak = Peak(verdict, Why.SIGNIFICANT_DECREASE, 11, peak_year=year)
    return Standing.of(peak, missing)


def test_peaked_before_plateau_before_past_it_before_the_rest() -> None:
    found = place_of(
        [
            standing(Verdict.AT_MAXIMUM, 2025),
            standing(Verdict.PEAKED, 2018),
            standing(Verdict.PLATEAU, 2015),
            standing(Verdict.NOT_ESTABLISHED, 2023),
            standing(Verdict.PEAKED, 2016),
        ]
    )
    assert [one.rank for one in found] == [5, 2, 3, 4, 1]


def test_those_alike_share_a_place_and_the_next_is_left_out() -> None:
    found = place_of(
        [
            standing(Verdict.PEAKED, 2017),
            standing(Verdict.PEAKED, 2017),
            standing(Verdict.PLATEAU, 2017),
            standing(Verdict.AT_MAXIMUM, 2025),
            standing(Verdict.RISING_AGAIN, 2016),
        ]
    )
    assert [one.rank for one in found] == [1, 1, 3, 4, 4]


def test_a_park_not_known_may_stand_before_anyone() -> None:
    found = place_of(
        [
            standing(Verdict.PEAKED, 2017),
            standing(Verdict.PEAKED, 2016, 2019),  # 2019 is missing: its maximum may be there
            standing(Verdict.PLATEAU, 2020),
            standing(Verdict.NOT_ENOUGH_YEARS, 2024),
        ]
    )
    assert found == [Place(1, 3), Place(None, None), Place(2, 4), Place(None, None)]
    assert [one.rank for one in found] == [None] * 4
    assert [one.known for one in found] == [True, False, True, False]


def test_by_level_the_least_is_first() -> None:
    levels = (0.9, 0.2, None, 0.4)
    found = place_of([Standing.by_level(one) for one in levels])
    assert found == [Place(3, 4), Place(1, 2), Place(None, None), Place(2, 3)]


def test_alone_it_is_first() -> None:
    assert place_of([Standing.by_level(3.0)]) == [Place(1, 1)]
