"""What a monitoring point measured, and how, while nothing of it changed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from models.environment.hj212_codes import hj212_codes
from models.periods import HOUR_US, to_us
from models.registry import Registry
from models.registry.points import Channel, Medium, Point

FOREVER_H = 1 << 40  # hours since 1970, beyond every question

# What is measured to convert and to weigh, not to judge or to sum (codes of quantities.csv).
PARAMETERS = frozenset(
    {"volume_flow", "velocity", "temperature", "static_pressure", "pressure", "humidity",
     "oxygen", "area", "direction", "load"}
)  # fmt: skip
NO, NO2, NOX = "a21003", "a21004", "a21002"


@dataclass(frozen=True)
class Layout:
    """A version of a point with its channels by code, in the hours [start, end) since 1970 UTC."""

    point: Point
    channels: Mapping[str, Channel]
    start: int
    end: int

    @property
    def place(self) -> tuple[str, str]:
        """Codes of the enterprise and of the point."""
        return self.point.enterprise, self.point.code

    @property
    def pollutants(self) -> list[str]:
        """Codes of what is watched here; nitrogen oxides too where both their parts are."""
        codes = [one for one in self.channels if hj212_codes()[one].quantity not in PARAMETERS]
        if NO in codes and NO2 in codes and NOX not in codes:
            codes.append(NOX)
        return sorted(codes)


def layouts(
    registry: Registry,
    media: Collection[Medium],
    *,
    enterprise: str | None = None,
    point: str | None = None,
    places: Collection[tuple[str, str]] | None = None,
) -> list[Layout]:
    """Of the points of these media that fit, ordered by enterprise, point and time.

    ``places``: codes of the enterprises and points that are meant, None for all.
    """
    found = []
    for one in registry.points:
        if one.medium not in media or enterprise not in (None, one.enterprise):
            continue
        if point not in (None, one.code):
            continue
        if places is not None and (one.enterprise, one.code) not in places:
            continue
        found += _of_version(one, registry.channels_of.get((one.enterprise, one.code), ()))
    return sorted(found, key=lambda one: (*one.place, one.start))


def _of_version(point: Point, versions: tuple[Channel, ...]) -> list[Layout]:
    """Of one version of a point: cut where a version of a channel begins or ends."""
    start, end = _hours(point.valid_from, point.valid_to)
    spans = [(*_hours(one.valid_from, one.valid_to), one) for one in versions]
    inside = {at for since, until, _ in spans for at in (since, until) if start < at < end}
    return [
        Layout(
            point,
            {one.code: one for since, until, one in spans if since <= begin < until},
            begin,
            stop,
        )
        for begin, stop in pairwise([start, *sorted(inside), end])
        if begin < stop
    ]


def _hours(valid_from: datetime | None, valid_to: datetime | None) -> tuple[int, int]:
    """The hours that begin while something is valid."""
    since = -FOREVER_H if valid_from is None else -(-to_us(valid_from) // HOUR_US)
    until = FOREVER_H if valid_to is None else -(-to_us(valid_to) // HOUR_US)
    return since, until
