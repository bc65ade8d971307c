"""Readings as arrays: counted ones of several meters, meter after meter, each in time order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Series:
    """Values at instants. All arrays have one length and are ordered by meter and ts.

    ``meter`` is the meter's row in Eras, ``ts`` in microseconds since 1970 UTC, ``value`` in the
    meter's unit, ``estimated`` tells values that were estimated or substituted.
    """

    meter: Ints
    ts: Ints
    value: Floats
    estimated: Bools

    def part(self, at: Bools | slice) -> Series:
        """The instants of a slice, or where a mask is true."""
        return Series(self.meter[at], self.ts[at], self.value[at], self.estimated[at])

    def last_of_meter(self) -> Bools:
        """True at each meter's last instant."""
        last = np.ones(len(self.meter), dtype=bool)
        last[:-1] = self.meter[1:] != self.meter[:-1]
        return last


def integers(table: pa.Table, name: str, null: int = 0) -> Ints:
    """A column of integers or timestamps (then microseconds since 1970 UTC) as int64."""
    column = table[name].cast(pa.int64())
    if column.null_count:
        column = column.fill_null(null)
    result: Ints = column.to_numpy()  # not copied where it is one chunk
    return result


def floats(table: pa.Table, name: str) -> Floats:
    """A column of floats, null as NaN."""
    result: Floats = table[name].to_numpy()
    return result


def after(values: Ints, low: Ints, high: Ints, at: Ints) -> Ints:
    """For each item the first index in [low, high) whose value is greater than ``at``, or high.

    A bisection of many ascending stretches of ``values`` at once.
    """
    low, high = low.copy(), high.copy()
    while True:
        open_ = low < high
        if not open_.any():
            return low
        middle = (low + high) // 2
        reached = open_ & (values[np.minimum(middle, len(values) - 1)] > at)
        high = np.where(reached, middle, high)
        low = np.where(open_ & ~reached, middle + 1, low)
