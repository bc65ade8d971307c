"""Declared operating states of points, hour by hour."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from ledger.discharging.channel_hours import Asked
from models.periods import HOUR_US, to_us
from models.registry.points import State

STATES = tuple(State)
NO_STATE = -1


def states(asked: Asked, places: Sequence[tuple[str, str]]) -> npt.NDArray[np.int8]:
    """Of each point [points, hours] the state (a place in STATES) that had most of the hour.

    Any part of an hour is enough: its mean is made of that part too. -1 where nothing is declared.
    """
    grid = asked.grid
    found = np.full((len(places), grid.count), NO_STATE, dtype=np.int8)
    begin, end = grid.first * HOUR_US, (grid.first + grid.count) * HOUR_US
    for row, place in enumerate(places):
        longest = np.zeros(grid.count)
        for one in asked.registry.states_of.get(place, ()):
            since = max(to_us(one.start), begin)
            until = end if one.end is None else min(to_us(one.end), end)
            if since >= until:
                continue
            hours = grid.part(since // HOUR_US, -(-until // HOUR_US))
            at = grid.hours[hours] * HOUR_US
            lasts = np.minimum(until, at + HOUR_US) - np.maximum(since, at)
            longer = lasts > longest[hours]
            found[row, hours][longer] = STATES.index(one.state)
            longest[hours] = np.maximum(longest[hours], lasts)
    return found
