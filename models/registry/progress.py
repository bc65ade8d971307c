"""What the park's progress is measured by: targets, yearly figures, measures, titles, rights."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Scope(StrEnum):
    """Whose a target or figure is."""

    PARK = "park"
    CLUSTER = "cluster"
    ENTERPRISE = "enterprise"
    PEER = "peer"  # another park; of yearly figures only


class Subject(StrEnum):
    """What a target controls; the unit of its value follows from it (``TARGET_UNITS``)."""

    ENERGY_TOTAL = "energy_total"
    ENERGY_INTENSITY = "energy_intensity"
    CO2_TOTAL = "co2_total"
    CO2_INTENSITY = "co2_intensity"


TARGET_UNITS = {
    Subject.ENERGY_TOTAL: "tce",
    Subject.ENERGY_INTENSITY: "tce/(10^4 yuan)",
    Subject.CO2_TOTAL: "t",
    Subject.CO2_INTENSITY: "t/(10^4 yuan)",
}


class EnergyBasis(StrEnum):
    """At which value electricity enters an amount of energy; the two are never compared."""

    EQUIVALENT = "equivalent"  # 等价值
    CALORIFIC = "calorific"  # 当量值


@dataclass(frozen=True, slots=True)
class Target:
    """A target for a ``period``: a year "2025", a month "2025-03", or years "2021-2025".

    Either ``value`` in the unit of the subject, or ``reduction`` (a share: 0.18 is 18 % less at the
    end of the period than in ``base_year``). ``code`` is the park's, cluster's or enterprise's.
    ``basis`` belongs to energy, ``price_basis`` to intensities ("constant 2020"). ``lead_unit`` is
    the office that answers for it. Identity: scope, code, subject, basis, period, document.
    """

    scope: Scope
    code: str
    subject: Subject
    period: str
    document: str
    clause: str
    value: float | None = None
    reduction: float | None = None
    base_year: int | None = None
    basis: EnergyBasis | None = None
    price_basis: str | None = None
    lead_unit: str | None = None
    recorded_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class YearlyFigure:
    """One figure of a year that was entered and not measured here.

    ``indicator`` is a code of models/reference/yearly_figures.csv, which has its unit. ``item`` is
    the carrier, product or unit class where the indicator has such. ``boundary`` names what the
    figure covers: where it changes from one year to the next, the years do not compare. Identity:
    scope, code, year, indicator, item, price_basis.
    """

    scope: Scope
    code: str
    year: int
    indicator: str
    value: float
    source: str
    source_date: date
    item: str | None = None
    price_basis: str | None = None
    boundary: str = ""
    recorded_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure of the roadmap, of an ``enterprise`` or (None) of the park.

    ``saving_tce`` (calorific) and ``saving_co2e_t`` are those of a whole year once the ramp is
    over; it begins on 1 January of ``start_year`` and takes ``ramp_years`` (0: at once), growing
    evenly. ``uncertainty_pct`` is that of the savings at 95 % confidence. ``scenarios`` are the
    scenarios that contain it. ``overlaps`` names a measure that saves the same energy.
    """

    code: str
    enterprise: str | None
    kind: str
    name_zh: str
    name_en: str
    saving_tce: float
    saving_co2e_t: float
    cost_1e4_yuan: float
    start_year: int
    source: str
    ramp_years: int = 0
    life_years: int | None = None
    uncertainty_pct: float | None = None
    scenarios: tuple[str, ...] = ()
    overlaps: str | None = None
    recorded_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Assumption:
    """An assumption of a scenario from a year on, until its next one: ``value`` with ``low`` and
    ``high`` (the ends of its 90 % interval; both or neither), in per cent a year.

    ``parameter`` is a code of models/reference/scenario_parameters.csv; ``cluster`` None: of all.
    Identity: scenario, parameter, cluster, from_year.
    """

    scenario: str
    parameter: str
    from_year: int
    value: float
    source: str
    cluster: str | None = None
    low: float | None = None
    high: float | None = None
    recorded_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Title:
    """A title awarded (green factory, zero-carbon park ...): a code of models/reference/titles.csv.

    Held on local days [awarded, valid_to). ``code`` is an enterprise's or the park's. Identity:
    scope, code, title, awarded.
    """

    scope: Scope
    code: str
    title: str
    level: str  # national, provincial, city
    awarded: date
    document: str
    valid_to: date | None = None
    recorded_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Movement:
    """A movement of rights on an enterprise's account: identity is ``id``.

    ``instrument`` and ``kind`` are codes of models/reference/instruments.csv and
    movement_kinds.csv; the kind says which way it goes. ``item`` is the pollutant of a discharge
    right. ``amount`` is positive, in the instrument's unit. ``vintage`` is the year it was issued
    for, ``for_year`` the accounting year it is surrendered for.
    """

    id: str
    enterprise: str
    instrument: str
    kind: str
    on: date
    amount: float
    document: str
    item: str | None = None
    vintage: int | None = None
    for_year: int | None = None
    counterpart: str | None = None
    price_yuan: float | None = None  # of one unit
    recorded_at: datetime | None = None
