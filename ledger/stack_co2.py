"""Carbon dioxide as stacks measure it, beside what the inventory computes."""

from __future__ import annotations

from datetime import datetime

import pandas as pd

from ledger.books import Books
from ledger.discharges import discharges
from ledger.inventory import inventory
from models.periods import Every

COLUMNS = [
    "period", "start", "enterprise", "outlets", "stack_co2_t", "known_share", "computed_co2_t",
    "biogenic_co2_t", "difference_t", "difference_share",
]  # fmt: skip
CO2 = "a05001"


def stack_co2(
    books: Books,
    *,
    every: Every,
    start: datetime,
    end: datetime,
    enterprise: str | None = None,
) -> pd.DataFrame:
    """COLUMNS of the enterprises that have an outlet with CO2 (a05001).

    ``stack_co2_t`` = concentration x flow of its ``outlets``, ``known_share`` of whose hours is
    known; nothing stands in for lost hours. ``computed_co2_t`` is the CO2 of scope 1 that the
    inventory computes from fuels and processes, without ``biogenic_co2_t``, which a stack measures
    too: ``difference_t`` = stack - (computed + biogenic). They can only agree where all of the
    enterprise's sources end in these outlets.
    """
    found = discharges(
        books, every=every, start=start, end=end, enterprise=enterprise, pollutant=CO2
    )
    if found.empty:
        return pd.DataFrame(columns=COLUMNS)
    found["known"] = found["known_hours"] - found["stopped_hours"]
    found["owed"] = found["hours"] - found["stopped_hours"]
    keys = ["start", "enterprise"]
    table = found.groupby(keys).agg(
        period=("period", "first"),
        outlets=("point", lambda one: "|".join(sorted(set(one)))),
        stack_co2_t=("mass_kg", lambda one: one.sum(min_count=1) / 1000),
        known=("known", "sum"),
        owed=("owed", "sum"),
    )
    table["known_share"] = table["known"] / table["owed"].where(table["owed"] > 0)
    rows = inventory(
        books, every=every, start=start, end=end, enterprises=set(found["enterprise"])
    ).rows
    direct = rows[(rows["scope"] == 1) & (rows["gas"] == "CO2")]
    computed = direct.groupby(keys)["co2e_t"].sum(min_count=1).rename("computed_co2_t")
    biogenic = rows.groupby(keys)["biogenic_co2_t"].sum(min_count=1)
    table = table.join(computed).join(biogenic).reset_index()
    whole = table["computed_co2_t"] + table["biogenic_co2_t"].fillna(0.0)
    table["difference_t"] = table["stack_co2_t"] - whole
    table["difference_share"] = table["difference_t"] / whole.where(whole > 0)
    return table[COLUMNS]
