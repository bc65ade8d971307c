"""Monthly accounts of energy, emissions and output: what years and nowcasts are made of."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Literal

import numpy as np
import pandas as pd

from ledger.books import Books
from ledger.inventory import Inventory, inventory
from ledger.totals import totals
from ledger.years.entered import preferred
from models.periods import local_start, next_start, parse_period
from models.registry import Registry
from models.senders.rules import RULES

By = Literal["enterprise", "cluster", "park"]

FIGURES = ["co2e_t", "energy_tce_equivalent", "energy_tce_calorific"]
# The share of a span's hours that must be known for it to pass for the whole: what is asked of the
# data of key energy users (models/reference/sender_rules.csv, completeness_min).
COVERED = RULES.completeness_min


def columns(by: By) -> list[str]:
    """Columns of ``monthly``."""
    return [by, "year", "month", "start", *FIGURES, "output_1e4_yuan", "price_basis", "coverage",
            "estimated_share", "covered_h", "hours_h", "complete", "output_by_basis"]  # fmt: skip


def monthly(
    books: Books, *, by: By, first: int, last: int, code: str | None = None
) -> pd.DataFrame:
    """Emissions of scopes 1 and 2 (t CO2e, by location), energy (tce, both values) and output
    (10^4 yuan) of each month of the years ``first`` to ``last`` up to now, of everyone or of one
    ``code``; ordered by code and month.

    ``start`` is UTC, ``month`` 1 to 12 of the park's time. A month without anything metered or
    recorded is there with null figures where a meter was to cover it, else not at all. ``coverage``
    is the share of the month's hours so far that readings cover, null of records alone; a month is
    ``complete`` where it is over, its emissions are known and at least 90 % of its hours are
    covered. Output of a cluster or the park is that of all who have accounts in the month, of one
    price basis; null where one of them has none. ``output_by_basis`` has it at all prices that are
    known, of which the preferred ones come first.
    """
    registry = books.registry()
    begin = local_start(date(first, 1, 1), registry.zone)
    end = min(local_start(date(last + 1, 1, 1), registry.zone), books.now())
    if begin >= end:
        return _typed(pd.DataFrame(columns=columns(by)))
    found = inventory(
        books, every="month", start=begin, end=end, enterprises=members(registry, by, code)
    )
    return months_of(found, registry, by, books.now())


def members(registry: Registry, by: By, code: str | None) -> frozenset[str] | None:
    """Codes of the enterprises behind one ``code``; None for all."""
    if code is None or by == "park":
        return None
    return frozenset(one for one, of in whose(registry, by).items() if of == code)


def whose(registry: Registry, by: By) -> dict[str, str]:
    """Of every enterprise the code that it counts for."""
    of: Mapping[str, str] = {one.code: one.cluster for one in registry.enterprises}
    if by == "cluster":
        return dict(of)
    return {one: one if by == "enterprise" else registry.park.code for one in of}


def months_of(found: Inventory, registry: Registry, by: By, now: datetime) -> pd.DataFrame:
    """``monthly`` of an inventory by month."""
    if by == "cluster":
        found = found.with_clusters(registry)
    keys = ["start"] if by == "park" else ["start", by]
    sums, hours = totals(found, keys), found.hours_of_sums
    hours = hours.groupby(keys, dropna=False)[["covered_h", "hours_h"]].sum().reset_index()
    for frame in (sums, hours):
        frame["start"] = pd.to_datetime(frame["start"], utc=True).astype("datetime64[us, UTC]")
    table = sums.drop(columns="coverage").merge(hours, how="outer", on=keys)
    if by == "park":
        table["park"] = registry.park.code
    owed = table["hours_h"].where(table["hours_h"] > 0)
    table["coverage"] = table["covered_h"] / owed
    local = table["start"].dt.tz_convert(registry.zone)
    table["year"], table["month"] = local.dt.year, local.dt.month
    ends = {at: next_start(at.to_pydatetime(), "month", registry.zone)
            for at in table["start"].drop_duplicates()}  # fmt: skip
    over = table["start"].map(ends).le(now) if len(table) else pd.Series(dtype=bool)
    covered = table["coverage"].isna() | (table["coverage"] >= COVERED)
    table["complete"] = over & covered & table["co2e_t"].notna()
    _add_output(table, _who_has_accounts(found, registry, by), registry, by)
    return _typed(table[columns(by)].sort_values([by, "start"], ignore_index=True))


def _who_has_accounts(found: Inventory, registry: Registry, by: By) -> dict[object, set[str]]:
    """Codes of the enterprises with rows, by month (UTC start) and code of ``by``."""
    pairs = found.rows[["start", "enterprise"]].drop_duplicates()
    starts = pd.to_datetime(pairs["start"], utc=True).tolist()
    of = whose(registry, by)
    sets: dict[object, set[str]] = {}
    for start, enterprise in zip(starts, pairs["enterprise"].tolist(), strict=True):
        sets.setdefault((start, of[enterprise]), set()).add(enterprise)
    return sets


def _add_output(
    table: pd.DataFrame, present: Mapping[object, set[str]], registry: Registry, by: By
) -> None:
    outputs: dict[tuple[datetime, str], dict[str | None, float]] = {}
    for one in registry.outputs:
        begin, until = parse_period(one.period, registry.zone)
        if next_start(begin, "month", registry.zone) == until:
            outputs.setdefault((begin, one.enterprise), {})[one.price_basis] = one.output_1e4_yuan
    found: list[dict[str | None, float]] = []
    starts = table["start"].tolist()
    of_start = {start: start.to_pydatetime() for start in set(starts)}
    for start, code in zip(starts, table[by].tolist(), strict=True):
        at = of_start[start]
        who = present.get((start, code), set())
        found.append(summed_output([outputs.get((at, one), {}) for one in sorted(who)]))
    firsts = [next(iter(one.items()), (None, np.nan)) for one in found]
    table["output_1e4_yuan"] = np.array([value for _, value in firsts], dtype=np.float64)
    for name, values in (("price_basis", [basis for basis, _ in firsts]),
                         ("output_by_basis", found)):  # fmt: skip
        table[name] = pd.Series(values, dtype=object, index=table.index)


def summed_output(of_each: list[dict[str | None, float]]) -> dict[str | None, float]:
    """The sum of outputs by the prices that all of them have, preferred ones first."""
    if not of_each:
        return {}
    shared = set(of_each[0]).intersection(*of_each[1:])
    return {basis: sum(one[basis] for one in of_each) for basis in preferred(shared)}


def _typed(table: pd.DataFrame) -> pd.DataFrame:
    numbers = [*FIGURES, "output_1e4_yuan", "coverage", "estimated_share", "covered_h", "hours_h"]
    table = table.astype(dict.fromkeys(numbers, np.float64))
    table["start"] = pd.to_datetime(table["start"], utc=True).astype("datetime64[us, UTC]")
    return table.astype({"year": np.int64, "month": np.int64, "complete": bool})
