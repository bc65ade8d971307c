"""Faults on purpose in the history, read from ``demo_park/faults.csv``; local times there.

- gap: nothing is sent from ``start`` for ``hours``;
- rollover: the register, made small enough, reaches its maximum at ``start``;
- exchange: declared; the new register begins with ``value``;
- reset: undeclared; the register begins anew with ``value``;
- spike: the one reading of ``start`` is false: zero, or far too high;
- duplicates: every reading of the time is sent twice;
- late: the readings of the time arrive with a later file;
- out_of_order: the readings of the time arrive backwards;
- frozen: the device repeats the value of ``start`` for ``hours``;
- drift: the sensor wanders off, up to the share ``value`` at the end of the time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

import numpy as np
import numpy.typing as npt

from simulators.grid import STEP_S, Ints, instant, local
from simulators.park import table

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of one meter in [start, end), UTC; an event has ``end`` equal to ``start``."""

    enterprise: str
    meter: str
    kind: str
    start: datetime
    end: datetime
    value: str

    @property
    def at_step(self) -> float:
        """Where on the 15-minute grid it begins; between two points for an event between them."""
        return (self.start - instant(0)).total_seconds() / STEP_S

    def holds(self, steps: Ints) -> Bools:
        """Which of the readings at these steps it concerns."""
        last = (self.end - instant(0)).total_seconds() / STEP_S
        result: Bools = (steps >= self.at_step) & (steps < last)
        return result | (steps == self.at_step) if self.kind == "spike" else result


@cache
def _by_meter() -> dict[tuple[str, str], tuple[Fault, ...]]:
    found: dict[tuple[str, str], tuple[Fault, ...]] = {}
    for row in table("faults.csv"):
        start = local(row["start"])
        end = start + timedelta(hours=float(row["hours"] or 0))
        key = row["enterprise"], row["meter"]
        fault = Fault(*key, row["kind"], start, end, row["value"])
        found[key] = (*found.get(key, ()), fault)
    return found


def faults_of(enterprise: str, meter: str) -> tuple[Fault, ...]:
    """The faults of a meter, in the order of the file."""
    return _by_meter().get((enterprise, meter), ())


def all_faults() -> list[Fault]:
    """Every fault of every meter."""
    return [fault for faults in _by_meter().values() for fault in faults]
