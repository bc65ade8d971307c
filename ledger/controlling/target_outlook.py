"""What the rest of a period takes: at the rate of the last 30 days, and by last year's course."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pandas as pd

from ledger.controlling.counted_energy import RAW
from ledger.controlling.target_accounts import Asked
from ledger.energy import energy
from ledger.inventory import Inventory, inventory
from ledger.monthly import COVERED, By
from ledger.totals import totals
from ledger.years.park_years import ParkYears
from models.periods import local_start
from models.progress.control.dual_control import Deduction, rule_of

RATE_DAYS = 30
_DAY_S = 86_400.0


@dataclass(frozen=True, slots=True)
class Rest:
    """Of what is left of a period: ``days``, what it takes at the rate of the last 30 days
    (``rate_per_day``, in t or tce a day) and by last year's course; None where not known.
    """

    days: float
    rate_per_day: float | None
    by_rate: float | None
    by_course: float | None


class Outlook:
    """The last 30 days, the same days a year before, and what came after them then.

    Certificates of what has not been used yet are not foreseen: only raw material is left out.
    """

    def __init__(self, park: ParkYears) -> None:
        self._park = park
        self._lock = threading.Lock()  # several questions share it
        self._found: dict[tuple[datetime, datetime], Inventory] = {}
        self._sums: dict[tuple[datetime, datetime, By], dict[str, dict[str, Any]]] = {}

    def rest(self, asked: Asked, end: datetime) -> Rest:
        """Of a total, from now until ``end`` (UTC)."""
        now = self._park.now
        days = max((end - now).total_seconds(), 0.0) / _DAY_S
        since = now - timedelta(days=RATE_DAYS)
        lately = self._amount(asked, since, now)
        rate = None if lately is None else lately / RATE_DAYS
        then, rest = (
            self._per_day(asked, self._year_before(begin), self._year_before(until))
            for begin, until in ((since, now), (now, end))
        )
        course = None
        # What was used then and is sold now, or the other way round, tells no course.
        if rate is not None and then and rest is not None and rate * then >= 0:
            course = rest * days * rate / then
        return Rest(days, rate, None if rate is None else rate * days, course)

    def _per_day(self, asked: Asked, start: datetime, end: datetime) -> float | None:
        """The amount in a span by day: the same days have one more or less about 29 February."""
        amount = self._amount(asked, start, end)
        return None if amount is None else amount / ((end - start).total_seconds() / _DAY_S)

    def _amount(self, asked: Asked, start: datetime, end: datetime) -> float | None:
        """The amount in a span without raw material where the rule leaves it out; None where less
        than 90 % of its hours are known.
        """
        row = self._span(start, end, asked.by).get(asked.code)
        if row is None or pd.isna(row[asked.column]):
            return None
        if not pd.isna(row["coverage"]) and row["coverage"] < COVERED:
            return None
        value = float(row[asked.column])
        rule = rule_of(asked.subject, self._park.this_year)
        if asked.is_energy and rule and Deduction.RAW_MATERIAL in rule.deductions:
            raw = row[RAW[asked.basis]]
            value -= 0.0 if pd.isna(raw) else float(raw)
        return value

    def _span(self, start: datetime, end: datetime, by: By) -> dict[str, dict[str, Any]]:
        """Sums of a span by code of ``by``."""
        if start >= end:
            return {}
        with self._lock:
            if (start, end) not in self._found:
                self._found[start, end] = inventory(
                    self._park.books, every="total", start=start, end=end
                )
            if (start, end, by) not in self._sums:
                self._sums[start, end, by] = self._summed(self._found[start, end], by)
            return self._sums[start, end, by]

    def _summed(self, found: Inventory, by: By) -> dict[str, dict[str, Any]]:
        registry = self._park.registry
        if by == "cluster":
            found = found.with_clusters(registry)
        keys = [] if by == "park" else [by]
        table, of_energy = totals(found, keys), energy(found, keys)
        for name in RAW.values():
            table[name] = of_energy[name].to_numpy()
        codes = [registry.park.code] if by == "park" else table[by].tolist()
        return {
            code: {str(name): value for name, value in row.items()}
            for code, row in zip(codes, table.to_dict("records"), strict=True)
        }

    def _year_before(self, at: datetime) -> datetime:
        """The same local time a year earlier; of 29 February the end of the 28th."""
        local = at.astimezone(self._park.registry.zone)
        if (local.month, local.day) == (2, 29):
            return local_start(date(local.year - 1, 3, 1), self._park.registry.zone)
        before: datetime = local.replace(year=local.year - 1)
        return before.astimezone(UTC)
