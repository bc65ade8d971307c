"""An enterprise's own factor, turned into the unit of its carrier."""

from __future__ import annotations

from models.carbon.chosen import ChosenFactor
from models.errors import UnitError
from models.quantities import quantities
from models.registry import DeclaredFactor
from models.units import conversion

DECLARED_SET = "declared"
DECLARED_STATUS = "declared"

_T_PER = {"t": 1.0, "kg": 1e-3, "g": 1e-6}
_GASES = ("CO2e", "CO2")


def carrier_unit(carrier: str) -> str:
    """Unit of amounts of a carrier (kWh, GJ, Nm3, t); KeyError where no quantity carries it."""
    for quantity in quantities().values():
        if quantity.carrier == carrier:
            return quantity.unit
    raise KeyError(carrier)


def factor_unit(carrier: str) -> str:
    """Unit of the CO2 factors of a carrier: kgCO2/kWh for electricity, else tCO2 per its unit."""
    mass = "kg" if carrier == "electricity" else "t"
    return f"{mass}CO2/{carrier_unit(carrier)}"


def _parts(unit: str, expected: str) -> tuple[float, str]:
    """Tonnes of CO2 and the unit of activity that a factor's unit divides."""
    mass, slash, activity = (part.strip() for part in unit.partition("/"))
    for gas in _GASES:
        mass = mass.removesuffix(gas).strip()
    if not slash or mass not in _T_PER:
        raise UnitError(unit, expected, "a mass of CO2 (g, kg, t) per unit of activity is needed")
    return _T_PER[mass], activity


def in_factor_unit(value: float, unit: str, carrier: str) -> float:
    """A CO2 factor in ``unit`` (kgCO2/kWh, tCO2/MWh, kg/kWh, tCO2/10^4 Nm3 ...) as one in
    ``factor_unit(carrier)``.

    Raises UnitError where the unit is not a mass of CO2 per unit of this carrier.
    """
    expected = factor_unit(carrier)
    if unit == expected:
        return value
    mass, activity = _parts(unit, expected)
    expected_mass, expected_activity = _parts(expected, expected)
    try:
        scale, _ = conversion(activity, expected_activity)
    except UnitError as error:
        raise UnitError(unit, expected, error.why) from error
    return value * mass / expected_mass / scale


def declared_choice(factor: DeclaredFactor) -> ChosenFactor:
    """The enterprise's own factor as chosen; raises UnitError as ``in_factor_unit``."""
    return ChosenFactor(
        factor_id=f"declared/{factor.enterprise}/{factor.carrier}/{factor.valid_from.isoformat()}",
        set=DECLARED_SET,
        carrier=factor.carrier,
        value=in_factor_unit(factor.value, factor.unit, factor.carrier),
        unit=factor_unit(factor.carrier),
        match="declared",
        status=DECLARED_STATUS,
        year=None,
        source=factor.evidence,
    )
