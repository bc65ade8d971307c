"""Rows of the yearly accounts: of each year what was metered, or what was entered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ledger.monthly import COVERED, FIGURES, By, whose
from ledger.years.entered import entered, preferred
from ledger.years.yearly_output import GDP, OUTPUT, VALUE_ADDED, Money, YearlyOutput
from models.registry import Registry

METERED, RUNNING, IMPORTED = "metered", "running", "imported"
NOT_ENTERED, NOT_COVERED, MEMBERS = "not_entered", "coverage", "members"

COLUMNS = [
    "year", *FIGURES, "output_1e4_yuan", "price_basis", "value_added_1e4_yuan",
    "value_added_price_basis", "gdp_1e4_yuan", "gdp_price_basis", "origin", "months_known",
    "output_months", "coverage", "estimated_share", "boundary", "source", "imported_co2e_t",
    "reason", "missing", "output_missing",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Metered:
    """What meters and records know of a year: ``figures`` (FIGURES, None where unknown)."""

    figures: dict[str, float | None]
    months: int  # whose emissions are known
    coverage: float | None
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
    money = _running_output(some, by)
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
            None if np.isnan(shared) else float(shared), output, priced,
        )  # fmt: skip
    return found


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


class YearlyRows:
    """Rows of COLUMNS by code, from months of the codes (``of_whole``) and of all their enterprises
    (``of_each``).
    """

    def __init__(
        self,
        registry: Registry,
        by: By,
        of_whole: pd.DataFrame,
        of_each: pd.DataFrame,
        this_year: int,
    ) -> None:
        self._by, self._this_year = by, this_year
        self._figures = entered(registry)
        self._output = YearlyOutput(registry, self._figures)
        self._each = metered_years(of_each, "enterprise")
        self._whole = self._each if by == "enterprise" else metered_years(of_whole, by)
        # Who has accounts at all, in whatever year: others have no part in any sum.
        ever = {code for code, _ in self._each}
        ever |= {code for code in whose(registry, "enterprise") if
                 any(self._entered_co2e(code, year) is not None
                     for year in self._figures.years("enterprise", code))}  # fmt: skip
        self._members: dict[str, list[str]] = {}
        for one, of in sorted(whose(registry, by).items()):
            if one in ever:
                self._members.setdefault(of, []).append(one)
        self._known_codes = set(whose(registry, by).values())

    def codes(self, only: str | None) -> list[str]:
        """Codes that have accounts, metered or entered."""
        some = set(self._members) | {code for code, _ in self._whole}
        some |= {one for one in self._known_codes if self._figures.years(self._by, one)}
        return sorted(one for one in some if only in (None, one))

    def rows(self, code: str, since: int, until: int) -> Iterator[dict[str, object]]:
        """One row a year, from the first to the last of which anything is known."""
        made = [self._row(code, year) for year in range(since, until + 1)]
        known = [
            place for place, row in enumerate(made)
            if row["origin"] is not None or row["reason"] != NOT_ENTERED
        ]  # fmt: skip
        boundary: str = self._boundary_before(code, since)
        for row in made[known[0] : known[-1] + 1] if known else []:
            if row["boundary"] is None:
                row["boundary"] = boundary
            boundary = str(row["boundary"])
            yield row

    def _boundary_before(self, code: str, year: int) -> str:
        earlier = sorted(self._figures.years(self._by, code), reverse=True)
        for one in earlier:
            figure = self._figures.figure(self._by, code, one, "co2e_t")
            if one < year and figure is not None:
                return figure.boundary
        return ""

    def _entered_co2e(self, code: str, year: int) -> float | None:
        figure = self._figures.figure("enterprise", code, year, "co2e_t")
        return None if figure is None else figure.value

    def _row(self, code: str, year: int) -> dict[str, object]:
        metered = self._whole.get((code, year))
        own = self._figures.figure(self._by, code, year, "co2e_t")
        row: dict[str, object] = dict.fromkeys(COLUMNS)
        row |= {self._by: code, "year": year, "months_known": 0}
        if metered is not None:
            row |= {"months_known": metered.months, "coverage": metered.coverage}
        if own is not None:
            row |= {"imported_co2e_t": own.value, "boundary": own.boundary}
        running = year == self._this_year
        if metered is not None and (
            (running and metered.months) or (metered.whole and not self._entered_only(code, year))
        ):
            row |= metered.figures
            row |= {"origin": RUNNING if running else METERED, "source": "inventory",
                    "estimated_share": metered.estimated_share}  # fmt: skip
        else:
            self._take_entered(row, code, year, metered)
        self._add_money(row, code, year, metered if row["origin"] == RUNNING else None)
        return row

    def _entered_only(self, code: str, year: int) -> list[str]:
        """Enterprises behind a cluster or the park whose year was entered and not metered."""
        if self._by == "enterprise":
            return []
        return [one for one in self._members.get(code, ())
                if not self._is_whole(one, year) and self._entered_co2e(one, year)]  # fmt: skip

    def _is_whole(self, enterprise: str, year: int) -> bool:
        metered = self._each.get((enterprise, year))
        return metered is not None and metered.whole

    def _take_entered(
        self, row: dict[str, object], code: str, year: int, metered: Metered | None
    ) -> None:
        missing: list[str] = []
        some = False
        for name in FIGURES:
            figure = self._figures.figure(self._by, code, year, name)
            if figure is not None:
                row[name], row["source"] = figure.value, row["source"] or figure.source
                some = True
            elif self._by != "enterprise":
                row[name], lacking = self._sum(code, year, name)
                some |= row[name] is not None
                if name == "co2e_t":
                    missing = lacking
        if some:
            # What meters covered of the year says nothing of what was entered.
            row |= {"origin": IMPORTED, "source": row["source"] or "sum of the enterprises",
                    "coverage": None}  # fmt: skip
        if row["co2e_t"] is not None:
            self._bound_sum(row, code, year)
            return
        if metered is not None and metered.months:
            row["reason"] = NOT_COVERED
        elif missing and len(missing) < len(self._members.get(code, ())):
            row |= {"reason": MEMBERS, "missing": "|".join(missing)}
        else:
            row["reason"] = NOT_ENTERED

    def _sum(self, code: str, year: int, name: str) -> tuple[float | None, list[str]]:
        """The sum of the enterprises, and those that lack the figure."""
        values: dict[str, float | None] = {}
        for one in self._members.get(code, ()):
            figure = self._figures.figure("enterprise", one, year, name)
            if self._is_whole(one, year):
                values[one] = self._each[one, year].figures[name]
            else:
                values[one] = None if figure is None else figure.value
        lacking = [one for one, value in values.items() if value is None]
        if lacking or not values:
            return None, lacking
        return float(sum(value for value in values.values() if value is not None)), []

    def _bound_sum(self, row: dict[str, object], code: str, year: int) -> None:
        """The boundary of a sum: that of its enterprises, all of them where they differ."""
        if row["boundary"] is None and self._by != "enterprise":
            figures = [self._figures.figure("enterprise", one, year, "co2e_t")
                       for one in self._members.get(code, ())]  # fmt: skip
            row["boundary"] = "|".join(sorted({one.boundary for one in figures if one is not None}))

    def _add_money(
        self, row: dict[str, object], code: str, year: int, running: Metered | None
    ) -> None:
        """Output and the like; of the running year the output of its months."""
        who = [one for one in self._members.get(code, ()) if self._has_accounts(one, year)]
        for name in (OUTPUT, VALUE_ADDED, GDP):
            if name == OUTPUT and running is not None:
                money, months = running.output, running.output_months
                row["output_months"] = months
                if money.value is None:
                    money = Money(missing=(code,) if self._by == "enterprise" else tuple(who))
            else:
                money = self._output.of(self._by, code, year, who, name)
                if name == OUTPUT and money.value is not None:
                    row["output_months"] = 12
            basis = "price_basis" if name == OUTPUT else name.replace("1e4_yuan", "price_basis")
            row |= {name: money.value, basis: money.basis}
            if name == OUTPUT and money.value is None:
                row["output_missing"] = "|".join(money.missing)

    def _has_accounts(self, enterprise: str, year: int) -> bool:
        metered = self._each.get((enterprise, year))
        return bool(metered and metered.months) or bool(self._entered_co2e(enterprise, year))
