"""What was known at an earlier time: usage computed again from the readings and registry of then.

Nothing of it is stored. The arithmetic is the one that keeps usage current (ledger.computed), so
*as of* now gives what stands, in every column but ``computed``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

import numpy as np
import pyarrow as pa

from ledger.books import Books
from ledger.computed import computed_usage
from models.periods import Every, to_us
from models.registry import Registry
from store.hour_ranges import ints, times
from store.interface import NEW_USAGE, USAGE_PERIODS
from store.rules.local_days import period_starts
from store.rules.period_sums import from_hours, summed


def registry_as_of(books: Books, as_of: datetime | None) -> Registry:
    """The registry as it was known then; of now without a time.

    Raises RegistryEmptyError where no park was registered by then.
    """
    if as_of is None:
        return books.registry()
    if books.registry_as_of is None:
        raise ValueError("as_of: these books keep no earlier states of the registry")
    return books.registry_as_of(as_of)


def usage_hours_as_of(
    books: Books,
    registry: Registry,
    meters: Sequence[int],
    as_of: datetime,
    *,
    start: datetime | None = None,
    end: datetime | None = None,
) -> pa.Table:
    """NEW_USAGE of the meters in [start, end), as it followed from what was known at ``as_of``.

    ``registry`` is that of then (``registry_as_of``).
    """
    readings_of = partial(books.store.readings, as_of=as_of)
    parts = [NEW_USAGE.empty_table()]
    # One meter after another: all readings of a meter are needed, those of all at once are many.
    for key in sorted(meters):
        usage = computed_usage(registry, [key], readings_of).usage
        hour = ints(usage["hour"])
        inside = np.ones(len(hour), dtype=bool)
        if start is not None:
            inside &= hour >= to_us(start)
        if end is not None:
            inside &= hour < to_us(end)
        parts.append(usage.filter(pa.array(inside)))
    return pa.concat_tables(parts)


def usage_as_of(
    books: Books,
    registry: Registry,
    meters: Sequence[int],
    as_of: datetime,
    *,
    start: datetime | None,
    end: datetime | None,
    every: Every,
) -> pa.Table:
    """USAGE_PERIODS of the park's time, as ``Store.usage`` gives those that stand."""
    hours = usage_hours_as_of(books, registry, meters, as_of, start=start, end=end)
    at = ints(hours["hour"])
    if every == "hour" or len(at) == 0:
        return summed(from_hours(hours, at)).select(USAGE_PERIODS.names).cast(USAGE_PERIODS)
    # Days first, then longer periods of days: the order of the sums that are kept.
    days = summed(from_hours(hours, period_starts(at, "day", registry.zone)))
    day = ints(days["period"])
    if every == "total":
        first = int(at.min()) if start is None else to_us(start)
        period = np.full(len(day), first)
    else:
        period = period_starts(day, every, registry.zone)
    found = summed(days.set_column(1, "period", times(period)))
    return found.select(USAGE_PERIODS.names).cast(USAGE_PERIODS)
