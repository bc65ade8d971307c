"""Which of several rows of a (meter, ts) holds, and the readings around windows of hours."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

import numpy as np
import pyarrow as pa

from models.readings import LAST_COUNTED
from store.hour_ranges import HourRanges, Ints, ints
from store.interface import CONTEXT
from store.ordered_rows import OrderedRows, between

# How far from a window its neighbours are sought, in hours: live meters have them within the first,
# most within a day; a meter read by hand once a month needs the last.
REACHES_H = (1, 24, 24 * 30, None)


def holding(rows: pa.Table) -> pa.Table:
    """The last row of each (meter, ts).

    Rows are ordered by meter_key, ts, whether a correction, received, batch, place in the batch.
    """
    meter, ts = rows["meter_key"].to_numpy(), ints(rows["ts"])
    same = np.flatnonzero(ts[1:] == ts[:-1])
    followed = same[meter[same] == meter[same + 1]]
    if not len(followed):
        return rows
    last = np.ones(len(ts), dtype=bool)
    last[followed] = False
    return rows.filter(pa.array(last))


def not_counted(rows: pa.Table) -> pa.Table:
    """The rows whose quality does not count."""
    return rows.filter(pa.array(rows["quality"].to_numpy() > LAST_COUNTED))


def context(
    read: Callable[[HourRanges], Iterable[pa.Table]],
    windows: HourRanges,
    neighbours: int,
    extents: tuple[Ints, Ints],
) -> pa.Table:
    """See ``Store.context``. ``windows`` as of ``joined``; ``extents`` are the hours [first, end)
    between which each window's meter has readings. ``read`` gives CONTEXT of the readings that hold
    in ranges (as of ``joined``), in tables ordered by meter and ts; every call sees the same state.

    Looks near the windows first and further away only for the windows that found too little.
    """
    first, end = extents
    nothing = windows.where(slice(0, 0))
    unread, covered, parts = windows, nothing, [CONTEXT.empty_table()]
    bound_low, bound_high = windows.start, windows.end  # around each window, what was looked at
    short_low = short_high = np.ones(len(windows), dtype=bool)
    for reach in REACHES_H:
        below = first if reach is None else np.maximum(windows.start - reach, first)
        above = end if reach is None else np.minimum(windows.end + reach, end)
        wanted = unread.joined(
            HourRanges(windows.meter, below, bound_low).where(short_low),
            HourRanges(windows.meter, bound_high, above).where(short_high),
        )
        unread = nothing
        parts.extend(_counted(rows) for rows in read(wanted))
        covered = covered.joined(wanted)
        rows = _together(parts)
        parts = [rows]
        # Neighbours are counted only as far as everything in between was looked at.
        within = covered.where(covered.locate(windows.meter, windows.start))
        bound_low, bound_high = within.start, within.end
        place = partial(OrderedRows.of(rows, "ts").first_at, windows.meter)
        lowest, highest = place(bound_low), place(bound_high)
        begin, stop = place(windows.start) - neighbours, place(windows.end) + neighbours
        short_low = (begin < lowest) & (bound_low > first)
        short_high = (stop > highest) & (bound_high < end)
        if not (short_low.any() or short_high.any()):
            break
    return between(rows, np.maximum(begin, lowest), np.minimum(stop, highest))


def _counted(rows: pa.Table) -> pa.Table:
    counted = rows["quality"].to_numpy() <= LAST_COUNTED
    return rows if counted.all() else rows.filter(pa.array(counted))


def _together(parts: list[pa.Table]) -> pa.Table:
    """Rows of several reads of one state, ordered by meter and ts, none twice."""
    some = [part for part in parts if part.num_rows]
    if len(some) < 2:
        return some[0] if some else parts[0]
    rows = pa.concat_tables(some).combine_chunks()
    order = np.lexsort((ints(rows["ts"]), ints(rows["meter_key"])))
    return holding(rows.take(pa.array(order)))
