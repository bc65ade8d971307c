"""What a station's device does wrong on the wire, read from ``demo_park/station_faults.csv``.

``share`` is the share of the frames, or of the time, or in seconds where a clock is off. Decided by
names and times, never by a dice.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache

from simulators.noise import fraction
from simulators.park import table

# What each kind does; the list is the reference of station_faults.csv.
KINDS = {
    "bare": "sends neither QN nor Flag with what it uploads, as devices of 2005 do",
    "lying_flag": "says another edition in Flag",
    "bad_crc": "spoils a frame on the line; where an answer is wanted it sends again",
    "wrong_password": "sends an old password; where an answer is wanted it sends again, rightly",
    "split": "splits frames into packets with PNUM and PNO",
    "torn": "writes every frame in pieces with pauses",
    "joined": "writes two frames in one piece",
    "stuck": "repeats an instant of its last channel for half an hour",
    "resent": "sends a frame again although it was answered",
    "undeclared": "sends a code that nobody declared",
    "offline": "has no network for two minutes of ten, and tells afterwards what its logger kept",
    "slow_clock": "its clock is behind by so many seconds until the host sets it",
    "fast_clock": "its clock is ahead by so many seconds until the host sets it",
}

_OUTAGE_EVERY_S, _OUTAGE_FOR_S = 600, 120


class Faults:
    """The faults of one station's device."""

    def __init__(self, point: tuple[str, str], shares: dict[str, float] | None = None) -> None:
        self._name = "/".join(point)
        self._shares = _by_point().get(point, {}) if shares is None else shares

    def share(self, kind: str) -> float:
        """The share of a kind; 0 where the device does no such thing."""
        return self._shares.get(kind, 0.0)

    def befalls(self, kind: str, what: str) -> bool:
        """Whether a fault befalls a frame (or whatever ``what`` names)."""
        return fraction("wire", kind, self._name, what) < self.share(kind)

    def is_offline(self, when: datetime) -> bool:
        """Whether it has no network at an instant."""
        begin = when.timestamp() // _OUTAGE_EVERY_S * _OUTAGE_EVERY_S
        return when.timestamp() - begin < _OUTAGE_FOR_S and self.befalls("offline", str(begin))

    @property
    def clock(self) -> timedelta:
        """How far its clock is ahead."""
        return timedelta(seconds=self.share("fast_clock") - self.share("slow_clock"))


@cache
def _by_point() -> dict[tuple[str, str], dict[str, float]]:
    found: dict[tuple[str, str], dict[str, float]] = {}
    for row in table("station_faults.csv"):
        of_point = found.setdefault((row["enterprise"], row["point"]), {})
        of_point[row["kind"]] = float(row["share"])
    return found
