"""CO2 that is caught and used or sold instead of given off."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]


def recovered_co2_t(amount: Numbers, purity: Numbers) -> Numbers:
    """R = Q x PUR, t CO2: ``amount`` Q in t, ``purity`` PUR from 0 to 1 by mass.

    NDRC guideline for other industrial enterprises, CO2 recovered. NaN stays NaN.
    """
    return amount * purity


def recovered_gas_co2_t(amount: Numbers, purity: Numbers, density: Numbers) -> Numbers:
    """R = Q x PUR x density, t CO2: ``amount`` Q in 10^4 Nm3, ``purity`` PUR from 0 to 1 by
    volume, ``density`` of CO2 at 0 °C and 101.325 kPa in t/10^4 Nm3 (the guidelines: 19.7).

    NDRC guideline for other industrial enterprises, CO2 recovered. NaN stays NaN.
    """
    return amount * purity * density
