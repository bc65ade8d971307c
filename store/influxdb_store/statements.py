"""InfluxQL: conditions, spans of time, and the questions about ranges of hours."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

import numpy as np

from models.periods import HOUR_US, to_us
from store.hour_ranges import HourRanges
from store.rules.selection import Selection

HOUR_NS = HOUR_US * 1_000
LAST_NS = (1 << 63) - 2  # InfluxDB's latest time
# Meters of which more than this have the same span are asked for together.
TOGETHER = 3


def where(conditions: Iterable[str]) -> str:
    """WHERE clause of all conditions; nothing without any."""
    joined = " AND ".join(conditions)
    return f" WHERE {joined}" if joined else ""


def quoted(text: str) -> str:
    """A string as InfluxQL writes it."""
    safe = text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n")
    return f"'{safe}'"


def one_of(tag: str, keys: Sequence[int]) -> str:
    """Condition that a tag is one of these numbers; of none, where there are none."""
    if len(keys) == 1:
        return f"\"{tag}\"='{int(keys[0])}'"
    return f'"{tag}"=~/^({"|".join(str(int(key)) for key in keys) or "-"})$/'


def between(start: datetime | None, end: datetime | None) -> list[str]:
    """Conditions start <= ts < end; revisions lie within their microsecond."""
    bounds = [None if at is None else to_us(at) * 1_000 for at in (start, end)]
    return between_ns(*bounds)


def between_ns(start: int | None, end: int | None) -> list[str]:
    """Conditions start <= time < end; None leaves that side open.

    Without any bound InfluxQL would leave the future out.
    """
    low = [] if start is None else [f"time >= {start}"]
    return [*low, f"time < {LAST_NS if end is None else end}"]


def of_selection(selection: Selection) -> list[str]:
    """Conditions on tag ``meter`` (one meter at least, or None for all) and time."""
    meters = selection.meters
    mine = [] if meters is None else [one_of("meter", meters)]
    return [*mine, *between(selection.start, selection.end)]


def deletes(measurement: str, ranges: HourRanges) -> list[str]:
    """What deletes the points of the ranges."""
    return [
        f"DELETE FROM {measurement}"
        + where([one_of("meter", [meter]), *between_ns(start * HOUR_NS, end * HOUR_NS)])
        for meter, start, end in zip(
            ranges.meter.tolist(), ranges.start.tolist(), ranges.end.tolist(), strict=True
        )
    ]


def in_ranges(measurement: str, fields: str, ranges: HourRanges) -> Iterator[str]:
    """Questions for the fields of every meter in its ranges, ``meter`` before them.

    One for all meters with the same range, where they are several.
    """
    keys = np.stack([ranges.start, ranges.end])
    bounds, place = np.unique(keys, axis=1, return_inverse=True)
    order = np.argsort(place.ravel(), kind="stable")
    cuts = np.flatnonzero(np.diff(place.ravel()[order])) + 1
    for (start, end), part in zip(bounds.T.tolist(), np.split(order, cuts), strict=True):
        within = between_ns(start * HOUR_NS, end * HOUR_NS)
        meters = ranges.meter[part].tolist()
        groups = [meters] if len(meters) > TOGETHER else [[meter] for meter in meters]
        for group in groups:
            conditions = where([one_of("meter", group), *within])
            yield f"SELECT meter,{fields} FROM {measurement}{conditions}"
