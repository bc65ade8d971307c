"""Working calendar and weather of the demo park, on the 15-minute grid."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from functools import cache

import numpy as np

from simulators.grid import DATA, STEPS_PER_DAY, STEPS_PER_HOUR, Floats, Ints
from simulators.noise import stream, uniform

DAYS = ("work", "rest", "holiday")  # columns of a load shape, in this order

_FIRST_DAY = date(2024, 1, 1)
_HEATING_FROM, _HEATING_TO = (10, 20), (4, 6)  # local days, both included
_DAILY_SWING_K, _WARMEST_HOUR = 5.0, 15
_SPELL_SWING_K = 7.0  # warm and cold spells: half the width of their range


@cache
def _holidays() -> dict[date, str]:
    with (DATA / "calendar.csv").open(encoding="utf-8") as file:
        return {date.fromisoformat(row["date"]): row["day"] for row in csv.DictReader(file)}


def day_of(day: int) -> date:
    """Local date of the day with this number (0 is the epoch's)."""
    return _FIRST_DAY + timedelta(days=day)


def day_kind(day: date) -> str:
    """One of DAYS: the State Council's calendar where the file has it, else the weekday."""
    return _holidays().get(day, "rest" if day.weekday() >= 5 else "work")


def day_kinds(first: int, last: int) -> Ints:
    """Index into DAYS of each day first..last-1."""
    kinds = [DAYS.index(day_kind(day_of(day))) for day in range(first, last)]
    return np.array(kinds, dtype=np.int64)


def in_heating_season(first: int, last: int) -> Floats:
    """1.0 on the days first..last-1 of the heating season (20 October to 6 April), else 0.0."""
    days = [(day_of(day).month, day_of(day).day) for day in range(first, last)]
    return np.array([float(day >= _HEATING_FROM or day <= _HEATING_TO) for day in days])


@cache
def _mid_month_means() -> tuple[Floats, Floats]:
    with (DATA / "weather.csv").open(encoding="utf-8") as file:
        means = [float(row["mean_degC"]) for row in csv.DictReader(file)]
    around = [means[-1], *means, means[0]]
    return (np.arange(14) - 0.5) * 365.2425 / 12, np.array(around)


def outdoor_temperature(steps: Ints) -> Floats:
    """Air temperature in °C at the steps: monthly means, a daily swing, spells of some days."""
    day = steps // STEPS_PER_DAY
    into_day = (steps % STEPS_PER_DAY) / STEPS_PER_DAY
    hour = (steps % STEPS_PER_DAY) / STEPS_PER_HOUR
    first, last = int(day[0]), int(day[-1]) + 2
    of_year = np.array([day_of(d).timetuple().tm_yday for d in range(first, last)], dtype=float)
    mean = np.interp(of_year[day - first], *_mid_month_means())
    # spells: a random point every third day, a line between
    point = day // 3
    along = (day % 3 + into_day) / 3
    spell = stream("weather")
    left, right = uniform(spell, point), uniform(spell, point + 1)
    swing = _SPELL_SWING_K * (2 * (left + (right - left) * along) - 1)
    daily = _DAILY_SWING_K * np.cos(2 * np.pi * (hour - _WARMEST_HOUR) / 24)
    result: Floats = mean + swing + daily
    return result
