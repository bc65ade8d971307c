"""Windows of whole hours per meter: made from touched hours, widened, merged and chunked.

Tables have the schema WINDOWS; arithmetic is on int64 microseconds since 1970 UTC, or on whole
hours where a meter and a time are folded into one ordered number (years of microseconds times a
hundred thousand meters would overflow).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from models.periods import HOUR_US
from models.readings import TIMESTAMP
from store.interface import WINDOWS

Ints = npt.NDArray[np.int64]


def columns(table: pa.Table, *names: str) -> tuple[Ints, ...]:
    """Columns of integers or timestamps as int64 arrays."""
    return tuple(
        table[name].combine_chunks().cast(pa.int64()).to_numpy(zero_copy_only=False)
        for name in names
    )


def windows_table(meter: Ints, start: Ints, end: Ints) -> pa.Table:
    """WINDOWS of the given arrays."""
    return pa.table(
        {
            "meter_key": pa.array(meter, pa.int32()),
            "start": pa.array(start).cast(TIMESTAMP),
            "end": pa.array(end).cast(TIMESTAMP),
        },
        schema=WINDOWS,
    )


def merged(windows: pa.Table, apart_hours: int = 0) -> pa.Table:
    """Windows of a meter joined where at most ``apart_hours`` lie between them."""
    meter, start, end = columns(windows, "meter_key", "start", "end")
    if len(meter) == 0:
        return windows
    order = np.lexsort((start, meter))
    meter, start, end = meter[order], start[order], end[order]
    # The furthest end so far within a meter: meters are lifted apart, so that one running maximum
    # over all of them never reaches back into the meter before.
    lowest = int(start.min())
    begin, until = (start - lowest) // HOUR_US, (end - lowest) // HOUR_US
    lift = meter * (int(until.max()) + apart_hours + 1)
    furthest = np.maximum.accumulate(until + lift)
    begins = np.ones(len(meter), dtype=bool)
    begins[1:] = begin[1:] + lift[1:] - furthest[:-1] > apart_hours
    first = np.flatnonzero(begins)
    return windows_table(meter[first], start[first], np.maximum.reduceat(end, first))


def of_hours(hours: pa.Table, apart_hours: int) -> pa.Table:
    """Windows that hold every touched hour (columns meter_key, hour), joined when near."""
    meter, hour = columns(hours, "meter_key", "hour")
    return merged(windows_table(meter, hour, hour + HOUR_US), apart_hours)


def _place(meter: Ints, at: Ints, lowest: int, highest: int) -> Ints:
    """(meter, hour) as one number that rises with both; hours are counted from ``lowest``."""
    return meter * ((highest - lowest) // HOUR_US + 2) + (at - lowest) // HOUR_US


def widened(windows: pa.Table, readings: pa.Table, margin: int, reach_us: Ints) -> pa.Table:
    """Each window reaching to the hour of the ``margin``-th reading before and after it.

    ``readings`` are the counted ones of the context (ordered by meter, ts), at least ``margin`` on
    each side where there are so many. Where there are fewer, the window reaches to the hour of the
    outermost one. ``reach_us`` (per window, whole hours) is how far back a reading speaks.
    """
    meter, start, end = columns(windows, "meter_key", "start", "end")
    reading_meter, ts = columns(readings, "meter_key", "ts")
    if len(ts) == 0:
        return windows_table(meter, start - reach_us, end)
    lowest, highest = min(int(ts.min()), int(start.min())), max(int(ts.max()), int(end.max()))
    place = _place(reading_meter, ts, lowest, highest)
    first = np.searchsorted(reading_meter, meter, side="left")
    last = np.searchsorted(reading_meter, meter, side="right") - 1
    # Windows begin and end on the hour, so comparing hours tells ts < start and ts >= end.
    before = np.searchsorted(place, _place(meter, start, lowest, highest)) - margin
    after = np.searchsorted(place, _place(meter, end, lowest, highest)) + margin - 1
    none = first > last
    lower = np.where(none, start, ts[np.clip(np.maximum(before, first), 0, len(ts) - 1)])
    upper = np.where(none, start, ts[np.clip(np.minimum(after, last), 0, len(ts) - 1)])
    lower = np.minimum(lower - lower % HOUR_US, start) - reach_us
    return windows_table(meter, lower, np.maximum(end, upper - upper % HOUR_US + HOUR_US))


def inside(windows: pa.Table, meter: Ints, at: Ints) -> npt.NDArray[np.bool_]:
    """Whether each (meter, instant) lies in one of the windows (merged, so disjoint)."""
    window_meter, start, end = columns(windows, "meter_key", "start", "end")
    if len(window_meter) == 0 or len(meter) == 0:
        return np.zeros(len(meter), dtype=bool)
    order = np.lexsort((start, window_meter))
    window_meter, start, end = window_meter[order], start[order], end[order]
    lowest, highest = min(int(start.min()), int(at.min())), max(int(end.max()), int(at.max()))
    place = _place(window_meter, start, lowest, highest)
    index = np.searchsorted(place, _place(meter, at, lowest, highest), side="right") - 1
    found = np.maximum(index, 0)
    result: npt.NDArray[np.bool_] = (
        (index >= 0) & (window_meter[found] == meter) & (at < end[found])
    )
    return result


def chunks(windows: pa.Table, hours: int) -> Iterator[pa.Table]:
    """Windows in slices of about ``hours`` hours, a meter never divided."""
    meter, start, end = columns(windows, "meter_key", "start", "end")
    total = np.cumsum((end - start) // HOUR_US)
    begin = 0
    while begin < len(meter):
        done = total[begin - 1] if begin else 0
        stop = int(np.searchsorted(total, done + hours, side="right"))
        stop = max(stop, begin + 1)
        while stop < len(meter) and meter[stop] == meter[stop - 1]:
            stop += 1
        yield windows.slice(begin, stop - begin)
        begin = stop
