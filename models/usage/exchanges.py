"""Declared meter exchanges: where they lie between the readings of a register."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from models.usage.eras import Eras
from models.usage.series import Bools, Floats, Ints, Series, after, floats, integers


@dataclass(frozen=True, slots=True)
class Exchanges:
    """Exchanges by meter (row in Eras) and time; values in the meter's unit."""

    meter: Ints
    ts: Ints
    final: Floats
    initial: Floats

    def part(self, at: Bools | slice) -> Exchanges:
        """The exchanges of a slice, or where a mask is true."""
        return Exchanges(self.meter[at], self.ts[at], self.final[at], self.initial[at])

    def of_meters(self, low: int, high: int) -> Exchanges:
        """Those of meters from ``low`` to ``high``, both included."""
        return self.part(slice(*np.searchsorted(self.meter, [low, high + 1])))


def exchanges_of(table: pa.Table, eras: Eras) -> Exchanges:
    """Exchanges of a table EXCHANGES; those of meters that are not registered are left out."""
    key, ts = integers(table, "meter_key"), integers(table, "ts")
    meter = np.searchsorted(eras.meter_key, key)
    known = np.flatnonzero(np.isin(key, eras.meter_key))
    known = known[np.lexsort((ts[known], meter[known]))]
    final, initial = floats(table, "final_value"), floats(table, "initial_value")
    return Exchanges(meter[known], ts[known], final[known], initial[known])


@dataclass(frozen=True, slots=True)
class Placed:
    """Exchanges that lie between two readings; ``at`` is the index of the reading after each."""

    exchanges: Exchanges
    at: Ints

    def added(self, length: int) -> Floats:
        """What the exchanges add to the step into each of ``length`` readings."""
        result = np.zeros(length)
        np.add.at(result, self.at, self.exchanges.final - self.exchanges.initial)
        return result


def placed(exchanges: Exchanges, series: Series) -> Placed:
    """Find the readings around each exchange: predecessor < ts <= successor.

    A reading at the very instant of the exchange belongs to the new register, unless it is nearer
    to the old one's final value. An exchange without a reading on both sides changes nothing.
    """
    if not len(exchanges.ts):
        return Placed(exchanges, exchanges.ts)
    low = np.searchsorted(series.meter, exchanges.meter, side="left")
    high = np.searchsorted(series.meter, exchanges.meter, side="right")
    at = after(series.ts, low, high, exchanges.ts - 1)
    if len(series.ts):
        here = np.minimum(at, len(series.ts) - 1)
        value = series.value[here]
        old = np.abs(value - exchanges.final) < np.abs(value - exchanges.initial)
        at = at + ((at < high) & (series.ts[here] == exchanges.ts) & old)
    between = (at > low) & (at < high)
    return Placed(exchanges.part(between), at[between])
