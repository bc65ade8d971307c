"""What enterprises declare of themselves: outputs, and parameters of their own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Output:
    """Output of an enterprise in a period ("2026" or "2026-03"), in 10^4 yuan.

    ``price_basis`` names the prices ("current", or "constant 2020"): intensities over years need
    constant ones, and figures of different bases are never added.
    """

    enterprise: str
    period: str
    output_1e4_yuan: float
    price_basis: str


class Parameter(StrEnum):
    """Which operand of a method an enterprise states by itself."""

    EMISSION_FACTOR = "emission_factor"  # mass of CO2 per unit of the carrier
    NCV = "ncv"  # net calorific value: heat per unit of the fuel
    CARBON_CONTENT = "carbon_content"  # mass of carbon per heat
    OXIDATION = "oxidation"  # share of the carbon that is oxidised


@dataclass(frozen=True, slots=True)
class DeclaredFactor:
    """An own ``parameter`` of a carrier, fuel or material, valid on local days [from, to).

    ``enterprise`` None: the park declares it for all its enterprises. ``uncertainty_pct`` is at
    95 % confidence. A material or activity that no published set has names its ``category``.
    """

    enterprise: str | None
    carrier: str
    value: float
    unit: str
    valid_from: date
    valid_to: date | None
    evidence: str
    parameter: Parameter = Parameter.EMISSION_FACTOR
    uncertainty_pct: float | None = None
    category: str | None = None
    recorded_at: datetime | None = None
