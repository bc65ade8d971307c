"""Energy in GJ from amounts."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]

GJ_PER_KWH = 0.0036  # exact: 1 kWh = 3.6 MJ
FEED_WATER_KJ_PER_KG = 83.74  # enthalpy of water at 20 °C, CETS-AG-03.01-V01-2024 E.2.1.2
FEED_WATER_DEG_C = 20.0
WATER_KJ_PER_KG_K = 4.1868  # heat capacity of water, the same clause


def electricity_gj(amount_kwh: Numbers) -> Numbers:
    """Electricity in kWh as GJ (3.6 MJ a kWh)."""
    return amount_kwh * GJ_PER_KWH


def fuel_gj(amount: Numbers, ncv_gj_per_unit: Numbers) -> Numbers:
    """Heat of a fuel, GJ = FC x NCV (CETS-AG-03.01-V01-2024, factor of equation (3)).

    ``amount`` and ``ncv_gj_per_unit`` per the same unit (t or 10^4 Nm3).
    """
    return amount * ncv_gj_per_unit


def steam_heat_gj(mass_t: Numbers, enthalpy_kj_per_kg: Numbers) -> Numbers:
    """Heat of steam, GJ = M x (h - 83.74) x 10^-3 (CETS-AG-03.01-V01-2024, E.2.1.2).

    ``mass_t`` M in t, ``enthalpy_kj_per_kg`` h at its temperature and pressure. NaN stays NaN.
    """
    return mass_t * (enthalpy_kj_per_kg - FEED_WATER_KJ_PER_KG) / 1000


def hot_water_heat_gj(mass_t: Numbers, temperature_deg_c: Numbers) -> Numbers:
    """Heat of hot water, GJ = M x (Tw - 20) x 4.1868 x 10^-3 (CETS-AG-03.01-V01-2024, E.2.1.2).

    ``mass_t`` M in t, ``temperature_deg_c`` Tw. NaN stays NaN.
    """
    return mass_t * (temperature_deg_c - FEED_WATER_DEG_C) * WATER_KJ_PER_KG_K / 1000
