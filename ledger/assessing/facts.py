"""Facts of enterprises and years that the criteria are measured by, each found once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

import pandas as pd

from ledger.budgets import budgets
from ledger.clean_energy import clean_energy
from ledger.controlling.target_rows import TargetRows
from ledger.inventory import inventory
from ledger.water_balance import water_balance
from ledger.years.park_years import ParkYears
from models.periods import local_start
from models.registry import Enterprise, Target, YearlyFigure

Row = dict[str, Any]

LAND_FIGURES = {
    "output_per_mu": "output_1e4_yuan",
    "energy_per_mu": "energy_tce_equivalent",
    "co2_per_mu": "co2e_t",
}


@dataclass(frozen=True, slots=True)
class Product:
    """A product's amount in a year with what was entered of its own use; None: not told apart."""

    code: str
    amount: float
    energy_tce: float | None
    electricity_mwh: float | None
    water_m3: float | None
    clinker_pct: float | None
    source: str


class Facts:
    """What the park's books know of whole years, for the assessment.

    ``park`` is the look at the books that the accounts are taken from.
    """

    def __init__(self, park: ParkYears) -> None:
        self.park = park
        self.registry = park.registry
        self._targets = TargetRows(park)
        self._clean: dict[int, dict[str, float]] = {}
        self._permits: dict[int, dict[str, list[Row]]] = {}
        self._water: dict[int, dict[str, float]] = {}

    @cached_property
    def enterprises(self) -> dict[str, Enterprise]:
        """The registered enterprises by code."""
        return dict(self.registry.enterprise_by_code)

    def year(self, code: str, year: int) -> Row | None:
        """The year's row of the yearly accounts; None where nothing is known of the enterprise."""
        return self.park.of("enterprise").years.get((code, year))

    def for_land(self, code: str, year: int, criterion: str) -> tuple[float | None, str]:
        """The year's amount that is held against land, and its prices ("" of no money); with None
        the reason.
        """
        if criterion == "tax_per_mu":
            tax = self.figure(code, year, "tax_1e4_yuan")
            return (None, "no_tax") if tax is None else (tax.value, tax.price_basis or "")
        row = self.year(code, year)
        name = LAND_FIGURES[criterion]
        if row is None or row[name] is None:
            return None, "no_output" if name == "output_1e4_yuan" else accounts_reason(row)
        if row[name] < 0:
            return None, "amount_negative"
        return float(row[name]), row["price_basis"] if name == "output_1e4_yuan" else ""

    def target_row(self, target: Target, year: int) -> Row:
        """A target against the year (ledger.targets)."""
        return self._targets.row(target, year)

    def figure(self, code: str, year: int, indicator: str) -> YearlyFigure | None:
        """What was entered for an enterprise."""
        return self.park.figures.figure("enterprise", code, year, indicator)

    def products(self, code: str, year: int) -> list[Product]:
        """The products of which an amount was entered."""
        figures = self.park.figures

        def own(indicator: str) -> dict[str, YearlyFigure]:
            return figures.items("enterprise", code, year, indicator)

        def of(indicator: str, product: str) -> float | None:
            figure = own(indicator).get(product)
            return None if figure is None else figure.value

        return [
            Product(
                code=product,
                amount=amount.value,
                energy_tce=of("product_energy_tce", product),
                electricity_mwh=of("product_electricity_mwh", product),
                water_m3=of("product_water_m3", product),
                clinker_pct=of("product_clinker_pct", product),
                source=amount.source,
            )
            for product, amount in sorted(own("product_amount").items())
        ]

    def clean_share(self, code: str, year: int) -> float | None:
        """The share of clean energy of a metered year (ledger.clean_energy), at the calorific
        value; None where nothing is known.
        """
        if year not in self._clean:
            start, end = self.span(year)
            found = inventory(self.park.books, every="year", start=start, end=end)
            table = clean_energy(found, ["enterprise"])
            self._clean[year] = _known(table.set_index("enterprise")["clean_share"])
        return self._clean[year].get(code)

    def permits(self, code: str, year: int) -> list[Row]:
        """The annual amounts permitted, with what was discharged (ledger.budgets)."""
        if year not in self._permits:
            found: dict[str, list[Row]] = {}
            for row in budgets(self.park.books, year=year).to_dict("records"):
                found.setdefault(row["enterprise"], []).append({str(k): v for k, v in row.items()})
            self._permits[year] = found
        return self._permits[year].get(code, [])

    def water_intake(self, code: str, year: int) -> float | None:
        """Water taken in, in m3 (ledger.water_balance)."""
        if year not in self._water:
            start, end = self.span(year)
            table = water_balance(self.park.books, every="year", start=start, end=end)
            self._water[year] = _known(table.set_index("enterprise")["intake_m3"])
        return self._water[year].get(code)

    def span(self, year: int) -> tuple[datetime, datetime]:
        """Begin and end (UTC) of a year."""
        zone = self.registry.zone
        return local_start(date(year, 1, 1), zone), local_start(date(year + 1, 1, 1), zone)


def accounts_reason(row: Row | None) -> str:
    """Why a year has no figure."""
    if row is None or row["reason"] is None:
        return "no_accounts" if row is None or row["origin"] is None else "figure_unknown"
    return str(row["reason"])


def _known(values: pd.Series) -> dict[str, float]:
    return {str(code): float(value) for code, value in values.items() if not pd.isna(value)}
