"""Whole local days of readings as they were sent, some days at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ledger.books import Books
from models.periods import from_us, next_start, period_start, to_us
from models.registry import Meter, Registry
from models.senders import SENDER_DAYS, LocalDays, sender_days

AT_ONCE = 2_000_000  # readings expected in the days that are looked at together
DAY_S = 86_400


@dataclass(frozen=True)
class SentDays:
    """Some days: what was read of them (READINGS, every row), and SENDER_DAYS counted from it."""

    readings: pa.Table
    days: pa.Table


def senders(meters: Sequence[Meter]) -> list[Meter]:
    """The meters that send: virtual ones do not."""
    return [meter for meter in meters if meter.formula is None]


def expected_a_day(meters: Sequence[Meter]) -> float:
    """Readings that the meters together send in a day, about."""
    return sum(DAY_S / meter.interval_s for meter in meters)


def local_days(registry: Registry, start: datetime, end: datetime) -> LocalDays:
    """The local days that meet [start, end), at least one."""
    zone = registry.zone
    bounds = [period_start(start, "day", zone)]
    while len(bounds) < 2 or bounds[-1] < end:
        bounds.append(next_start(bounds[-1], "day", zone))
    shift = [at.astimezone(zone).utcoffset() for at in bounds[:-1]]
    return LocalDays(
        np.array([to_us(at) for at in bounds], dtype=np.int64),
        np.array([round(one.total_seconds() * 1e6) if one else 0 for one in shift], dtype=np.int64),
    )


def sent_days(
    books: Books, meters: Sequence[Meter], start: datetime, end: datetime
) -> Iterator[SentDays]:
    """The days that meet [start, end), in parts of so many as bound memory, in their order."""
    registry, keys = books.registry(), [meter.key for meter in senders(meters)]
    wanted = pc.is_in(registry.meter_specs["meter_key"], pa.array(keys, pa.int32()))
    specs = registry.meter_specs.filter(wanted)
    now = to_us(books.now())
    whole = local_days(registry, start, end)
    size = max(1, int(AT_ONCE / max(expected_a_day(senders(meters)), 1.0)))
    for first in range(0, len(whole), size):
        part = LocalDays(whole.bounds[first : first + size + 1], whole.shift[first : first + size])
        since, until = from_us(int(part.bounds[0])), from_us(int(part.bounds[-1]))
        readings = books.store.readings(keys, since, until, every_row=True)
        yield SentDays(readings, sender_days(readings, specs, part, now))


def counted_days(books: Books, meters: Sequence[Meter], start: datetime, end: datetime) -> pa.Table:
    """SENDER_DAYS of the days that meet [start, end)."""
    parts = [part.days for part in sent_days(books, meters, start, end)]
    return pa.concat_tables([SENDER_DAYS.empty_table(), *parts])
