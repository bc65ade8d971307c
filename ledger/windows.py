"""Windows of whole hours per meter: made from touched hours, widened, merged and chunked.

Tables have the schema WINDOWS; the arithmetic of hours is that of store.hour_ranges.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from models.periods import HOUR_US
from store.hour_ranges import HourRanges, Ints, ints
from store.ordered_rows import OrderedRows, between


def columns(table: pa.Table, *names: str) -> tuple[Ints, ...]:
    """Columns of integers or timestamps (in microseconds) as int64 arrays."""
    return tuple(ints(table[name]) for name in names)


def windows_table(meter: Ints, start: Ints, end: Ints) -> pa.Table:
    """WINDOWS of the given arrays, microseconds since 1970 UTC at whole hours."""
    return HourRanges(meter, start // HOUR_US, end // HOUR_US).windows()


def merged(windows: pa.Table, apart_hours: int = 0) -> pa.Table:
    """Windows of a meter joined where at most ``apart_hours`` lie between them."""
    return HourRanges.of_windows(windows).joined(apart=apart_hours).windows()


def of_hours(hours: pa.Table, apart_hours: int) -> pa.Table:
    """Windows that hold every touched hour, joined when near.

    Columns meter_key, hour; ordered by both, each pair once.
    """
    rows = OrderedRows.of(hours, "hour")
    last = np.ones(len(rows.at), dtype=bool)
    last[:-1] = (rows.meter[1:] != rows.meter[:-1]) | (
        np.diff(rows.at) > (apart_hours + 1) * HOUR_US
    )
    stop = np.flatnonzero(last)
    begin = np.append(0, stop[:-1] + 1) if len(stop) else stop
    return windows_table(rows.meter[stop].astype(np.int64), rows.at[begin], rows.at[stop] + HOUR_US)


def widened(windows: pa.Table, readings: pa.Table, margin: int, reach_us: Ints) -> pa.Table:
    """Each window reaching to the hour of the ``margin``-th reading before and after it.

    ``readings`` are the counted ones of the context (ordered by meter, ts), at least ``margin`` on
    each side where there are so many. Where there are fewer, the window reaches to the hour of the
    outermost one. ``reach_us`` (per window, whole hours) is how far back a reading speaks.
    """
    meter, start, end = columns(windows, "meter_key", "start", "end")
    if not readings.num_rows:
        return windows_table(meter, start - reach_us, end)
    rows = OrderedRows.of(readings, "ts")
    first, past = rows.of_meter(meter)
    # Windows begin and end on the hour, so comparing hours tells ts < start and ts >= end.
    before = np.maximum(rows.first_at(meter, start // HOUR_US) - margin, first)
    after = np.minimum(rows.first_at(meter, end // HOUR_US) + margin, past) - 1
    none = first == past
    last = readings.num_rows - 1
    lower = np.where(none, start, rows.at[np.clip(before, 0, last)])
    upper = np.where(none, start, rows.at[np.clip(after, 0, last)])
    lower = np.minimum(lower - lower % HOUR_US, start) - reach_us
    return windows_table(meter, lower, np.maximum(end, upper - upper % HOUR_US + HOUR_US))


def within(windows: pa.Table, rows: pa.Table, time: str) -> pa.Table:
    """The rows (ordered by meter_key and ``time``) in the windows."""
    ranges = HourRanges.of_windows(windows).joined()
    place = partial(OrderedRows.of(rows, time).first_at, ranges.meter)
    return between(rows, place(ranges.start), place(ranges.end))


def inside(windows: pa.Table, meter: Ints, at: Ints) -> npt.NDArray[np.bool_]:
    """Whether each (meter, instant) lies in one of the windows."""
    found = HourRanges.of_windows(windows).joined().locate(meter, at // HOUR_US)
    within: npt.NDArray[np.bool_] = found >= 0
    return within


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
