"""CO2 of purchased (and exported) electricity and heat: scope 2."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from models.energy.heat_content import hot_water_heat_gj, steam_heat_gj

Numbers = npt.NDArray[np.float64]


def electricity_co2_t(amount: Numbers, factor: Numbers) -> Numbers:
    """E = AD x EF, t CO2: ``amount`` in kWh, ``factor`` in kgCO2/kWh; location-based.

    NDRC guideline for other industrial enterprises, net purchased electricity; NaN stays NaN.
    """
    return amount * factor / 1000


def market_electricity_co2_t(amount: Numbers, covered: Numbers, factor: Numbers) -> Numbers:
    """E = (AD - AD0) x EF, t CO2: ``amount`` and ``covered`` in kWh, ``factor`` in kgCO2/kWh.

    GHG Protocol Scope 2 Guidance, ch. 6, market-based: what certificates and contracts cover counts
    zero, the rest at the factor without market-traded non-fossil power. NaN stays NaN.
    """
    return (amount - covered) * factor / 1000


def heat_co2_t(amount: Numbers, factor: Numbers) -> Numbers:
    """E = AD x EF, t CO2: ``amount`` in GJ, ``factor`` in tCO2/GJ.

    NDRC guideline for other industrial enterprises, net purchased heat; NaN stays NaN.
    """
    return amount * factor


def steam_co2_t(amount: Numbers, enthalpy: Numbers, factor: Numbers) -> Numbers:
    """E = M x (h - 83.74) / 1000 x EF, t CO2: ``amount`` M in t, ``enthalpy`` h in kJ/kg.

    CETS-AG-03.01-V01-2024, E.2.1.2; NDRC guidelines. ``factor`` EF in tCO2/GJ. NaN stays NaN.
    """
    return steam_heat_gj(amount, enthalpy) * factor


def hot_water_co2_t(amount: Numbers, temperature: Numbers, factor: Numbers) -> Numbers:
    """E = M x (Tw - 20) x 4.1868 / 1000 x EF, t CO2: ``amount`` M in t, ``temperature`` Tw in °C.

    CETS-AG-03.01-V01-2024, E.2.1.2; NDRC guidelines. ``factor`` EF in tCO2/GJ. NaN stays NaN.
    """
    return hot_water_heat_gj(amount, temperature) * factor
