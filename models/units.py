"""Units: one linear conversion per (from, to) pair, found once by pint and then cached.

Formula of every conversion: ``value_to = value_from * scale + offset``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from models.errors import UnitError

if TYPE_CHECKING:
    import pint

# 0 °C over 20 °C in kelvin, both at 101.325 kPa: GB/T 17291-1998 (standard reference conditions of
# natural gas); a normal cubic metre holds more gas than a "standard" one at 20 °C.
NM3_PER_SM3 = 273.15 / 293.15

# 1 kgce = 29307.6 kJ: CETS-AG-03.01-V01-2024, annex A note *1 (also GB/T 2589).
GJ_PER_TCE = 29.3076

# How the field writes units -> how pint parses them. Where the two agree there is no entry.
SPELLINGS = {
    "m³": "m3",
    "Nm³": "Nm3",
    "Sm³": "Sm3",
    "℃": "degC",
    "°C": "degC",
    "%": "percent",
    "1": "dimensionless",
    "": "dimensionless",
    "万kWh": "wan_kWh",
    "10^4 kWh": "wan_kWh",
    "万Nm3": "wan_Nm3",
    "10^4 Nm3": "wan_Nm3",
    "吨": "t",
    "度": "kWh",
}


# What a unit may look like before pint parses it: up to four names with small exponents. Senders
# choose the text, and pint would compute a power as large as they like.
_NAME = r"[A-Za-z_µμ°℃Ω%]{1,16}(?:\^?-?[1-3]|[²³])?"
_FORM = re.compile(rf"{_NAME}(?:[ */·]{_NAME}){{0,3}}")


@cache
def _pint_registry() -> pint.UnitRegistry[Any]:
    # Importing pint with its registry takes most of a second: only when a unit really differs.
    import pint  # noqa: PLC0415

    registry: pint.UnitRegistry[Any] = pint.UnitRegistry(autoconvert_offset_to_baseunit=True)
    registry.define("m3 = meter ** 3")
    registry.define("Nm3 = [normal_gas_volume]")
    registry.define(f"Sm3 = {NM3_PER_SM3!r} * Nm3")
    registry.define(f"tce = {GJ_PER_TCE!r} * gigajoule")
    registry.define("kgce = 0.001 * tce")
    registry.define("wan_kWh = 10000 * kWh")
    registry.define("wan_Nm3 = 10000 * Nm3")
    return registry


@dataclass(frozen=True)
class Measure:
    """A unit that can be multiplied and divided by others."""

    _unit: Any

    def __str__(self) -> str:
        return f"{self._unit:~}" or "1"

    def __mul__(self, other: Measure) -> Measure:
        return Measure(self._unit * other._unit)

    def __truediv__(self, other: Measure) -> Measure:
        return Measure(self._unit / other._unit)

    def conversion(self, to: Measure) -> tuple[float, float]:
        """Scale and offset that turn values in this unit into values in ``to``.

        Raises UnitError where they measure different things.
        """
        return _conversion(str(self), self._unit, str(to), to._unit)

    def absolute(self) -> tuple[Measure, float, float]:
        """The unit of the same scale without an offset (of °C: K), with scale and offset to it."""
        registry = _pint_registry()
        zero = registry.Quantity(0.0, self._unit).to_root_units()
        if not zero.magnitude:
            return self, 1.0, 0.0
        root = Measure(zero.units)
        return (root, *self.conversion(root))


def measure(unit: str) -> Measure:
    """A unit as the field writes it. Raises UnitError where it is not known."""
    conversion(unit, unit)
    text = SPELLINGS.get(unit, unit)
    if _FORM.fullmatch(text) is None:
        raise UnitError(unit, unit, f"{text[:32]!r} is not a unit's form (kWh, mg/m3, Nm3/h)")
    try:
        return Measure(_pint_registry().Unit(text))
    except _not_known() as error:
        raise UnitError(unit, unit, "this unit is not known") from error


def dimensionless() -> Measure:
    """The unit of a mere number."""
    return Measure(_pint_registry().Unit("dimensionless"))


@cache
def conversion(unit: str, to: str) -> tuple[float, float]:
    """Scale and offset that turn a value in ``unit`` into a value in ``to``.

    Raises UnitError when a unit is unknown or the dimensions differ. A plain cubic metre is not a
    normal one: ``conversion("m3", "Nm3")`` raises and says which units a gas volume may have.
    """
    source, target = SPELLINGS.get(unit, unit), SPELLINGS.get(to, to)
    if source == target:
        return 1.0, 0.0
    for text in (source, target):
        if _FORM.fullmatch(text) is None:
            raise UnitError(unit, to, f"{text[:32]!r} is not a unit's form (kWh, mg/m3, Nm3/h)")
    try:
        return _conversion(unit, source, to, target)
    except _not_known() as error:
        raise UnitError(unit, to, "this unit is not known") from error


def _conversion(unit: str, source: Any, to: str, target: Any) -> tuple[float, float]:
    """Scale and offset between two units of pint, or their names; the texts are for the error."""
    import pint  # noqa: PLC0415

    registry = _pint_registry()
    try:
        zero = registry.Quantity(0.0, source).to(target).magnitude
        one = registry.Quantity(1.0, source).to(target).magnitude
    except pint.DimensionalityError as error:
        why = "they measure different things"
        if {source, target} == {"m3", "Nm3"} or {source, target} == {"m3", "Sm3"}:
            why = "a gas volume without its reference state; use Nm3 (0 °C) or Sm3 (20 °C)"
        raise UnitError(unit, to, why) from error
    return float(one - zero), float(zero)


def _not_known() -> tuple[type[Exception], ...]:
    """What pint raises of a unit that it does not know."""
    import pint  # noqa: PLC0415

    return (pint.PintError, ValueError, TypeError, AttributeError, AssertionError)
