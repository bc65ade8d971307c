"""What a station's logger shows live: instants, means with least and greatest, amounts, marks.

Within a 15-minute step a value jitters from minute to minute around the step's value, so that the
minutes of a step have its mean, and the hours those of the history.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt

from simulators.grid import EPOCH, STEPS_PER_DAY, STEPS_PER_HOUR, Floats, Ints, step_at
from simulators.noise import fraction, stream, uniform
from simulators.stations.events import events_of
from simulators.stations.physics import TrueValues
from simulators.stations.points import FLOWS, GAS, KG_PER_HOUR, OXYGEN, Channel, Station

_MINUTES = 15  # of a step
_BEHIND, _AHEAD = 3 * STEPS_PER_DAY, STEPS_PER_DAY
_GAS_ABNORMAL = 0.25  # share of marked minutes above which a mean of waste gas is marked
_NO_CONVERSION = 20.0  # % of oxygen from which on a device converts nothing
_STUCK_S = 1800


@dataclass(frozen=True, slots=True)
class Shown:
    """A channel's value over an interval, or at an instant (then all three are the same).

    ``amount`` is the flow's in m3, or the pollutant's in kg, of the interval; ``converted`` is at
    the reference oxygen.
    """

    channel: Channel
    least: float
    mean: float
    greatest: float
    mark: str
    amount: float | None = None
    converted: float | None = None


class _Stretch:
    """The minutes of a station from step ``first`` to ``last``."""

    def __init__(self, station: Station, first: int, last: int) -> None:
        self.first, self.last = first, last
        true = TrueValues(first, last)
        values, stopped = true.of(station)
        minutes = np.arange(first * _MINUTES, last * _MINUTES, dtype=np.int64)
        self.values: dict[str, Floats] = {}
        self.marks: dict[str, npt.NDArray[np.str_]] = {}
        self.kept = np.ones(len(minutes), dtype=bool)
        for channel in station.channels:
            code = channel.code
            draws = uniform(stream("point-minute", station.name, code), minutes)
            jitter = 2 * draws.reshape(-1, _MINUTES) - 1
            jitter -= jitter.mean(axis=1, keepdims=True)
            minute = values[code][:, None] * (1 + channel.minute_noise * jitter)
            shown = np.where(stopped[:, None], values[code][:, None], minute).ravel()
            self.values[code] = self._as_shown(station, code, shown, true.steps)
            marks = np.full(len(true.steps), "N", dtype="<U1")
            for event in events_of(station.key, "mark", code):
                marks[event.holds(true.steps)] = event.value
            if station.is_outlet:
                marks[stopped] = "F"
            self.marks[code] = np.repeat(marks, _MINUTES)
        for event in events_of(station.key, "gap"):
            self.kept &= ~np.repeat(event.holds(true.steps), _MINUTES)

    def _as_shown(self, station: Station, code: str, shown: Floats, steps: Ints) -> Floats:
        for event in events_of(station.key, "shown", code):
            shown[np.repeat(event.holds(steps), _MINUTES)] *= float(event.value)
        for kind in ("stuck", "copied"):
            for event in events_of(station.key, kind, code):
                held = np.flatnonzero(np.repeat(event.holds(steps), _MINUTES))
                if kind == "copied":
                    sources = held - int(event.value) * 60
                else:
                    begin = np.repeat(event.begin(steps), _MINUTES)[held]
                    sources = (begin - self.first) * _MINUTES
                inside = sources >= 0
                shown[held[inside]] = shown[sources[inside]]
        return shown


def minute_at(when: datetime) -> int:
    """Number of the minute that holds an instant, from the demo's epoch."""
    return (when - EPOCH) // timedelta(minutes=1)


class Instruments:
    """The instruments of one station; it remembers the days around the last question.

    ``stuck_share`` is the share of the half hours in which one channel repeats its value.
    """

    def __init__(self, station: Station, stuck_share: float = 0.0) -> None:
        self.station = station
        self._stuck_share = stuck_share
        self._stretch: _Stretch | None = None

    def _around(self, begin: datetime, end: datetime) -> _Stretch:
        first, last = step_at(begin), step_at(end) + 1
        held = self._stretch
        if held is None or not held.first <= first < last <= held.last:
            first, last = max(first - _BEHIND, 0), last + _AHEAD
            held = self._stretch = _Stretch(
                self.station, first // STEPS_PER_HOUR * STEPS_PER_HOUR, last
            )
        return held

    def at(self, when: datetime) -> list[Shown]:
        """Instants of every channel."""
        held = self._around(when - timedelta(seconds=_STUCK_S), when)
        found = []
        oxygen = self._oxygen(held, minute_at(when), minute_at(when) + 1)
        for channel in self.station.channels:
            shown = self._stuck_since(channel, when) or when
            where = minute_at(shown) - held.first * _MINUTES
            value = float(held.values[channel.code][where])
            mark = str(held.marks[channel.code][minute_at(when) - held.first * _MINUTES])
            converted = self._converted(value, oxygen)
            found.append(Shown(channel, value, value, value, mark, None, converted))
        return found

    def mean(self, begin: datetime, end: datetime) -> list[Shown]:
        """Means over the whole minutes of an interval; none where the logger kept nothing."""
        held = self._around(begin, end)
        first, last = (minute_at(time) - held.first * _MINUTES for time in (begin, end))
        if not held.kept[first:last].any():
            return []
        oxygen = self._oxygen(held, minute_at(begin), minute_at(end))
        flow = FLOWS.get(self.station.medium)
        seconds = (end - begin).total_seconds()
        found = []
        for channel in self.station.channels:
            values = held.values[channel.code][first:last]
            mean = _energy_mean(values) if channel.code == "Leq" else float(values.mean())
            amount = None
            if channel.code == flow:
                unit = 1.0 if self.station.medium == GAS else 1e-3  # m3/s, L/s
                amount = mean * seconds * unit
            elif channel in self.station.pollutants and flow is not None:
                product = values * held.values[flow][first:last]
                per_hour = float(product.mean()) * KG_PER_HOUR[self.station.medium]
                amount = per_hour * seconds / 3600
            found.append(
                Shown(
                    channel=channel,
                    least=float(values.min()),
                    mean=mean,
                    greatest=float(values.max()),
                    mark=self._mark(held.marks[channel.code][first:last]),
                    amount=amount,
                    converted=self._converted(mean, oxygen),
                )
            )
        return found

    def _mark(self, marks: npt.NDArray[np.str_]) -> str:
        abnormal = marks[marks != "N"]
        bound = _GAS_ABNORMAL * len(marks) if self.station.medium == GAS else 0
        if len(abnormal) <= bound:
            return "N"
        kinds, counts = np.unique(abnormal, return_counts=True)
        return str(kinds[counts.argmax()])

    def _oxygen(self, held: _Stretch, first: int, last: int) -> float | None:
        if self.station.reference_oxygen is None:
            return None
        begin = held.first * _MINUTES
        return float(held.values[OXYGEN][first - begin : last - begin].mean())

    def _converted(self, value: float, oxygen: float | None) -> float | None:
        reference = self.station.reference_oxygen
        if oxygen is None or reference is None or oxygen >= _NO_CONVERSION:
            return None
        return value * (21 - reference) / (21 - oxygen)

    def _stuck_since(self, channel: Channel, when: datetime) -> datetime | None:
        """The half hour's begin, where the first pollutant's instrument is stuck in it."""
        if not self._stuck_share or channel is not self.station.channels[-1]:
            return None
        begin = datetime.fromtimestamp(when.timestamp() // _STUCK_S * _STUCK_S, when.tzinfo)
        chance = fraction("point-stuck", self.station.name, begin.isoformat())
        return begin if chance < self._stuck_share else None


def _energy_mean(levels: Floats) -> float:
    return float(10 * np.log10((10 ** (levels / 10)).mean()))
