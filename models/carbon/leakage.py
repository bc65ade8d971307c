"""Gases that leak: refrigerants, SF6 of switchgear, fire extinguishers."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]


def leaked_gas_t(amount: Numbers, factor: Numbers) -> Numbers:
    """AD x EF = m, t of gas; E = m x GWP (IPCC 2006, vol. 3 ch. 7 and 8, mass balance).

    ``amount`` AD: what was filled in to make up for the leak, t of gas (``factor`` 1), or another
    activity with ``factor`` in t of gas per its unit. NaN stays NaN.
    """
    return amount * factor


def charge_leak_gas_t(amount: Numbers, rate: Numbers, years: Numbers) -> Numbers:
    """B x x x t = m, t of gas (IPCC 2006, vol. 3 ch. 7, equation 7.13: operation).

    ``amount`` B the charge of the equipment, t; ``rate`` x the share lost in a year (0 to 1);
    ``years`` t. NaN stays NaN.
    """
    return amount * rate * years
