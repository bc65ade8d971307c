"""Exceedances: means beyond their limit, once their averaging period is complete.

Waste gas is judged at its reference oxygen, waste water by flow-weighted means; by the permit where
it bounds the pollutant, else by the standards of the outlet's classes. Annual amounts are
``ledger.budgets``'s, stations ``ledger.ambient``'s.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta

import numpy as np
import pandas as pd

from ledger.books import Books
from ledger.discharges import outlets_hours
from ledger.discharging.bounds import limits
from ledger.discharging.channel_hours import WHOLE_HOUR_MIN
from ledger.discharging.judged import COLUMNS, ROW, beyond
from ledger.discharging.layouts import layouts
from ledger.discharging.outlet_hours import OutletHours
from ledger.instants import microseconds
from models.periods import HOUR_US, Every, next_start, period_start, to_us
from models.registry.points import OUTLET_MEDIA

__all__ = ["COLUMNS", "exceedances", "judged_outlets"]

JUDGED: tuple[Every, ...] = ("hour", "day", "month", "year")
_ORDER = ["start", "enterprise", "point", "pollutant", "averaging", "limit"]


def exceedances(
    books: Books,
    *,
    start: datetime,
    end: datetime,
    enterprise: str | None = None,
    point: str | None = None,
    pollutant: str | None = None,
) -> pd.DataFrame:
    """COLUMNS of the complete periods that meet [start, end), in time.

    A period is complete when every minute of its last hour is known, or when a reading that could
    end it is overdue: a minute interval of its point after its end. ``value`` and ``limit`` are in
    ``unit``; ``times`` is how far beyond, value / limit - 1 (超标倍数), null of a least value.
    ``excused`` names the declared states (start_up, shut_down, calibration, maintenance) without
    whose hours nothing would be beyond.
    """
    parts = []
    wanted = judged_outlets(books, enterprise=enterprise, point=point, pollutant=pollutant)
    for every, places in wanted.items():
        since, until = _whole(books, every, start, end)
        for asked, _, hours in outlets_hours(
            books, start=since, end=until, pollutant=pollutant, places=places
        ):
            found = beyond(asked.registry, hours, every)
            if len(found):
                parts.append(found[_complete(books, hours, found)])
    return in_order(parts, COLUMNS)


def judged_outlets(
    books: Books,
    *,
    enterprise: str | None = None,
    point: str | None = None,
    pollutant: str | None = None,
) -> dict[Every, set[tuple[str, str]]]:
    """By averaging period the outlets that a limit judges by it."""
    registry = books.registry()
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for one in layouts(registry, OUTLET_MEDIA, enterprise=enterprise, point=point):
        for code in one.pollutants:
            if pollutant in (None, code):
                for limit in limits(registry, one.point, code):
                    found[limit.averaging].add(one.place)
    return {every: found[every] for every in JUDGED if every in found}


def in_order(parts: list[pd.DataFrame], columns: list[str]) -> pd.DataFrame:
    """The rows of the parts in time, with these columns."""
    some = [one[columns] for one in parts if len(one)]
    if not some:
        return pd.DataFrame(columns=columns)
    return pd.concat(some).sort_values(_ORDER, kind="stable", ignore_index=True)


def _whole(books: Books, every: Every, start: datetime, end: datetime) -> tuple[datetime, datetime]:
    """From the start of the period that holds ``start`` to the end of the last before ``end``."""
    zone = books.registry().zone
    last = period_start(max(end - timedelta(microseconds=1), start), every, zone)
    return period_start(start, every, zone), next_start(last, every, zone)


def _complete(books: Books, hours: OutletHours, found: pd.DataFrame) -> np.ndarray:
    until = microseconds(found["until"])
    row = found[ROW].to_numpy(dtype=np.intp)
    grace_s = np.array([one.minute_interval_s for one in hours.points])[row]
    overdue = until + grace_s * 1_000_000 <= to_us(books.now())
    last = until // HOUR_US - 1 - hours.grid.first
    there = last < hours.grid.count
    minutes = hours.minutes[row, np.minimum(last, hours.grid.count - 1)]
    complete: np.ndarray = overdue | (there & (minutes >= WHOLE_HOUR_MIN))
    return complete
