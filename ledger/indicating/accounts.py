"""The park's accounts of a year, as the indicators ask for them: each is made once."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import pandas as pd

from ledger.books import Books
from ledger.inventory import Inventory, inventory
from ledger.main_pollutants import masses
from ledger.solid_waste import solid_waste
from ledger.water_balance import water_balance
from ledger.yearly import yearly
from ledger.years.yearly_rows import METERED, RUNNING
from models.periods import local_start

Pair = tuple[str, str]  # Chinese, English


@dataclass(frozen=True, slots=True)
class Found:
    """What is known of a figure in a year: its ``value``, or the ``reason`` why there is none
    (models.progress.indicators.words.REASONS).

    ``boundary`` and ``prices`` have to be the same in years that are compared. ``source`` says in
    both languages what it is made of, ``on`` the day of an entered figure's source.
    """

    value: float | None = None
    reason: str | None = None
    source: Pair = ("", "")
    origin: str | None = None  # computed, entered
    coverage: float | None = None
    estimated_share: float | None = None
    boundary: str | None = None
    prices: str | None = None
    on: date | None = None
    missing: tuple[str, ...] = field(default=())


def why_not_compared(then: Found, now: Found) -> str | None:
    """The reason why a year's figure does not compare with an earlier one; None where it does."""
    if now.value is None:
        return now.reason
    if then.value is None:
        return "base_not_known"
    if then.prices != now.prices:
        return "prices_differ"
    return None if then.boundary == now.boundary else "boundaries_differ"


class YearAccounts:
    """Accounts of the park by year; nothing is computed before it is asked for.

    Tables that are asked for together share them (ledger.kept): they are made of the same years.
    """

    def __init__(self, books: Books) -> None:
        self.books = books
        self.registry = books.registry()
        self._now = books.now()
        self._kept: dict[tuple[str, int], Any] = {}

    @property
    def this_year(self) -> int:
        """The year under way, of the park's time."""
        return self._now.astimezone(self.registry.zone).year

    def over(self, year: int) -> bool:
        """Whether the year is over."""
        return year < self.this_year

    def span(self, year: int) -> tuple[datetime, datetime]:
        """Begin and end (UTC) of a year, at most now."""
        zone = self.registry.zone
        end = local_start(date(year + 1, 1, 1), zone)
        return local_start(date(year, 1, 1), zone), min(end, self._now)

    def totals(self, year: int) -> dict[str, Any] | None:
        """The row of ledger.yearly; None where nothing is known of the year."""
        rows = self._once("yearly", 0, lambda: yearly(self.books, by="park"))
        of_year = rows[rows["year"] == year]
        if of_year.empty or of_year["origin"].isna().all():
            return None
        row: dict[str, Any] = of_year.iloc[-1].to_dict()
        return row

    def metered(self, year: int) -> bool:
        """Whether meters and records tell the year, or what has passed of it."""
        row = self.totals(year)
        return row is not None and row["origin"] in (METERED, RUNNING)

    def inventory(self, year: int) -> Inventory:
        """The inventory of the year, in one."""
        start, end = self.span(year)
        made: Inventory = self._once(
            "inventory", year, lambda: inventory(self.books, every="year", start=start, end=end)
        )
        return made

    def solid_waste(self, year: int) -> pd.DataFrame:
        """ledger.solid_waste of the year by class."""
        start, end = self.span(year)
        return self._frame(
            "waste", year, lambda: solid_waste(self.books, start=start, end=end, by="class")
        )

    def water(self, year: int) -> pd.DataFrame:
        """ledger.water_balance of the year."""
        start, end = self.span(year)
        return self._frame("water", year, lambda: water_balance(self.books, start=start, end=end))

    def masses(self, year: int) -> pd.DataFrame:
        """ledger.main_pollutants of the year."""
        start, end = self.span(year)
        return self._frame(
            "masses", year, lambda: masses(self.books, every="year", start=start, end=end)
        )

    def _frame(self, name: str, year: int, make: Any) -> pd.DataFrame:
        start, end = self.span(year)
        if start >= end:
            return pd.DataFrame()
        made: pd.DataFrame = self._once(name, year, make)
        return made

    def _once(self, name: str, year: int, make: Any) -> Any:
        key = name, year
        if key not in self._kept:
            self._kept[key] = self.books.kept.of(
                ("indicators", name, year), self.registry, self._now, make
            )
        return self._kept[key]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a figure is asked for: a year of the park, an ``item``, the table's base year."""

    accounts: YearAccounts
    year: int
    item: str | None = None
    base_year: int | None = None
