"""Decoupling of emissions from output after Tapio."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

# The elasticity's bounds are read with this tolerance: 8 % over 10 % is 0.8, whatever floats say;
# and a change of less than this share is none, but the last bits of a sum.
_ROUNDING = 1e-9


class Decoupling(StrEnum):
    """The eight states, and none."""

    STRONG_DECOUPLING = "strong_decoupling"
    WEAK_DECOUPLING = "weak_decoupling"
    EXPANSIVE_COUPLING = "expansive_coupling"
    EXPANSIVE_NEGATIVE_DECOUPLING = "expansive_negative_decoupling"
    STRONG_NEGATIVE_DECOUPLING = "strong_negative_decoupling"
    WEAK_NEGATIVE_DECOUPLING = "weak_negative_decoupling"
    RECESSIVE_COUPLING = "recessive_coupling"
    RECESSIVE_DECOUPLING = "recessive_decoupling"
    NOT_DEFINED = "not_defined"


@dataclass(frozen=True, slots=True)
class Decoupled:
    """``elasticity`` t; where the state is not defined it is None and ``reason`` says why."""

    state: Decoupling
    elasticity: float | None
    reason: str | None = None


# By whether output grew: the states of t below, within and above the bounds, and of t < 0.
_STATES = {
    True: (
        Decoupling.WEAK_DECOUPLING, Decoupling.EXPANSIVE_COUPLING,
        Decoupling.EXPANSIVE_NEGATIVE_DECOUPLING, Decoupling.STRONG_DECOUPLING,
    ),
    False: (
        Decoupling.WEAK_NEGATIVE_DECOUPLING, Decoupling.RECESSIVE_COUPLING,
        Decoupling.RECESSIVE_DECOUPLING, Decoupling.STRONG_NEGATIVE_DECOUPLING,
    ),
}  # fmt: skip


def decoupled(
    emissions: tuple[float | None, float | None],
    output: tuple[float | None, float | None],
    bounds: tuple[float, float] = (0.8, 1.2),
) -> Decoupled:
    """The state of a first and a last year by t = (dC/C0) / (dG/G0) (Tapio 2005; table 3 of
    PMC10559243).

    ``emissions`` C in t, ``output`` G at constant prices in 10^4 yuan. Both bounds count as
    coupling; dC = 0 is weak (negative) decoupling. Not defined, with a reason: a value unknown
    (``emissions_unknown``, ``output_unknown``), output of zero or less (``output_not_positive``),
    emissions of zero or less in the first year (``emissions_not_positive``), output unchanged
    (``output_unchanged``).
    """
    reason = _refused(emissions, output)
    if reason is not None:
        return Decoupled(Decoupling.NOT_DEFINED, None, reason)
    first, last, before, after = (value or 0.0 for value in (*emissions, *output))
    elasticity = changed(first, last) / changed(before, after)
    below, within, above, opposite = _STATES[after > before]
    low, high = bounds
    if elasticity < 0:
        state = opposite
    elif elasticity < low - _ROUNDING:
        state = below
    else:
        state = within if elasticity <= high + _ROUNDING else above
    return Decoupled(state, elasticity + 0.0)


def changed(first: float, last: float) -> float:
    """(last - first) / first, zero where the two are the same but for rounding."""
    share = (last - first) / first
    return 0.0 if abs(share) <= _ROUNDING else share


def _refused(
    emissions: tuple[float | None, float | None], output: tuple[float | None, float | None]
) -> str | None:
    """Why there is no elasticity."""
    if _unknown(emissions):
        return "emissions_unknown"
    if _unknown(output):
        return "output_unknown"
    if any(value is not None and value <= 0 for value in output):
        return "output_not_positive"
    if emissions[0] is not None and emissions[0] <= 0:
        return "emissions_not_positive"
    before, after = (value or 0.0 for value in output)
    return "output_unchanged" if changed(before, after) == 0 else None


def _unknown(values: tuple[float | None, float | None]) -> bool:
    return any(value is None or not math.isfinite(value) for value in values)
