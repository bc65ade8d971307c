"""Hours, days, months and years: UTC inside, ruled by the park's time zone outside."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

Every = Literal["hour", "day", "month", "year", "total"]
EVERY: tuple[Every, ...] = ("hour", "day", "month", "year", "total")

HOUR_US = 3_600_000_000


def local_start(day: date, zone: ZoneInfo) -> datetime:
    """UTC instant at which ``day`` begins in ``zone``."""
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def period_start(at: datetime, every: Every, zone: ZoneInfo) -> datetime:
    """UTC start of the period of length ``every`` that holds the instant ``at``.

    ``total`` has no start of its own and raises ValueError.
    """
    local = at.astimezone(zone)
    if every == "hour":
        return local.replace(minute=0, second=0, microsecond=0).astimezone(UTC)
    if every == "day":
        return local_start(local.date(), zone)
    if every == "month":
        return local_start(date(local.year, local.month, 1), zone)
    if every == "year":
        return local_start(date(local.year, 1, 1), zone)
    raise ValueError(f"every: {every!r} has no period start")


def next_start(start: datetime, every: Every, zone: ZoneInfo) -> datetime:
    """UTC start of the period after the one that begins at ``start``."""
    if every == "hour":
        return start + timedelta(hours=1)
    local = start.astimezone(zone).date()
    if every == "day":
        return local_start(local + timedelta(days=1), zone)
    if every == "month":
        return local_start(date(local.year + local.month // 12, local.month % 12 + 1, 1), zone)
    if every == "year":
        return local_start(date(local.year + 1, 1, 1), zone)
    raise ValueError(f"every: {every!r} has no next period")


def label(start: datetime, every: Every, zone: ZoneInfo) -> str:
    """A period's name in the park's time: 2026, 2026-03, 2026-03-05 or 2026-03-05T14:00+08:00."""
    local = start.astimezone(zone)
    if every == "year":
        return f"{local:%Y}"
    if every == "month":
        return f"{local:%Y-%m}"
    if every == "day":
        return f"{local:%Y-%m-%d}"
    return local.isoformat(timespec="minutes")


_PERIOD = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)


def parse_period(text: str, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """UTC start and end of a period written 2026, 2026-03 or 2026-03-05 in the park's time.

    Raises ValueError that names the text where it is none of these.
    """
    match = _PERIOD.fullmatch(text)
    if match is None:
        raise ValueError(f"period: {text!r} is not of the form 2026, 2026-03 or 2026-03-05")
    year, month, day = (int(part) if part else None for part in match.groups())
    try:
        start = local_start(date(year or 0, month or 1, day or 1), zone)
    except ValueError as error:
        raise ValueError(f"period: {text!r} is not a date") from error
    every: Every = "day" if day else "month" if month else "year"
    return start, next_start(start, every, zone)


def to_us(at: datetime) -> int:
    """Microseconds since 1970 UTC, exact (no float on the way)."""
    delta = at - datetime(1970, 1, 1, tzinfo=UTC)
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds


def from_us(us: int) -> datetime:
    """The UTC instant of microseconds since 1970."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=us)


def floor_hour_us(us: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Start of the hour of each instant, both in microseconds since 1970 UTC."""
    return us - us % HOUR_US


def hours_within(
    starts: list[datetime], every: Every, zone: ZoneInfo, start: datetime | None, end: datetime
) -> npt.NDArray[np.float64]:
    """Hours of each period (UTC starts) that lie in [start, end): what coverage is measured by.

    For ``total`` a period runs from its start to ``end``.
    """
    hours = np.empty(len(starts))
    for index, begin in enumerate(starts):
        until = end if every == "total" else min(next_start(begin, every, zone), end)
        since = begin if start is None else max(begin, start)
        hours[index] = max((until - since).total_seconds(), 0.0) / 3600
    return hours
