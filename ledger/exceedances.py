"""Exceedances: means beyond their limit, once their averaging period is complete.

Waste gas is judged at its reference oxygen, waste water by flow-weighted means; by the permit where
it bounds the pollutant, else by the standards of the point's classes. Stations are judged too:
sound by day and night, ozone by 8 hours. Annual amounts are ``ledger.budgets``'s.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
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
from ledger.discharging.station_hours import STATION_MEDIA, stations_hours
from ledger.discharging.station_means import SOUND
from ledger.instants import microseconds
from models.periods import HOUR_US, Every, next_start, period_start, to_us
from models.registry.points import OUTLET_MEDIA, Medium

__all__ = ["COLUMNS", "exceedances", "judged_outlets"]

# A night begins at 22:00 of the day before and ends at 06:00.
NIGHT_BEFORE, NIGHT_AFTER = timedelta(hours=2), timedelta(hours=6)
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
    places: Collection[tuple[str, str]] | None = None,
) -> pd.DataFrame:
    """COLUMNS of the complete periods that meet [start, end), in time; of all points that fit, or
    of those of ``places`` (enterprise and point).

    A period is complete when every minute of its last hour is known, or when a reading that could
    end it is overdue: a minute interval of its point after its end. ``value`` and ``limit`` are in
    ``unit``; ``times`` is how far beyond, value / limit - 1 (超标倍数), null of
    least values, pH and sound.
    ``excused`` names the declared states (start_up, shut_down, calibration, maintenance) without
    whose hours nothing would be beyond.
    """
    parts = []
    which = {"enterprise": enterprise, "point": point, "pollutant": pollutant}
    for media, hours_of in ((OUTLET_MEDIA, outlets_hours), (STATION_MEDIA, stations_hours)):
        for averaging, limited in judged(books, media, **which).items():
            meant = limited if places is None else limited.intersection(places)
            span = _whole(books, averaging, start, end)
            if span is None or not meant:
                continue
            for asked, _, hours in hours_of(
                books, start=span[0], end=span[1], pollutant=pollutant, places=meant
            ):
                found = beyond(asked.registry, hours, averaging)
                if len(found):
                    parts.append(found[_complete(books, hours, found)])
    return in_order(parts, COLUMNS)


def judged(
    books: Books,
    media: Collection[Medium],
    *,
    enterprise: str | None = None,
    point: str | None = None,
    pollutant: str | None = None,
) -> dict[str, set[tuple[str, str]]]:
    """By averaging the points of these media that a limit judges by it."""
    registry = books.registry()
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for one in layouts(registry, media, enterprise=enterprise, point=point):
        for code in one.pollutants:
            if pollutant in (None, code):
                for limit in limits(registry, one.point, code):
                    found[limit.averaging].add(one.place)
    return dict(found)


def judged_outlets(
    books: Books,
    *,
    enterprise: str | None = None,
    point: str | None = None,
    pollutant: str | None = None,
) -> dict[Every, set[tuple[str, str]]]:
    """By averaging period the outlets that a limit judges by it."""
    found = judged(books, OUTLET_MEDIA, enterprise=enterprise, point=point, pollutant=pollutant)
    return {every: found[every] for every in JUDGED if every in found}


def in_order(parts: list[pd.DataFrame], columns: list[str]) -> pd.DataFrame:
    """The rows of the parts in time, with these columns."""
    some = [one[columns] for one in parts if len(one)]
    if not some:
        return pd.DataFrame(columns=columns)
    return pd.concat(some).sort_values(_ORDER, kind="stable", ignore_index=True)


def _whole(
    books: Books, averaging: str, start: datetime, end: datetime
) -> tuple[datetime, datetime] | None:
    """From the start of the period that holds ``start`` to the end of the last before ``end`` that
    can be complete; None where none can. Of sound the days with the nights around them.
    """
    zone, now = books.registry().zone, books.now()
    every: Every = averaging if averaging in JUDGED else "day"
    first = period_start(start, every, zone)
    last = period_start(max(end - timedelta(microseconds=1), start), every, zone)
    until = next_start(last, every, zone)
    if averaging in SOUND:
        return first - NIGHT_BEFORE, until + NIGHT_AFTER
    # A clock may be ahead of ours by minutes, so that an hour is complete before it is over.
    while until > now + timedelta(hours=1):
        until = last
        if until <= first:
            return None
        last = period_start(until - timedelta(microseconds=1), every, zone)
    return first, until


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
