"""How well outlets are monitored: transmission and validity of their hours, by quarter."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from operator import itemgetter

import numpy as np
import pandas as pd

from ledger.books import Books
from ledger.discharges import grid_of, outlets_hours
from ledger.discharging.outlet_hours import OutletHours
from ledger.discharging.stand_ins import quarters
from ledger.instants import instants
from models.environment.rates import (
    CAPTURE_RATE_MIN,
    capture_rate,
    transmission_rate,
    validity_rate,
)
from models.periods import HOUR_US, from_us
from models.registry import Registry

COLUMNS = [
    "quarter", "start", "enterprise", "point", "medium", "pollutants", "hours", "stopped_hours",
    "received_hours", "valid_hours", "transmission_rate", "validity_rate", "effective_rate",
    "capture_rate", "quarter_valid",
]  # fmt: skip


def monitoring_rates(
    books: Books,
    *,
    start: datetime,
    end: datetime,
    enterprise: str | None = None,
    point: str | None = None,
) -> pd.DataFrame:
    """COLUMNS of every outlet and calendar quarter that meets [start, end), up to now.

    Counted are the hours of all its ``pollutants`` together, stopped ones apart.
    ``transmission_rate`` = received / owed, ``validity_rate`` = valid / received, and
    ``effective_rate`` their product (传输有效率), which enterprises are assessed by.
    ``capture_rate`` (HJ 75: valid / owed) is the least of the pollutants'; ``quarter_valid`` tells
    whether it is 75 % or more.
    """
    registry = books.registry()
    spans = quarters(grid_of(books, start, end), registry.zone)
    if not spans:
        return pd.DataFrame(columns=COLUMNS)
    first, last = from_us(spans[0][0] * HOUR_US), from_us(spans[-1][1] * HOUR_US)
    rows = [
        row
        for _, _, hours in outlets_hours(
            books, start=first, end=last, enterprise=enterprise, point=point
        )
        for since, until in spans
        for row in _rows(registry, hours.part(since, until), since)
    ]
    table = pd.DataFrame(rows, columns=COLUMNS)
    table["start"] = pd.to_datetime(table["start"], utc=True).astype("datetime64[us, UTC]")
    return table.sort_values(["start", "enterprise", "point"], ignore_index=True)


def _rows(registry: Registry, hours: OutletHours, since: int) -> Iterator[dict[str, object]]:
    """One quarter of the points."""
    if not hours.grid.count:
        return
    begin = instants(np.array([since * HOUR_US]))[0]
    local = begin.tz_convert(registry.zone)
    owed = hours.owed
    # Any value tells that the link stood, valid or not.
    received = owed & ((hours.minutes > 0) | (hours.mark > 0) | hours.valid)
    valid = owed & hours.valid
    all_one = np.zeros(hours.grid.count, dtype=np.intp)
    captured = capture_rate(valid, owed, all_one)[:, 0]
    places = enumerate(zip(hours.points, hours.pollutants, strict=True))
    keyed = [(one.enterprise, one.code, one.medium.value, row) for row, (one, _) in places]
    for (enterprise, point, medium), of_point in groupby(keyed, key=itemgetter(0, 1, 2)):
        rows = [one[3] for one in of_point]
        if not hours.inside[rows].any():
            continue
        # One row of all pollutants' hours, so that each rate is one quotient.
        flat = [one[rows].reshape(1, -1) for one in (owed, received, valid)]
        period = np.zeros(flat[0].shape[1], dtype=np.intp)
        transmitted = transmission_rate(flat[1], flat[0], period)[0, 0]
        good = validity_rate(flat[2], flat[1], period)[0, 0]
        known = captured[rows][~np.isnan(captured[rows])]
        least = float(known.min()) if len(known) else np.nan
        yield {
            "quarter": f"{local.year}-Q{(local.month - 1) // 3 + 1}",
            "start": begin,
            "enterprise": enterprise,
            "point": point,
            "medium": medium,
            "pollutants": len(rows),
            "hours": int(hours.inside[rows].sum()),
            "stopped_hours": int(hours.stopped[rows].sum()),
            "received_hours": int(flat[1].sum()),
            "valid_hours": int(flat[2].sum()),
            "transmission_rate": transmitted,
            "validity_rate": good,
            "effective_rate": transmitted * good,
            "capture_rate": least,
            "quarter_valid": None if np.isnan(least) else bool(least >= CAPTURE_RATE_MIN),
        }
