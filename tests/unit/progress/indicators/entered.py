"""Yearly figures of the small park as they are entered, and rows as they are answered."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from ledger.indicators import COLUMNS, indicators
from models.registry import (
    Scope,
    YearlyFigure,
)
from tests.unit.carbon.conftest import Ledger

PRICES = "constant 2020"


def figure(year: int, indicator: str, value: float, **more: Any) -> YearlyFigure:
    """A figure of the park, of the yearbook."""
    return YearlyFigure(
        Scope.PARK, "p", year, indicator, value, "yearbook", date(2026, 3, 1), **more
    )


def enter(ledger: Ledger, *figures: YearlyFigure, **more: Any) -> None:
    """Register them, in the place of what was."""
    ledger.registry = replace(ledger.registry, yearly_figures=figures, **more)


def year_of(
    year: int, *, energy: float, co2e: float, gdp: float | None = None,
    added: float | None = None, prices: str | None = PRICES, boundary: str = "",
) -> list[YearlyFigure]:  # fmt: skip
    """Totals of a year that were entered: tce (equivalent), t, 10^4 yuan."""
    found = [
        figure(year, "energy_tce_equivalent", energy, boundary=boundary),
        figure(year, "energy_tce_calorific", energy * 0.8, boundary=boundary),
        figure(year, "co2e_t", co2e, boundary=boundary),
    ]
    for indicator, value in (("gdp_1e4_yuan", gdp), ("value_added_1e4_yuan", added)):
        if value is not None:
            found.append(figure(year, indicator, value, price_basis=prices))
    return found


def row_of(ledger: Ledger, table: str, code: str, year: int | None = None) -> dict[str, Any]:
    """One row of the answer."""
    (row,) = indicators(ledger.books, year=year, table=table, code=code).to_dict("records")
    assert list(row) == COLUMNS
    return {str(name): value for name, value in row.items()}
