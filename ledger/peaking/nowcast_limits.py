"""What the targets of a year allow of its total, as a nowcast is held against it."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.controlling.target_rows import TargetRows, asked_of
from ledger.monthly import By
from models.progress.control.targets import target_period
from models.registry import EnergyBasis, Subject, Target

NO_TARGET = "no_target"


@dataclass(frozen=True, slots=True)
class Limit:
    """The total (t or tce) up to which the year is within its target.

    ``counted_share`` is the part of the energy that counts by the year's rule, of the year so far
    (raw material and proved renewables do not): ``value`` is what is allowed, divided by it.
    """

    value: float
    period: str
    document: str
    counted_share: float


def limit_of(rows: TargetRows, by: By, code: str, subject: str, year: int) -> list[Limit] | str:
    """Limits of all totals that targets of the year, or of years around it, ask of a ``code``; or
    why there is none: no_target, or the reason of the target that allows nothing yet.
    """
    chosen = [
        one
        for one in rows.park.registry.targets
        if (one.scope.value, one.code) == (by, code)
        and _subject(one) == subject
        and target_period(one.period).holds(year)
        and target_period(one.period).kind != "month"
    ]
    limits, reason = [], NO_TARGET
    for one in chosen:
        row = rows.row(one, year)
        if row["allowed"] is None:
            reason = str(row["reason"])
            continue
        counted = 1.0
        if row["gross"] and row["actual"] is not None and row["actual"] > 0:
            counted = row["actual"] / row["gross"]
        limits.append(Limit(row["allowed"] / counted, one.period, one.document, counted))
    return limits or reason


def _subject(target: Target) -> str | None:
    """The column of the accounts that a target of a total is about."""
    if target.subject is Subject.CO2_TOTAL:
        return "co2e_t"
    if target.subject is not Subject.ENERGY_TOTAL:
        return None
    calorific = asked_of(target).basis is EnergyBasis.CALORIFIC
    return "energy_tce_calorific" if calorific else "energy_tce_equivalent"
