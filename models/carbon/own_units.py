"""Units and plausible ranges of the parameters that somebody measures of a fuel or supply."""

from __future__ import annotations

from models.errors import UnitError
from models.units import conversion

_T_PER = {"t": 1.0, "kg": 1e-3, "g": 1e-6}

# The calorie of the guidelines: 1 kcal = 4.1868 kJ (CETS-AG-03.01-V01-2024, annex A note *1).
_GJ_PER = {"kcal": 4.1868e-6, "Mcal": 4.1868e-3}

# A slip of 1000 (kJ for MJ) leaves these. Hydrogen has the most heat of a mass (120 GJ/t), butane
# that of a gas volume (about 1200 GJ per 10^4 Nm3); blast furnace gas has the most carbon of a heat
# (0.0708 tC/GJ), hydrogen none.
_NCV_RANGE = {"t": (1.0, 130.0), "10^4 Nm3": (5.0, 1300.0)}
_CARBON_RANGE = (0.0, 0.12)


def per_activity(value: float, unit: str, expected: str) -> float:
    """A factor in ``unit`` as one in ``expected``; both a mass of one gas per unit of activity.

    The gas may be left out of ``unit`` or be CO2e for CO2 (``kg/kWh``, ``tCO2e/MWh``). Raises
    UnitError.
    """
    if unit == expected:
        return value
    expected_mass, _, expected_activity = expected.partition("/")
    scale, gas = _mass(expected_mass)
    mass, slash, activity = (part.strip() for part in unit.partition("/"))
    gases = dict.fromkeys(("CO2e", "CO2", "") if gas in ("CO2", "CO2e") else (gas, ""))
    for name in gases:
        if slash and mass.endswith(name) and mass.removesuffix(name).strip() in _T_PER:
            own = _T_PER[mass.removesuffix(name).strip()]
            return value * own / scale / _scale(unit, expected, activity, expected_activity)
    why = f"a mass of {gas or 'gas'} (g, kg, t) per unit of activity is needed"
    raise UnitError(unit, expected, why)


def net_calorific_value(value: float, unit: str, fuel_unit: str) -> float:
    """A net calorific value in ``unit`` (kJ/kg, MJ/Nm3, GJ/t, kcal/kg ...) in GJ per ``fuel_unit``.

    ``fuel_unit`` is t or 10^4 Nm3. Raises UnitError, also for a value that no fuel has.
    """
    expected = f"GJ/{fuel_unit}"
    heat, slash, activity = (part.strip() for part in unit.partition("/"))
    if not slash:
        raise UnitError(unit, expected, "heat per mass or normal volume of the fuel is needed")
    scale = _GJ_PER.get(heat) or _scale(unit, expected, heat, "GJ")
    found = value * scale / _scale(unit, expected, activity, fuel_unit)
    low, high = _NCV_RANGE[fuel_unit]
    if not low <= found <= high:
        why = f"{found:g} {expected} lies outside {low:g} to {high:g}, which no fuel does"
        raise UnitError(unit, expected, why)
    return found


def carbon_content(value: float, unit: str, fuel_unit: str, ncv_gj_per_unit: float) -> float:
    """A carbon content in ``unit`` as tC/GJ.

    Per heat (tC/GJ, kgC/GJ, tC/TJ) or per fuel (tC/t, kgC/Nm3 ...), which is divided by
    ``ncv_gj_per_unit``, the net calorific value in GJ per ``fuel_unit``: NCV x CC is then the
    measured carbon itself. Raises UnitError, also for a value that no fuel has.
    """
    expected = "tC/GJ"
    mass, slash, per = (part.strip() for part in unit.partition("/"))
    carbon = mass.removesuffix("C").strip()
    if not slash or carbon not in _T_PER:
        raise UnitError(unit, expected, "a mass of carbon (tC, kgC) per heat or fuel is needed")
    try:
        found = value * _T_PER[carbon] / conversion(per, "GJ")[0]
    except UnitError:
        per_unit = value * _T_PER[carbon] / _scale(unit, expected, per, fuel_unit)
        found = per_unit / ncv_gj_per_unit
        if fuel_unit == "t" and per_unit > 1:
            why = f"{per_unit:g} t of carbon in a tonne of fuel"
            raise UnitError(unit, expected, why) from None
        return found
    low, high = _CARBON_RANGE
    if not low <= found <= high:
        why = f"{found:g} {expected} lies outside {low:g} to {high:g}, which no fuel does"
        raise UnitError(unit, expected, why)
    return found


def oxidation(value: float, unit: str) -> float:
    """The share of carbon that is oxidised, 0 to 1; ``unit`` % or 1. Raises UnitError."""
    scale = {"%": 0.01, "1": 1.0, "": 1.0}.get(unit)
    if scale is None:
        raise UnitError(unit, "%", "a share is needed (% or 1)")
    found = value * scale
    if not 0 < found <= 1:
        raise UnitError(unit, "%", f"{value:g} {unit} is no share of the carbon")
    return found


def _mass(text: str) -> tuple[float, str]:
    """Tonnes per unit of mass, and the gas, of the first part of a factor's unit."""
    unit = next(unit for unit in ("kg", "t", "g") if text.startswith(unit))
    return _T_PER[unit], text.removeprefix(unit)


def _scale(unit: str, expected: str, part: str, expected_part: str) -> float:
    """Scale between parts of two units; UnitError tells the whole units."""
    try:
        # A plain m3 is refused by name against Nm3, whichever multiple of it is expected.
        multiple = conversion(expected_part, "Nm3")[0] if expected_part == "10^4 Nm3" else 1.0
        return conversion(part, "Nm3" if multiple != 1 else expected_part)[0] / multiple
    except UnitError as error:
        raise UnitError(unit, expected, error.why) from error
