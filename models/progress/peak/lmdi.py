"""Decomposition of a change of emissions into effects by the logarithmic mean Divisia index."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.progress.peak.mann_kendall import Numbers

EFFECTS = ("activity", "structure", "intensity", "mix", "factor")


def logarithmic_mean(a: Numbers, b: Numbers) -> Numbers:
    """L(a, b) = (a - b) / (ln a - ln b), L(a, a) = a; of numbers of one sign, none of them zero."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        apart = (a - b) / b
        # Of numbers that lie close the difference of their logarithms has lost its digits.
        logs = np.where(abs(apart) < 0.5, np.log1p(apart), np.log(abs(a)) - np.log(abs(b)))
        found: Numbers = np.where(apart == 0, a, (a - b) / logs)
    return found


def term_effects(before: Numbers, after: Numbers, ratios: Numbers) -> Numbers:
    """Effects (k, ...) of k factors on terms that go from ``before`` to ``after`` (both ..., in t).

    ``ratios`` (k, ...) are after/before of each factor, in the order of the chain. Effect of x =
    L(after, before) ln(ratio of x) (Ang 2005, LMDI-I). Zeros by the analytical limits (Ang, Zhang,
    Choi 1998, table 2): where a factor is zero in one of the years, has no value, or changes its
    sign, it carries the whole change of the term; of several such the first of the chain does, as
    those behind it have no value where it is zero.
    """
    usable = np.isfinite(ratios) & (ratios > 0)
    smooth = usable.all(axis=0) & (before * after > 0)
    one = np.ones_like(before)
    mean = logarithmic_mean(np.where(smooth, after, one), np.where(smooth, before, one))
    effects: Numbers = np.where(smooth, mean * np.log(np.where(usable, ratios, 1.0)), 0.0)
    # argmin: the first that is not usable.
    carries = np.arange(len(ratios)).reshape(-1, *[1] * before.ndim) == usable.argmin(axis=0)
    found: Numbers = np.where(carries & ~smooth, after - before, effects)
    return found


@dataclass(frozen=True, slots=True)
class Year:
    """One year: ``output`` (units) in 10^4 yuan at constant prices, ``energy`` (units, carriers) in
    tce and ``emissions`` (units, carriers) in t CO2e. Units are enterprises or clusters.
    """

    output: Numbers
    energy: Numbers
    emissions: Numbers


@dataclass(frozen=True, slots=True)
class Decomposition:
    """``additive`` by effect in t; ``multiplicative`` by effect, None where a total is not above
    zero; ``by_unit`` (5, units) in t; ``residual`` = change - sum of the effects, t.
    """

    before: float
    after: float
    additive: dict[str, float]
    multiplicative: dict[str, float] | None
    by_unit: Numbers
    residual: float


def five_effects(first: Year, last: Year) -> Decomposition:
    """C = sum_ij A S_i I_i M_ij F_ij: activity A = sum of outputs, structure S_i = output_i / A,
    energy intensity I_i = energy_i / output_i, energy mix M_ij = energy_ij / energy_i, emission
    factor F_ij = emissions_ij / energy_ij (Kaya's identity by units and carriers; Ang 2005).

    D_x = exp(dC_x / L(C_T, C_0)); their product is C_T / C_0. A unit that enters or leaves (output
    and energy of zero in one of the years) counts wholly as structure, a carrier that does as
    mix. Raises ValueError where a number is unknown or negative output is given, where all output
    of a year is zero, where a unit uses energy without output, or a carrier emits without energy:
    those have no place in the identity, and whoever calls says what it leaves out.
    """
    for year in (first, last):
        _check(year)
    a, b = _factors(first), _factors(last)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        ratios = b / a
    terms = term_effects(first.emissions, last.emissions, ratios)
    before, after = float(first.emissions.sum()), float(last.emissions.sum())
    additive = {name: float(terms[place].sum()) for place, name in enumerate(EFFECTS)}
    multiplicative = None
    if before > 0 and after > 0:
        mean = float(logarithmic_mean(np.array([after]), np.array([before]))[0])
        multiplicative = {name: float(np.exp(effect / mean)) for name, effect in additive.items()}
    residual = (after - before) - sum(additive.values())
    return Decomposition(before, after, additive, multiplicative, terms.sum(axis=2), residual)


def _factors(year: Year) -> Numbers:
    """The five factors (5, units, carriers); NaN where one has no value."""
    total, energy = year.output.sum(), year.energy.sum(axis=1)
    shape = year.energy.shape
    with np.errstate(divide="ignore", invalid="ignore"):
        found = (
            np.broadcast_to(total, shape),
            np.broadcast_to((year.output / total)[:, None], shape),
            np.broadcast_to((energy / year.output)[:, None], shape),
            year.energy / energy[:, None],
            year.emissions / year.energy,
        )
    return np.stack(found)


def _check(year: Year) -> None:
    for name in ("output", "energy", "emissions"):
        if not np.isfinite(getattr(year, name)).all():
            raise ValueError(f"{name}: a number is unknown")
    if (year.output < 0).any():
        raise ValueError("output: below zero")
    if not year.output.sum() > 0:
        raise ValueError("output: zero in all units")
    if ((year.output == 0) & (year.energy != 0).any(axis=1)).any():
        raise ValueError("output: a unit uses energy without output")
    if ((year.energy == 0) & (year.emissions != 0)).any():
        raise ValueError("emissions: a carrier emits without energy")
