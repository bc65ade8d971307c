"""What alarms are made of: a condition met once, or holding now; and how many make one extent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from models.alarms import Cause, Extent, Told


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A condition met in [begin, until), or holding since ``begin`` where ``until`` is None.

    ``value`` is in ``unit``, measured by ``limit``; the greatest ``badness`` of several is the
    worst. ``members`` says of how many things it is told at once.
    """

    cause: Cause
    begin: datetime
    until: datetime | None
    told: Told
    value: float | None = None
    badness: float = 0.0
    unit: str = ""
    limit: float | None = None
    members: int = 1


def worst_of(occurrences: Sequence[Occurrence]) -> Occurrence:
    """The worst; of equals the earliest."""
    return max(occurrences, key=lambda one: (one.badness, -one.begin.timestamp()))


def extent_of(occurrences: Sequence[Occurrence]) -> Extent:
    """From the first to the last of them; at least one is needed."""
    worst = worst_of(occurrences)
    ends = [one.until for one in occurrences if one.until is not None]
    return Extent(
        begin=min(one.begin for one in occurrences),
        until=max(ends) if len(ends) == len(occurrences) else None,
        count=sum(one.members for one in occurrences),
        worst=worst.value,
        worst_at=None if worst.value is None else worst.begin,
        unit=worst.unit,
        limit=worst.limit,
    )
