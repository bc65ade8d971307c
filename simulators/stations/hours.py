"""Hourly means as the loggers tell them: rounded, marked, stuck, copied, missing or late."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from simulators.grid import STEPS_PER_HOUR, Floats, Ints
from simulators.stations.events import Bools, events_of
from simulators.stations.physics import TrueValues
from simulators.stations.points import GAS, Channel, Station

COUNTED = "NS"  # marks of values that count (HJ 212-2017, table 8)
_DB = 10.0

# Logger's rule (HJ 212-2017, notes to tables C.16 to C.18): of waste gas 75 % of the lower values
# must be normal, of water all.
_ABNORMAL_STEPS = {GAS: 2}


@dataclass(frozen=True, slots=True)
class Hours:
    """Hourly values of a channel. ``ends``: the step at which each hour ends; ``told``: whether
    it ever was, ``late``: whether later than its time.
    """

    ends: Ints
    values: Floats
    marks: npt.NDArray[np.str_]
    told: Bools
    late: Bools

    @property
    def known(self) -> Bools:
        """Hours whose value came and counts."""
        counted: Bools = self.told & np.isin(self.marks, list(COUNTED))
        return counted


def hourly(values: Floats) -> npt.NDArray[np.float64]:
    """Steps hour by hour."""
    return values.reshape(-1, STEPS_PER_HOUR)


def mean_of_hours(channel: Channel, values: Floats) -> Floats:
    """Hourly means; of sound levels the mean of the energy."""
    if channel.code == "Leq":
        energy = 10 ** (hourly(values) / _DB)
        return np.asarray(_DB * np.log10(energy.mean(axis=1)))
    return np.asarray(hourly(values).mean(axis=1))


def hours_of(
    station: Station, true: TrueValues, values: dict[str, Floats], stopped: Bools
) -> dict[str, Hours]:
    """What the logger tells of each channel; ``true`` begins and ends with whole hours.

    ``copied`` values are those of the same window: what lies before its first hour is not known.
    """
    begins = true.steps[::STEPS_PER_HOUR]
    threshold = _ABNORMAL_STEPS.get(station.medium, 1)
    found = {}
    for channel in station.channels:
        means = mean_of_hours(channel, values[channel.code])
        marks = np.full(len(begins), "N", dtype="<U1")
        for event in events_of(station.key, "mark", channel.code):
            marks[_hours_with(event.holds(true.steps), threshold)] = event.value
        if station.is_outlet:
            marks[_hours_with(stopped, threshold)] = "F"
        for event in events_of(station.key, "shown", channel.code):
            means[event.holds(begins)] *= float(event.value)
        for kind in ("stuck", "copied"):
            for event in events_of(station.key, kind, channel.code):
                held = np.flatnonzero(event.holds(begins))
                back = (
                    (begins[held] - event.begin(begins[held])) // STEPS_PER_HOUR
                    if kind == "stuck"
                    else np.full(len(held), int(event.value))
                )
                held, back = held[held >= back], back[held >= back]
                means[held] = means[held - back]
        told = np.ones(len(begins), dtype=bool)
        late = np.zeros(len(begins), dtype=bool)
        for kind in ("gap", "unsent"):
            for event in events_of(station.key, kind, channel.code):
                told &= ~event.holds(begins)
        for event in events_of(station.key, "late", channel.code):
            late |= event.holds(begins)
        rounded = np.round(means, channel.decimals)
        found[channel.code] = Hours(begins + STEPS_PER_HOUR, rounded, marks, told, late)
    return found


def _hours_with(steps: Bools, at_least: int) -> Bools:
    marked: Bools = steps.reshape(-1, STEPS_PER_HOUR).sum(axis=1) >= at_least
    return marked
