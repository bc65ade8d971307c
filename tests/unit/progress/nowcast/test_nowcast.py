"""The running year's total: worked by hand where its parts are known."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.progress.nowcast.month_pieces import Piece
from models.progress.nowcast.priors import PRIORS
from models.progress.nowcast.year_total import LEVELS, NoNowcastError, NowcastGap, Scale, nowcast

# 365 days a year: 2025 to 2027 are no leap years, so equal months are equal days.
SEASON = (130.0, 115.0, 110.0, 90.0, 80.0, 78.0, 85.0, 84.0, 82.0, 95.0, 118.0, 133.0)
WHOLE = 1200.0  # their sum


def months(year: int, factor: float = 1.0, last: int = 12) -> list[Piece]:
    return [Piece(year, n + 1, SEASON[n] * factor) for n in range(last)]


def test_a_year_known_to_its_end_is_its_sum_without_doubt() -> None:
    found = nowcast(months(2025) + months(2026, 1.1), 2026)
    assert found.total == pytest.approx(1.1 * WHOLE, rel=1e-12)
    assert found.interval(0.95) == (found.known, found.known)
    assert (found.holds(1320.1), found.holds(1319.9)) == (1.0, 0.0)


@pytest.mark.parametrize("last", [1, 4, 8, 11])
def test_years_that_are_alike_foretell_one_more_of_them(last: int) -> None:
    found = nowcast(months(2025) + months(2026) + months(2027, last=last), 2027)
    assert found.total == pytest.approx(WHOLE, rel=0.003)
    low, high = found.interval(0.95)
    assert low < WHOLE < high


def test_a_tenth_more_in_every_known_month_is_a_tenth_more_in_the_year() -> None:
    # Nine months that are each 10 % above both years before come to 1.1 x 854 = 939.4, and in them
    # the rest was 346: a level 10 % higher gives 1320, an unchanged one 1285.4.
    found = nowcast(months(2025) + months(2026) + months(2027, 1.1, last=9), 2027)
    assert found.known == pytest.approx(1.1 * 854.0)
    assert 1310 < found.total < 1325


def test_with_a_level_that_is_all_but_certain_and_no_season_the_answer_is_by_hand() -> None:
    # Level, growth, season and drift have no room: every day is that of the mean of what is known,
    # whatever chance did. Months of 28 to 31 days at 10 and 12 a day in turn (in logarithms the
    # mean is sqrt(120)); a day to come is then lognormal about it.
    priors = replace(
        PRIORS, level_sd=1e-6, growth_sd=1e-6, season_sd=1e-6, drift_noise=1e-6,
        month_noise=0.05, month_noise_spread=1.0,
    )  # fmt: skip
    days = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    pieces = [Piece(2025, n + 1, days[n] * (10.0 if n % 2 else 12.0)) for n in range(12)]
    found = nowcast(pieces, 2026, priors)
    assert found.known == 0
    # median of the sum of 12 independent months: mean of each sqrt(120) e^(0.05^2 / 2), squared
    # coefficient of variation v = (e^(0.05^2) - 1) sum(days^2) / 365^2
    v = math.expm1(0.05**2) * sum(day**2 for day in days) / 365**2
    mean = 365 * math.sqrt(120) * math.exp(0.05**2 / 2)
    median = mean / math.sqrt(1 + v)
    deviation = math.sqrt(math.log1p(v))
    assert found.total == pytest.approx(median, rel=1e-6)
    for level, z in ((0.5, 0.67449), (0.8, 1.28155), (0.95, 1.95996)):  # the normal's table
        expected = median * math.exp(-z * deviation), median * math.exp(z * deviation)
        assert found.interval(level) == pytest.approx(expected, rel=1e-6)
    assert found.holds(median) == pytest.approx(0.5, abs=1e-6)
    assert found.holds(expected[1]) == pytest.approx(0.975, abs=1e-5)


def test_half_a_month_counts_as_half_and_its_rest_is_to_come() -> None:
    # June of 78 is half known with 39; from the first of July it is 78.
    half = [*months(2027, last=5), Piece(2027, 6, 39.0, 0.0, 0.5)]
    found = nowcast(months(2025) + months(2026) + half, 2027)
    assert found.known == pytest.approx(525.0 + 39.0)
    assert found.known_months == 5.5
    assert found.total == pytest.approx(WHOLE, rel=0.003)
    assert (found.ahead()[0].month, found.ahead()[0].begin) == (6, 0.5)
    assert found.ahead()[0].expected == pytest.approx(39.0, rel=0.01)
    assert len(found.ahead()) == 7


def test_a_month_that_is_not_known_is_to_come_like_those_after_it() -> None:
    known = [piece for piece in months(2027, last=6) if piece.month != 3]
    found = nowcast(months(2025) + months(2026) + known, 2027)
    assert [one.month for one in found.ahead()] == [3, 7, 8, 9, 10, 11, 12]
    assert found.total == pytest.approx(WHOLE, rel=0.003)


def test_one_earlier_year_leaves_more_doubt_than_two() -> None:
    one = nowcast(months(2026) + months(2027, last=4), 2027)
    two = nowcast(months(2025) + months(2026) + months(2027, last=4), 2027)
    assert one.total == pytest.approx(WHOLE, rel=0.005)
    widths = [high - low for high, low in (one.interval(0.8)[::-1], two.interval(0.8)[::-1])]
    assert widths[0] > 1.2 * widths[1]


def test_summers_of_nothing_are_added_and_not_multiplied() -> None:
    def heat(year: int, last: int = 12) -> list[Piece]:
        amounts = (40.0, 30.0, 20.0, 5.0, 0.0, 0.0, 0.0, 0.0, 0.0, 5.0, 20.0, 30.0)
        return [Piece(year, n + 1, amounts[n]) for n in range(last)]

    found = nowcast(heat(2025) + heat(2026) + heat(2027, last=5), 2027)
    assert found.future is not None
    assert found.future.scale is Scale.LINEAR
    assert found.total == pytest.approx(150.0, rel=0.02)
    assert found.ahead()[0].expected == pytest.approx(0.0, abs=1.0)


def test_of_nothing_at_all_nothing_is_expected() -> None:
    """An enterprise that emits nothing keeps a target of nothing, in whatever unit."""
    pieces = [Piece(2024 + n // 12, n % 12 + 1, 0.0) for n in range(30)]
    found = nowcast(pieces, 2026)
    assert (found.total, found.interval(0.95), found.holds(0.0)) == (0.0, (0.0, 0.0), 1.0)
    assert found.holds(-1.0) == 0.0


def test_refusals_say_what_is_missing() -> None:
    with pytest.raises(NoNowcastError) as nothing:
        nowcast([], 2027)
    assert nothing.value.gap is NowcastGap.NOTHING_KNOWN
    with pytest.raises(NoNowcastError) as season:
        nowcast(months(2027, last=9), 2027)
    assert (season.value.gap, season.value.months) == (NowcastGap.SEASON_UNKNOWN, (10, 11, 12))
    with pytest.raises(NoNowcastError) as gap:
        nowcast(months(2026, last=11) + months(2027, last=9), 2027)
    assert gap.value.months == (12,)


@pytest.mark.parametrize(
    ("piece", "said"),
    [
        (Piece(2026, 3, math.nan), "amount"),
        (Piece(2028, 1, 1.0), "2028-01 is after 2027"),
        (Piece(2026, 3, 1.0), "2026-03 is there twice"),
        (Piece(2024, 3, 1.0, 0.0, 0.5), "2024-03"),
        (Piece(2027, 3, 1.0, 0.5, 1.0), "2027-03"),
    ],
)
def test_what_is_no_month_is_refused_by_name(piece: Piece, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        nowcast([*months(2026), piece], 2027)


@pytest.mark.parametrize(("month", "begin", "end"), [(0, 0, 1), (13, 0, 1), (1, 0.5, 0.5)])
def test_what_is_no_part_of_a_month_is_refused(month: int, begin: float, end: float) -> None:
    with pytest.raises(ValueError, match=r"month|begin"):
        Piece(2027, month, 1.0, begin, end)


amounts = st.lists(st.floats(50, 150), min_size=24, max_size=35)


@settings(max_examples=25, deadline=None)
@given(amounts=amounts, factor=st.floats(1e-3, 1e6))
def test_in_other_units_the_answer_is_the_same(amounts: list[float], factor: float) -> None:
    def asked(by: float) -> tuple[float, ...]:
        pieces = [Piece(2025 + n // 12, n % 12 + 1, by * x) for n, x in enumerate(amounts)]
        found = nowcast(pieces, 2027)
        return (found.total, *found.interval(0.8))

    assert asked(factor) == pytest.approx([factor * one for one in asked(1.0)], rel=1e-6)


@settings(max_examples=25, deadline=None)
@given(amounts=amounts)
def test_intervals_lie_in_each_other_and_probability_grows_with_the_limit(
    amounts: list[float],
) -> None:
    pieces = [Piece(2025 + n // 12, n % 12 + 1, x) for n, x in enumerate(amounts)]
    found = nowcast(pieces, 2027)
    spans = [found.interval(level) for level in LEVELS]
    assert spans[2][0] < spans[1][0] < spans[0][0] < found.total
    assert found.total < spans[0][1] < spans[1][1] < spans[2][1]
    assert found.known < spans[2][0]
    limits = np.linspace(spans[2][0], spans[2][1], 9)
    chances = [found.holds(float(limit)) for limit in limits]
    assert chances == sorted(chances)
    assert (chances[0], chances[-1]) == pytest.approx((0.025, 0.975), abs=1e-6)
