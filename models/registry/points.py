"""Monitoring points: outlets and stations, their channels, permits and operating states."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


class Medium(StrEnum):
    """What a monitoring point watches."""

    WASTE_GAS = "waste_gas"  # 废气排放口
    WASTE_WATER = "waste_water"  # 废水排放口
    SITE_DUST = "site_dust"  # 扬尘
    AMBIENT_AIR = "ambient_air"  # 环境空气
    NOISE = "noise"  # 噪声
    SURFACE_WATER = "surface_water"  # 地表水断面


# Something is discharged there; elsewhere the surroundings are watched.
OUTLET_MEDIA = frozenset({Medium.WASTE_GAS, Medium.WASTE_WATER})


class Edition(StrEnum):
    """Of HJ 212, by its year."""

    E2005 = "2005"  # HJ/T 212-2005
    E2017 = "2017"
    E2025 = "2025"


class PermitKind(StrEnum):
    """What a permit bounds."""

    CONCENTRATION = "concentration"
    RATE = "rate"  # mass an hour
    ANNUAL_AMOUNT = "annual_amount"  # mass a calendar year


class Averaging(StrEnum):
    """Over which period a value is averaged before it is judged."""

    HOUR = "hour"
    DAY = "day"
    MONTH = "month"
    YEAR = "year"


class State(StrEnum):
    """How an outlet is operated when it is not as usual."""

    START_UP = "start_up"
    SHUT_DOWN = "shut_down"
    STOPPED = "stopped"
    CALIBRATION = "calibration"
    MAINTENANCE = "maintenance"
    BYPASS = "bypass"


@dataclass(frozen=True, slots=True)
class Point:
    """One version of a monitoring point, valid in [valid_from, valid_to), UTC; None is unbounded.

    ``mn`` (unique in the park) and ``password`` are its device's in HJ 212, ``st`` its system code;
    ``edition`` is what it is declared to speak. Concentrations of an outlet of waste gas are
    converted to ``reference_oxygen_pct``. ``limit_classes`` are codes of models/reference/limits;
    ``zone`` is a noise zone (0 to 4) or a class of surface water (I to V). The meters are those of
    the enterprise that tell the load of what is behind the outlet, the power of its treatment, the
    fuel burnt.
    """

    enterprise: str
    code: str
    medium: Medium
    name_zh: str
    name_en: str
    mn: str | None = None
    password: str | None = field(default=None, repr=False)
    st: str | None = None
    edition: Edition = Edition.E2017
    realtime_interval_s: int = 60
    minute_interval_s: int = 600
    duct_area_m2: float | None = None
    reference_oxygen_pct: float | None = None
    limit_classes: tuple[str, ...] = ()
    zone: str | None = None
    load_meter: str | None = None
    treatment_meter: str | None = None
    fuel_meter: str | None = None
    longitude: float | None = None
    latitude: float | None = None
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    recorded_at: datetime | None = None
    superseded_at: datetime | None = None

    @property
    def is_outlet(self) -> bool:
        """Whether something is discharged here."""
        return self.medium in OUTLET_MEDIA


@dataclass(frozen=True, slots=True)
class Channel:
    """One version of what a point measures, valid in [valid_from, valid_to), UTC.

    ``code`` is HJ 212-2017's, ``unit`` that of its values (None: the code table's), ``fields`` are
    codes of models.registry.channel_fields: each of them is a meter. ``wet``: concentrations and
    flow are of moist gas. ``standard_state``: they are at 0 °C and 101.325 kPa already. The range
    is that of plausible values, in ``unit``.
    """

    enterprise: str
    point: str
    code: str
    unit: str | None = None
    fields: tuple[str, ...] = ()
    wet: bool = False
    standard_state: bool = True
    range_low: float | None = None
    range_high: float | None = None
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    recorded_at: datetime | None = None
    superseded_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Permit:
    """What a permit allows of a pollutant (a channel's code) at an outlet.

    It holds on local days [valid_from, valid_to); ``averaging`` of an annual amount is the year.
    """

    enterprise: str
    point: str
    pollutant: str
    kind: PermitKind
    averaging: Averaging
    value: float
    unit: str
    standard: str
    clause: str
    valid_from: date
    valid_to: date | None
    evidence: str
    reference_oxygen_pct: float | None = None
    recorded_at: datetime | None = None
    superseded_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class OperatingState:
    """A declared state of a point in [start, end), UTC; without an end it lasts."""

    enterprise: str
    point: str
    state: State
    start: datetime
    end: datetime | None
    evidence: str
    entered_by: str
    recorded_at: datetime | None = None
    superseded_at: datetime | None = None
