"""Pollutants and greenhouse gases of each enterprise, side by side: what is cut together."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pandas as pd

from ledger.books import Books
from ledger.inventory import inventory
from ledger.main_pollutants import WATCHED, masses
from ledger.totals import totals
from models.periods import Every, label

MASSES = [f"{name}_kg" for name in WATCHED]
COLUMNS = [
    "period", "start", "enterprise", "co2e_t", "energy_tce_calorific", "energy_tce_equivalent",
    *MASSES, "coverage", "known_share",
]  # fmt: skip

_ENERGY = ["co2e_t", "energy_tce_calorific", "energy_tce_equivalent", "coverage"]


def side_by_side(
    books: Books,
    *,
    every: Every,
    start: datetime,
    end: datetime,
    enterprise: str | None = None,
) -> pd.DataFrame:
    """COLUMNS, one row a period and enterprise of which anything is known.

    ``co2e_t`` (scopes 1 and 2 by location) and energy are the inventory's (ledger.totals) with
    their ``coverage``; masses are those of the outlets (ledger.discharges), ``known_share`` of
    whose hours is known. What an enterprise has no outlet for is null.
    """
    registry = books.registry()
    keys = ["start", "enterprise"]
    found = masses(books, every=every, start=start, end=end, enterprise=enterprise)
    of = found.set_index(keys)
    wide = pd.DataFrame(
        {f"{name}_kg": of.loc[of["indicator"] == name, "mass_kg"] for name in WATCHED}
    )
    hours = found.groupby(keys)[["known_hours", "owed_hours"]].sum()
    wide["known_share"] = hours["known_hours"] / hours["owed_hours"].where(hours["owed_hours"] > 0)
    accounts = inventory(
        books, every=every, start=start, end=end,
        enterprises=None if enterprise is None else [enterprise],
    )  # fmt: skip
    figures = totals(accounts, keys).set_index(keys)[_ENERGY]
    table = figures.join(wide, how="outer").reset_index()
    table["start"] = pd.to_datetime(table["start"], utc=True).astype("datetime64[us, UTC]")
    names = {at: label(at.to_pydatetime(), every, registry.zone) for at in table["start"].unique()}
    table["period"] = table["start"].map(names)
    numbers = [*_ENERGY, *MASSES, "known_share"]
    table[numbers] = table[numbers].astype(np.float64)
    return table[COLUMNS].sort_values(keys, ignore_index=True)
