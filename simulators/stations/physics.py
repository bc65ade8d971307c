"""Load functions of outlets and stations: every channel's true value on the 15-minute grid.

value = level x (1 + slope x (load - 1)) x season x shape of the day x noise, where ``load`` is the
power of the driving meter over ``full``: fuel burnt makes flue gas, and what is meant at X % of
oxygen is diluted by the air that is really there, (21 - O2) / (21 - X); water bought becomes waste
water after the hours of the equalization basin. A plant that stands still has no flow.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from simulators.energy import Loads
from simulators.grid import STEPS_PER_DAY, STEPS_PER_HOUR, Floats
from simulators.noise import stream, uniform
from simulators.stations.events import events_of
from simulators.stations.points import OXYGEN, Channel, Station

AIR = 20.9  # % of oxygen in air
IDLE = 0.01  # of the full load: below it nothing is discharged
_WARMEST_LOAD = 3.0  # loads are cut off here
_MIDWINTER = 15  # day of the year

Bools = npt.NDArray[np.bool_]


class TrueValues:
    """True values of stations at the steps first..last-1."""

    def __init__(self, first: int, last: int, longest_hold_h: int = 24) -> None:
        self.first, self.last = first, last
        self._ahead = min(first, longest_hold_h * STEPS_PER_HOUR)
        self._loads = Loads(first - self._ahead, last)
        steps = np.arange(first, last, dtype=np.int64)
        self.steps = steps
        turn = 2 * np.pi * (steps / STEPS_PER_DAY - _MIDWINTER) / 365.25
        self._winter = np.cos(turn)
        self._days = np.arange(steps[0] // STEPS_PER_DAY, steps[-1] // STEPS_PER_DAY + 1)
        self._day = steps // STEPS_PER_DAY - self._days[0]

    def load(self, station: Station) -> Floats:
        """Load of the plant behind a station, 1 at full; 1 where nothing drives it."""
        if station.driver is None:
            return np.ones(len(self.steps))
        power = self._loads.power(*station.driver)[:-1]
        if station.hold_h:
            power = _held(power, station.hold_h * STEPS_PER_HOUR)
        return np.minimum(power[self._ahead :] / station.full, _WARMEST_LOAD)

    def of(self, station: Station) -> tuple[dict[str, Floats], Bools]:
        """Value of each channel by code, in its unit, and where the plant stands still."""
        load = self.load(station)
        stopped: Bools = load < IDLE
        values: dict[str, Floats] = {}
        order = sorted(station.channels, key=lambda channel: channel.code != OXYGEN)
        for channel in order:
            value = self._value(station, channel, load, values.get(OXYGEN))
            for event in events_of(station.key, "factor", channel.code):
                value = np.where(event.holds(self.steps), value * float(event.value), value)
            if station.is_outlet:
                value = np.where(stopped, AIR if channel.code == OXYGEN else 0.0, value)
            values[channel.code] = np.clip(value, channel.low, channel.high)
        return values, stopped

    def _value(
        self, station: Station, channel: Channel, load: Floats, oxygen: Floats | None
    ) -> Floats:
        noise = self._noise(station, channel)
        if channel.of == "outdoor":
            return self._loads.window.temperature[self._ahead : -1] + channel.level
        if channel.of == "flue":
            assert oxygen is not None  # a stack has its oxygen, and it comes first
            fuel = load * station.full
            return fuel * channel.level * 21 / (21 - oxygen) / 3600 * noise
        value = channel.level * (1 + channel.slope * (load - 1)) * noise
        if channel.winter:
            value *= 1 + channel.winter * self._winter
        if channel.shape:
            value *= self._loads.window.common(channel.shape, "flat")[self._ahead : -1]
        if channel.oxygen is not None:
            assert oxygen is not None
            value *= (21 - oxygen) / (21 - channel.oxygen)
        return value

    def _noise(self, station: Station, channel: Channel) -> Floats:
        names = station.enterprise, station.code, channel.code
        daily = 2 * uniform(stream("point-day", *names), self._days) - 1
        step = 2 * uniform(stream("point-step", *names), self.steps) - 1
        result: Floats = (1 + channel.day_noise * daily[self._day]) * (
            1 + channel.step_noise * step
        )
        return result


def _held(power: Floats, steps: int) -> Floats:
    """Mean over the last ``steps`` steps; over what there is at the beginning."""
    total = np.concatenate([[0.0], np.cumsum(power)])
    end = np.arange(1, len(power) + 1)
    begin = np.maximum(end - steps, 0)
    result: Floats = (total[end] - total[begin]) / (end - begin)
    return result
