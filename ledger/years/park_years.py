"""One look at the books that several questions share: every year and month since anything is known.

The inventory is computed once; years, months and proved renewables of enterprises, clusters and the
park are taken from it when they are asked for.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from ledger.books import Books
from ledger.controlling.counted_energy import (
    electricity,
    proved_renewables,
    raw_material,
    tce_per_mwh,
)
from ledger.monthly import By, months_of
from ledger.yearly import first_year, months_since, yearly_of_months
from ledger.years.entered import entered
from models.registry import EnergyBasis

Row = dict[str, Any]


@dataclass(frozen=True)
class Tables:
    """By (code, year): the year's row of ledger.yearly, its months (ledger.monthly, with raw
    material and electricity), and MWh of proved renewables by (month, kind, technology). Unknown is
    None.
    """

    years: dict[tuple[str, int], Row]
    months: dict[tuple[str, int], list[Row]]
    proved: dict[tuple[str, int], dict[tuple[int, str, str], float]]


class ParkYears:
    """The accounts of the park as the books stand now."""

    def __init__(self, books: Books) -> None:
        self.books = books
        self.registry = books.registry()
        self.now = books.now()
        self.this_year = self.now.astimezone(self.registry.zone).year
        self.first = first_year(books, self.registry)
        self.figures = entered(self.registry)
        found = months_since(books, self.first, self.this_year)
        assert found is not None, "the current year has begun"
        self._found = found
        self._lock = threading.Lock()  # several questions share it
        self._tables: dict[By, Tables] = {}
        self._month_frames: dict[By, pd.DataFrame] = {}

    @cached_property
    def mwh_worth(self) -> dict[int, dict[EnergyBasis, float]]:
        """Tce of one MWh bought, by year and value."""
        return tce_per_mwh(self._found, self.registry)

    def of(self, by: By) -> Tables:
        """The tables of all codes of ``by``."""
        with self._lock:
            if by not in self._tables:
                self._tables[by] = self._made(by)
            return self._tables[by]

    def _months(self, by: By) -> pd.DataFrame:
        if by not in self._month_frames:
            self._month_frames[by] = months_of(self._found, self.registry, by, self.now)
        return self._month_frames[by]

    def _made(self, by: By) -> Tables:
        registry = self.registry
        months = self._months(by)
        years = yearly_of_months(
            months, self._months("enterprise"), registry, by, self.now,
            since=self.first, until=self.this_year,
        )  # fmt: skip
        for part in (raw_material, electricity):
            beside = part(self._found, registry, by)
            starts = pd.to_datetime(beside["start"], utc=True).astype("datetime64[us, UTC]")
            months = months.merge(beside.assign(start=starts), how="left", on=[by, "start"])
        renewables = proved_renewables(self._found, registry, by)
        local = renewables["start"].dt.tz_convert(registry.zone)
        renewables = renewables.assign(year=local.dt.year, month=local.dt.month)
        by_year: dict[tuple[str, int], list[Row]] = {}
        for row in _plain(months):
            by_year.setdefault((row[by], row["year"]), []).append(row)
        proved: dict[tuple[str, int], dict[tuple[int, str, str], float]] = {}
        for row in _plain(renewables):
            of = proved.setdefault((row[by], row["year"]), {})
            of[row["month"], row["kind"], row["technology"]] = row["mwh"]
        return Tables({(row[by], row["year"]): row for row in _plain(years)}, by_year, proved)


def park_years(books: Books) -> ParkYears:
    """The accounts as they are now, or were a moment ago (ledger.kept)."""
    return books.kept.of("park_years", books.registry(), books.now(), lambda: ParkYears(books))


def _plain(frame: pd.DataFrame) -> list[Row]:
    """Rows as dicts whose unknown values are None."""
    objects = frame.astype(object)
    rows: list[Row] = objects.where(objects.notna(), None).to_dict("records")  # type: ignore[assignment]
    return rows
