"""What live devices do wrong for a while, or always: decided by names and time, never by a dice.

- *frozen*: a device repeats its value for half an hour; a register then shows all it has counted;
- *drift*: the sensor of a level wanders off, a fifth of a percent an hour, up to a tenth;
- *skew*: a device's clock is off by some minutes, or loses some seconds an hour;
- *outage*: a gateway has no network for a few minutes, keeps what it reads, and forwards it in one
  batch, newest first now and then, and sometimes twice, since it missed the acknowledgement.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from simulators.meters import Meter
from simulators.noise import fraction

# Share of the meters in any half hour, of the level meters, of the devices, of the gateways in any
# ten minutes.
FROZEN, DRIFTING, SKEWED, SLOW, OUTAGE = 1 / 100, 1 / 5, 1 / 40, 1 / 60, 1 / 8

_FROZEN_FOR = timedelta(minutes=30)
_OUTAGE_EVERY, _OUTAGE_FOR = timedelta(minutes=10), timedelta(minutes=2)
_SKEW_S = (90.0, 420.0)  # below the ten minutes ahead at which a reading is refused
_SLOW_S_PER_HOUR = 20.0
_DRIFT_PER_HOUR, _MOST_DRIFT = 0.002, 0.1


def _window(when: datetime, length: timedelta) -> datetime:
    seconds = length.total_seconds()
    return datetime.fromtimestamp(when.timestamp() // seconds * seconds, when.tzinfo)


def frozen_since(meter: Meter, when: datetime) -> datetime | None:
    """The instant whose value the meter still shows; None where it works."""
    start = _window(when, _FROZEN_FOR)
    return start if fraction("frozen", *meter.key, start.isoformat()) < FROZEN else None


def drifted(meter: Meter, value: float, hours: float) -> float:
    """What a level's sensor shows of a value after so many hours."""
    if meter.has_amounts or fraction("drift", *meter.key) >= DRIFTING:
        return value
    wandered = min(_DRIFT_PER_HOUR * hours, _MOST_DRIFT)
    return round(value * (1 + wandered), meter.decimals)


def skew(device: str, hours: float) -> timedelta:
    """How far a device's clock is ahead after so many hours; mostly nothing."""
    chance = fraction("skew", device)
    if chance < SKEWED:
        least, most = _SKEW_S
        seconds = least + (most - least) * chance / SKEWED
        return timedelta(seconds=seconds if fraction("fast", device) < 0.5 else -seconds)
    if chance < SKEWED + SLOW:
        return timedelta(seconds=-_SLOW_S_PER_HOUR * hours)
    return timedelta(0)


def is_cut_off(gateway: str, when: datetime) -> bool:
    """Whether a gateway has no network."""
    start = _window(when, _OUTAGE_EVERY)
    if when - start >= _OUTAGE_FOR:
        return False
    return fraction("outage", gateway, start.isoformat()) < OUTAGE


def forwards(gateway: str, when: datetime) -> tuple[bool, bool]:
    """Whether a gateway forwards what it kept newest first, and whether it sends it twice."""
    at = when.isoformat()
    return fraction("reversed", gateway, at) < 0.3, fraction("twice", gateway, at) < 0.3
