"""Rows of the yearly accounts: of each year what was metered, or what was entered."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from ledger.monthly import FIGURES, By, whose
from ledger.years.entered import entered
from ledger.years.metered_years import Metered, MeteredYears, metered_years
from ledger.years.yearly_output import GDP, OUTPUT, VALUE_ADDED, Money, YearlyOutput
from models.registry import Registry

METERED, RUNNING, IMPORTED = "metered", "running", "imported"
NOT_ENTERED, NOT_COVERED, MEMBERS = "not_entered", "coverage", "members"

COLUMNS = [
    "year", *FIGURES, "output_1e4_yuan", "price_basis", "value_added_1e4_yuan",
    "value_added_price_basis", "gdp_1e4_yuan", "gdp_price_basis", "origin", "months_known",
    "output_months", "coverage", "estimated_share", "boundary", "source", "imported_co2e_t",
    "reason", "missing", "output_missing", "output_by_basis", "value_added_by_basis",
    "gdp_by_basis",
]  # fmt: skip


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
        self._meters = MeteredYears(of_each, registry, self._figures)
        self._each = self._meters.of
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
            share = metered.coverage
            if self._by == "enterprise":
                share = self._meters.coverage(code, year)
            row |= {"months_known": metered.months, "coverage": share}
        if own is not None:
            row |= {"imported_co2e_t": own.value, "boundary": own.boundary}
        running = year == self._this_year
        if metered is not None and (
            (running and metered.months) or self._is_metered(code, year, metered)
        ):
            row |= metered.figures
            row |= {"origin": RUNNING if running else METERED, "source": "inventory",
                    "estimated_share": metered.estimated_share}  # fmt: skip
            if running:
                row["missing"] = "|".join(self._lost(code, year)) or None
        else:
            self._take_entered(row, code, year, metered)
        self._add_money(row, code, year, metered if row["origin"] == RUNNING else None)
        return row

    def _is_metered(self, code: str, year: int, metered: Metered) -> bool:
        """Whether meters know the whole of a year that is over, of all who belong to it."""
        if self._by == "enterprise":
            return self._meters.whole(code, year)
        return (metered.whole and not self._entered_only(code, year)
                and not self._lost(code, year))  # fmt: skip

    def _entered_only(self, code: str, year: int) -> list[str]:
        """Enterprises behind a cluster or the park whose year was entered and not metered."""
        return [one for one in self._members.get(code, ())
                if not self._meters.whole(one, year) and self._entered_co2e(one, year)]  # fmt: skip

    def _lost(self, code: str, year: int) -> list[str]:
        """Enterprises behind it that neither meters nor a figure tell of any more."""
        running = year == self._this_year
        return [
            one
            for one in self._members.get(code, ())
            if self._by != "enterprise" and self._meters.lost(one, year, running=running)
        ]

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
            # What is entered before the year is over is no whole year either.
            row |= {"origin": RUNNING if year == self._this_year else IMPORTED,
                    "source": row["source"] or "sum of the enterprises",
                    "coverage": None}  # fmt: skip
        if row["co2e_t"] is not None:
            self._bound_sum(row, code, year)
            return
        if metered is not None and metered.months and not (metered.whole and missing):
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
            if self._meters.whole(one, year):
                values[one] = self._each[one, year].figures[name]
            elif figure is None and self._entered_co2e(one, year) == 0:
                values[one] = 0.0  # it was not there
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
                prices = self._output.by_basis(self._by, code, year, who, name)
                row[name.replace("1e4_yuan", "by_basis")] = prices
            basis = "price_basis" if name == OUTPUT else name.replace("1e4_yuan", "price_basis")
            row |= {name: money.value, basis: money.basis}
            if name == OUTPUT and money.value is None:
                row["output_missing"] = "|".join(money.missing)

    def _has_accounts(self, enterprise: str, year: int) -> bool:
        metered = self._each.get((enterprise, year))
        return bool(metered and metered.months) or bool(self._entered_co2e(enterprise, year))
