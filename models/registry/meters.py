"""Meters, their exchanges and their typical days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from models.quantities import AMOUNT_KINDS, Kind, quantities
from models.units import conversion


class Direction(StrEnum):
    """Which way the energy flows through a meter, seen from its enterprise."""

    IMPORT = "import"
    EXPORT = "export"
    GENERATION = "generation"
    INTERNAL_TRANSFER = "internal_transfer"


class GapPolicy(StrEnum):
    """What is said of the time between two readings that lie too far apart."""

    LINEAR = "linear"  # a register's rise is spread evenly, and marked
    PROFILE = "profile"  # spread, or filled, by the meter's declared typical profile, and marked
    NONE = "none"  # unknown


class DayType(StrEnum):
    """The two kinds of day that a typical profile tells apart, of the park's time zone."""

    WORKDAY = "workday"  # Monday to Friday
    RESTDAY = "restday"  # Saturday and Sunday


@dataclass(frozen=True, slots=True)
class Meter:
    """One version of a meter: valid in [valid_from, valid_to), both UTC; None is unbounded.

    ``key`` is the meter's number in the store and the same for all its versions. ``multiplier`` is
    the transformer ratio (CT x PT). ``register_max`` is the value at which the register of a
    counter returns to zero. ``range_low`` and ``range_high`` bound plausible values in the meter's
    unit, multiplier not applied; for a counter they bound its rate per hour. ``gap_policy`` says
    what becomes of gaps. A meter with a ``formula`` is virtual: it takes no readings, and each of
    its hours is computed from those of other meters of its enterprise. ``counterpart`` is the
    enterprise of the park at the other end of what is bought, sold or transferred,
    ``accuracy_pct`` the uncertainty of its amounts (95 % confidence), ``building`` where it is.
    """

    key: int
    enterprise: str
    code: str
    quantity: str
    kind: Kind
    unit: str
    interval_s: int
    name_zh: str = ""
    name_en: str = ""
    multiplier: float = 1.0
    register_max: float | None = None
    range_low: float | None = None
    range_high: float | None = None
    direction: Direction = Direction.IMPORT
    parent: str | None = None
    source_stream: str | None = None
    gap_policy: GapPolicy = GapPolicy.LINEAR
    formula: str | None = None
    counterpart: str | None = None
    accuracy_pct: float | None = None
    building: str | None = None
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    recorded_at: datetime | None = None
    superseded_at: datetime | None = None

    @property
    def usage_unit(self) -> str:
        """Unit of this meter's usage: of amounts, or of the level where it has no amounts."""
        return quantities()[self.quantity].unit

    @property
    def conversion(self) -> tuple[float, float]:
        """Scale and offset from a reading's value to the usage unit (a rate: usage unit per hour).

        The multiplier is applied.
        """
        canonical = quantities()[self.quantity].unit_for(self.kind)
        scale, offset = conversion(self.unit, canonical)
        return scale * self.multiplier, offset

    @property
    def has_amounts(self) -> bool:
        """Whether its hours carry an amount (otherwise only mean, minimum and maximum)."""
        return self.kind in AMOUNT_KINDS


@dataclass(frozen=True, slots=True)
class Exchange:
    """A declared meter exchange: the old register ended at ``final_value``, the new one began at
    ``initial_value``, both at ``ts`` (UTC) and in the meter's unit.
    """

    meter_key: int
    ts: datetime
    final_value: float
    initial_value: float
    recorded_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """One hour of a meter's declared typical day, valid on local days [from, to).

    ``hour`` (0 to 23) begins in the park's time; ``amount`` is in the meter's usage unit.
    """

    meter_key: int
    day_type: DayType
    hour: int
    amount: float
    valid_from: date
    valid_to: date | None
    evidence: str
    recorded_at: datetime | None = None
