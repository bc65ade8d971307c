"""Usage by meter and period: the amounts that everything else is computed from."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pandas as pd

from ledger.books import Books, select_meters
from models.periods import Every, hours_within, label

COLUMNS = [
    "enterprise", "meter", "quantity", "period", "start", "amount", "unit",
    "estimated", "coverage", "mean", "min", "max", "n",
]  # fmt: skip


def usage(
    books: Books,
    *,
    enterprise: str | None = None,
    meter: str | None = None,
    quantity: str | None = None,
    every: Every = "day",
    start: datetime | None = None,
    end: datetime | None = None,
) -> pd.DataFrame:
    """Usage of every meter that fits, by period of the park's time, ordered by meter and time.

    ``amount`` and ``estimated`` are in ``unit`` (null where unknown, and for levels); ``coverage``
    is the share of the period's hours up to ``end`` or now, the earlier, that readings cover.
    """
    registry = books.registry()
    meters = select_meters(registry, enterprise=enterprise, meter=meter, quantity=quantity)
    table = books.store.usage(
        [one.key for one in meters], start, end, every=every, zone=registry.zone
    )
    frame: pd.DataFrame = table.to_pandas()
    by_key = {one.key: one for one in meters}
    keys = frame["meter_key"]
    frame["enterprise"] = keys.map({key: one.enterprise for key, one in by_key.items()})
    frame["meter"] = keys.map({key: one.code for key, one in by_key.items()})
    frame["quantity"] = keys.map({key: one.quantity for key, one in by_key.items()})
    frame["unit"] = keys.map({key: one.usage_unit for key, one in by_key.items()})
    frame["start"] = frame["period"]
    periods = list(frame["period"].drop_duplicates())
    until = min(end, books.now()) if end is not None else books.now()
    hours = hours_within([p.to_pydatetime() for p in periods], every, registry.zone, start, until)
    frame["coverage"] = np.minimum(
        frame["covered_h"] / frame["period"].map(dict(zip(periods, hours, strict=True))), 1.0
    )
    frame["period"] = frame["period"].map(
        {p: label(p.to_pydatetime(), every, registry.zone) for p in periods}
    )
    return frame[COLUMNS]
