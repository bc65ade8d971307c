"""Methane of waste water treated without air."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]


def cod_removed_t(water_m3: Numbers, cod_in_mg_l: Numbers, cod_out_mg_l: Numbers) -> Numbers:
    """TOW = W x (COD_in - COD_out), t COD (NDRC guideline for other industrial enterprises).

    ``water_m3`` W of waste water, m3; concentrations in mg/L (= g/m3). NaN stays NaN.
    """
    return water_m3 * (cod_in_mg_l - cod_out_mg_l) / 1e6


def wastewater_ch4_t(
    amount: Numbers, sludge: Numbers, b0: Numbers, mcf: Numbers, recovered: Numbers
) -> Numbers:
    """E = (TOW - S) x B0 x MCF - R, t CH4.

    NDRC guideline for other industrial enterprises, waste water; IPCC 2006, vol. 5 ch. 6, equation
    6.4. ``amount`` TOW the COD removed, t; ``sludge`` S the COD taken out as sludge, t; ``b0`` B0
    in t CH4/t COD (default 0.25); ``mcf`` MCF from 0 to 1; ``recovered`` R, t CH4. NaN stays NaN.
    """
    return (amount - sludge) * b0 * mcf - recovered
