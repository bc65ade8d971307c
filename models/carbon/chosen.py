"""A factor as it was chosen: its value, where it comes from and by which rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

Match = Literal[
    "declared",
    "park_declared",
    "province_exact",
    "grid_exact",
    "nation_exact",
    "province_earlier",
    "grid_earlier",
    "nation_earlier",
    "set_default",
]


def _no_operands() -> Mapping[str, float]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class FuelProperties:
    """What a fuel set prints of one fuel, per ``unit`` (t or 10^4 Nm3).

    ``ncv_gj_per_unit`` net calorific value, ``carbon_tc_per_gj`` carbon content per heat,
    ``oxidation`` the share oxidised (0 to 1).
    """

    unit: str
    ncv_gj_per_unit: float
    carbon_tc_per_gj: float
    oxidation: float


@dataclass(frozen=True, slots=True)
class ChosenFactor:
    """A factor and why it was taken.

    ``value`` is in ``unit`` (kgCO2/kWh for electricity, tCO2/GJ for heat, tCO2 per t or Nm3 for
    fuels, t of ``gas`` per unit of activity for materials); None for a fuel of a set, whose CO2
    follows from ``fuel`` by ``method``. ``year`` is the year of the data, None where the set does
    not date it. ``uncertainty_rel`` is relative (95 %), None where unknown. ``operands`` are the
    figures that ``value`` is the product of, by name, where a set prints them apart.
    """

    factor_id: str
    set: str
    carrier: str
    value: float | None
    unit: str
    match: Match
    status: str
    year: int | None
    source: str
    fuel: FuelProperties | None = None
    uncertainty_rel: float | None = None
    gas: str = "CO2"
    clause: str = ""
    method: str = ""
    operands: Mapping[str, float] = field(default_factory=_no_operands, hash=False)

    @property
    def activity_unit(self) -> str:
        """What an amount is measured in: the part of ``unit`` after its mass of gas."""
        return self.unit.partition("/")[2]


@dataclass(frozen=True, slots=True)
class Gwp:
    """Global warming potential of a gas over 100 years, t CO2e per t."""

    gas: str
    assessment: str
    value: float
    factor_id: str
    source: str
    clause: str
    status: str


@dataclass(frozen=True, slots=True)
class CoalRate:
    """Standard coal used per kWh supplied, g; ``year`` may lie before the year asked for."""

    factor_id: str
    gce_per_kwh: float
    year: int
    status: str
    source: str


@dataclass(frozen=True, slots=True)
class CoalCoefficient:
    """Calorific standard coal per unit of a carrier (当量值), in ``unit``."""

    factor_id: str
    value: float
    unit: str
    status: str
    source: str
