"""Process emissions: carbon that materials bring in and give off, or carry away in products."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]


def material_gas_t(amount: Numbers, factor: Numbers) -> Numbers:
    """E = AD x EF, t of the factor's gas (CETS-AG-03.01-V01-2024, annex A table A.2).

    ``amount`` AD of the material (t, or whatever the factor divides by), ``factor`` EF in t of gas
    per that unit; arrays that broadcast. NaN stays NaN.
    """
    return amount * factor


def carbonate_co2_t(amount: Numbers, factor: Numbers, purity: Numbers) -> Numbers:
    """E = AD x EF x PUR, t CO2 (NDRC guideline for other industrial enterprises, carbonates).

    ``amount`` AD of the carbonate as bought, t; ``factor`` EF of the pure carbonate, tCO2/t;
    ``purity`` PUR from 0 to 1. NaN stays NaN.
    """
    return amount * factor * purity
