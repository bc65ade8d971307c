"""Own parameters of an enterprise or of the park, turned into the units of the methods.

An own emission factor stands in place of the published one; an own net calorific value, carbon
content or oxidation stands in place of that operand only, the rest is still the guideline's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import hypot

from models.carbon.chosen import ChosenFactor, FuelProperties, Match
from models.carbon.factor_files import rows_of
from models.carbon.own_units import carbon_content, net_calorific_value, oxidation, per_activity
from models.errors import FactorNotFoundError, UnitError
from models.quantities import quantities
from models.registry import DeclaredFactor
from models.registry.declared import Parameter

DECLARED_SET = "declared"
DECLARED_STATUS = "declared"

_FUEL_PARAMETERS = (Parameter.NCV, Parameter.CARBON_CONTENT, Parameter.OXIDATION)


def fuel_unit(carrier: str) -> str:
    """Unit of a fuel in the fuel sets (t or 10^4 Nm3); KeyError where no set has it."""
    for row in rows_of("fuels"):
        if row["code"] == carrier:
            return row["unit"]
    raise KeyError(carrier)


def carrier_unit(carrier: str) -> str:
    """Unit of amounts of a carrier (kWh, GJ, Nm3, t); KeyError where nothing carries it."""
    for quantity in quantities().values():
        if quantity.carrier == carrier:
            return quantity.unit
    return fuel_unit(carrier).removeprefix("10^4 ")


def factor_unit(carrier: str) -> str:
    """Unit of the CO2 factors of a carrier: kgCO2/kWh for electricity, else tCO2 per its unit."""
    mass = "kg" if carrier == "electricity" else "t"
    return f"{mass}CO2/{carrier_unit(carrier)}"


def in_factor_unit(value: float, unit: str, carrier: str) -> float:
    """A CO2 factor in ``unit`` (kgCO2/kWh, tCO2/MWh, kg/kWh, tCO2/10^4 Nm3 ...) as one in
    ``factor_unit(carrier)``.

    Raises UnitError where the unit is not a mass of CO2 per unit of this carrier.
    """
    return per_activity(value, unit, factor_unit(carrier))


def declared_choice(factor: DeclaredFactor, published: ChosenFactor | None = None) -> ChosenFactor:
    """An own emission factor as chosen, in the unit of ``published`` or else of its carrier.

    ``published`` is the default that it replaces: of a material its gas and unit hold for the own
    factor too. Raises UnitError as ``in_factor_unit``, and for a parameter of another kind.
    """
    unit = _expected_unit(factor) if published is None else published.unit
    if factor.parameter != Parameter.EMISSION_FACTOR:
        raise UnitError(factor.unit, unit, f"{factor.parameter} is not an emission factor")
    return ChosenFactor(
        factor_id=declared_id(factor),
        set=DECLARED_SET,
        carrier=factor.carrier,
        value=per_activity(factor.value, factor.unit, unit),
        unit=unit,
        match=_match([factor]),
        status=DECLARED_STATUS,
        year=None,
        source=factor.evidence,
        uncertainty_rel=_relative(factor),
        gas="CO2" if published is None else published.gas,
        method="" if published is None else published.method,
    )


def declared_fuel(
    carrier: str, own: Sequence[DeclaredFactor], published: ChosenFactor | None
) -> ChosenFactor:
    """A fuel with own net calorific value, carbon content and oxidation, as far as declared.

    ``own`` has at most one of each parameter (the enterprise's before the park's); ``published``
    is what the guideline says, None where it has nothing of this fuel. The factor's id, source and
    uncertainty tell all that it is made of; the uncertainty is unknown where that of any part is
    (relative uncertainties of a product add in quadrature: IPCC 2006, volume 1, equation 3.1).

    Raises UnitError where a unit or value is not one of its parameter, FactorNotFoundError where
    a parameter is neither published nor declared.
    """
    parts = {one.parameter: one for one in own if one.parameter in _FUEL_PARAMETERS}
    base = None if published is None else published.fuel
    missing = [name for name in _FUEL_PARAMETERS if base is None and name not in parts]
    if missing:
        raise FactorNotFoundError(
            f"fuel {carrier}: {', '.join(missing)} neither published for it nor declared"
        )
    if not parts:
        if published is None:
            raise FactorNotFoundError(f"fuel {carrier}: nothing declared")
        return published
    fuel = _own_fuel(carrier, parts, base)
    used = [parts[name] for name in _FUEL_PARAMETERS if name in parts]
    known = [_relative(one) for one in used]
    if published is not None and len(used) < len(_FUEL_PARAMETERS):
        known.append(published.uncertainty_rel)
    rest = () if published is None else (published,)
    return ChosenFactor(
        factor_id="+".join([*(one.factor_id for one in rest), *map(declared_id, used)]),
        set=DECLARED_SET,
        carrier=carrier,
        value=None,
        unit=f"tCO2/{fuel.unit}",
        match=_match(used),
        status=DECLARED_STATUS,
        year=None,
        source="; ".join(
            [*(f"{one.parameter}: {one.evidence}" for one in used), *(one.source for one in rest)]
        ),
        fuel=fuel,
        uncertainty_rel=_quadrature(known),
        clause="" if published is None else published.clause,
        method="combustion" if published is None else published.method,
    )


def check_declared(factor: DeclaredFactor) -> None:
    """Raises UnitError where the value or unit of an own parameter is not one of its carrier.

    Carriers that no file knows (a material of the park's own) are checked only when they are used.
    """
    try:
        if factor.parameter == Parameter.EMISSION_FACTOR:
            in_factor_unit(factor.value, factor.unit, factor.carrier)
        else:
            unit = fuel_unit(factor.carrier)
            base = FuelProperties(unit, ncv_gj_per_unit=1.0, carbon_tc_per_gj=1.0, oxidation=1.0)
            _own_fuel(factor.carrier, {factor.parameter: factor}, base)
    except KeyError:
        return


def _own_fuel(
    carrier: str, parts: dict[Parameter, DeclaredFactor], base: FuelProperties | None
) -> FuelProperties:
    unit = fuel_unit(carrier) if base is None else base.unit
    fuel = base or FuelProperties(unit, ncv_gj_per_unit=0.0, carbon_tc_per_gj=0.0, oxidation=0.0)
    # The calorific value first: a carbon content per mass is told per heat by it.
    if (own := parts.get(Parameter.NCV)) is not None:
        fuel = replace(fuel, ncv_gj_per_unit=net_calorific_value(own.value, own.unit, unit))
    if (own := parts.get(Parameter.CARBON_CONTENT)) is not None:
        content = carbon_content(own.value, own.unit, unit, fuel.ncv_gj_per_unit)
        fuel = replace(fuel, carbon_tc_per_gj=content)
    if (own := parts.get(Parameter.OXIDATION)) is not None:
        fuel = replace(fuel, oxidation=oxidation(own.value, own.unit))
    return fuel


def _expected_unit(factor: DeclaredFactor) -> str:
    """Unit of an own factor that replaces no published one; of a material that of its activity."""
    if factor.category is None:
        return factor_unit(factor.carrier)
    return f"tCO2/{factor.unit.partition('/')[2].strip()}"


def declared_id(factor: DeclaredFactor) -> str:
    """The id of an own parameter, as rows of an inventory name it."""
    which = [] if factor.parameter == Parameter.EMISSION_FACTOR else [str(factor.parameter)]
    if factor.category is not None:
        which.insert(0, factor.category)
    owner = factor.enterprise or "park"
    return "/".join(["declared", owner, factor.carrier, *which, factor.valid_from.isoformat()])


def _match(own: Sequence[DeclaredFactor]) -> Match:
    return "park_declared" if all(one.enterprise is None for one in own) else "declared"


def _relative(factor: DeclaredFactor) -> float | None:
    return None if factor.uncertainty_pct is None else factor.uncertainty_pct / 100


def _quadrature(parts: Sequence[float | None]) -> float | None:
    known = [part for part in parts if part is not None]
    return hypot(*known) if known and len(known) == len(parts) else None
