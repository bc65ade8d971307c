"""The main pollutants whose total amounts are controlled, and masses by enterprise and period."""

from __future__ import annotations

from datetime import datetime

import pandas as pd

from ledger.books import Books
from ledger.discharges import discharges
from ledger.discharging.before_watched import hours_before_watched
from models.periods import Every

# The 14th five-year plan's main pollutants are COD, ammonia nitrogen, nitrogen oxides and VOCs
# (from memory); VOCs of stacks are measured as non-methane hydrocarbons. Codes of HJ 212-2017.
MAIN = {"cod": "w01018", "nh3n": "w21003", "nox": "a21002", "vocs": "a24088"}
# Those that are told besides.
WATCHED = MAIN | {"so2": "a21026", "pm": "a34013", "tn": "w21001", "tp": "w21011"}


def masses(
    books: Books,
    *,
    every: Every,
    start: datetime,
    end: datetime,
    enterprise: str | None = None,
) -> pd.DataFrame:
    """Masses of WATCHED of whole enterprises: period, start, enterprise, indicator, mass_kg,
    substituted_kg, known_hours, owed_hours, of all its ``outlets`` (enterprise/point, joined by |)
    that measure it. Hours of a period before an outlet was watched are owed and unknown.

    Null where no hour of any outlet is known.
    """
    found = discharges(books, every=every, start=start, end=end, enterprise=enterprise)
    found["indicator"] = found["pollutant"].map({code: name for name, code in WATCHED.items()})
    found = found[found["indicator"].notna()]
    registry = books.registry()
    names = ("enterprise", "point", "pollutant", "start")
    before = [
        hours_before_watched(registry, (code, point), pollutant, begin.to_pydatetime(), end)
        for code, point, pollutant, begin in zip(*(found[name] for name in names), strict=True)
    ]
    found = found.assign(
        known_hours=found["known_hours"] - found["stopped_hours"],
        owed_hours=found["hours"] - found["stopped_hours"] + before,
        outlets=found["enterprise"] + "/" + found["point"],
    )
    keys = ["start", "period", "enterprise", "indicator"]
    sums: pd.DataFrame = (
        found.groupby(keys, sort=True)
        .agg(
            mass_kg=("mass_kg", lambda one: one.sum(min_count=1)),
            substituted_kg=("substituted_kg", lambda one: one.sum(min_count=1)),
            known_hours=("known_hours", "sum"),
            owed_hours=("owed_hours", "sum"),
            outlets=("outlets", joined),
        )
        .reset_index()
    )
    return sums


def joined(outlets: pd.Series) -> str:
    """All the outlets of several rows, joined by ``|``."""
    return "|".join(sorted({one for some in outlets for one in some.split("|")}))
