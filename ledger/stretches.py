"""Stretches of time in which a meter plays one part, whatever else changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from itertools import pairwise

from models.registry import Meter

Stretch = tuple[Meter, datetime | None, datetime | None]


def begins(meter: Meter) -> float:
    """When a version begins, as a number to order versions by."""
    return float("-inf") if meter.valid_from is None else meter.valid_from.timestamp()


def ends(meter: Meter) -> float:
    """When a version ends, as ``begins``."""
    return float("inf") if meter.valid_to is None else meter.valid_to.timestamp()


def cut_at(meter: Meter, instants: Iterable[datetime]) -> list[Meter]:
    """A version in pieces, cut at those of the instants that it holds at."""
    inside = sorted(at for at in instants if begins(meter) < at.timestamp() < ends(meter))
    return [
        replace(meter, valid_from=since, valid_to=until)
        for since, until in pairwise([meter.valid_from, *inside, meter.valid_to])
    ]


def stretches(versions: Iterable[Meter], part: Callable[[Meter], object]) -> list[Stretch]:
    """Begin and end (UTC, None unbounded) of each run of a meter's versions that are alike in
    ``part`` and follow each other without a pause; each with its last version.

    ``versions`` are one meter's, in any order.
    """
    found: list[Stretch] = []
    for meter in sorted(versions, key=begins):
        if found:
            before, begin, end = found[-1]
            if end == meter.valid_from and part(before) == part(meter):
                found[-1] = (meter, begin, meter.valid_to)
                continue
        found.append((meter, meter.valid_from, meter.valid_to))
    return found
