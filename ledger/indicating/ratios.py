"""Indicators that are ratios of the yearly accounts, such as energy per GDP."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import isnan
from typing import Any

from ledger.indicating.accounts import Asked, Found, Pair, YearAccounts, why_not_compared
from ledger.years.entered import is_constant
from ledger.years.yearly_rows import RUNNING
from models.progress.indicators.states import mean_yearly_fall_pct, reduction_pct

Compute = Callable[[Asked], Found]

ENERGY, CALORIFIC, CO2E = "energy_tce_equivalent", "energy_tce_calorific", "co2e_t"
GDP, VALUE_ADDED = "gdp_1e4_yuan", "value_added_1e4_yuan"
_UNKNOWN = {ENERGY: "no_energy", CALORIFIC: "no_energy", CO2E: "no_emissions", GDP: "no_gdp",
            VALUE_ADDED: "no_value_added"}  # fmt: skip
M2_PER_MU = 2000.0 / 3.0  # 1 mu = 666.67 m2 (a fifteenth of a hectare)


def per_money(top: str, bottom: str) -> Compute:
    """``top`` of the yearly accounts over money (10^4 yuan) at constant prices."""

    def compute(asked: Asked) -> Found:
        return _ratio(asked.accounts, asked.year, top, bottom)

    return compute


def energy_productivity(asked: Asked) -> Found:
    """Value added at constant prices over energy (calorific value), 10^4 yuan/tce."""
    return _ratio(asked.accounts, asked.year, VALUE_ADDED, CALORIFIC)


def co2_fall(asked: Asked) -> Found:
    """How much less is emitted per value added than in the year before, %."""
    return _change(asked.accounts, asked.year, asked.year - 1, reduction_pct)


def co2_mean_fall(asked: Asked) -> Found:
    """The mean yearly fall of emissions per value added since the table's base year, %."""
    base, year = asked.base_year, asked.year
    if base is None:
        return Found(reason="no_base_year")
    if year <= base:
        return Found(reason="base_year")
    return _change(
        asked.accounts, year, base, lambda then, now: mean_yearly_fall_pct(then, now, year - base)
    )


def money(accounts: YearAccounts, year: int, name: str = VALUE_ADDED) -> Found:
    """GDP or value added of the year, 10^4 yuan at constant prices; positive."""
    row = accounts.totals(year)
    if row is None:
        return Found(reason=_UNKNOWN[name])
    return _part(row, name)


def land_productivity(asked: Asked) -> Found:
    """Value added at constant prices over the enterprises' land, 10^8 yuan/km2."""
    accounts, year = asked.accounts, asked.year
    if not accounts.over(year):
        return Found(reason="year_under_way")
    lacking = tuple(one.code for one in accounts.registry.enterprises if not one.land_area_mu)
    if lacking or not accounts.registry.enterprises:
        return Found(reason="no_land", missing=lacking)
    mu = sum(one.land_area_mu or 0.0 for one in accounts.registry.enterprises)
    added = money(accounts, year)
    if added.value is None:
        return added
    value = (added.value / 1e4) / (mu * M2_PER_MU / 1e6)
    source = (f"工业增加值；登记用地{mu:,.0f}亩", f"value added; {mu:,.0f} mu of registered land")
    return Found(value, source=source, origin="computed", prices=added.prices,
                 boundary=added.boundary)  # fmt: skip


def _ratio(accounts: YearAccounts, year: int, top: str, bottom: str) -> Found:
    row = accounts.totals(year)
    if row is None:
        return Found(reason="nothing_metered")
    if row["origin"] == RUNNING:
        return Found(reason="year_under_way")
    parts = [_part(row, name) for name in (top, bottom)]
    for part in parts:
        if part.value is None:
            return part
    of_top, of_bottom = (float(part.value or 0.0) for part in parts)
    if of_bottom <= 0:
        return Found(reason="not_positive")
    return Found(
        of_top / of_bottom, source=_said(row), origin="computed",
        coverage=_number(row["coverage"]), estimated_share=_number(row["estimated_share"]),
        boundary=row["boundary"] or "", prices=parts[0].prices or parts[1].prices,
    )  # fmt: skip


def _change(
    accounts: YearAccounts, year: int, base: int, of: Callable[[float, float], float | None]
) -> Found:
    now, then = (_ratio(accounts, one, CO2E, VALUE_ADDED) for one in (year, base))
    reason = why_not_compared(then, now)
    if reason is not None or then.value is None or now.value is None:
        return Found(reason=reason)
    value = of(then.value, now.value)
    if value is None:
        return Found(reason="base_not_positive")
    return replace(now, value=value)


def _part(row: dict[str, Any], name: str) -> Found:
    """A number of the yearly accounts; money only at constant prices and above zero."""
    value = _number(row[name])
    if value is None:
        return Found(reason=_UNKNOWN[name])
    if name not in (GDP, VALUE_ADDED):
        return Found(value)
    prices = row[name.replace("1e4_yuan", "price_basis")]
    if value <= 0:
        return Found(reason="not_positive")
    if not is_constant(prices):
        return Found(reason="not_constant_prices")
    return Found(value, prices=prices, boundary=row["boundary"] or "")


def _said(row: dict[str, Any]) -> Pair:
    if row["origin"] == "metered":
        return "年度账，计量", "yearly accounts, metered"
    return f"年度账，录入：{row['source']}", f"yearly accounts, entered: {row['source']}"


def _number(value: object) -> float | None:
    if value is None:
        return None
    number = float(value)  # type: ignore[arg-type]
    return None if isnan(number) else number
