"""Load functions: the power of every consumer on the 15-minute grid, for any stretch of time.

power(t) = annual / 8784 h x common(t) / mean of common over 2024 x growth(t) x noise(t), where
``common`` is the shape of the day (working day, rest day, holiday) times the response to weather.
Power is in the quantity's usage unit per hour (kW, Nm3/h, GJ/h, m3/h).
"""

from __future__ import annotations

from datetime import date
from functools import cache

import numpy as np

from simulators import seasons
from simulators.grid import STEPS_PER_DAY, STEPS_PER_HOUR, Floats, Ints
from simulators.noise import stream, uniform
from simulators.park import Consumer, table

DAY_NOISE, STEP_NOISE = 0.06, 0.04  # half the width of the uniform noise, as a share
_REFERENCE_DAYS = 366  # of 2024
_DAYS_FROM_MID_2020 = (date(2024, 1, 1) - date(2020, 7, 1)).days


@cache
def _shapes() -> dict[str, Floats]:
    """Relative load by (day kind, hour) of each shape."""
    rows = {
        (row["shape"], row["day"]): [float(row[f"h{hour:02d}"]) for hour in range(24)]
        for row in table("shapes.csv")
    }
    names = {shape for shape, _ in rows}
    return {name: np.array([rows[name, day] for day in seasons.DAYS]) for name in names}


class Window:
    """Loads of the steps first..last-1; what consumers share is computed once."""

    def __init__(self, first: int, last: int) -> None:
        self.steps: Ints = np.arange(first, last, dtype=np.int64)
        day = self.steps // STEPS_PER_DAY
        self._first_day, self._last_day = int(day[0]), int(day[-1]) + 1
        self._day = day - self._first_day
        self._hour = self.steps % STEPS_PER_DAY // STEPS_PER_HOUR
        self._responses: dict[str, Floats] = {}
        self._common: dict[tuple[str, str], Floats] = {}
        self._growth: dict[float, Floats] = {}
        self.temperature = seasons.outdoor_temperature(self.steps)
        self._kind = seasons.day_kinds(self._first_day, self._last_day)[self._day]

    def _response(self, name: str) -> Floats:
        if name not in self._responses:
            self._responses[name] = self._compute_response(name)
        return self._responses[name]

    def _compute_response(self, name: str) -> Floats:
        warmth = self.temperature
        if name == "flat":
            return np.ones(len(warmth))
        if name == "cooling":
            return 0.75 + 0.04 * np.maximum(warmth - 16, 0)
        if name == "winter_light":
            turn = 2 * np.pi * (self.steps / STEPS_PER_DAY + 10) / 365.25  # longest at the solstice
            return np.asarray(1 + 0.8 * np.cos(turn), dtype=np.float64)
        if name == "daylight":
            turn = 2 * np.pi * (self.steps / STEPS_PER_DAY + 10) / 365.25
            return np.asarray(1 - 0.45 * np.cos(turn), dtype=np.float64)
        season = seasons.in_heating_season(self._first_day, self._last_day)[self._day]
        heating: Floats = season * (0.15 + np.maximum(18 - warmth, 0) / 30)
        if name == "heating":
            return heating
        if name == "mixed":
            return 0.55 + heating
        raise ValueError(f"response: {name!r} is not known")

    def common(self, shape: str, response: str) -> Floats:
        """Shape of the day times response to weather, not yet scaled."""
        if (shape, response) not in self._common:
            of_day = _shapes()[shape][self._kind, self._hour]
            self._common[shape, response] = of_day * self._response(response)
        return self._common[shape, response]

    def _growth_of(self, rate: float) -> Floats:
        if rate not in self._growth:
            days = np.arange(self._first_day, self._last_day) + _DAYS_FROM_MID_2020
            self._growth[rate] = ((1 + rate) ** (days / 365.25))[self._day]
        return self._growth[rate]

    def power(self, consumer: Consumer) -> Floats:
        """Power of a consumer at each step, in the usage unit per hour."""
        of_steps = stream("step", consumer.firm, consumer.meter)
        of_days = stream("day", consumer.firm, consumer.meter)
        days = np.arange(self._first_day, self._last_day, dtype=np.int64)
        daily = 1 + DAY_NOISE * (2 * uniform(of_days, days) - 1)
        mean, _ = reference(consumer.shape, consumer.response)
        result = uniform(of_steps, self.steps)
        result *= 2 * STEP_NOISE
        result += 1 - STEP_NOISE
        result *= daily[self._day]
        result *= self.common(consumer.shape, consumer.response)
        result *= self._growth_of(consumer.growth)
        result *= consumer.annual_2020 / (_REFERENCE_DAYS * 24) / mean
        return result


@cache
def _reference_year() -> Window:
    return Window(0, _REFERENCE_DAYS * STEPS_PER_DAY)


@cache
def reference(shape: str, response: str) -> tuple[float, float]:
    """Mean and maximum of shape times response over the reference year 2024."""
    common = _reference_year().common(shape, response)
    return float(common.mean()), float(common.max())


def peak(consumer: Consumer, years: float) -> float:
    """Power that a consumer cannot reach within ``years`` of 2020, noise and a margin included."""
    mean, maximum = reference(consumer.shape, consumer.response)
    noise = (1 + DAY_NOISE) * (1 + STEP_NOISE)
    average = consumer.annual_2020 / (_REFERENCE_DAYS * 24)
    grown: float = (1 + consumer.growth) ** years
    return average * maximum / mean * noise * grown * 1.1
