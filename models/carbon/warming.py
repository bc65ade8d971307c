"""Gases as tonnes of CO2e, and carbon of biological origin apart."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]


def co2e_t(gas_t: Numbers, gwp: Numbers) -> Numbers:
    """E = m x GWP, t CO2e: ``gas_t`` in t, ``gwp`` over 100 years (CO2: 1). NaN stays NaN.

    GB/T 32150-2015, warming potential; GHG Protocol Corporate Standard.
    """
    return gas_t * gwp


def fossil_and_biogenic_t(co2_t: Numbers, biogenic_share: Numbers) -> tuple[Numbers, Numbers]:
    """CO2 of a mixed fuel, t, as (fossil, biogenic); ``biogenic_share`` of its carbon, 0 to 1.

    Only the first counts in the total; the second is told beside it (GHG Protocol Corporate
    Standard, ch. 4; ISO 14064-1:2018, annex D). The two sum to the whole. NaN stays NaN.
    """
    biogenic = co2_t * biogenic_share
    return co2_t - biogenic, biogenic
