"""LMDI: LMDIR's published example, five effects by hand, zeros, and that nothing is left over."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from models.progress.peak.lmdi import EFFECTS, Year, five_effects, logarithmic_mean, term_effects

# The example of the R package LMDIR (MatthewHeun/LMDIR, tests/testthat/test_lmdi.R): two
# subcategories of three factors in 1971 to 1974, and its expected Z, dV and D.
LMDIR = [
    [[1, 10, 2], [4, 5, 3]],
    [[4, 5, 3], [5, 6, 4]],
    [[8, 2, 4], [5, 7, 5]],
    [[10, 1, 5], [6, 8, 6]],
]
TERMS = [
    [[50.47438029, -25.23719014, 14.76280986], [19.31568569, 15.78206435, 24.90224996]],
    [[42.96021467, -56.79031473, 17.83010006], [0, 22.47128816, 32.52871184]],
    [[12.6549815, -39.30996299, 12.6549815], [41.35566084, 30.28867832, 41.35566084]],
]
SUMS = [
    [69.79006598, -9.455125793, 39.66505981],
    [42.96021467, -34.31902656, 50.3588119],
    [54.01064234, -9.021284671, 54.01064234],
]
PRODUCTS = [
    [1.761117821, 0.926191306, 1.379410116],
    [1.229284572, 0.847970248, 1.273773912],
    [1.208140223, 0.968911503, 1.208140223],
]


def lmdir_terms(before, after):
    """Effects by subcategory and factor, as LMDIR's Z."""
    a, b = (np.array(one, dtype=np.float64) for one in (before, after))
    with np.errstate(divide="ignore"):
        return term_effects(a.prod(axis=1), b.prod(axis=1), (b / a).T).T


@pytest.mark.parametrize("place", range(3))
def test_the_example_of_lmdir(place):
    before, after = LMDIR[place], LMDIR[place + 1]
    terms = lmdir_terms(before, after)
    assert terms == pytest.approx(np.array(TERMS[place]), abs=1e-7)
    assert terms.sum(axis=0) == pytest.approx(np.array(SUMS[place]), abs=1e-7)
    totals = [np.array([np.prod(one, axis=1).sum()], dtype=float) for one in (after, before)]
    product = np.exp(terms.sum(axis=0) / logarithmic_mean(*totals))
    assert product == pytest.approx(np.array(PRODUCTS[place]), abs=1e-8)


def test_zeros_of_lmdir():
    """Its cases 1 and 3, then 2 and 4: the factor that is zero carries the whole term."""
    first = [[0, 10, 2], [4, 5, 3]]
    assert lmdir_terms(first, LMDIR[1])[0] == pytest.approx([60, 0, 0])
    last = [[4, 5, 3], [5, 6, 0]]
    assert lmdir_terms(LMDIR[0], last)[1] == pytest.approx([0, 0, -60])


def year(output, energy, factors):
    """Of output by unit, energy by unit and carrier, factors by carrier in t/tce."""
    amounts = np.array(energy, dtype=np.float64)
    return Year(np.array(output, dtype=np.float64), amounts, amounts * np.array(factors))


def test_one_unit_and_carrier_by_hand():
    """A 100 -> 200, E 50 -> 80, factor 2 -> 1.5: C 100 -> 120, L = 20/ln 1.2 = 109.696. Activity L
    ln 2 = 76.036; intensity 0.5 -> 0.4: L ln 0.8 = -24.478; factor L ln 0.75 = -31.558; sum 20.000.
    """
    found = five_effects(year([100], [[50]], [2.0]), year([200], [[80]], [1.5]))
    assert [found.additive[name] for name in EFFECTS] == pytest.approx(
        [76.036, 0, -24.478, 0, -31.558], abs=1e-3
    )
    assert found.multiplicative is not None
    # D = exp(dC_x / L) is the factor's own ratio where there is one term.
    assert [found.multiplicative[name] for name in EFFECTS] == pytest.approx([2, 1, 0.8, 1, 0.75])


def test_a_unit_that_enters_or_leaves_is_structure():
    """The second enterprise (30 tce at 2 t/tce = 60 t) is there in one of the years only; total
    output stays 100, so that for the first only its share of it changes besides: 100 -> 70 (or
    back) with half a tce per 10^4 yuan: 100 t -> 70 t, structure as well.
    """
    alone, both = year([100, 0], [[50], [0]], [2.0]), year([70, 30], [[35], [30]], [2.0])
    entering, leaving = five_effects(alone, both), five_effects(both, alone)
    assert entering.by_unit[:, 1] == pytest.approx([0, 60, 0, 0, 0])
    assert leaving.by_unit[:, 1] == pytest.approx([0, -60, 0, 0, 0])
    assert entering.additive == pytest.approx(dict.fromkeys(EFFECTS, 0) | {"structure": 30})


def test_a_carrier_that_enters_is_mix_and_one_whose_factor_falls_to_zero_is_factor():
    """Coal 60 t -> 30 t at the same total energy of 30 tce: its share halves; the new carrier's 15
    tce at 1 t/tce are 15 t of mix. Then its factor becomes 0: 15 t less, of factor.
    """
    coal, mixed = year([10], [[30, 0]], [2.0, 1.0]), year([10], [[15, 15]], [2.0, 1.0])
    assert five_effects(coal, mixed).additive == pytest.approx(
        dict.fromkeys(EFFECTS, 0) | {"mix": -15}
    )
    green = year([10], [[15, 15]], [2.0, 0.0])
    assert five_effects(mixed, green).additive == pytest.approx(
        dict.fromkeys(EFFECTS, 0) | {"factor": -15}
    )


def test_a_unit_that_stops_using_energy_but_produces_is_intensity():
    first, last = year([10, 10], [[5], [5]], [2.0]), year([10, 10], [[5], [0]], [2.0])
    assert five_effects(first, last).by_unit[:, 1] == pytest.approx([0, 0, -10, 0, 0])


def test_a_carrier_that_is_sold_in_one_year_and_bought_in_the_other_is_mix():
    """Net electricity -5 tce -> +5 tce at 3 t/tce: -15 t -> 15 t."""
    first, last = year([10], [[20, -5]], [2.0, 3.0]), year([10], [[10, 5]], [2.0, 3.0])
    found = five_effects(first, last)
    assert found.residual == pytest.approx(0, abs=1e-12)
    gas_only = five_effects(year([10], [[20, -5]], [2.0, 0.0]), year([10], [[10, 5]], [2.0, 0.0]))
    assert found.additive["mix"] - gas_only.additive["mix"] == pytest.approx(30)


def test_totals_of_zero_have_no_ratio():
    nothing, something = year([10], [[5]], [0.0]), year([10], [[5]], [2.0])
    found = five_effects(nothing, something)
    assert found.multiplicative is None
    assert found.additive["factor"] == 10


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (year([math.nan], [[5]], [2.0]), "output: a number is unknown"),
        (year([-1], [[5]], [2.0]), "output: below zero"),
        (year([0], [[0]], [2.0]), "output: zero in all units"),
        (year([0, 1], [[5], [5]], [2.0]), "energy without output"),
        (Year(np.ones(1), np.zeros((1, 1)), np.ones((1, 1))), "emits without energy"),
    ],
)
def test_what_has_no_place_in_the_identity(broken, reason):
    fine = Year(np.ones_like(broken.output), np.ones_like(broken.energy), broken.emissions * 0)
    with pytest.raises(ValueError, match=reason):
        five_effects(fine, broken)


sizes = st.tuples(st.integers(1, 5), st.integers(1, 4))
amounts = st.just(0.0) | st.floats(1e-6, 1e6)


@st.composite
def years(draw):
    """Two years of random amounts with zeros: units and carriers that enter and leave."""
    units, carriers = draw(sizes)
    found = []
    for _ in range(2):
        output = draw(arrays(np.float64, units, elements=amounts))
        output[draw(st.integers(0, units - 1))] = draw(st.floats(1, 1e6))
        energy = draw(arrays(np.float64, (units, carriers), elements=amounts))
        energy[output == 0] = 0
        factors = draw(arrays(np.float64, (units, carriers), elements=st.just(0.0) | amounts))
        found.append(Year(output, energy, energy * factors))
    return found


@settings(deadline=None)
@given(years())
def test_nothing_is_left_over(pair):
    found = five_effects(*pair)
    assert abs(found.residual) <= 1e-9 * max(found.before, found.after)
    assert found.by_unit.sum() == pytest.approx(found.after - found.before, rel=1e-6, abs=1e-3)
    if found.multiplicative is not None:
        ratio = math.log(found.after / found.before)
        assert sum(map(math.log, found.multiplicative.values())) == pytest.approx(
            ratio, rel=1e-6, abs=1e-6
        )


@settings(deadline=None)
@given(st.floats(1e-9, 1e9), st.floats(1e-9, 1e9))
def test_the_logarithmic_mean_lies_between_the_geometric_and_the_arithmetic(a, b):
    mean = logarithmic_mean(np.array([a]), np.array([b]))[0]
    assert math.sqrt(a) * math.sqrt(b) * (1 - 1e-9) <= mean <= (a + b) / 2 * (1 + 1e-9)
