"""Yearly accounts: metered where meters know the whole year, else as they were entered."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

import numpy as np
import pandas as pd

from ledger.books import Books
from ledger.inventory import Inventory, inventory
from ledger.monthly import FIGURES, By, members, months_of
from ledger.unknown_texts import none_where_unknown
from ledger.years.entered import entered
from ledger.years.yearly_rows import COLUMNS, YearlyRows
from models.periods import local_start
from models.registry import Registry

NUMBERS = [
    *FIGURES, "output_1e4_yuan", "value_added_1e4_yuan", "gdp_1e4_yuan", "coverage",
    "estimated_share", "imported_co2e_t",
]  # fmt: skip


def yearly(
    books: Books,
    *,
    by: By,
    first: int | None = None,
    last: int | None = None,
    code: str | None = None,
) -> pd.DataFrame:
    """``by`` (its code) and COLUMNS: emissions of scopes 1 and 2 (t CO2e, by location), energy
    (tce, both values), output, value added and gross domestic product (10^4 yuan) by year of the
    park's time, up to the current one; of everyone or of one ``code``.

    ``origin``: ``metered`` where twelve months are known and at least 90 % of the year's hours are
    covered, and none of the enterprises behind it has an entered figure only; ``running`` the
    current year up to now; else ``imported``, what was entered; null where nothing is known. What
    was entered for a cluster or the park goes before the sum of its enterprises, which counts only
    where all that ever have accounts have a figure of the year (who was not there yet has a zero
    entered). ``imported_co2e_t`` is what was entered, also beside what was metered.

    A year between the first and the last that is not known is there with null figures; ``reason``
    says why: ``not_entered``, ``coverage`` (metered in part: ``months_known``, ``coverage``) or
    ``members``, the ``missing`` ones named (codes joined by |). Metered years go on with the
    ``boundary`` of the last entered year, unless one is entered for them. Output is of constant
    prices where known (ledger.years.yearly_output), of the running year that of ``output_months``
    months; ``output_missing`` names the enterprises that have none. ``output_by_basis`` and the
    like have the whole year's at all prices that are known.
    """
    registry = books.registry()
    this_year = books.now().astimezone(registry.zone).year
    since = first_year(books, registry) if first is None else first
    until = this_year if last is None else min(last, this_year)
    found = months_since(books, since, until, members(registry, by, code))
    if found is None:
        return _typed(pd.DataFrame(columns=[by, *COLUMNS]))
    return yearly_of(found, registry, by, books.now(), since=since, until=until, code=code)


def months_since(
    books: Books, since: int, until: int, enterprises: Collection[str] | None = None
) -> Inventory | None:
    """The inventory by month of the years ``since`` to ``until`` up to now; None of none.

    That of the whole park is shared by questions that come close together (ledger.kept).
    """
    zone = books.registry().zone
    begin = local_start(date(since, 1, 1), zone)
    end = min(local_start(date(until + 1, 1, 1), zone), books.now())
    if begin >= end:
        return None
    if enterprises is not None:
        return inventory(books, every="month", start=begin, end=end, enterprises=enterprises)
    return books.kept.of(
        ("months", since, until), books.registry(), books.now(),
        lambda: inventory(books, every="month", start=begin, end=end),
    )  # fmt: skip


def yearly_of(
    found: Inventory,
    registry: Registry,
    by: By,
    now: datetime,
    *,
    since: int,
    until: int,
    code: str | None = None,
) -> pd.DataFrame:
    """``yearly`` of an inventory by month that has the years ``since`` to ``until``."""
    of_each = months_of(found, registry, "enterprise", now)
    of_whole = of_each if by == "enterprise" else months_of(found, registry, by, now)
    return yearly_of_months(
        of_whole, of_each, registry, by, now, since=since, until=until, code=code
    )


def yearly_of_months(
    of_whole: pd.DataFrame,
    of_each: pd.DataFrame,
    registry: Registry,
    by: By,
    now: datetime,
    *,
    since: int,
    until: int,
    code: str | None = None,
) -> pd.DataFrame:
    """``yearly`` of the months of the codes, and of all their enterprises (ledger.monthly)."""
    this_year = now.astimezone(registry.zone).year
    accounts = YearlyRows(registry, by, of_whole, of_each, this_year)
    rows = [row for one in accounts.codes(code) for row in accounts.rows(one, since, until)]
    return _typed(pd.DataFrame(rows, columns=[by, *COLUMNS]))


def first_year(books: Books, registry: Registry) -> int:
    """The first year of the park's time of which anything is entered, recorded or metered."""
    years = {books.now().astimezone(registry.zone).year, *entered(registry).years()}
    years |= {int(one.period[:4]) for one in registry.activity_records if one.counts}
    keys = list(registry.meter_by_key)
    used = books.store.usage(keys, every="year", zone=registry.zone)["period"].to_pandas()
    if len(used):
        years.add(used.min().astimezone(registry.zone).year)
    return min(years)


def _typed(table: pd.DataFrame) -> pd.DataFrame:
    texts = table.columns.difference([*NUMBERS, "year", "months_known", "output_months"])
    table = none_where_unknown(table, texts)
    table = table.astype(dict.fromkeys(NUMBERS, np.float64))
    return table.astype({"year": np.int64, "months_known": np.int64, "output_months": "Int64"})
