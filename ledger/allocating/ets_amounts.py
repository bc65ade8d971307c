"""What the classes of units of an obligated enterprise did in a year, as entered or expected."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ledger.allocating.ets_emissions import Obliged
from ledger.years.entered import entered
from models.progress.rights.allocation import Units
from models.progress.rights.allowance_rules import GAS
from models.registry import Registry

GENERATED, HEAT, LOAD = "electricity_generated_mwh", "heat_supplied_gj", "load_factor"
VERIFIED, ALLOCATED = "verified_emissions_t", "verified_allocation_t"


@dataclass(frozen=True, slots=True)
class Amounts:
    """``units`` by class. ``notes``: heat_metered, amounts_expected (last year's, scaled by the
    emissions).
    """

    units: tuple[Units, ...] = ()
    notes: tuple[str, ...] = ()


def entered_units(registry: Registry, enterprise: str, year: int) -> tuple[Units, ...]:
    """The classes of which anything is entered for the year."""
    figures = entered(registry)

    def of(indicator: str) -> dict[str, float]:
        found = figures.items("enterprise", enterprise, year, indicator)
        return {item: one.value for item, one in found.items()}

    columns = [of(name) for name in (GENERATED, HEAT, LOAD, VERIFIED)]
    classes = sorted({item for column in columns for item in column})
    return tuple(Units(one, *(column.get(one) for column in columns)) for one in classes)


def amounts(
    registry: Registry, enterprise: str, year: int, emitted: Obliged, before: Obliged | None
) -> Amounts:
    """What was entered; of the running year, where nothing was, last year's amounts times what is
    expected of this year's emissions over last year's (``before``).

    Heat that was not entered (of either year) is that of the meters of heat sold, where there is
    one class only.
    """
    units = entered_units(registry, enterprise, year)
    notes = []
    if not units and emitted.origin == "expected" and before is not None:
        units = _scaled(entered_units(registry, enterprise, year - 1), emitted, before)
        notes = ["amounts_expected"] if units else []
    if len(units) == 1 and units[0].heat_gj is None and emitted.heat_gj is not None:
        units = (replace(units[0], heat_gj=emitted.heat_gj),)
        notes.append("heat_metered")
    return Amounts(_with_emissions(units, emitted), tuple(notes))


def _scaled(last: tuple[Units, ...], emitted: Obliged, before: Obliged) -> tuple[Units, ...]:
    if emitted.whole_t is None or not before.whole_t:
        return ()
    ratio = emitted.whole_t / before.whole_t

    def times(value: float | None) -> float | None:
        return None if value is None else value * ratio

    return tuple(
        replace(
            one,
            electricity_mwh=times(one.electricity_mwh),
            heat_gj=times(one.heat_gj),
            emissions_t=None,
        )
        for one in last
    )


def _with_emissions(units: tuple[Units, ...], emitted: Obliged) -> tuple[Units, ...]:
    """Emissions of gas units, where gas is burnt in them alone and nothing was verified by class:
    those of gaseous fuels.
    """
    if len(units) < 2 or any(one.emissions_t is not None for one in units):
        return units
    return tuple(
        replace(one, emissions_t=emitted.gas_t) if one.unit_class == GAS else one for one in units
    )
