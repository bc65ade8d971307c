"""CO2 of burnt fuels from their calorific value and carbon content."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from models.errors import UnitError
from models.units import conversion

Numbers = npt.NDArray[np.float64]

CO2_PER_C = 44 / 12  # molar masses as the guidelines round them


def activity_scale(unit: str, fuel_unit: str) -> float:
    """What turns an amount in ``unit`` (t, Nm3 ...) into the fuel table's unit (t, 10^4 Nm3).

    Raises UnitError; a plain m3 by name, because without its reference state (0 °C or 20 °C) the
    same gas would count 7 % apart. Of water, which is told in m3 itself, it is a unit like others.
    """
    if unit in ("m3", "m³") and fuel_unit != "m3":
        why = "a gas volume without its reference state; use Nm3 (0 °C) or Sm3 (20 °C)"
        raise UnitError(unit, fuel_unit, why)
    scale, offset = conversion(unit, fuel_unit)
    if offset:
        raise UnitError(unit, fuel_unit, "the units are not proportional")
    return scale


def combustion_co2_t(amount: Numbers, ncv: Numbers, carbon: Numbers, oxidation: Numbers) -> Numbers:
    """E = FC x NCV x CC x OF x 44/12, t CO2 (CETS-AG-03.01-V01-2024, equation (3)).

    ``amount`` FC in the fuel table's unit (t or 10^4 Nm3), ``ncv`` NCV in GJ per the same unit,
    ``carbon`` CC in tC/GJ, ``oxidation`` OF from 0 to 1; arrays that broadcast. Unknown amounts
    (NaN) stay unknown.
    """
    return amount * ncv * carbon * oxidation * CO2_PER_C


def combustion_no_oxidation_co2_t(amount: Numbers, ncv: Numbers, carbon: Numbers) -> Numbers:
    """E = FC x NCV x CC x 44/12, t CO2 (CETS-AG-03.01-V01-2024, equation (1), annex A note *4).

    Steel from accounting year 2024: a mass balance, all carbon that is bought counts. Operands as
    of ``combustion_co2_t``.
    """
    return amount * ncv * carbon * CO2_PER_C


def declared_fuel_co2_t(amount: Numbers, factor: Numbers) -> Numbers:
    """E = FC x EF, t CO2 (GB/T 32150-2015, emission factor method).

    ``amount`` FC in t or Nm3, ``factor`` EF in tCO2 per the same unit. NaN stays NaN.
    """
    return amount * factor


def combustion_gas_t(amount: Numbers, ncv: Numbers, factor: Numbers) -> Numbers:
    """E = FC x NCV x EF / 10^6, t of CH4 or N2O, of stationary and of mobile combustion.

    IPCC 2006, vol. 2 ch. 2 equation 2.1 and ch. 3 equation 3.2.3. ``amount`` FC in the fuel table's
    unit, ``ncv`` in GJ per the same unit, ``factor`` EF in kg of gas per TJ. NaN stays NaN.
    """
    return amount * ncv * factor / 1e6
