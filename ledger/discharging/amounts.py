"""Amounts of hours that devices added up themselves (-Cou): used where there is no flow."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ledger.discharging.channel_hours import WHOLE_HOUR_MIN, Asked, Place, read_matrix
from models.environment.arrays import Flags, Numbers

FIELDS = ("hour-cou", "minute-cou")


def complete_amounts(asked: Asked, places: Sequence[Place | None], wanted: Flags) -> Numbers:
    """m3 or kg of the hours in which they are ``wanted`` [places, hours]; NaN elsewhere.

    An hour of which a part is not told is unknown: the amount of the rest is none of the hour.
    """
    found = np.full((len(places), asked.grid.count), np.nan)
    for field in FIELDS:
        missing = wanted & np.isnan(found)
        keys = [
            asked.key(place, field) if lacks else -1
            for place, lacks in zip(places, missing.any(axis=1), strict=True)
        ]
        if max(keys, default=-1) < 0:
            continue
        within, hours = asked.where(missing.any(axis=0))
        amounts, minutes = read_matrix(within, keys, "amount")
        there = missing[:, hours] & (minutes >= WHOLE_HOUR_MIN)
        np.copyto(found[:, hours], amounts, where=there)
    return found
