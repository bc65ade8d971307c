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
    same gas would count 7 % apart.
    """
    if unit in ("m3", "m³"):
        why = "a gas volume without its reference state; use Nm3 (0 °C) or Sm3 (20 °C)"
        raise UnitError(unit, fuel_unit, why)
    scale, offset = conversion(unit, fuel_unit)
    if offset:
        raise UnitError(unit, fuel_unit, "the units are not proportional")
    return scale


def combustion_co2_t(
    amount: Numbers, ncv_gj_per_unit: Numbers, carbon_tc_per_gj: Numbers, oxidation: Numbers
) -> Numbers:
    """E = FC x NCV x CC x OF x 44/12, t CO2 (CETS-AG-03.01-V01-2024, equation (3)).

    ``amount`` FC in the fuel table's unit (t or 10^4 Nm3), ``ncv_gj_per_unit`` NCV per the same
    unit, ``carbon_tc_per_gj`` CC in tC/GJ, ``oxidation`` OF from 0 to 1; arrays that broadcast.
    Unknown amounts (NaN) stay unknown.
    """
    return amount * ncv_gj_per_unit * carbon_tc_per_gj * oxidation * CO2_PER_C
