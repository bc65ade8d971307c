"""CO2 of purchased electricity and heat (scope 2, location-based)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]


def electricity_co2_t(amount_kwh: Numbers, factor_kg_per_kwh: Numbers) -> Numbers:
    """E = AD x EF, t CO2: electricity in kWh, factor in kgCO2/kWh.

    NDRC guideline for other industrial enterprises, purchased electricity; NaN stays NaN.
    """
    return amount_kwh * factor_kg_per_kwh / 1000


def heat_co2_t(amount_gj: Numbers, factor_t_per_gj: Numbers) -> Numbers:
    """E = AD x EF, t CO2: heat in GJ, factor in tCO2/GJ.

    NDRC guideline for other industrial enterprises, purchased heat; NaN stays NaN.
    """
    return amount_gj * factor_t_per_gj
