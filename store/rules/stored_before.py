"""Readings that come again, against what is stored of their meter and time."""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from models.periods import from_us
from models.readings import Source
from store.hour_ranges import Ints, ints
from store.interface import Store

DAY_US = 86_400_000_000
DAYS_AT_ONCE = 31  # bounds what is read at once


class Standing(IntEnum):
    """How a reading that comes again stands to what is stored."""

    NEW = 0  # nothing of its meter and time was received since
    STORED = 1  # the same value and quality held when it came, or was received since
    SUPERSEDED = 2  # another value of its meter and time was received later


def stored_before(
    store: Store,
    readings: pa.Table,
    received_us: Ints,
    came_us: Callable[[list[int]], dict[int, int]] = lambda _batches: {},
) -> npt.NDArray[np.int64]:
    """Standing of each reading (NEW_READINGS); ``received_us`` is when each had first come.

    Looks at every row of its meter and time, also at those that hold no more, but for corrections:
    these hold over whatever comes, and whoever undoes one needs what lies under it. Reads whole UTC
    days of the meters concerned, some days at a time. Of batches that are replays themselves
    ``came_us`` tells when what is in them had first come, at the latest.
    """
    standing = np.full(readings.num_rows, int(Standing.NEW), dtype=np.int64)
    day = ints(readings["ts"]) // DAY_US
    for days in spans(np.unique(day)):
        rows = np.flatnonzero((day >= days.start) & (day < days.stop))
        some = readings.take(pa.array(rows))
        stored = store.readings(
            np.unique(ints(some["meter_key"])).tolist(),
            from_us(days.start * DAY_US),
            from_us(days.stop * DAY_US),
            every_row=True,
        )
        standing[rows] = _compared(some, received_us[rows], stored, came_us)
    return standing


def spans(days: Ints) -> list[range]:
    """Runs of days that follow each other, none longer than DAYS_AT_ONCE."""
    spans: list[range] = []
    for day in days.tolist():
        last = spans[-1] if spans else range(0)
        if spans and day == last.stop and len(last) < DAYS_AT_ONCE:
            spans[-1] = range(last.start, day + 1)
        else:
            spans.append(range(day, day + 1))
    return spans


def _compared(
    readings: pa.Table,
    received_us: Ints,
    stored: pa.Table,
    came_us: Callable[[list[int]], dict[int, int]],
) -> npt.NDArray[np.int64]:
    left = readings.select(["meter_key", "ts", "value", "quality"]).to_pandas()
    left["came"] = received_us
    left["place"] = np.arange(len(left))
    right = stored.select(["meter_key", "ts", "value", "quality", "batch"]).to_pandas()
    right["received"] = ints(stored["received"])
    right = right[ints(stored["source"]) != int(Source.CORRECTION)]
    both = left.merge(right, on=["meter_key", "ts"], suffixes=("", "_stored"))
    same = (both["value"] == both["value_stored"]) & (both["quality"] == both["quality_stored"])
    since = same & (both["received"] >= both["came"])
    other = ~same & (both["received"] > both["came"])
    if other.any():
        came = both["batch"].map(came_us(both.loc[other, "batch"].unique().tolist()))
        both["received"] = came.where(other & came.notna(), both["received"])
        other = ~same & (both["received"] > both["came"])
    # Rows stand in the order in which they hold: the last one before it came held then.
    held = both[both["received"] <= both["came"]].drop_duplicates("place", keep="last")
    standing = np.full(len(left), int(Standing.NEW), dtype=np.int64)
    standing[held.loc[same[held.index], "place"].to_numpy()] = Standing.STORED
    standing[both.loc[other, "place"].to_numpy()] = Standing.SUPERSEDED
    standing[both.loc[since, "place"].to_numpy()] = Standing.STORED
    return standing
