"""How often what holds was sent again: counted by meter and local day of receipt."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa

from store.hour_ranges import Ints, times
from store.interface import RESENT
from store.rules.local_days import period_starts


def resent(meter: Ints, received_us: Ints, zone: ZoneInfo) -> pa.Table:
    """RESENT of identical rows that were not stored; one array item a row, times in µs."""
    day = period_starts(received_us, "day", zone)
    return summed(meter, day, np.ones(len(meter), dtype=np.int64))


def summed(meter: Ints, day_us: Ints, n: Ints) -> pa.Table:
    """RESENT with one row for each meter and day, ordered by them."""
    keys, place = np.unique(np.stack([meter, day_us], axis=1), axis=0, return_inverse=True)
    count = np.zeros(len(keys), dtype=np.int64)
    np.add.at(count, place.ravel(), n)
    columns = [pa.array(keys[:, 0], pa.int32()), times(keys[:, 1]), pa.array(count)]
    return pa.table(columns, schema=RESENT)
