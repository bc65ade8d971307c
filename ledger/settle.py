"""Usage kept current: touched hours are widened to their neighbours, computed and written.

Durable state drives this stage: whatever the store says is touched is settled, at start as well as
after each wake-up, and settling again changes nothing.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ledger import windows as w
from ledger.books import Books
from ledger.computed import computed_usage, metered_usage
from ledger.formulas import formulas_of
from ledger.share import ALL, Share
from ledger.virtual import following, operands_of, virtual_rows
from models.periods import HOUR_US, from_us
from models.quantities import Kind
from models.registry import Registry
from store.hour_ranges import HourRanges, Ints
from store.interface import NEW_USAGE, Touched

# A new reading can change how its neighbours are judged (two on each side), which moves the ends of
# the segments that they bound; and each of those was judged by its own neighbours in turn.
MARGIN = 5  # hours are written from the 5th counted reading before to the 5th after
NEIGHBOURS = 8  # and computed from the readings of these hours and 8 more on each side

RUN_APART_HOURS = 48  # touched hours nearer than this are settled as one window
CHUNK_HOURS = 500_000  # bounds memory, and keeps arrays near the processor


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


def _wide(books: Books, registry: Registry, windows: pa.Table, near: pa.Table) -> pa.Table:
    """The hours that readings in the windows can change; ``near`` is the windows' context.

    Of a meter of which no reading counts any more these are all that it has: those of a gap lie
    between readings that are both gone.
    """
    (meter,) = w.columns(windows, "meter_key")
    wide = w.widened(windows, near, MARGIN, _reach_us(registry, meter))
    without = np.setdiff1d(meter, w.columns(near, "meter_key")[0])
    if len(without):
        key, hour = w.columns(books.store.usage_hours(without.tolist()), "meter_key", "hour")
        wide = pa.concat_tables([wide, w.windows_table(key, hour, hour + HOUR_US)])
    return w.merged(wide)


def unsettled(books: Books, touched: Touched) -> pa.Table:
    """WINDOWS of the hours whose usage a settle of the touched ones may still change."""
    registry = books.registry()
    windows = w.of_hours(touched.hours, RUN_APART_HOURS)
    wide = _wide(books, registry, windows, books.store.context(windows, NEIGHBOURS))
    ranges = HourRanges.of_windows(wide)
    return ranges.joined(following(formulas_of(registry), ranges)).windows()


@dataclass(frozen=True, slots=True)
class _Metered:
    """Usage and findings of meters with readings in windows, computed and not written.

    ``settled`` are the hours that it is of; ``given`` windows of virtual meters to settle with it.
    """

    usage: pa.Table
    findings: pa.Table
    settled: HourRanges
    given: HourRanges


def _metered(books: Books, registry: Registry, windows: pa.Table) -> _Metered:
    """Compute the windows of meters with readings; virtual meters' are taken as they are."""
    virtual = pc.is_in(windows["meter_key"], pa.array(formulas_of(registry).order, pa.int32()))
    metered, given = windows.filter(pc.invert(virtual)), windows.filter(virtual)
    near = books.store.context(metered, NEIGHBOURS)
    wide = _wide(books, registry, metered, near)
    reach = _reach_us(registry, w.columns(wide, "meter_key")[0])
    if not wide.equals(metered) or reach.any():
        near = books.store.context(w.merged(_extended(wide, reach)), NEIGHBOURS)
    result = metered_usage(registry, near)
    return _Metered(
        w.within(wide, result.usage, "hour"),
        w.within(wide, result.findings, "ts"),
        HourRanges.of_windows(wide),
        HourRanges.of_windows(given),
    )


def _written(books: Books, registry: Registry, metered: _Metered, touched: Touched) -> pa.Table:
    """Write what was computed with all that follows it; columns meter_key, hour of what changed.

    One call of put_usage takes both, and strikes off last: whatever a crash leaves undone is still
    touched.
    """
    formulas = formulas_of(registry)
    usage, windows = metered.usage, metered.settled
    follow = following(formulas, windows.joined(metered.given))
    if len(follow):
        known = operands_of(formulas, follow, usage, windows, partial(_standing, books))
        usage = pa.concat_tables([usage, virtual_rows(formulas, known, follow)])
        windows = windows.joined(follow)
    return books.store.put_usage(windows.windows(), usage, metered.findings, touched)


def _settle_windows(
    books: Books, registry: Registry, windows: pa.Table, touched: Touched
) -> pa.Table:
    return _written(books, registry, _metered(books, registry, windows), touched)


def _ahead(
    books: Books, registry: Registry, chunks: Iterable[pa.Table]
) -> Iterator[tuple[pa.Table, _Metered]]:
    """Chunks, computed; the next one is under way while the caller writes this one."""
    with ThreadPoolExecutor(1, thread_name_prefix="usage") as beside:
        waiting: deque[tuple[pa.Table, Future[_Metered]]] = deque()
        for chunk in chunks:
            waiting.append((chunk, beside.submit(_metered, books, registry, chunk)))
            if len(waiting) > 1:
                ready, computed = waiting.popleft()
                yield ready, computed.result()
        for ready, computed in waiting:
            yield ready, computed.result()


def _standing(books: Books, meters: Ints, start: int, end: int) -> pa.Table:
    """NEW_USAGE of the meters as it stands in the hours [start, end) since 1970 UTC."""
    since, until = (from_us(hour * HOUR_US) for hour in (start, end))
    return books.store.usage_hours(meters.tolist(), since, until).select(NEW_USAGE.names)


def settle(
    books: Books, progress: Callable[[int, int], None] | None = None, share: Share = ALL
) -> Settled:
    """Bring usage of the share's meters up to date with every reading stored so far.

    ``progress`` is told the touched hours done and in all.
    """
    touched = books.store.touched()
    registry = books.registry()  # afterwards: it knows every meter that has sent
    touched = Touched(hours=share.of(touched.hours, registry), seen=touched.seen)
    total = touched.hours.num_rows
    changed = []
    done = 0
    chunks = w.chunks(w.of_hours(touched.hours, RUN_APART_HOURS), CHUNK_HOURS)
    for chunk, computed in _ahead(books, registry, chunks):
        changed.append(_written(books, registry, computed, touched))
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
    """Compute all usage of the meters anew, as when their specification was put right.

    Of a virtual meter all hours of the meters that its formula names.
    """
    registry = books.registry()
    formulas = formulas_of(registry)
    changed = []
    nothing = Touched(hours=NEW_USAGE.empty_table().select(["meter_key", "hour"]), seen={})
    virtual = [key for key in formulas.order if key in set(meters)]
    for key in [*sorted(set(meters) - set(virtual)), *virtual]:
        ts = w.columns(books.store.readings([key]), "ts")[0]
        named = sorted(formulas.operands.get(key, ()))
        standing = w.columns(books.store.usage_hours([key, *named]), "hour")[0]
        hours = np.concatenate([ts - ts % HOUR_US, standing])
        if len(hours) == 0:
            continue
        whole = w.windows_table(
            np.array([key]), np.array([hours.min()]), np.array([hours.max() + HOUR_US])
        )
        changed.append(_settle_windows(books, registry, whole, nothing))
    rows = pa.concat_tables(changed) if changed else nothing.hours
    return Settled(rows=rows, touched=0)
