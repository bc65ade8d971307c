"""The park and what it consists of."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


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
    """One enterprise; ``industry`` is its GB/T 4754 code, ``land_area_mu`` in mu (666.67 m2).

    ``guideline`` is the accounting guideline it reports by: a code of
    models/reference/guidelines.csv.
    """

    code: str
    name_zh: str
    name_en: str
    cluster: str
    uscc: str | None = None
    industry: str | None = None
    land_area_mu: float | None = None
    ets_sector: str | None = None
    key_energy_user: bool = False
    guideline: str = "other_industry"


class BuildingKind(StrEnum):
    """What a building is, where the difference matters."""

    BUILDING = "building"
    CHARGING_STATION = "charging_station"


@dataclass(frozen=True, slots=True)
class Building:
    """A building or charging station of an enterprise; meters name it by ``code``."""

    enterprise: str
    code: str
    name_zh: str
    name_en: str
    kind: BuildingKind = BuildingKind.BUILDING


@dataclass(frozen=True, slots=True)
class Group:
    """Enterprises that are looked at together, whatever their clusters."""

    code: str
    name_zh: str
    name_en: str
    enterprises: tuple[str, ...]
