"""Activities with one factor, and those without emissions: scope 3, sinks, own renewables."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]


def activity_gas_t(amount: Numbers, factor: Numbers) -> Numbers:
    """E = AD x EF, t of the factor's gas or of CO2e.

    GHG Protocol Corporate Value Chain (Scope 3) Standard, ch. 7. ``amount`` AD in the unit that the
    factor divides by, ``factor`` EF in t per that unit. NaN stays NaN.
    """
    return amount * factor


def sink_co2_t(amount: Numbers, factor: Numbers, years: Numbers) -> Numbers:
    """C = A x EF x t, t CO2 taken up, a memo item (IPCC 2006, vol. 4 ch. 8).

    ``amount`` A of green area, ha; ``factor`` EF in tCO2/(ha a), positive for uptake; ``years`` t.
    NaN stays NaN.
    """
    return amount * factor * years


def no_gas_t(amount: Numbers) -> Numbers:
    """E = 0: own renewable electricity (``amount`` in kWh) counts as energy only (GB/T 2589-2020).

    So does fuel used as raw material (``amount`` in t or 10^4 Nm3): it is not burnt (GB/T
    32150-2015). NaN stays NaN.
    """
    return 0 * amount
