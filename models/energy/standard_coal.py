"""Energy in tonnes of coal equivalent (tce), calorific (当量值) and equivalent (等价值).

GB/T 2589: calorific values by the heat itself; equivalent values by the fuel that the supply of
one unit takes. Heat has no published equivalent value, so its calorific value stands for it; a
fuel's two values are the same.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from models.energy.heat_content import steam_heat_gj
from models.units import GJ_PER_TCE

Numbers = npt.NDArray[np.float64]


def fuel_tce(energy_gj: Numbers) -> Numbers:
    """Fuels: tce = GJ / 29.3076 (1 kgce = 29307.6 kJ, CETS-AG-03.01 note *1; GB/T 2589)."""
    return energy_gj / GJ_PER_TCE


def electricity_calorific_tce(amount_kwh: Numbers, kgce_per_kwh: Numbers | float) -> Numbers:
    """Electricity, 当量值: kWh x 0.1229 kgce/kWh / 1000 (GB/T 2589, annex A)."""
    return amount_kwh * kgce_per_kwh / 1000


def electricity_equivalent_tce(amount_kwh: Numbers, gce_per_kwh: Numbers | float) -> Numbers:
    """Electricity, 等价值: kWh x the year's coal rate of supply in gce/kWh / 10^6 (GB/T 2589).

    NaN where no coal rate is known.
    """
    return amount_kwh * gce_per_kwh / 1e6


def heat_tce(amount_gj: Numbers, tce_per_gj: Numbers | float) -> Numbers:
    """Heat, 当量值: GJ x 0.03412 tce/GJ (GB/T 2589, annex A)."""
    return amount_gj * tce_per_gj


def by_coefficient_tce(amount: Numbers, tce_per_unit: Numbers | float) -> Numbers:
    """Any carrier or working medium by its coefficient: amount x tce per unit (GB/T 2589, annex A).

    Steam by mass (0.1286 tce/t at low pressure), water, compressed air, oxygen ...; both in the
    coefficient's unit. NaN stays NaN.
    """
    return amount * tce_per_unit


def steam_tce(mass_t: Numbers, enthalpy_kj_per_kg: Numbers, tce_per_gj: Numbers | float) -> Numbers:
    """Steam by its heat, 当量值: M x (h - 83.74) / 1000 x 0.03412 tce/GJ.

    CETS-AG-03.01-V01-2024, E.2.1.2; GB/T 2589, annex A. ``mass_t`` M in t. NaN stays NaN.
    """
    return heat_tce(steam_heat_gj(mass_t, enthalpy_kj_per_kg), tce_per_gj)
