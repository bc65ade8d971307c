"""The time grid of every load: steps of 15 minutes, counted from the epoch of the demo park.

The epoch is a local midnight and the park's zone has a constant offset (UTC+8, no summer time
since 1991), so a step's local day and hour follow from its number alone.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

DATA = Path(__file__).parent / "demo_park"
ZONE = ZoneInfo("Asia/Shanghai")
EPOCH = datetime(2024, 1, 1, tzinfo=ZONE).astimezone(UTC)
STEP = timedelta(minutes=15)
STEP_S = 900
STEP_H = 0.25
STEPS_PER_DAY = 96
STEPS_PER_HOUR = 4
_EPOCH_US = int(EPOCH.timestamp()) * 1_000_000


def step_at(at: datetime) -> int:
    """Number of the step that holds the instant ``at`` (aware; any zone)."""
    return (at - EPOCH) // STEP


def instant(step: int) -> datetime:
    """UTC instant at which a step begins."""
    return EPOCH + step * STEP


def instants_us(steps: Ints) -> Ints:
    """Microseconds since 1970 UTC at which the steps begin."""
    return _EPOCH_US + steps * (STEP_S * 1_000_000)


def local(text: str) -> datetime:
    """UTC instant of a local time written as 2026-03-05T10:15."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE).astimezone(UTC)


def month_start(at: datetime) -> datetime:
    """UTC start of the local month that holds ``at``."""
    day = at.astimezone(ZONE)
    return datetime(day.year, day.month, 1, tzinfo=ZONE).astimezone(UTC)


def next_month(start: datetime) -> datetime:
    """UTC start of the local month after the one that begins at ``start``."""
    return month_start(start + timedelta(days=32))


def history_start(now: datetime) -> datetime:
    """UTC start of the demo's history: local 1 January two calendar years back."""
    return datetime(now.astimezone(ZONE).year - 2, 1, 1, tzinfo=ZONE).astimezone(UTC)
