"""Permits as alarms: annual amounts that run out, and permits that end."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pandas as pd

from alarms.occurrences import Occurrence
from alarms.rules import RULES
from alarms.sources.naming import pollutant_names
from alarms.sources.source import Scope
from ledger.books import Books
from ledger.budgets import budgets
from models.alarms import Cause, Told
from models.periods import local_start
from models.registry.points import Permit


class Budgets:
    """Annual amounts of which most is used, or that run out soon and before the year does."""

    kinds = ("budget",)
    begins_s = 90.0  # it takes a look at two years
    every_s = 3_600.0

    def __init__(self, books: Books) -> None:
        self._books = books

    def found(self, scope: Scope) -> list[Occurrence]:
        """One occurrence an outlet, pollutant and year; it holds now."""
        today = scope.now.astimezone(self._books.registry().zone).date()
        frame = budgets(self._books, year=today.year)
        found = []
        for row in frame[frame["share"].notna()].to_dict("records"):
            share, ends = float(row["share"]), row["runs_out_on"]
            soon = isinstance(ends, date) and not pd.isna(ends) and (
                ends - today <= timedelta(days=RULES.budget_days)
            )  # fmt: skip
            if share < RULES.budget_share and not soon:
                continue
            zh, en = pollutant_names(row["pollutant"])
            left_zh, left_en = used_up(ends, share) if isinstance(ends, date) else ("", "")
            told = Told(
                f"{row['point']} {zh} {today.year} 年许可量 {row['permitted_kg']:,.0f} kg 已用 "
                f"{share:.1%}{left_zh}",
                f"{row['point']} {en}: {share:.1%} of the {row['permitted_kg']:,.0f} kg permitted "
                f"in {today.year} is used{left_en}",
                {
                    "pollutant": row["pollutant"],
                    "permitted_kg": row["permitted_kg"],
                    "mass_kg": row["mass_kg"],
                    "runs_out_on": str(ends) if isinstance(ends, date) else None,
                    "standard": row["standard"],
                    "clause": row["clause"],
                },
            )
            cause = Cause(
                "budget", row["enterprise"], row["point"], f"{row['pollutant']}/{today.year}"
            )
            found.append(Occurrence(cause, scope.now, None, told, 100 * share, share, "%", 100.0))
        return found


def used_up(day: date, share: float) -> tuple[str, str]:
    """When an amount is used up, or was, in both languages."""
    if share > 1:
        return f"，已于 {day} 用尽", f", used up on {day}"
    return f"，预计 {day} 用尽", f", runs out on {day}"


class Permits:
    """Permits that end soon, or have ended, and that none follows."""

    kinds = ("permit_expiring",)
    begins_s = 5.0
    every_s = 3_600.0

    def __init__(self, books: Books) -> None:
        self._books = books

    def found(self, scope: Scope) -> list[Occurrence]:
        """One occurrence a permit, from RULES.permit_expiring_days before its end; it holds now."""
        registry = self._books.registry()
        today = scope.now.astimezone(registry.zone).date()
        ahead = today + timedelta(days=RULES.permit_expiring_days)
        found = []
        for one in registry.permits:
            ends = one.valid_to
            if ends is None or ends > ahead or _follows(one, registry.permits):
                continue
            zh, en = pollutant_names(one.pollutant)
            begin: datetime = local_start(
                ends - timedelta(days=RULES.permit_expiring_days), registry.zone
            )
            last = ends - timedelta(days=1)
            told = Told(
                f"{one.point} {zh} 许可（{one.standard} {one.clause}）有效至 {last}，尚无后续许可",
                f"{one.point} {en}: the permit ({one.standard} {one.clause}) ends on {last}, and "
                "none follows",
                {"pollutant": one.pollutant, "last_day": str(last), "evidence": one.evidence},
            )
            subject = f"{one.pollutant}/{one.kind.value}/{one.averaging.value}"
            cause = Cause("permit_expiring", one.enterprise, one.point, subject)
            found.append(Occurrence(cause, min(begin, scope.now), None, told))
        return found


def _follows(permit: Permit, permits: tuple[Permit, ...]) -> bool:
    """Whether another of the same matter holds from its end on, or ends later."""
    ends = permit.valid_to
    return ends is not None and any(
        (one.enterprise, one.point, one.pollutant, one.kind, one.averaging)
        == (permit.enterprise, permit.point, permit.pollutant, permit.kind, permit.averaging)
        and one.valid_from <= ends
        and (one.valid_to is None or one.valid_to > ends)
        for one in permits
    )
