"""Reduction of the main pollutants' amounts, year on year."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from ledger.books import Books
from ledger.main_pollutants import MAIN, joined, masses
from models.environment.hj212_codes import hj212_codes
from models.environment.validity import NORMAL_SHARE
from models.periods import local_start

By = Literal["enterprise", "cluster", "park"]

FIGURES = [
    "indicator", "pollutant", "name_zh", "name_en", "until", "mass_kg", "substituted_kg",
    "known_share", "previous_kg", "previous_known_share", "change_kg", "reduction",
    "one_year_only",
]  # fmt: skip


def reduction(books: Books, *, year: int, by: By = "enterprise") -> pd.DataFrame:
    """Columns year, ``by`` (its code) and FIGURES: COD, NH3-N, NOx and VOCs of a year (up to
    the last whole hour) beside the same days of the year before, which end at ``until`` a year
    earlier.

    ``reduction`` = (previous - now) / previous, positive where less is discharged. It is null where
    less than 75 % of either span's hours (``known_share``) is known: an unknown hour is none
    without discharge. ``one_year_only`` names the outlets (enterprise/point, joined by |) that
    measured it in one of the two spans only: what they discharge is in one of the two masses.
    """
    registry = books.registry()
    after, now = local_start(date(year + 1, 1, 1), registry.zone), books.now()
    # Of the hour under way nothing is told yet: the year before ends with the one before it.
    until = min(after, now.replace(minute=0, second=0, microsecond=0))
    spans = {
        "": (local_start(date(year, 1, 1), registry.zone), min(after, now)),
        "previous_": (
            local_start(date(year - 1, 1, 1), registry.zone),
            _year_before(until, registry.zone),
        ),
    }
    whose = {
        "enterprise": {one.code: one.code for one in registry.enterprises},
        "cluster": {one.code: one.cluster for one in registry.enterprises},
        "park": {one.code: registry.park.code for one in registry.enterprises},
    }[by]
    sums = []
    for name, (start, end) in spans.items():
        found = masses(books, every="total", start=start, end=end)
        found = found[found["indicator"].isin(MAIN)]
        found[by] = found["enterprise"].map(whose)
        of = found.groupby([by, "indicator"])
        figures = of[["mass_kg", "substituted_kg"]].sum(min_count=1)
        hours = of[["known_hours", "owed_hours"]].sum()
        owed = hours["owed_hours"].where(hours["owed_hours"] > 0)
        figures["known_share"] = hours["known_hours"] / owed
        figures["outlets"] = of["outlets"].agg(joined)
        sums.append(figures.add_prefix(name))
    table = sums[0].join(sums[1], how="outer").reset_index()
    table = table.rename(columns={"previous_mass_kg": "previous_kg"})
    table["change_kg"] = table["mass_kg"] - table["previous_kg"]
    known = (table[["known_share", "previous_known_share"]] >= NORMAL_SHARE).all(axis=1)
    base = table["previous_kg"].where(known & (table["previous_kg"] > 0))
    table["reduction"] = -table["change_kg"] / base.astype(np.float64)
    both = zip(table["outlets"], table["previous_outlets"], strict=True)
    table["one_year_only"] = [_apart(now, before) for now, before in both]
    table["pollutant"] = table["indicator"].map(MAIN)
    for name in ("name_zh", "name_en"):
        table[name] = [getattr(hj212_codes()[code], name) for code in table["pollutant"]]
    table["year"], table["until"] = year, pd.Timestamp(until).as_unit("us").tz_convert("UTC")
    place = {name: number for number, name in enumerate(MAIN)}
    order = table["indicator"].map(place)
    table = table.assign(order=order).sort_values([by, "order"], ignore_index=True)
    return table[["year", by, *FIGURES]]


def _apart(*outlets: object) -> str | None:
    """Those that are on one of two lists only; a list that is none is empty."""
    now, before = (set(one.split("|")) if isinstance(one, str) else set() for one in outlets)
    return "|".join(sorted(now ^ before)) or None


def _year_before(at: datetime, zone: ZoneInfo) -> datetime:
    """The same local time a year earlier; of 29 February the end of the 28th."""
    local = at.astimezone(zone)
    if (local.month, local.day) == (2, 29):
        return local_start(date(local.year - 1, 3, 1), zone)
    before: datetime = local.replace(year=local.year - 1)
    return before + timedelta(0)
