"""Yearly energy and emissions by enterprise and carrier: what decompositions are made of."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ledger.books import Books
from ledger.monthly import FIGURES, By, months_of, whose
from ledger.totals import totals
from ledger.yearly import months_since
from ledger.years.entered import Entered, entered
from ledger.years.metered_years import MeteredYears
from ledger.years.yearly_output import OUTPUT, YearlyOutput
from ledger.years.yearly_rows import IMPORTED, METERED, RUNNING
from models.registry import Registry

COLUMNS = [
    "enterprise", "cluster", "year", "carrier", "energy_tce_calorific", "energy_tce_equivalent",
    "co2e_t", "output_1e4_yuan", "price_basis", "origin",
]  # fmt: skip


def yearly_carriers(books: Books, *, first: int, last: int, within: By = "park") -> pd.DataFrame:
    """COLUMNS of the years ``first`` to ``last`` up to now, ordered by enterprise, year, carrier.

    Energy in tce, emissions in t CO2e of scopes 1 and 2 (by location), output in 10^4 yuan of the
    enterprise, the same in each of its rows. ``origin`` is that of ledger.yearly: a year that is
    metered whole (or ``running``) from the inventory, else what was entered with the carrier as
    item; years of neither have no row. What stays inside the boundary ``within`` is left out of
    metered years as in ledger.totals (``enterprise``: nothing is), so that their sum is that of the
    park or of the cluster; entered figures are taken as they are.
    """
    registry = books.registry()
    this_year = books.now().astimezone(registry.zone).year
    last = min(last, this_year)
    found = months_since(books, first, last)
    if found is None:
        return _typed(pd.DataFrame(columns=COLUMNS))
    months = months_of(found, registry, "enterprise", books.now())
    meters = MeteredYears(months, registry, entered(registry))
    years = meters.of
    origins = {
        key: RUNNING if key[1] == this_year else METERED
        for key, one in years.items()
        if (one.months if key[1] == this_year else meters.whole(*key))
    }
    if within != "enterprise":
        found = found.outside(whose(registry, within))
    metered = totals(found, ["start", "enterprise", "carrier"])
    metered["year"] = (
        pd.to_datetime(metered["start"], utc=True).dt.tz_convert(registry.zone).dt.year
    )
    sums = metered.groupby(["enterprise", "year", "carrier"])[FIGURES].sum(min_count=1)
    sums = sums.dropna(how="all").reset_index()
    pairs = zip(sums["enterprise"], sums["year"], strict=True)
    sums["origin"] = [origins.get((str(one), int(year))) for one, year in pairs]
    sums = sums[sums["origin"].notna()]
    rest = pd.DataFrame(
        _entered_rows(registry, entered(registry), set(origins), first, last),
        columns=["enterprise", "year", "carrier", *FIGURES, "origin"],
    )
    frames = [one for one in (sums, rest) if len(one)]
    table = pd.concat(frames, ignore_index=True) if frames else rest
    table["cluster"] = table["enterprise"].map({o.code: o.cluster for o in registry.enterprises})
    money = YearlyOutput(registry, entered(registry))
    outputs = {
        key: money.of("enterprise", *key, (), OUTPUT)
        if origins.get(key) != RUNNING else years[key].output
        for key in set(zip(table["enterprise"], table["year"], strict=True))
    }  # fmt: skip
    keys = list(zip(table["enterprise"], table["year"], strict=True))
    table["output_1e4_yuan"] = [outputs[key].value for key in keys]
    table["price_basis"] = [outputs[key].basis for key in keys]
    return _typed(table.sort_values(["enterprise", "year", "carrier"], ignore_index=True)[COLUMNS])


def _entered_rows(
    registry: Registry, figures: Entered, metered: set[tuple[str, int]], first: int, last: int
) -> list[list[object]]:
    rows: list[list[object]] = []
    for one in registry.enterprises:
        for year in sorted(figures.years("enterprise", one.code)):
            if not first <= year <= last or (one.code, year) in metered:
                continue
            by_name = {name: figures.items("enterprise", one.code, year, name) for name in FIGURES}
            for carrier in sorted({item for of in by_name.values() for item in of}):
                values = [of[carrier].value if carrier in of else None for of in by_name.values()]
                rows.append([one.code, year, carrier, *values, IMPORTED])
    return rows


def _typed(table: pd.DataFrame) -> pd.DataFrame:
    numbers = [*FIGURES, "output_1e4_yuan"]
    return table.astype(dict.fromkeys(numbers, np.float64)).astype({"year": np.int64})
