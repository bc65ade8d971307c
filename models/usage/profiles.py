"""Declared typical days: what a meter uses in an hour of a workday or a rest day.

A profile shapes, or fills, the gaps of meters whose policy says so. It is declared with its
evidence, never learnt in silence, so that a figure can be reproduced.
"""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pyarrow as pa

from models.periods import HOUR_US
from models.usage.eras import Eras
from models.usage.pieces import Pieces
from models.usage.series import Bools, Floats, Ints, floats, integers

_DAYS = 1 << 32  # more than there are days


@dataclass(frozen=True)
class Profiles:
    """Typical hours of meters; ``key`` folds meter, day type and hour with the first day."""

    zone: ZoneInfo
    key: Ints
    until: Ints
    amount: Floats

    def of(self, eras: Eras, pieces: Pieces, wanted: Bools) -> Floats:
        """Amount of each piece in the usage unit, as its part of the hour; NaN where not wanted,
        and where none is declared.
        """
        result = np.full(len(pieces.start), np.nan)
        at = np.flatnonzero(wanted)
        if not len(at) or not len(self.key):
            return result
        local = pd.DatetimeIndex(pieces.start[at].astype("datetime64[us]"), tz="UTC").tz_convert(
            self.zone
        )
        day = local.tz_localize(None).floor("D").to_numpy().astype("datetime64[D]").astype(np.int64)
        rest = np.asarray(local.day_of_week >= 5)
        meter = eras.meter_key[pieces.meter[pieces.row[at]]]
        line = _line(meter, rest.astype(np.int64), np.asarray(local.hour, dtype=np.int64))
        place = np.searchsorted(self.key, line * _DAYS + day, side="right") - 1
        found = self.key[place] // _DAYS == line
        found &= (place >= 0) & (day < self.until[place])
        part = (pieces.end[at] - pieces.start[at]) / HOUR_US
        result[at] = np.where(found, self.amount[place] * part, np.nan)
        return result


def _line(meter: Ints, day_type: Ints, hour: Ints) -> Ints:
    return (meter * 2 + day_type) * 24 + hour


def profiles_of(table: pa.Table, zone: ZoneInfo) -> Profiles:
    """Profiles of a table PROFILES (models.registry); ``zone`` is the park's."""
    # Days as numbers: Arrow casts a date to 32 bits only.
    days = {name: table[name].cast(pa.int32()) for name in ("valid_from", "valid_to")}
    numbers = pa.table({name: table[name] for name in ("meter_key", "day_type", "hour")} | days)
    meter, day_type, hour, since = (
        integers(numbers, name) for name in ("meter_key", "day_type", "hour", "valid_from")
    )
    until = integers(numbers, "valid_to", np.iinfo(np.int64).max)
    key = _line(meter, day_type, hour) * _DAYS + since
    order = np.argsort(key)
    return Profiles(zone, key[order], until[order], floats(table, "amount")[order])


NO_PROFILES = Profiles(
    ZoneInfo("UTC"), *(np.zeros(0, dtype=np.int64),) * 2, np.zeros(0, dtype=np.float64)
)
