"""The value of a row in a year: computed where it can be, else entered, or a reduction of it."""

from __future__ import annotations

from dataclasses import replace

from ledger.indicating.accounts import Asked, Found, YearAccounts, why_not_compared
from ledger.indicating.figures import FIGURES
from ledger.years.entered import entered
from models.progress.indicators.states import reduction_pct
from models.progress.indicators.tables import IndicatorRow, IndicatorTable, Measure
from models.registry import Scope


def value_of(accounts: YearAccounts, row: IndicatorRow, table: IndicatorTable, year: int) -> Found:
    """The row's value in its own unit, or the reason why there is none.

    Of a reduction that of the base year is compared: it has to be known, positive, at the same
    prices and of the same boundary.
    """
    if year > accounts.this_year:
        return Found(reason="year_not_begun")
    if row.measure is Measure.LEVEL:
        return level_of(accounts, row, table, year)
    base = table.baseline_year
    if base is None or year <= base:
        return Found(reason="no_base_year" if base is None else "base_year")
    now = level_of(accounts, row, table, year)
    if now.value is None:
        return now
    return _reduction(level_of(accounts, row, table, base), now, (base, year))


def _reduction(then: Found, now: Found, years: tuple[int, int]) -> Found:
    reason = why_not_compared(then, now)
    if reason is not None or then.value is None or now.value is None:
        return Found(reason=reason)
    value = reduction_pct(then.value, now.value)
    if value is None:
        return Found(reason="base_not_positive")
    zh, en = now.source
    source = (
        f"{zh}；{years[0]}年{then.value:.4g}，{years[1]}年{now.value:.4g}",
        f"{en}; {then.value:.4g} in {years[0]}, {now.value:.4g} in {years[1]}",
    )
    return replace(now, value=value, source=source)


def level_of(accounts: YearAccounts, row: IndicatorRow, table: IndicatorTable, year: int) -> Found:
    """The figure behind the row in one year: what is computed holds before what is entered."""
    found = Found(reason="not_entered")
    if row.computed is not None:
        asked = Asked(accounts, year, row.computed.item, table.baseline_year)
        found = FIGURES[row.computed.key](asked)
        if found.value is not None:
            return found
    typed = entered_level(accounts, row, year)
    if typed is None or not found.source[0]:
        return found if typed is None else typed
    # What is known in part stands beside what was entered in its place.
    (zh, en), (part_zh, part_en) = typed.source, found.source
    source = f"{zh}；另有{part_zh}", f"{en}; besides: {part_en}"
    return replace(typed, source=source, missing=found.missing)


def entered_level(accounts: YearAccounts, row: IndicatorRow, year: int) -> Found | None:
    """What was entered for the park; None where nothing was."""
    if row.entered is None:
        return None
    figures, code = entered(accounts.registry), accounts.registry.park.code
    origin = row.entered
    if origin.item is None:
        figure = figures.figure(Scope.PARK.value, code, year, origin.key)
    else:
        figure = figures.items(Scope.PARK.value, code, year, origin.key).get(origin.item)
    if figure is None:
        return None
    source = (
        f"录入：{figure.source}，{figure.source_date:%Y-%m-%d}",
        f"entered: {figure.source}, {figure.source_date:%Y-%m-%d}",
    )
    return Found(
        figure.value, source=source, origin="entered", boundary=figure.boundary,
        prices=figure.price_basis, on=figure.source_date,
    )  # fmt: skip
