"""Dual control of energy and of carbon: the rules by year, deductions and the verdict."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

from models.progress.control.targets import State
from models.registry.progress import EnergyBasis, Subject


class Role(StrEnum):
    """What weight a subject has."""

    MAIN = "main"
    SECONDARY = "secondary"
    TOLD = "told"  # watched, no verdict


class Deduction(StrEnum):
    """What is taken out of an amount of energy."""

    RAW_MATERIAL = "raw_material"
    RENEWABLE_GROWTH = "renewable_growth"  # over the rule's base year, never below zero
    RENEWABLE_ALL = "renewable_all"


class Verdict(StrEnum):
    """Of one control and year."""

    MET = "met"
    ON_TRACK = "on_track"
    BEHIND = "behind"
    NOT_MET = "not_met"
    NO_VERDICT = "no_verdict"  # the rule gives none, or there is no target
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of models/reference/dual_control_rules.csv: of a subject, for a span of years.

    ``decides``: whether the verdict hangs on it. ``proofs`` are kinds of certificates and
    ``technologies`` what they may be of, where renewable electricity is deducted.
    """

    rule: str
    control: str  # energy, carbon
    subject: Subject
    year_from: int
    year_to: int | None
    role: Role
    decides: bool
    basis: EnergyBasis | None
    deductions: tuple[Deduction, ...]
    deduction_base_year: int | None
    proofs: frozenset[str]
    technologies: frozenset[str]
    text_zh: str
    text_en: str
    source: str
    clause: str
    status: str

    def holds(self, year: int) -> bool:
        """Whether it is the rule of a year."""
        return self.year_from <= year and (self.year_to is None or year <= self.year_to)


@cache
def rules() -> tuple[Rule, ...]:
    """Every rule, in the order of the file."""
    text = (files("models") / "reference" / "dual_control_rules.csv").read_text(encoding="utf-8")
    return tuple(
        Rule(
            rule=row["rule"],
            control=row["control"],
            subject=Subject(row["subject"]),
            year_from=int(row["year_from"]),
            year_to=int(row["year_to"]) if row["year_to"] else None,
            role=Role(row["role"]),
            decides=row["decides"] == "yes",
            basis=EnergyBasis(row["basis"]) if row["basis"] else None,
            deductions=tuple(Deduction(one) for one in _list(row["deductions"])),
            deduction_base_year=(
                int(row["deduction_base_year"]) if row["deduction_base_year"] else None
            ),
            proofs=frozenset(_list(row["proofs"])),
            technologies=frozenset(_list(row["technologies"])),
            text_zh=row["text_zh"],
            text_en=row["text_en"],
            source=row["source"],
            clause=row["clause"],
            status=row["status"],
        )
        for row in csv.DictReader(text.splitlines())
    )


def _list(cell: str) -> list[str]:
    return [one for one in cell.split("|") if one]


def rule_of(subject: Subject, year: int) -> Rule | None:
    """The rule of a subject in a year; None where none is written."""
    return next((one for one in rules() if one.subject is subject and one.holds(year)), None)


def growth(now: float, base: float) -> float:
    """Growth of renewable electricity over its base; where it shrank nothing is deducted.

    Notice of NDRC, NBS and NEA of 2022-11-16: what is new over the year 2020.
    """
    return max(now - base, 0.0)


def verdict_of(states: Mapping[Subject, State], decisive: Sequence[Subject]) -> Verdict:
    """The verdict of a control by the states of its decisive subjects, all of which have to hold.

    A missed one decides whatever is unknown; what is unknown leaves the rest open.
    """
    if not decisive:
        return Verdict.NO_VERDICT
    found = [states.get(one) for one in decisive]
    if all(one is None for one in found):
        return Verdict.NO_VERDICT
    if State.MISSED in found:
        return Verdict.NOT_MET
    if State.UNKNOWN in found or None in found:
        return Verdict.UNKNOWN
    if State.BEHIND in found:
        return Verdict.BEHIND
    return Verdict.ON_TRACK if State.ON_TRACK in found else Verdict.MET
