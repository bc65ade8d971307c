"""Questions that are asked together are made of the same accounts."""

from dataclasses import replace
from datetime import date
from itertools import count

from ledger.indicating.accounts import YearAccounts
from ledger.kept import Kept
from ledger.peaking.peak_series import yearly_series
from models.registry.progress import Scope, YearlyFigure
from tests.unit.carbon.conftest import Ledger


def test_accounts_of_a_year_are_shared_as_long_as_the_registry_stays(ledger: Ledger) -> None:
    ticks = count()
    books = replace(ledger.books, kept=Kept(lambda: float(next(ticks))))  # everything is slow
    first, second = YearAccounts(books), YearAccounts(books)
    assert first.water(2025) is second.water(2025)
    assert first.inventory(2025) is second.inventory(2025)
    assert first.inventory(2025) is not second.inventory(2024)
    before = first.totals(2025)
    figure = YearlyFigure(
        Scope.PARK, "p", 2025, "co2e_t", 500.0, "yearbook", date(2026, 3, 1)
    )  # fmt: skip
    ledger.registry = replace(ledger.registry, yearly_figures=(figure,))
    after = YearAccounts(books).totals(2025)
    assert after is not None
    assert after["co2e_t"] == 500.0
    assert before is None or before["co2e_t"] != 500.0


def test_series_of_years_are_shared_as_long_as_the_registry_stays(ledger: Ledger) -> None:
    ticks = count()
    books = replace(ledger.books, kept=Kept(lambda: float(next(ticks))))
    figures = [
        YearlyFigure(Scope.PARK, "p", year, "co2e_t", 500.0, "yearbook", date(2026, 3, 1))
        for year in (2023, 2024)
    ]
    ledger.registry = replace(ledger.registry, yearly_figures=tuple(figures))
    (one,), (again,) = yearly_series(books, by="park"), yearly_series(books, by="park")
    assert one is again
    assert one.emitted[2024] == 500.0
    changed = replace(figures[1], value=400.0)
    ledger.registry = replace(ledger.registry, yearly_figures=(figures[0], changed))
    (other,) = yearly_series(books, by="park")
    assert other.emitted[2024] == 400.0
