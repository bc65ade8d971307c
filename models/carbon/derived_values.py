"""Recomputes what the factor files print as results: products, quotients, sums to one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from models.carbon.arithmetic import evaluate
from models.carbon.factor_files import MATERIAL_FILES
from models.carbon.factor_tables import GUIDELINES, Tables
from models.errors import Fault
from models.reference_tables import Line
from models.units import GJ_PER_TCE

# Carbon that becomes CO2, as the guidelines round the molar masses.
CO2_PER_C = 44 / 12

# 1 kgce = 7000 kcal (CETS-AG-03.01-V01-2024, annex A note *1).
KCAL_PER_KGCE = 7000

_FUEL_FORMULAS = {
    "combustion": ("NCV x CC x OF x 44/12", True),
    "combustion_no_oxidation": ("NCV x CC x 44/12", False),
}
# How far a printed product or quotient may lie from what its figures give: they are rounded too.
_ROUNDED = 1e-3

# Printed units of standard coal per the unit that kcal are told of (kg, m3, kWh).
_PER_KCAL_UNIT = {"tce/t": 1.0, "kgce/kWh": 1.0, "tce/10^4 m3": 10.0, "tce/10^3 m3": 1.0}


def derived_faults(tables: Tables) -> Iterator[Fault]:
    """Faults of every printed value that does not follow from what it is made of."""
    yield from _fuels(tables)
    yield from _standard_coal(tables)
    for name in MATERIAL_FILES:
        for line in tables[name]:
            yield from _derivation(line)
    yield from _blends(tables)


def _number(line: Line, column: str) -> float | None:
    """The number in a cell; None where there is none (its fault is told elsewhere)."""
    try:
        return float(line[column])
    except ValueError:
        return None


def combustion_of(tables: Tables) -> Mapping[str, set[str]]:
    """The formulas of combustion under which each fuel set is used, by the guidelines."""
    formulas: dict[str, set[str]] = defaultdict(set)
    biomass = {line["set"] for line in tables["fuels"] if line["basis"] == "biomass"}
    for line in tables[GUIDELINES]:
        for name in line["fuel_sets"].split():
            formulas[name].add("combustion" if name in biomass else line["combustion"])
    return formulas


def _fuels(tables: Tables) -> Iterator[Fault]:
    formulas = combustion_of(tables)
    for line in tables["fuels"]:
        printed = _number(line, "derived_tco2_per_unit")
        ncv, carbon = _number(line, "ncv_gj_per_unit"), _number(line, "carbon_tc_per_gj")
        if ncv is None or carbon is None:
            continue
        column = "derived_tco2_per_unit"
        if printed is None:
            yield line.fault(column, "missing beside NCV and carbon content")
            continue
        used = formulas.get(line["set"], set()) or {"combustion"}
        if len(used) > 1:
            yield line.fault("set", f"guidelines use the set by formulas that differ: {used}")
            continue
        formula, oxidised = _FUEL_FORMULAS.get(next(iter(used)), ("", False))
        share = _number(line, "oxidation_pct")
        if oxidised and share is None:
            yield line.fault("oxidation_pct", f"missing: the set's formula is {formula}")
            continue
        computed = ncv * carbon * CO2_PER_C * (share / 100 if oxidised and share else 1)
        if abs(computed - printed) > max(0.5e-4, 1e-4 * printed):
            yield line.fault(column, f"{printed:g} printed, {formula} gives {computed:.4f}")


def _standard_coal(tables: Tables) -> Iterator[Fault]:
    for line in tables["standard_coal"]:
        value, kcal = _number(line, "value"), _number(line, "kcal_per_kg_m3_or_kwh")
        per_unit = _PER_KCAL_UNIT.get(line["unit"])
        if value is None:
            continue
        if kcal is not None and per_unit is not None:
            computed = kcal / KCAL_PER_KGCE * per_unit
            # Printed to four decimals of kgce per kg, m3 or kWh; kcal are rounded too (of LNG:
            # 51498 kJ/kg are 12300 kcal, a last digit apart).
            if abs(computed - value) > 0.6e-4 * per_unit:
                reason = f"{value:g} printed, {kcal:g} kcal / 7000 gives {computed:.4f}"
                yield line.fault("value", reason)
        elif line["unit"] == "tce/GJ" and abs(1 / GJ_PER_TCE - value) > 0.51e-5:
            reason = f"{value:g} printed, 1 / {GJ_PER_TCE} gives {1 / GJ_PER_TCE:.5f}"
            yield line.fault("value", reason)


def _derivation(line: Line) -> Iterator[Fault]:
    """The arithmetic that a row prints as the origin of its value, with its own operands."""
    value = _number(line, "value")
    if not line["derivation"] or value is None:
        return
    try:
        names = {
            name: float(number)
            for name, _, number in (part.partition("=") for part in line["operands"].split("|"))
            if name
        }
        computed = evaluate(line["derivation"], names)
    except (ValueError, KeyError, ZeroDivisionError) as error:
        yield line.fault("derivation", f"cannot be computed: {error}")
        return
    if abs(computed - value) > _ROUNDED * abs(value):
        reason = f"{value:g} printed, {line['derivation']} gives {computed:.6g}"
        yield line.fault("value", reason)


def _blends(tables: Tables) -> Iterator[Fault]:
    shares: dict[str, float] = defaultdict(float)
    last: dict[str, Line] = {}
    gases = {line["code"] for line in tables["gwp"]}
    for line in tables["blends"]:
        shares[line["code"]] += _number(line, "value") or 0.0
        last[line["code"]] = line
        if line["component"] not in gases:
            yield line.fault("component", f"{line['component']!r} has no GWP")
    for code, line in last.items():
        if abs(shares[code] - 1) > 1e-9:
            yield line.fault("value", f"the shares of {code} sum to {shares[code]:g}, not to 1")
