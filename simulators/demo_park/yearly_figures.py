"""Rows of the demo's yearly_figures.csv: years before its meters, money, peers, what is entered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import datetime

from simulators.entered_years import (
    FIRST_YEAR,
    Figures,
    heating_degree_days,
    is_known,
    output,
    reported,
    total,
)
from simulators.grid import DATA, ZONE, history_start
from simulators.park import Firm, firms, table

COLUMNS = ("scope", "code", "year", "indicator", "value", "source", "source_date", "item",
           "price_basis", "boundary")  # fmt: skip
PARK = "demo"
PRICE_BASIS = "constant 2020"
_ENERGY = tuple(asdict(Figures()))
# Written by hand with the same columns.
_BY_HAND = ("peer_figures.csv", "renewable_base.csv", "yearly_indicators.csv", "yearly_facts.csv",
            "ets_figures.csv")  # fmt: skip

Row = dict[str, str]


def yearly_figures(now: datetime, outputs: Mapping[tuple[str, int], float]) -> Iterator[Row]:
    """Rows of COLUMNS. ``outputs`` by firm and year are those that outputs.csv has whole.

    Energy and emissions are entered of the years before the history of the meters; value added,
    gross domestic product and degree days of all years that are over.
    """
    started = history_start(now).astimezone(ZONE).year
    for year in range(FIRST_YEAR, now.astimezone(ZONE).year):
        if year < started:
            yield from _energy(year)
        yield from _money(year, outputs, is_entered=year < started)
        yield _row("park", PARK, year, "heating_degree_days", heating_degree_days(year))
    for name in _BY_HAND:
        if (DATA / name).is_file():
            yield from table(name)


def _energy(year: int) -> Iterator[Row]:
    """Of firms by carrier and in all; sums of clusters and of the park."""
    sums: dict[tuple[str, str], Figures] = defaultdict(Figures)
    for firm in firms():
        parts = reported(year)[firm.code]
        whole = total(parts)
        for owner in (("cluster", firm.row["cluster"]), ("park", PARK)):
            sums[owner] += whole
        if not is_known(firm, year):
            continue
        for indicator in _ENERGY:
            yield _row("enterprise", firm.code, year, indicator, getattr(whole, indicator))
            for carrier, figures in parts.items():
                if carrier:
                    value = getattr(figures, indicator)
                    row = _row("enterprise", firm.code, year, indicator, value)
                    yield row | {"item": carrier}
    for (scope, code), whole in sums.items():
        for indicator in _ENERGY:
            yield _row(scope, code, year, indicator, getattr(whole, indicator))


def _money(
    year: int, outputs: Mapping[tuple[str, int], float], *, is_entered: bool
) -> Iterator[Row]:
    """Output of the years that outputs.csv does not have, and what is made of it."""
    shares = {row["cluster"]: float(row["value_added_pct"]) / 100
              for row in table("history_money.csv")}  # fmt: skip
    added: dict[str, float] = defaultdict(float)
    made: dict[str, float] = defaultdict(float)
    for firm in firms():
        amount = round(outputs.get((firm.code, year), output(firm, year)), 1)
        cluster = firm.row["cluster"]
        value = round(amount * shares[cluster], 1)
        for owner in (cluster, PARK):
            made[owner] += amount
            added[owner] += value
        if is_known(firm, year):
            yield from _firms_money(firm, year, amount if is_entered else None, value)
    for owner, value in added.items():
        scope = "park" if owner == PARK else "cluster"
        if is_entered:
            yield _priced(scope, owner, year, "output_1e4_yuan", made[owner])
        yield _priced(scope, owner, year, "value_added_1e4_yuan", value)
    yield _priced("park", PARK, year, "gdp_1e4_yuan", added[PARK] * shares["park"])


def _firms_money(firm: Firm, year: int, amount: float | None, value: float) -> Iterator[Row]:
    if amount is not None:
        yield _priced("enterprise", firm.code, year, "output_1e4_yuan", amount)
    yield _priced("enterprise", firm.code, year, "value_added_1e4_yuan", value)


def _priced(scope: str, code: str, year: int, indicator: str, value: float) -> Row:
    row = _row(scope, code, year, indicator, value)
    return row | {"value": f"{value:.1f}", "price_basis": PRICE_BASIS}


def _row(scope: str, code: str, year: int, indicator: str, value: float) -> Row:
    report = "energy and emissions report" if scope == "enterprise" else "statistics"
    return {
        "scope": scope,
        "code": code,
        "year": str(year),
        "indicator": indicator,
        "value": f"{value:.2f}",
        "source": f"fictional: {report} of {year}",
        "source_date": f"{year + 1}-01-20",
    }
