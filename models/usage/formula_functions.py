"""What formulas of virtual meters compute beyond arithmetic: heat of steam, gas at normal state.

Temperatures are in K; pressures in kPa absolute: a gauge's goes through ``absolute_pressure``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce

import numpy as np
import seuif97  # type: ignore[import-untyped]

from models.energy.heat_content import FEED_WATER_KJ_PER_KG
from models.usage.series import Bools, Floats

# 0 °C and 101.325 kPa: the normal state of gas, as DIN 1343 defines it.
NORMAL_K, NORMAL_KPA = 273.15, 101.325

# Beyond the critical pressure (22.064 MPa) nothing boils: steam is what is above this temperature.
NEARLY_CRITICAL_MPA = 22.06


@dataclass(frozen=True)
class Function:
    """``units`` are those of the arguments and ``result`` of the result; None: all are of one unit.

    The last ``optional`` arguments may be left out.
    """

    name: str
    arguments: str
    compute: Callable[..., Floats]
    units: tuple[str, ...] | None
    result: str = ""
    optional: int = 0

    def takes(self, count: int) -> bool:
        """Whether it can be called with so many arguments."""
        if self.units is None:
            return count >= 1
        return len(self.units) - self.optional <= count <= len(self.units)


def _of_states(of: Callable[[float, float], float], one: Floats, other: Floats) -> Floats:
    """A property by IAPWS-IF97; unknown where an argument is unknown or beyond the formulation."""
    # The library takes one state at a time; it is a fraction of a microsecond.
    found = np.fromiter(map(of, one.tolist(), other.tolist()), np.float64, len(one))
    known = np.isfinite(one) & np.isfinite(other) & (found > 0)
    return np.where(known, found, np.nan)


def steam_heat(
    mass_t: Floats,
    pressure_kpa: Floats,
    temperature_k: Floats,
    feed_kj_per_kg: Floats | None = None,
) -> Floats:
    """Heat of steam above its feed water, GJ: m × (h - h_feed) / 1000, h of superheated steam.

    Enthalpy by IAPWS-IF97; feed water as of the NDRC's guidelines unless given. Unknown below the
    temperature of saturation: water is there, and its enthalpy would be a third of the steam's.
    """
    pressure, temperature = pressure_kpa / 1000, temperature_k - 273.15
    enthalpy = _of_states(seuif97.pt2h, pressure, temperature)
    boiling = _of_states(seuif97.px2t, np.minimum(pressure, NEARLY_CRITICAL_MPA), _dry(mass_t))
    enthalpy = np.where(temperature >= boiling, enthalpy, np.nan)
    known = np.isfinite(pressure) & np.isfinite(temperature)
    return _heat(mass_t, enthalpy, feed_kj_per_kg, known)


def saturated_steam_heat(
    mass_t: Floats, pressure_kpa: Floats, feed_kj_per_kg: Floats | None = None
) -> Floats:
    """Heat of dry saturated steam above its feed water, GJ, from its pressure alone."""
    enthalpy = _of_states(seuif97.px2h, pressure_kpa / 1000, _dry(mass_t))
    return _heat(mass_t, enthalpy, feed_kj_per_kg, np.isfinite(pressure_kpa))


def _dry(mass: Floats) -> Floats:
    """Steam without water: quality 1."""
    return np.ones(len(mass))


def _heat(mass_t: Floats, enthalpy: Floats, feed: Floats | None, known: Bools) -> Floats:
    """GJ; none where no steam flows, in whatever state, as long as that is ``known``."""
    heat = mass_t * (enthalpy - (FEED_WATER_KJ_PER_KG if feed is None else feed)) / 1000
    return np.where(known & (mass_t == 0), 0.0, heat)


def normal_volume(
    volume_m3: Floats,
    pressure_kpa: Floats,
    temperature_k: Floats,
    compressibility: Floats | None = None,
) -> Floats:
    """Nm3 of gas metered at its own state: V × p/p0 × T0/T × 1/Z.

    Z, relative to that at the normal state, is 1 unless given: good to a percent up to some bar.
    Unknown where no gas has such a pressure or temperature, as a gauge's that is below zero.
    """
    z = 1.0 if compressibility is None else compressibility
    volume = volume_m3 * (pressure_kpa / NORMAL_KPA) * (NORMAL_K / temperature_k) / z
    return np.where((pressure_kpa > 0) & (temperature_k > 0), volume, np.nan)


def absolute_pressure(gauge_kpa: Floats) -> Floats:
    """Absolute pressure (kPa) of a gauge pressure, at the standard atmosphere (101.325 kPa)."""
    return gauge_kpa + NORMAL_KPA


FUNCTIONS = {
    function.name: function
    for function in (
        Function(
            "steam_heat",
            "mass, pressure, temperature and perhaps the feed water's enthalpy in kJ/kg",
            steam_heat,
            ("t", "kPa", "K", "1"),
            "GJ",
            optional=1,
        ),
        Function(
            "saturated_steam_heat",
            "mass, pressure and perhaps the feed water's enthalpy in kJ/kg",
            saturated_steam_heat,
            ("t", "kPa", "1"),
            "GJ",
            optional=1,
        ),
        Function(
            "normal_volume",
            "volume, pressure, temperature and perhaps the compressibility",
            normal_volume,
            ("m3", "kPa", "K", "1"),
            "Nm3",
            optional=1,
        ),
        Function("absolute_pressure", "a gauge pressure", absolute_pressure, ("kPa",), "kPa"),
        Function("min", "one or more", lambda *all_: reduce(np.minimum, all_), None),
        Function("max", "one or more", lambda *all_: reduce(np.maximum, all_), None),
        Function("abs", "one", np.abs, None),
    )
}
