"""Quantiles of mixtures and sums of lognormals, by hand, by tables and by drawing them."""

from __future__ import annotations

import math

import numpy as np
import pytest

from models.progress.nowcast.mixtures import Mixture, lognormal_sum


def one(mean: float, deviation: float, *, logarithmic: bool = False) -> Mixture:
    return Mixture(np.array([1.0]), np.array([mean]), np.array([deviation]), logarithmic)


def test_a_single_normal_has_the_quantiles_of_the_table() -> None:
    found = one(100.0, 10.0)
    assert found.quantile(0.5) == pytest.approx(100.0)
    assert found.quantile(0.975) == pytest.approx(100 + 19.59964, abs=1e-4)
    assert found.quantile(0.1) == pytest.approx(100 - 12.81552, abs=1e-4)
    assert found.below(110.0) == pytest.approx(0.841345, abs=1e-6)


def test_a_single_lognormal_has_those_of_its_logarithm() -> None:
    found = one(math.log(50.0), 0.2, logarithmic=True)
    assert found.quantile(0.975) == pytest.approx(50 * math.exp(0.2 * 1.959964), rel=1e-6)
    assert found.below(0.0) == 0.0
    assert found.below(-3.0) == 0.0


def test_of_two_far_apart_a_quarter_lies_below_the_middle_of_the_lower_half() -> None:
    # Half at 0 and half at 100, each with deviation 1: below 0 lies a quarter, below 50 a half,
    # below 100 three quarters.
    found = Mixture(np.array([0.5, 0.5]), np.array([0.0, 100.0]), np.array([1.0, 1.0]), False)
    assert found.quantile(0.25) == pytest.approx(0.0, abs=1e-9)
    assert found.quantile(0.75) == pytest.approx(100.0, abs=1e-9)
    assert found.below(50.0) == pytest.approx(0.5)


def test_what_is_certain_is_one_value() -> None:
    found = one(7.0, 0.0)
    assert found.quantile(0.1) == pytest.approx(7.0)
    assert (found.below(6.999), found.below(7.0)) == (0.0, 1.0)


@pytest.mark.parametrize("probability", [0.0, 1.0, -0.1, 1.1])
def test_no_quantile_of_what_is_no_probability(probability: float) -> None:
    with pytest.raises(ValueError, match="probability"):
        one(0.0, 1.0).quantile(probability)


def test_one_term_is_itself() -> None:
    mean, deviation = lognormal_sum(np.array([3.0]), np.array([0.4]), np.array([[0.09]]))
    assert mean == pytest.approx(math.log(3) + 0.4)
    assert deviation == pytest.approx(0.3)


def test_two_terms_that_move_together_are_one_twice_as_large() -> None:
    mean, deviation = lognormal_sum(np.ones(2), np.zeros(2), np.full((2, 2), 0.04))
    assert mean == pytest.approx(math.log(2))
    assert deviation == pytest.approx(0.2)


def test_two_that_do_not_have_half_the_squared_variation() -> None:
    # E = 2 e^0.02, Var = 2 e^0.04 (e^0.04 - 1): Var / E^2 = (e^0.04 - 1) / 2
    mean, deviation = lognormal_sum(np.ones(2), np.zeros(2), np.diag([0.04, 0.04]))
    squared = math.log(1 + (math.exp(0.04) - 1) / 2)
    assert deviation == pytest.approx(math.sqrt(squared))
    assert mean == pytest.approx(math.log(2) + 0.02 - squared / 2)


def test_a_sum_of_six_is_close_to_what_draws_of_it_show() -> None:
    chance = np.random.default_rng(7)
    covariance = 0.1**2 * (0.5 * np.eye(6) + 0.5)
    means, sizes = np.linspace(-0.3, 0.3, 6), np.array([31.0, 30, 31, 30, 31, 31])
    draws = np.exp(chance.multivariate_normal(means, covariance, 200_000)) @ sizes
    mean, deviation = lognormal_sum(sizes, means, covariance)
    found = Mixture(np.array([1.0]), np.array([mean]), np.array([deviation]), True)
    for probability in (0.025, 0.1, 0.5, 0.9, 0.975):
        assert found.quantile(probability) == pytest.approx(
            float(np.quantile(draws, probability)), rel=1e-3
        )
