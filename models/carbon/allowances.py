"""Allowances of the national ETS: what is allocated, paid out, and over or short. 1 allowance is
1 t CO2e. Rows of benchmarks stand in ``models/reference/benchmarks.csv``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]

# Below this load factor a coal unit's allocation is corrected (allocation plan 2023/2024).
CORRECTED_BELOW = 0.65


def load_correction(load_factor: Numbers) -> Numbers:
    """Ff = 1.015^(16 - 20 F) for F below 0.65, else 1 (allocation plan 2023/2024, power).

    ``load_factor`` F from 0 to 1. NaN stays NaN.
    """
    corrected = np.power(1.015, 16 - 20 * load_factor)
    found: Numbers = np.where(load_factor >= CORRECTED_BELOW, 1.0, corrected)
    return found


def power_allowance_t(
    electricity_mwh: Numbers,
    electricity_benchmark: Numbers,
    load: Numbers,
    heat_gj: Numbers,
    heat_benchmark: Numbers,
) -> Numbers:
    """A = Qe x Be x Ff + Qh x Bh, t (allocation plan 2023/2024, power); not yet rounded.

    ``electricity_mwh`` Qe supplied with its benchmark Be in tCO2/MWh, ``load`` Ff, ``heat_gj`` Qh
    supplied with its benchmark Bh in tCO2/GJ.
    """
    return electricity_mwh * electricity_benchmark * load + heat_gj * heat_benchmark


def whole_allowances(amount_t: Numbers) -> Numbers:
    """Allowances are whole and rounded down (allocation draft 2025/2026, table 1-1 note 2).

    What lies within a millionth of a tonne of a whole number is that number: sums of floats carry
    no more.
    """
    nearest = np.round(amount_t)
    found: Numbers = np.where(np.abs(amount_t - nearest) < 1e-6, nearest, np.floor(amount_t))
    return found


@dataclass(frozen=True, slots=True)
class PaidOut:
    """Allowances that reach the account first (``before``) and finally (``final``), and what of a
    cut is given back in between (``returned``, negative where more is cut).
    """

    before: Numbers
    returned: Numbers
    final: Numbers


def paid_out(preallocated: Numbers, verified: Numbers, to_cut: Numbers) -> PaidOut:
    """Pre-allocation, verified allocation and a cut (核减), in one unit.

    Allocation draft 2025/2026, table 2-5 note 8. A cut takes no more than there is: first of the
    pre-allocation, then of the verified allocation; what was cut beyond the latter is given back.
    final = (verified - preallocated) + returned; before + final = verified less the cut it bears.
    """
    cut_before = np.minimum(preallocated, to_cut)
    returned = cut_before - np.minimum(verified, to_cut)
    return PaidOut(preallocated - cut_before, returned, (verified - preallocated) + returned)


def over_and_short(allowances: Numbers, to_surrender: Numbers) -> tuple[Numbers, Numbers]:
    """What is left to the account and what is short (allocation draft 2025/2026, table 2-5 note 9).

    Both from zero up, in the unit of the arguments.
    """
    left = allowances - to_surrender
    return np.maximum(left, 0.0), np.maximum(-left, 0.0)
