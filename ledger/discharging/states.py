"""Declared operating states of points, hour by hour."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from ledger.discharging.channel_hours import Asked
from models.environment.arrays import Numbers
from models.periods import HOUR_US, to_us
from models.registry.points import OperatingState, State

STATES = tuple(State)
NO_STATE = -1
MINUTE_US = 60_000_000


def states(asked: Asked, places: Sequence[tuple[str, str]]) -> npt.NDArray[np.int8]:
    """Of each point [points, hours] the state (a place in STATES) that had most of the hour.

    Any part of an hour is enough: its mean is made of that part too. -1 where nothing is declared.
    """
    found = np.full((len(places), asked.grid.count), NO_STATE, dtype=np.int8)
    for row, place in enumerate(places):
        longest = np.zeros(asked.grid.count)
        for one, hours, lasts in _declared(asked, place):
            longer = lasts > longest[hours]
            found[row, hours][longer] = STATES.index(one.state)
            longest[hours] = np.maximum(longest[hours], lasts)
    return found


def stopped_minutes(asked: Asked, places: Sequence[tuple[str, str]]) -> Numbers:
    """Minutes of each hour in which a point was declared stopped [points, hours]."""
    found = np.zeros((len(places), asked.grid.count))
    for row, place in enumerate(places):
        for one, hours, lasts in _declared(asked, place):
            if one.state is State.STOPPED:
                found[row, hours] += lasts / MINUTE_US
    return np.minimum(found, 60.0)


def _declared(
    asked: Asked, place: tuple[str, str]
) -> Iterator[tuple[OperatingState, slice, Numbers]]:
    """States of a point with the hours that they meet, and how long they last in each, in µs."""
    grid = asked.grid
    begin, end = grid.first * HOUR_US, (grid.first + grid.count) * HOUR_US
    for one in asked.registry.states_of.get(place, ()):
        since = max(to_us(one.start), begin)
        until = end if one.end is None else min(to_us(one.end), end)
        if since < until:
            hours = grid.part(since // HOUR_US, -(-until // HOUR_US))
            at = grid.hours[hours] * HOUR_US
            lasts = np.minimum(until, at + HOUR_US) - np.maximum(since, at)
            yield one, hours, lasts.astype(np.float64)
