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


def mass_balance_gas_t(
    acquired: Numbers, drawn_from_stock: Numbers, passed_on: Numbers, capacity_added: Numbers
) -> Numbers:
    """What leaked by the balance of a year: bought + drawn from stock - passed on - newly charged.

    US 40 CFR part 98, equations DD-1 and SS-1; the mass balance of IPCC 2006, vol. 3 ch. 8. All in
    one unit of mass; ``capacity_added`` the net nameplate capacity of equipment put in. The result
    is an ``amount`` for ``leaked_gas_t``. NaN stays NaN.
    """
    return acquired + drawn_from_stock - passed_on - capacity_added
