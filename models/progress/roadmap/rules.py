"""What roadmaps are made of, as data: scenario_parameters, measure_kinds and roadmap_rules.csv of
models/reference, each row with its source and status.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from models.progress.code_lists import code_list


class Follows(StrEnum):
    """What the emissions that a saving of energy avoids fall with, year by year."""

    GRID = "grid"  # the emission factor of the grid
    MIX = "mix"  # the mean emissions of what the enterprise's cluster uses
    NONE = "none"  # nothing: they stay as stated


class Counts(StrEnum):
    """Where a measure shows in the accounts."""

    LOCATION = "location"  # less emissions of scopes 1 and 2, by location
    MARKET = "market"  # in market-based figures only: told, not deducted
    OUTSIDE = "outside"  # beyond the park's accounts: told, not deducted
    SINK = "sink"  # removed from the air: may exceed what is emitted


@dataclass(frozen=True, slots=True)
class MeasureKind:
    """A kind of measure; ``saves`` are the carriers whose energy it saves (empty: any)."""

    code: str
    name_zh: str
    name_en: str
    saves: frozenset[str]
    follows: Follows
    counts: Counts


@dataclass(frozen=True, slots=True)
class Parameter:
    """A scenario's parameter in % a year, between ``least`` and ``most``.

    ``by_cluster``: it may be assumed for one cluster, before what is assumed for all. ``carriers``
    are those whose emission factor it is of, where it is of one.
    """

    code: str
    name_zh: str
    name_en: str
    required: bool
    by_cluster: bool
    least: float
    most: float
    carriers: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Rules:
    """One number a rule: shares and quantiles of intervals, rate of discount, years looked at."""

    interval_share: float
    normal_90: float
    normal_95: float
    discount_rate: float
    first_horizon: float
    second_horizon: float
    last_horizon: float

    @property
    def horizons(self) -> tuple[int, ...]:
        """The years that a roadmap tells of, in order."""
        return tuple(int(one) for one in (
            self.first_horizon, self.second_horizon, self.last_horizon,
        ))  # fmt: skip


@cache
def _names() -> Mapping[tuple[str, str], tuple[str, str]]:
    text = (files("models") / "reference" / "roadmap_names.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return {(row["list"], row["code"]): (row["name_zh"], row["name_en"]) for row in rows}


def name_of(which: str, code: str) -> tuple[str, str]:
    """What a scenario, turning, reason or standing is called, Chinese and English.

    A code that has no name (a park's own scenario) is called by itself.
    """
    return _names().get((which, code), (code, code))


@cache
def measure_kinds() -> Mapping[str, MeasureKind]:
    """Every kind of measure by its code, in the file's order."""
    return MappingProxyType(
        {
            code: MeasureKind(
                code, row["name_zh"], row["name_en"],
                frozenset(one for one in row["saves"].split("|") if one),
                Follows(row["follows"]), Counts(row["counts"]),
            )
            for code, row in code_list("measure_kinds").items()
        }
    )  # fmt: skip


@cache
def parameters() -> Mapping[str, Parameter]:
    """Every parameter of scenarios by its code, in the file's order."""
    return MappingProxyType(
        {
            code: Parameter(
                code, row["name_zh"], row["name_en"], row["required"] == "true",
                row["by_cluster"] == "true", float(row["least"]), float(row["most"]),
                frozenset(one for one in row["carriers"].split("|") if one),
            )
            for code, row in code_list("scenario_parameters").items()
        }
    )  # fmt: skip


def _rules() -> Rules:
    text = (files("models") / "reference" / "roadmap_rules.csv").read_text(encoding="utf-8")
    rows = {row["rule"]: float(row["value"]) for row in csv.DictReader(text.splitlines())}
    return Rules(**{field.name: rows[field.name] for field in fields(Rules)})


RULES = _rules()
