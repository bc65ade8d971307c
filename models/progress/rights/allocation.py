"""What the national ETS allocates to classes of units, and what is to be surrendered of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

import numpy as np

from models.carbon.allowances import load_correction, power_allowance_t, whole_allowances
from models.progress.rights.allowance_rules import (
    GAS,
    Benchmark,
    Stage,
    benchmark,
    rule,
    unit_classes,
)


@dataclass(frozen=True, slots=True)
class Units:
    """What one class of an enterprise's units did in a year; None is unknown.

    ``electricity_mwh`` generated, ``heat_gj`` supplied, ``load_factor`` from 0 to 1,
    ``emissions_t`` of these units.
    """

    unit_class: str
    electricity_mwh: float | None = None
    heat_gj: float | None = None
    load_factor: float | None = None
    emissions_t: float | None = None


@dataclass(frozen=True, slots=True)
class Allocated:
    """The allocation of one class. ``amount_t`` before rounding, ``allocation_t`` whole; both None
    with ``reason``: unknown_class, no_amounts, bad_amount, bad_load_factor, no_benchmark,
    load_formula_unknown.
    ``notes`` are what was assumed: load_factor_missing, electricity_missing, heat_missing,
    benchmark_draft, benchmark_carried.
    """

    units: Units
    electricity_benchmark: float | None = None
    heat_benchmark: float | None = None
    load: float | None = None
    amount_t: float | None = None
    allocation_t: float | None = None
    stage: Stage | None = None
    reason: str | None = None
    notes: tuple[str, ...] = ()
    benchmark_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Obligation:
    """What is to be surrendered of whole ``emissions_t``: ``due_t``, and what a rule waives.

    ``gas_waived_t`` of gas units that are never short, ``cap_waived_t`` beyond the cap on what is
    short. ``notes``: gas_emissions_unknown (the rule for gas could not be applied).
    """

    emissions_t: float
    due_t: float
    gas_waived_t: float
    cap_waived_t: float
    notes: tuple[str, ...] = ()


def allocated(sector: str, year: int, units: Units) -> Allocated:
    """A = Qe x Be x Ff + Qh x Bh of one class (models.carbon.allowances), rounded down to whole
    allowances, by the rules and benchmarks of the year.

    Without a load factor Ff is 1, the least there is, and ``notes`` says so. What is not entered of
    electricity or heat counts nothing and is noted; nothing entered at all is unknown.
    """
    found = [
        None if not amount else benchmark(year, units.unit_class, product)
        for amount, product in zip(_amounts(units), ("electricity", "heat"), strict=True)
    ]
    refused = _refused(units, found)
    if refused is not None:
        return Allocated(units, reason=refused)
    load, load_note = _load(sector, year, units)
    if load is None:
        return Allocated(units, reason="load_formula_unknown")
    electricity, heat = (0.0 if one is None else one.value for one in found)
    values = (units.electricity_mwh or 0.0, electricity, load, units.heat_gj or 0.0, heat)
    amount_t = power_allowance_t(*(np.array([value]) for value in values))
    stages = [one.stage for one in found if one is not None]
    stage = max(stages, key=list(Stage).index, default=None)
    notes = [
        load_note,
        "electricity_missing" if units.electricity_mwh is None else None,
        "heat_missing" if units.heat_gj is None else None,
        None if stage in (None, Stage.FINAL) else f"benchmark_{stage}",
    ]
    return Allocated(
        units,
        None if found[0] is None else electricity,
        None if found[1] is None else heat,
        load,
        float(amount_t[0]),
        float(whole_allowances(amount_t)[0]),
        stage,
        None,
        tuple(note for note in notes if note is not None),
        tuple(one.id for one in found if one is not None),
    )


def _amounts(units: Units) -> tuple[float | None, float | None]:
    return units.electricity_mwh, units.heat_gj


def _refused(units: Units, found: Sequence[Benchmark | None]) -> str | None:
    """Why nothing can be allocated to the class, by its amounts and their benchmarks."""
    amounts, factor = _amounts(units), units.load_factor
    reasons = {
        "unknown_class": units.unit_class not in unit_classes(),
        "no_amounts": amounts == (None, None),
        "bad_amount": any(one is not None and not 0 <= one < np.inf for one in amounts),
        "bad_load_factor": factor is not None and not 0 <= factor <= 1,
        "no_benchmark": any(
            amount and one is None for amount, one in zip(amounts, found, strict=True)
        ),
    }
    return next((reason for reason, holds in reasons.items() if holds), None)


def whole_emissions(emissions_t: float) -> float:
    """An enterprise's total in whole tonnes, halves up (CETS-AG-03.01-V01-2024, annex C)."""
    return float(Decimal(repr(float(emissions_t))).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def obligation(
    sector: str,
    year: int,
    emissions_t: float,
    classes: Sequence[Allocated],
    allocation_t: float | None = None,
) -> Obligation:
    """What is to be surrendered of an enterprise's ``emissions_t``, every class being allocated;
    ``allocation_t`` goes before the sum of the classes' where the authority determined it.

    A gas unit owes no more than its own allocation; what is short beyond 20 % of the emissions is
    waived (allocation plan 2023/2024; the shares stand in allowance_rules.csv). Raises ValueError
    where a class has no allocation.
    """
    allocations = [one.allocation_t for one in classes]
    if any(one is None for one in allocations):
        raise ValueError("a class of units without an allocation")
    total = whole_emissions(emissions_t)
    computed = sum(one for one in allocations if one is not None)
    allocation = computed if allocation_t is None else allocation_t
    waived, notes = 0.0, []
    if rule("gas_never_short", sector, year) is not None:
        for one in classes:
            if one.units.unit_class != GAS or one.allocation_t is None:
                continue
            own = one.units.emissions_t
            if own is None and len(classes) == 1:
                own = emissions_t
            if own is None:
                notes.append("gas_emissions_unknown")
            else:
                # Of a single class the authority's allocation is its own.
                there = allocation if len(classes) == 1 else one.allocation_t
                waived += max(whole_emissions(own) - there, 0.0)
    due = total - waived
    cap = rule("shortfall_cap", sector, year)
    most = due
    if cap is not None:
        most = float(whole_allowances(np.array([allocation + cap.value * total]))[0])
    capped = min(due, most)
    return Obligation(total, capped, waived, due - capped, tuple(notes))


def _load(sector: str, year: int, units: Units) -> tuple[float | None, str | None]:
    """Ff and a note; None where the year's formula for such a load is not known."""
    if units.unit_class == GAS or not units.electricity_mwh:
        return 1.0, None
    factor = units.load_factor
    if factor is None:
        return 1.0, "load_factor_missing"
    unknown = rule("correction_unknown_below", sector, year)
    if unknown is not None:
        return (None, None) if factor < unknown.value else (1.0, None)
    below = rule("correction_below", sector, year)
    if below is None:
        return 1.0, "load_rule_missing"
    return float(load_correction(np.array([factor]))[0]), None
