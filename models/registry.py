"""The registry as the rest of the product sees it: an immutable snapshot of one moment."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from zoneinfo import ZoneInfo

import pyarrow as pa

from models.quantities import AMOUNT_KINDS, Kind, quantities
from models.readings import TIMESTAMP
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
class Park:
    """The park; ``province`` and ``grid_region`` choose electricity factors."""

    code: str
    name_zh: str
    name_en: str
    province: str
    grid_region: str
    time_zone: str = "Asia/Shanghai"


@dataclass(frozen=True, slots=True)
class Cluster:
    """A group of enterprises as the park's plan names them."""

    code: str
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Enterprise:
    """One enterprise; ``industry`` is its GB/T 4754 code, ``land_area_mu`` in mu (666.67 m2)."""

    code: str
    name_zh: str
    name_en: str
    cluster: str
    uscc: str | None = None
    industry: str | None = None
    land_area_mu: float | None = None
    ets_sector: str | None = None
    key_energy_user: bool = False


@dataclass(frozen=True, slots=True)
class Meter:
    """One version of a meter: valid in [valid_from, valid_to), both UTC; None is unbounded.

    ``key`` is the meter's number in the store and the same for all its versions. ``multiplier`` is
    the transformer ratio (CT x PT). ``register_max`` is the value at which the register of a
    counter returns to zero. ``range_low`` and ``range_high`` bound plausible values in the meter's
    unit, multiplier not applied; for a counter they bound its rate per hour. ``gap_policy`` says
    what becomes of gaps. A meter with a ``formula`` is virtual: it takes no readings, and each of
    its hours is computed from those of other meters of its enterprise.
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


@dataclass(frozen=True, slots=True)
class DeclaredFactor:
    """An enterprise's own emission factor for a carrier, valid on local days [from, to)."""

    enterprise: str
    carrier: str
    value: float
    unit: str
    valid_from: date
    valid_to: date | None
    evidence: str


# What the usage arithmetic needs of every meter version; one row a version, ordered by meter_key
# and valid_from. ``scale`` and ``offset`` turn a value into the usage unit (multiplier applied; for
# a rate: usage unit per hour). ``rate_low``/``rate_high`` are per hour in the meter's own unit.
METER_SPECS = pa.schema(
    [
        ("meter_key", pa.int32()),
        ("kind", pa.string()),
        ("valid_from", TIMESTAMP),
        ("valid_to", TIMESTAMP),
        ("scale", pa.float64()),
        ("offset", pa.float64()),
        ("interval_s", pa.int64()),
        ("register_max", pa.float64()),
        ("range_low", pa.float64()),
        ("range_high", pa.float64()),
        ("may_export", pa.bool_()),
        ("gap_policy", pa.string()),
    ]
)

EXCHANGES = pa.schema(
    [
        ("meter_key", pa.int32()),
        ("ts", TIMESTAMP),
        ("final_value", pa.float64()),
        ("initial_value", pa.float64()),
    ]
)


# One row an hour of a typical day; ``day_type`` is the place in DayType; days are local ones, valid
# on [valid_from, valid_to).
PROFILES = pa.schema(
    [
        ("meter_key", pa.int32()),
        ("day_type", pa.int32()),
        ("hour", pa.int32()),
        ("amount", pa.float64()),
        ("valid_from", pa.date32()),
        ("valid_to", pa.date32()),
    ]
)


@dataclass(frozen=True)
class Registry:
    """Everything registered, as known at one moment (superseded rows left out)."""

    park: Park
    clusters: tuple[Cluster, ...] = ()
    enterprises: tuple[Enterprise, ...] = ()
    meters: tuple[Meter, ...] = ()
    exchanges: tuple[Exchange, ...] = ()
    profiles: tuple[Profile, ...] = ()
    outputs: tuple[Output, ...] = ()
    declared_factors: tuple[DeclaredFactor, ...] = ()
    version: int = field(default=0)

    @cached_property
    def zone(self) -> ZoneInfo:
        """The park's time zone; it rules days, months and years."""
        return ZoneInfo(self.park.time_zone)

    @cached_property
    def enterprise_by_code(self) -> dict[str, Enterprise]:
        """Enterprises by code."""
        return {enterprise.code: enterprise for enterprise in self.enterprises}

    @cached_property
    def cluster_by_code(self) -> dict[str, Cluster]:
        """Clusters by code."""
        return {cluster.code: cluster for cluster in self.clusters}

    @cached_property
    def meter_by_key(self) -> dict[int, Meter]:
        """The latest version of each meter by its key."""
        return {meter.key: meter for meter in self._meters_in_time}

    @cached_property
    def key_of(self) -> dict[tuple[str, str], int]:
        """Meter key by (enterprise code, meter code)."""
        return {(meter.enterprise, meter.code): meter.key for meter in self.meters}

    @cached_property
    def _meters_in_time(self) -> list[Meter]:
        def order(meter: Meter) -> tuple[int, float]:
            start = meter.valid_from.timestamp() if meter.valid_from else float("-inf")
            return meter.key, start

        return sorted(self.meters, key=order)

    @cached_property
    def meter_specs(self) -> pa.Table:
        """METER_SPECS of all versions of all meters."""
        rows = []
        for meter in self._meters_in_time:
            scale, offset = meter.conversion
            rows.append(
                {
                    "meter_key": meter.key,
                    "kind": meter.kind.value,
                    "valid_from": meter.valid_from,
                    "valid_to": meter.valid_to,
                    "scale": scale,
                    "offset": offset,
                    "interval_s": meter.interval_s,
                    "register_max": meter.register_max,
                    "range_low": meter.range_low,
                    "range_high": meter.range_high,
                    "may_export": meter.direction is not Direction.IMPORT,
                    "gap_policy": meter.gap_policy.value,
                }
            )
        return pa.Table.from_pylist(rows, schema=METER_SPECS)

    @cached_property
    def exchange_table(self) -> pa.Table:
        """EXCHANGES, ordered by meter and time."""
        ordered = sorted(self.exchanges, key=lambda exchange: (exchange.meter_key, exchange.ts))
        rows = [
            {
                "meter_key": exchange.meter_key,
                "ts": exchange.ts,
                "final_value": exchange.final_value,
                "initial_value": exchange.initial_value,
            }
            for exchange in ordered
        ]
        return pa.Table.from_pylist(rows, schema=EXCHANGES)

    @cached_property
    def profile_table(self) -> pa.Table:
        """PROFILES of all meters (models.usage.profiles)."""
        rows = [
            {
                "meter_key": profile.meter_key,
                "day_type": list(DayType).index(profile.day_type),
                "hour": profile.hour,
                "amount": profile.amount,
                "valid_from": profile.valid_from,
                "valid_to": profile.valid_to,
            }
            for profile in self.profiles
        ]
        return pa.Table.from_pylist(rows, schema=PROFILES)
