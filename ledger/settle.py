"""Usage kept current: touched hours are widened to their neighbours, computed and written.

Durable state drives this stage: whatever the store says is touched is settled, at start as well as
after each wake-up, and settling again changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from ledger import windows as w
from ledger.books import Books
from ledger.computed import computed_usage, metered_usage
from ledger.share import ALL, Share
from models.periods import HOUR_US
from models.quantities import Kind
from models.registry import Registry
from store.hour_ranges import Ints
from store.interface import NEW_USAGE, Touched

# A new reading can change how its neighbours are judged (two on each side), which moves the ends of
# the segments that they bound; and each of those was judged by its own neighbours in turn.
MARGIN = 5  # hours are written from the 5th counted reading before to the 5th after
NEIGHBOURS = 8  # and computed from the readings of these hours and 8 more on each side

RUN_APART_HOURS = 48  # touched hours nearer than this are settled as one window
CHUNK_HOURS = 2_000_000  # bounds memory: about 0.5 GB with quarter-hourly readings


@dataclass(frozen=True, slots=True)
class Settled:
    """What a settle changed: ``rows`` has columns meter_key, hour of usage rows written."""

    rows: pa.Table
    touched: int


def _reach_us(registry: Registry, meters: Ints) -> Ints:
    """How far back from its ts a reading speaks, per meter: the interval of interval and mean
    kinds, rounded up to whole hours (windows are whole hours).
    """
    specs = registry.meter_specs
    speaks_back = np.isin(
        specs["kind"].to_numpy(zero_copy_only=False), [Kind.INTERVAL.value, Kind.MEAN.value]
    )
    keys, intervals = w.columns(specs, "meter_key", "interval_s")
    longest: dict[int, int] = {}
    for key, interval in zip(keys[speaks_back], intervals[speaks_back], strict=True):
        longest[int(key)] = max(longest.get(int(key), 0), -(-int(interval) // 3600) * HOUR_US)
    return np.array([longest.get(int(key), 0) for key in meters], dtype=np.int64)


def _extended(windows: pa.Table, by_us: Ints) -> pa.Table:
    meter, start, end = w.columns(windows, "meter_key", "start", "end")
    return w.windows_table(meter, start, end + by_us)


def _wide(books: Books, windows: pa.Table, near: pa.Table) -> pa.Table:
    """The hours that readings in the windows can change; ``near`` is the windows' context."""
    reach = _reach_us(books.registry(), w.columns(windows, "meter_key")[0])
    return w.merged(w.widened(windows, near, MARGIN, reach))


def unsettled(books: Books, touched: Touched) -> pa.Table:
    """WINDOWS of the hours whose usage a settle of the touched ones may still change."""
    windows = w.of_hours(touched.hours, RUN_APART_HOURS)
    return _wide(books, windows, books.store.context(windows, NEIGHBOURS))


def _settle_windows(books: Books, windows: pa.Table, touched: Touched) -> pa.Table:
    registry = books.registry()
    near = books.store.context(windows, NEIGHBOURS)
    wide = _wide(books, windows, near)
    reach = _reach_us(registry, w.columns(wide, "meter_key")[0])
    if not wide.equals(windows) or reach.any():
        near = books.store.context(w.merged(_extended(wide, reach)), NEIGHBOURS)
    result = metered_usage(registry, near)
    kept = w.inside(wide, *w.columns(result.usage, "meter_key", "hour"))
    noticed = w.inside(wide, *w.columns(result.findings, "meter_key", "ts"))
    return books.store.put_usage(
        wide, result.usage.filter(kept), result.findings.filter(noticed), touched
    )


def settle(
    books: Books, progress: Callable[[int, int], None] | None = None, share: Share = ALL
) -> Settled:
    """Bring usage of the share's meters up to date with every reading stored so far.

    ``progress`` is told the touched hours done and in all.
    """
    touched = books.store.touched()
    touched = Touched(hours=share.of(touched.hours), seen=touched.seen)
    total = touched.hours.num_rows
    changed = []
    done = 0
    for chunk in w.chunks(w.of_hours(touched.hours, RUN_APART_HOURS), CHUNK_HOURS):
        changed.append(_settle_windows(books, chunk, touched))
        if progress is not None:
            meters = np.unique(w.columns(chunk, "meter_key")[0])
            done += int(np.isin(w.columns(touched.hours, "meter_key")[0], meters).sum())
            progress(min(done, total), total)
    rows = (
        pa.concat_tables(changed)
        if changed
        else NEW_USAGE.empty_table().select(["meter_key", "hour"])
    )
    return Settled(rows=rows, touched=total)


def full_recompute(books: Books, meters: Sequence[int]) -> pa.Table:
    """NEW_USAGE of the meters computed from all their readings at once, written nowhere.

    What the stored usage must equal in every column but ``computed``, whatever happened before.
    """
    return computed_usage(books.registry(), meters, books.store.readings).usage


def settle_meters(books: Books, meters: Sequence[int]) -> Settled:
    """Compute all usage of the meters anew, as when their specification was put right."""
    changed = []
    nothing = Touched(hours=NEW_USAGE.empty_table().select(["meter_key", "hour"]), seen={})
    for key in meters:
        ts = w.columns(books.store.readings([key]), "ts")[0]
        standing = w.columns(books.store.usage_hours([key]), "hour")[0]
        hours = np.concatenate([ts - ts % HOUR_US, standing])
        if len(hours) == 0:
            continue
        whole = w.windows_table(
            np.array([key]), np.array([hours.min()]), np.array([hours.max() + HOUR_US])
        )
        changed.append(_settle_windows(books, whole, nothing))
    rows = pa.concat_tables(changed) if changed else nothing.hours
    return Settled(rows=rows, touched=0)
