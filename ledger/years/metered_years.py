"""What meters and records know of years, and which of them pass for the whole."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
import pandas as pd

from ledger.monthly import COVERED, FIGURES
from ledger.years.entered import Entered, preferred
from ledger.years.yearly_output import Money
from models.registry import Registry


@dataclass(frozen=True, slots=True)
class Metered:
    """What meters and records know of a year: ``figures`` (FIGURES, None where unknown).

    ``coverage`` is of the hours of the meters' lives, ``of_all`` of those that they would have had
    if all had lived since 1 January; None of records alone.
    """

    figures: dict[str, float | None]
    months: int  # whose emissions are known
    coverage: float | None
    of_all: float | None
    estimated_share: float | None
    output: Money
    output_months: int

    @property
    def whole(self) -> bool:
        """Whether it passes for the whole of a year that is over."""
        return self.months == 12 and (self.coverage is None or self.coverage >= COVERED)


def metered_years(months: pd.DataFrame, by: str) -> dict[tuple[str, int], Metered]:
    """Months (ledger.monthly) as years, by code and year; a figure that one month lacks while its
    emissions are known is unknown, because the rest would pass for the whole.
    """
    some = months.assign(
        known=months["co2e_t"].notna(),
        **{f"{name}_lacks": months["co2e_t"].notna() & months[name].isna() for name in FIGURES},
    )
    share = some["estimated_share"].where(some["known"])
    weight = some["energy_tce_calorific"].abs().fillna(0.0).where(share.notna(), 0.0)
    some["weight"], some["weighted"] = weight, (share * weight).fillna(0.0)
    some["plain_share"] = share
    for name in FIGURES:
        some[name] = some[name].where(some["known"])
    keys = [by, "year"]
    groups = some.groupby(keys)
    summed = ["known", "weight", "weighted", "covered_h", "hours_h",
              *FIGURES, *(f"{name}_lacks" for name in FIGURES)]  # fmt: skip
    sums = groups[summed].sum()
    sums["plain_share"] = groups["plain_share"].mean()
    money, of_all = _running_output(some, by), _since_new_year(some, by)
    found = {}
    for row in sums.reset_index().to_dict("records"):
        code, year, known = str(row[by]), int(row["year"]), int(row["known"])
        shared = row["weighted"] / row["weight"] if row["weight"] > 0 else row["plain_share"]
        output, priced = money.get((code, year), (Money(), 0))
        found[code, year] = Metered(
            {name: float(row[name]) if known and not row[f"{name}_lacks"] else None
             for name in FIGURES},
            known,
            float(row["covered_h"] / row["hours_h"]) if row["hours_h"] > 0 else None,
            of_all.get((code, year)),
            None if np.isnan(shared) else float(shared), output, priced,
        )  # fmt: skip
    return found


def _since_new_year(months: pd.DataFrame, by: str) -> dict[tuple[str, int], float]:
    """The share of the hours that readings cover, as if the most meters that lived in one of the
    year's months had lived since 1 January; up to the last of its months, or now.
    """
    lived = months[months["hours_h"] > 0]
    of_month = list(zip(lived["year"].tolist(), lived["month"].tolist(), strict=True))
    days = [calendar.monthrange(year, month)[1] for year, month in of_month]
    before = [24 * (date(year, month, 1) - date(year, 1, 1)).days for year, month in of_month]
    lived = lived.assign(meters=lived["hours_h"] / (24.0 * np.array(days)), before=before)
    groups = lived.sort_values("month").groupby([by, "year"])
    years = groups.agg(
        meters=("meters", "max"), before=("before", "max"), covered=("covered_h", "sum"),
        hours_h=("hours_h", "last"),
    )  # fmt: skip
    found = {}
    for row in years.reset_index().to_dict("records"):
        owed = row["meters"] * row["before"] + row["hours_h"]
        found[str(row[by]), int(row["year"])] = float(row["covered"] / owed)
    return found


def begun(registry: Registry) -> dict[str, datetime]:
    """When an enterprise's first meter began to live; those that always lived are not in it."""
    found: dict[str, datetime] = {}
    always = {one.enterprise for one in registry.meters if one.valid_from is None}
    for one in registry.meters:
        if one.valid_from is not None and one.enterprise not in always:
            found[one.enterprise] = min(one.valid_from, found.get(one.enterprise, one.valid_from))
    return found


class MeteredYears:
    """What meters know of the enterprises' years, and which of them pass for the whole.

    The year in which the meters of an enterprise begin is known from its beginning only by what was
    entered: where there was an enterprise before (a figure above or below zero is entered of the
    year or of an earlier one) its hours count since 1 January.
    """

    def __init__(self, months: pd.DataFrame, registry: Registry, figures: Entered) -> None:
        self.of = metered_years(months, "enterprise")
        self._figures = figures
        zone = registry.zone
        self._begun = {code: at.astimezone(zone).year for code, at in begun(registry).items()}

    def coverage(self, enterprise: str, year: int) -> float | None:
        """The covered share of the year's hours; None of records alone and of no accounts."""
        metered = self.of.get((enterprise, year))
        if metered is None:
            return None
        here = self._begun.get(enterprise) == year and any(
            self._entered(enterprise, one)
            for one in self._figures.years("enterprise", enterprise)
            if one <= year
        )
        return metered.of_all if here else metered.coverage

    def covered(self, enterprise: str, year: int) -> bool:
        """Whether what is known of the year so far passes for all of it."""
        metered, share = self.of.get((enterprise, year)), self.coverage(enterprise, year)
        return metered is not None and metered.months > 0 and (share is None or share >= COVERED)

    def whole(self, enterprise: str, year: int) -> bool:
        """Whether what is known passes for the whole of a year that is over."""
        metered = self.of.get((enterprise, year))
        return metered is not None and metered.whole and self.covered(enterprise, year)

    def lost(self, enterprise: str, year: int, *, running: bool) -> bool:
        """Whether it had emissions entered until lately, and since then neither meters nor a figure
        tell of it: it is missing and not gone.
        """
        known = self.covered(enterprise, year) if running else self.whole(enterprise, year)
        figure = self._entered(enterprise, year)
        # Of a year that runs only nothing can be known before it is over.
        if known or figure == 0 or (figure is not None and not running):
            return False
        before = [one for one in self._figures.years("enterprise", enterprise) if one < year]
        before = [one for one in before if self._entered(enterprise, one) is not None]
        if not before or not self._entered(enterprise, max(before)):
            return False
        return not any(self.whole(enterprise, one) for one in range(max(before), year))

    def _entered(self, enterprise: str, year: int) -> float | None:
        figure = self._figures.figure("enterprise", enterprise, year, "co2e_t")
        return None if figure is None else figure.value


def _running_output(months: pd.DataFrame, by: str) -> dict[tuple[str, int], tuple[Money, int]]:
    """Output of the months of each year that have one, at the preferred prices; their number."""
    priced = months[months["output_1e4_yuan"].notna()]
    sums = priced.groupby([by, "year", "price_basis"], dropna=False)["output_1e4_yuan"]
    by_basis: dict[tuple[str, int], dict[str | None, tuple[float, int]]] = {}
    for row in sums.agg(["sum", "count"]).reset_index().to_dict("records"):
        basis = None if pd.isna(row["price_basis"]) else str(row["price_basis"])
        key = str(row[by]), int(row["year"])
        by_basis.setdefault(key, {})[basis] = float(row["sum"]), int(row["count"])
    found = {}
    for key, of in by_basis.items():
        basis = preferred(of)[0]
        found[key] = Money(of[basis][0], basis), of[basis][1]
    return found
