"""Readings of one meter as they were stored."""

from __future__ import annotations

from datetime import datetime

import pandas as pd
import pyarrow as pa

from ledger.books import Books
from models.readings import Quality, Source

COLUMNS = ["ts", "value", "unit", "quality", "source", "received", "batch"]


def decoded(table: pa.Table) -> pd.DataFrame:
    """READINGS as a frame with quality and source by name."""
    frame: pd.DataFrame = table.to_pandas()
    frame["quality"] = frame["quality"].map({int(q): q.name.lower() for q in Quality})
    frame["source"] = frame["source"].map({int(s): s.name.lower() for s in Source})
    return frame


def readings(
    books: Books,
    *,
    enterprise: str,
    meter: str,
    start: datetime | None = None,
    end: datetime | None = None,
    as_of: datetime | None = None,
    every_row: bool = False,
    instants: int | None = None,
) -> pd.DataFrame:
    """Readings with start <= ts < end, values in the meter's unit without its multiplier.

    One row for each time, as known at ``as_of``; ``every_row`` gives all that were ever stored;
    ``instants`` only those of the first so many times.
    Raises KeyError with (enterprise, meter) where there is no such meter.
    """
    registry = books.registry()
    key = registry.key_of[enterprise, meter]
    table = books.store.readings(
        [key], start, end, as_of=as_of, every_row=every_row, instants=instants
    )
    frame = decoded(table)
    frame["unit"] = registry.meter_by_key[key].unit
    return frame[COLUMNS]
