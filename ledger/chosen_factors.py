"""The factor and the method of every part of an inventory's activity.

One choice a heading (ledger.parts), year and own factors. Formulas are those of models.carbon and
models.energy; here their operands are laid beside the activity.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from ledger.instants import instants, microseconds
from ledger.own_factors import Own, own_factors
from ledger.uncertainty import factor_uncertainty
from models.carbon.categories import category
from models.carbon.chosen import ChosenFactor
from models.carbon.combustion import activity_scale
from models.carbon.declared import declared_choice, declared_fuel
from models.carbon.factors import Basis, FactorLibrary, Level
from models.carbon.methods import method
from models.errors import FactorNotFoundError, UnitError
from models.registry import Registry, Use
from models.units import conversion

FUELS = frozenset({"stationary_combustion", "mobile_combustion", "biogenic_combustion"})
ELECTRICITY = frozenset({"purchased_electricity", "exported_electricity", "self_generation"})
HEAT = frozenset({"purchased_heat", "exported_heat"})

TEXTS = ["method", "factor_id", "factor_match", "factor_status", "gas", "gwp_id"]
YEARS = ["factor_year", "coal_rate_year"]
OPERANDS = [
    "scale", "factor", "ncv", "carbon", "oxidation", "gwp", "calorific", "coal_rate", "covered",
    "purity", "density", "rate", "years", "sludge", "b0", "mcf", "recovered", "enthalpy",
    "temperature",
]  # fmt: skip
# The factor of what the market's instruments leave of electricity, beside the location's.
MARKET = [
    "market_factor_id", "market_factor_match", "market_factor_status", "market_factor_year",
    "market_uncertainty_factor_rel", "market_factor",
]  # fmt: skip
COLUMNS = [*TEXTS, *YEARS, "uncertainty_factor_rel", *OPERANDS, *MARKET]

REMAINDER: Basis = "excluding_market_non_fossil"

# What an operand is where nothing else is said of it.
_PLAIN = {"purity": 1.0, "sludge": 0.0, "recovered": 0.0, "years": 1.0, "factor": 1.0}
# Where a method has no factor as such: the operands that an own one stands for, in the first.
_WHOLE = {
    "wastewater_ch4": ("b0", "mcf"),
    "leakage_rate_gwp": ("rate",),
    "co2_recovered": ("purity",),
    "co2_recovered_gas": ("density", "purity"),
}


@dataclass(frozen=True)
class Rules:
    """By which rules factors are chosen: the library, the first level of electricity factors that
    is asked, and the assessment report of the warming potentials.
    """

    library: FactorLibrary
    registry: Registry
    level: Level = "province"
    gwp: str = "AR5"


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What a choice depends on, beside the rules."""

    category: str
    code: str
    unit: str
    use: str
    renewable: bool
    guideline: str
    year: int
    own: Own


def choices_of(
    rules: Rules, headings: pd.DataFrame, parts: pd.DataFrame
) -> tuple[pd.DataFrame, npt.NDArray[np.int64]]:
    """COLUMNS, one row a choice, and the number of the choice of each part (ledger.parts).

    An enterprise's own factor goes first where it is valid on the local day in which the part
    begins, then what the park declares for all; else the library chooses for the local year.
    Raises FactorNotFoundError, and UnitError for a unit that is not one of the carrier's.
    """
    zone = rules.registry.zone
    begins, at = np.unique(microseconds(parts["begin"]), return_inverse=True)
    years = instants(begins).tz_convert(zone).year.to_numpy()
    own, sets_of_own = own_factors(rules.registry, headings, parts)
    of_part = parts["heading"].to_numpy(dtype=np.int64)
    span = int(years.max() - years.min() + 1) if len(years) else 1
    first = int(years.min()) if len(years) else 0
    combined = (of_part * span + years[at] - first) * len(sets_of_own) + own
    wanted, inverse = np.unique(combined, return_inverse=True)
    guideline = {one.code: one.guideline for one in rules.registry.enterprises}
    names = ("category", "carrier", "activity_unit", "use", "renewable", "enterprise")
    columns = [headings[name].tolist() for name in names]
    known: dict[_Wanted, int] = {}
    found: list[dict[str, Any]] = []
    same: dict[tuple[Any, ...], int] = {}  # years with the same factors have one choice
    number = np.empty(len(wanted), dtype=np.int64)
    for index, combination in enumerate(wanted.tolist()):
        rest, own_set = divmod(combination, len(sets_of_own))
        heading, year = divmod(rest, span)
        of, code, unit, use, renewable, enterprise = (column[heading] for column in columns)
        key = _Wanted(
            of,
            code,
            unit,
            use,
            renewable,
            guideline[enterprise],
            year + first,
            sets_of_own[own_set],
        )
        if key not in known:
            choice = _choice(rules, key, enterprise)
            known[key] = same.setdefault(tuple(choice.values()), len(found))
            if known[key] == len(found):
                found.append(choice)
        number[index] = known[key]
    return _frame(found), number[inverse]


def _frame(found: Sequence[dict[str, Any]]) -> pd.DataFrame:
    frame = pd.DataFrame(found, columns=COLUMNS)
    for name in ("uncertainty_factor_rel", *OPERANDS, *MARKET[-2:]):
        frame[name] = frame[name].astype(np.float64)
    for name in (*YEARS, "market_factor_year"):
        frame[name] = frame[name].astype("Int64")
    return frame.astype(dict.fromkeys([*TEXTS, *MARKET[:3]], object))


def _choice(rules: Rules, wanted: _Wanted, enterprise: str) -> dict[str, Any]:
    try:
        return _operands(rules, wanted)
    except FactorNotFoundError as error:
        sought = f"{error.sought}, needed for {wanted.code} of {enterprise} in {wanted.year}"
        raise FactorNotFoundError(sought) from error
    except UnitError as error:
        why = f"{error.why}; {wanted.category} {wanted.code} of {enterprise}"
        raise UnitError(error.unit, error.expected, why) from error


def _operands(rules: Rules, wanted: _Wanted) -> dict[str, Any]:
    """One row of COLUMNS; None where an operand does not belong to the method."""
    row: dict[str, Any] = dict.fromkeys(COLUMNS)
    if wanted.category in ELECTRICITY:
        _electricity(rules, wanted, row)
    elif wanted.category in HEAT:
        row["scale"] = _scale(wanted.unit, "GJ")
        row["calorific"] = rules.library.calorific_coefficient("heat").value
        _factor(wanted, row, _own_or(wanted, rules.library.heat), "purchased_heat")
    elif wanted.category in FUELS:
        _fuel(rules, wanted, row)
    else:
        _material(rules, wanted, row)
    if row["gas"] is not None:
        potential = rules.library.gwp(row["gas"], rules.gwp)
        row["gwp"], row["gwp_id"] = potential.value, potential.factor_id
    for name in method(row["method"]).inputs:
        if name != "amount" and row[name] is None:
            row[name] = _PLAIN.get(name)
    return row


def _factor(wanted: _Wanted, row: dict[str, Any], chosen: ChosenFactor, code: str) -> None:
    row |= {
        "method": code,
        "factor_id": chosen.factor_id,
        "factor_match": chosen.match,
        "factor_status": chosen.status,
        "factor_year": chosen.year,
        "uncertainty_factor_rel": factor_uncertainty(wanted.category, chosen, wanted.own.declared),
        "factor": chosen.value,
        "gas": chosen.gas,
        **chosen.operands,
    }


def _own_or(wanted: _Wanted, published: Callable[[], ChosenFactor]) -> ChosenFactor:
    """The own emission factor, or what ``published`` gives."""
    own = wanted.own.emission_factor
    return published() if own is None else declared_choice(own)


def _scale(unit: str, expected: str) -> float:
    """What turns an amount in ``unit`` into ``expected``; UnitError where they do not compare."""
    if unit == expected:
        return 1.0
    scale, offset = conversion(unit, expected)
    if offset:
        raise UnitError(unit, expected, "the units are not proportional")
    return scale


def _electricity(rules: Rules, wanted: _Wanted, row: dict[str, Any]) -> None:
    library, park = rules.library, rules.registry.park
    row["scale"] = _scale(wanted.unit, "kWh")
    rate = library.coal_rate(wanted.year)
    row["calorific"] = library.calorific_coefficient("electricity").value
    row["coal_rate"] = None if rate is None else rate.gce_per_kwh
    row["coal_rate_year"] = None if rate is None else rate.year
    if wanted.renewable:  # what is made from the sun has no emissions, nor what is sold of it
        row["method"], row["uncertainty_factor_rel"] = "self_generation", 0.0
        return

    def published(basis: Basis = "average") -> ChosenFactor:
        return library.electricity(
            wanted.year, park.province, park.grid_region, basis=basis, level=rules.level
        )

    _factor(wanted, row, _own_or(wanted, published), "purchased_electricity")
    try:
        chosen = _own_or(wanted, lambda: published(REMAINDER))
    except FactorNotFoundError:
        return  # none was published for years before 2021: the market's figure is unknown
    row |= {
        "market_factor_id": chosen.factor_id,
        "market_factor_match": chosen.match,
        "market_factor_status": chosen.status,
        "market_factor_year": chosen.year,
        "market_uncertainty_factor_rel": factor_uncertainty(wanted.category, chosen),
        "market_factor": chosen.value,
    }


def _fuel(rules: Rules, wanted: _Wanted, row: dict[str, Any]) -> None:
    own = wanted.own.declared
    try:
        published = rules.library.fuel(wanted.code, wanted.guideline, wanted.year)
    except FactorNotFoundError:
        if not own:
            raise
        published = None  # what the guideline lacks may be declared in full
    chosen = declared_fuel(wanted.code, own, published)
    fuel = chosen.fuel
    if fuel is None:
        raise ValueError(f"fuel {wanted.code}: its factor row has no calorific value")
    row["scale"], row["ncv"] = activity_scale(wanted.unit, fuel.unit), fuel.ncv_gj_per_unit
    balance = chosen.method != "combustion"  # of all carbon bought: burnt or not, it counts
    raw = wanted.use == Use.RAW_MATERIAL and not balance
    if wanted.own.emission_factor is not None and not raw:
        # An enterprise's own factor gives the CO2; its heat is still that of the fuel.
        given = declared_choice(wanted.own.emission_factor)
        _factor(wanted, row, given, "declared_fuel")
        if given.value is not None:  # per unit of the carrier, beside the set's unit of the fuel
            row["factor"] = given.value / activity_scale(given.activity_unit, fuel.unit)
        return
    _factor(wanted, row, chosen, chosen.method)
    row["carbon"] = fuel.carbon_tc_per_gj
    row["oxidation"] = None if balance else fuel.oxidation
    if raw:
        row["method"], row["uncertainty_factor_rel"] = "raw_material", 0.0


def _material(rules: Rules, wanted: _Wanted, row: dict[str, Any]) -> None:
    own = wanted.own.emission_factor
    try:
        published = rules.library.material(
            wanted.category, wanted.code, wanted.guideline, wanted.year
        )
    except FactorNotFoundError:
        if own is None:
            raise
        published = None
    chosen = published if own is None else declared_choice(own, published)
    assert chosen is not None
    row["scale"] = _scale(wanted.unit, chosen.activity_unit)
    _factor(wanted, row, chosen, chosen.method or _method_of(wanted.category))
    if own is not None and row["method"] in _WHOLE:
        first, *others = _WHOLE[row["method"]]
        row |= {first: chosen.value, **dict.fromkeys(others, 1.0)}


def _method_of(code: str) -> str:
    """The method of a category where its factor does not name one."""
    if code.startswith("scope3_"):
        return "scope3_factor"
    return {
        "process": "process_material",
        "carbon_in_products": "process_material",
        "fugitive": "leakage_gwp",
        "wastewater": "wastewater_ch4",
        "co2_recovered": "co2_recovered",
        "sink": "sink",
    }[category(code).code]
