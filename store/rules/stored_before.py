"""Readings that come again, against what is stored of their meter and time."""

from __future__ import annotations

from enum import IntEnum

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from models.periods import from_us
from store.hour_ranges import Ints, ints
from store.interface import Store

DAY_US = 86_400_000_000
DAYS_AT_ONCE = 31  # bounds what is read at once


class Standing(IntEnum):
    """How a reading that comes again stands to what is stored."""

    NEW = 0  # nothing of its meter and time was received since
    STORED = 1  # the same value and quality is stored already
    SUPERSEDED = 2  # another value of its meter and time was received later


def stored_before(store: Store, readings: pa.Table, received_us: Ints) -> npt.NDArray[np.int64]:
    """Standing of each reading (NEW_READINGS); ``received_us`` is when each had first come.

    Looks at every row of its meter and time, also at those that hold no more. Reads whole UTC days
    of the meters concerned, some days at a time.
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
        standing[rows] = _compared(some, received_us[rows], stored)
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


def _compared(readings: pa.Table, received_us: Ints, stored: pa.Table) -> npt.NDArray[np.int64]:
    left = readings.select(["meter_key", "ts", "value", "quality"]).to_pandas()
    left["came"] = received_us
    left["place"] = np.arange(len(left))
    right = stored.select(["meter_key", "ts", "value", "quality"]).to_pandas()
    right["received"] = ints(stored["received"])
    both = left.merge(right, on=["meter_key", "ts"], suffixes=("", "_stored"))
    same = (both["value"] == both["value_stored"]) & (both["quality"] == both["quality_stored"])
    standing = np.full(len(left), int(Standing.NEW), dtype=np.int64)
    later = both["received"] > both["came"]
    standing[both.loc[later & ~same, "place"].to_numpy()] = Standing.SUPERSEDED
    standing[both.loc[same, "place"].to_numpy()] = Standing.STORED
    return standing
