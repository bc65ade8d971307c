"""What the usage arithmetic noticed: resets, rollovers, exchanges, false and implausible values."""

from __future__ import annotations

from datetime import datetime

import pandas as pd

from ledger.books import Books, select_meters

COLUMNS = ["ts", "enterprise", "meter", "quantity", "kind", "detail"]


def findings(
    books: Books,
    *,
    enterprise: str | None = None,
    meter: str | None = None,
    start: datetime | None = None,
    end: datetime | None = None,
    limit: int | None = None,
) -> pd.DataFrame:
    """Findings with start <= ts < end of the meters that fit, newest first."""
    meters = select_meters(books.registry(), enterprise=enterprise, meter=meter)
    keys = [one.key for one in meters]
    frame: pd.DataFrame = books.store.findings(keys, start, end, limit=limit).to_pandas()
    for name, values in {
        "enterprise": {one.key: one.enterprise for one in meters},
        "meter": {one.key: one.code for one in meters},
        "quantity": {one.key: one.quantity for one in meters},
    }.items():
        frame[name] = frame["meter_key"].map(values)
    return frame[COLUMNS]
