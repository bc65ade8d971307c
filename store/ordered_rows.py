"""Rows ordered by meter_key and a time: found by bisection, without a look at each of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from models.periods import HOUR_US
from models.usage.series import after
from store.hour_ranges import Ints, ints


@dataclass(frozen=True, slots=True)
class OrderedRows:
    """Meter and time (in µs) of each row."""

    meter: npt.NDArray[np.int32]
    at: Ints

    @classmethod
    def of(cls, rows: pa.Table, time: str) -> OrderedRows:
        """Of a table with columns meter_key and ``time``, ordered by both."""
        return cls(rows["meter_key"].to_numpy(), ints(rows[time]))

    def of_meter(self, meter: Ints) -> tuple[Ints, Ints]:
        """Indices [first, end) of the rows of each meter."""
        wanted = meter.astype(np.int32)  # else numpy made a wide copy of all rows
        first, end = (np.searchsorted(self.meter, wanted, side) for side in ("left", "right"))
        return first, end

    def first_at(self, meter: Ints, hour: Ints) -> Ints:
        """Index of the first row at or after each meter's hour (since 1970 UTC), else the index
        past the meter's last row.
        """
        return after(self.at, *self.of_meter(meter), hour * HOUR_US - 1)


def in_order(rows: pa.Table, time: str) -> bool:
    """Whether rows are ordered by meter_key and ``time``, each pair once."""
    meter, at = rows["meter_key"].to_numpy(), ints(rows[time])
    back = np.flatnonzero(at[1:] <= at[:-1])  # of few rows, where meters come one after the other
    return bool((meter[1:] >= meter[:-1]).all() and (meter[back] < meter[back + 1]).all())


def between(rows: pa.Table, begin: Ints, stop: Ints) -> pa.Table:
    """Rows whose index lies in one of the ranges [begin, stop)."""
    reached = np.append(0, np.maximum.accumulate(stop))
    if reached[-1] >= rows.num_rows and (begin <= reached[:-1]).all():
        return rows
    depth = np.zeros(rows.num_rows + 1, dtype=np.int64)
    np.add.at(depth, begin, 1)
    np.add.at(depth, np.maximum(stop, begin), -1)
    return rows.filter(pa.array(np.cumsum(depth[:-1]) > 0))
