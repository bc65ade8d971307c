"""What befalls outlets and their instruments, read from ``demo_park/point_events.csv``.

True of the outlet: ``factor`` (a channel's true value is so many times as high). Of the instrument
or its logger alone: ``mark`` (values carry this mark of HJ 212), ``shown`` (so many times the true
value is), ``stuck`` (the value of the beginning is repeated), ``copied`` (the values of so many
hours ago are told again), ``gap`` (the logger has nothing), ``unsent`` (it has, and never told: a
host may ask for it), ``late`` (told with the next file).
An event with ``every_h`` comes back after so many hours, for ever.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cache

import numpy as np
import numpy.typing as npt

from simulators.grid import STEPS_PER_HOUR, Ints, local, step_at
from simulators.park import table

Bools = npt.NDArray[np.bool_]
KINDS = ("factor", "mark", "shown", "stuck", "copied", "gap", "unsent", "late")
EVERY_CHANNEL = ""


@dataclass(frozen=True, slots=True)
class Event:
    """One event; ``first`` and ``length`` in steps of 15 minutes, ``every`` too (0: once)."""

    code: str
    kind: str
    first: int
    length: int
    every: int
    value: str

    def holds(self, steps: Ints) -> Bools:
        """At which steps it goes on."""
        since = self._since(steps)
        result: Bools = (since >= 0) & (since < self.length)
        return result

    def begin(self, steps: Ints) -> Ints:
        """The step at which the occurrence that holds there began."""
        return steps - self._since(steps)

    def _since(self, steps: Ints) -> Ints:
        since = steps - self.first
        return np.where(since >= 0, since % self.every, since) if self.every else since


@cache
def _by_point() -> dict[tuple[str, str], tuple[Event, ...]]:
    found: dict[tuple[str, str], tuple[Event, ...]] = {}
    for row in table("point_events.csv"):
        key = row["enterprise"], row["point"]
        event = Event(
            code=row["code"],
            kind=row["kind"],
            first=step_at(local(row["start"])),
            length=int(timedelta(hours=float(row["hours"])) / timedelta(minutes=15)),
            every=int(float(row["every_h"] or 0) * STEPS_PER_HOUR),
            value=row["value"],
        )
        found[key] = (*found.get(key, ()), event)
    return found


def events_of(point: tuple[str, str], kind: str, code: str = EVERY_CHANNEL) -> list[Event]:
    """Events of a kind at a point that concern a channel, in the order of the file."""
    return [
        event
        for event in _by_point().get(point, ())
        if event.kind == kind and event.code in (EVERY_CHANNEL, code)
    ]
