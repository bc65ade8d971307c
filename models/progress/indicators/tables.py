"""Tables of indicators (``models/reference/indicators``): what a plan or a title asks of the park.

``tables.csv`` tells each table's document and its two years; a file of the table's name holds its
rows. A row is a ``level`` that is compared with its target as it is, or a ``reduction`` since the
table's base year, in per cent of it. ``how`` names where the value comes from: ``computed:key`` (a
figure of ledger.indicators, with its item after a second colon) and ``entered:indicator`` (of
models/reference/yearly_figures.csv), joined by ``|``; what is computed holds.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from types import MappingProxyType


class Measure(StrEnum):
    """What is compared with the target."""

    LEVEL = "level"
    REDUCTION = "reduction"  # since the base year, in per cent of it


class Direction(StrEnum):
    """On which side of its target a value should lie; the target itself is good."""

    UP = "up"
    DOWN = "down"


class TargetKind(StrEnum):
    """How binding a row's target is."""

    BINDING = "binding"  # 约束性
    EXPECTED = "expected"  # 预期性
    CORE = "core"  # 核心指标
    GUIDING = "guiding"  # 引导性指标
    REQUIRED = "required"  # 必选
    OPTIONAL = "optional"  # 可选
    ORIENTATION = "orientation"  # not set for this park


class TargetFrom(StrEnum):
    """Whence a row's target."""

    TABLE = "table"  # the table has it
    CITY = "city"  # set by the city: has to be entered with its document
    UNKNOWN = "unknown"  # in the document, which we could not read: has to be entered


@dataclass(frozen=True, slots=True)
class IndicatorTable:
    """A table with its document. ``judged``: its targets were set for such parks as this; where not
    they are goals of others, told for orientation. ``target_year`` None: whenever it is asked.
    """

    code: str
    name_zh: str
    name_en: str
    document_zh: str
    document_en: str
    published: str
    baseline_year: int | None
    target_year: int | None
    judged: bool
    source: str
    status: str


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value comes from: ``key`` of a figure or an entered indicator, its ``item``."""

    key: str
    item: str | None = None


@dataclass(frozen=True, slots=True)
class IndicatorRow:
    """One row. ``baseline`` (of the table's base year) and ``target`` are in ``unit``; the row is
    asked of parks whose yearly energy lies in [from_tce, below_tce), of all where None.
    """

    table: str
    code: str
    name_zh: str
    name_en: str
    unit: str
    measure: Measure
    direction: Direction
    kind: TargetKind
    target_from: TargetFrom
    baseline: float | None
    target: float | None
    from_tce: float | None
    below_tce: float | None
    computed: Origin | None
    entered: Origin | None
    note_zh: str
    note_en: str
    source: str
    clause: str
    status: str

    @property
    def id(self) -> str:
        """``table/code``: the item under which its target may be entered."""
        return f"{self.table}/{self.code}"

    def asked_of(self, energy_tce: float | None) -> bool | None:
        """Whether the row is asked of a park of this yearly energy; None where that is unknown."""
        if self.from_tce is None and self.below_tce is None:
            return True
        if energy_tce is None:
            return None
        above = self.from_tce is None or energy_tce >= self.from_tce
        return above and (self.below_tce is None or energy_tce < self.below_tce)


@cache
def indicator_tables() -> Mapping[str, IndicatorTable]:
    """Every table by its code, in the file's order."""
    return MappingProxyType({row["code"]: _table(row) for row in _rows("tables")})


@cache
def indicator_rows() -> Mapping[str, IndicatorRow]:
    """Every row of every table by its id (``table/code``), in the files' order."""
    found = [_row(table, row) for table in indicator_tables() for row in _rows(table)]
    return MappingProxyType({row.id: row for row in found})


@dataclass(frozen=True, slots=True)
class Formula:
    """How a figure is computed, in words, and whence the formula: figures.csv."""

    key: str
    formula_zh: str
    formula_en: str
    source: str
    status: str


@cache
def formulas() -> Mapping[str, Formula]:
    """Every figure that is computed, by its key."""
    return MappingProxyType({row["key"]: Formula(**row) for row in _rows("figures")})


@cache
def clean_carriers() -> Mapping[tuple[str, str], bool]:
    """Whether a carrier is clean, by (meaning, carrier): clean_carriers.csv.

    The meanings are ``non_fossil`` (zero-carbon park) and ``green_park``; a carrier that a meaning
    does not name is not clean.
    """
    return MappingProxyType(
        {
            (row["meaning"], row["carrier"]): row["clean"] == "true"
            for row in _rows("clean_carriers")
        }
    )


def origins_of(how: str) -> tuple[Origin | None, Origin | None]:
    """(computed, entered) of a cell ``how``; ValueError with the part that is neither."""
    found: dict[str, Origin] = {}
    for part in how.split("|"):
        kind, key, *item = part.split(":")
        if kind not in ("computed", "entered") or kind in found or not key or len(item) > 1:
            raise ValueError(part)
        found[kind] = Origin(key, item[0] if item else None)
    return found.get("computed"), found.get("entered")


def _table(row: Mapping[str, str]) -> IndicatorTable:
    return IndicatorTable(
        code=row["code"], name_zh=row["name_zh"], name_en=row["name_en"],
        document_zh=row["document_zh"], document_en=row["document_en"],
        published=row["published"], baseline_year=_year(row["baseline_year"]),
        target_year=_year(row["target_year"]), judged=row["judged"] == "true",
        source=row["source"], status=row["status"],
    )  # fmt: skip


def _row(table: str, row: Mapping[str, str]) -> IndicatorRow:
    computed, entered = origins_of(row["how"])
    return IndicatorRow(
        table=table, code=row["code"], name_zh=row["name_zh"], name_en=row["name_en"],
        unit=row["unit"], measure=Measure(row["measure"]), direction=Direction(row["direction"]),
        kind=TargetKind(row["kind"]), target_from=TargetFrom(row["target_from"]),
        baseline=_number(row["baseline"]), target=_number(row["target"]),
        from_tce=_number(row["from_tce"]), below_tce=_number(row["below_tce"]),
        computed=computed, entered=entered, note_zh=row["note_zh"], note_en=row["note_en"],
        source=row["source"], clause=row["clause"], status=row["status"],
    )  # fmt: skip


def _number(text: str) -> float | None:
    return float(text) if text else None


def _year(text: str) -> int | None:
    return int(text) if text else None


def _rows(name: str) -> list[dict[str, str]]:
    path = files("models") / "reference" / "indicators" / f"{name}.csv"
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
