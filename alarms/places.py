"""Which alarms a changed meter can concern."""

from __future__ import annotations

from collections.abc import Iterable

from alarms.sources.source import Place
from models.registry import Registry


def places_of(registry: Registry, meters: Iterable[int]) -> frozenset[Place]:
    """The meters of these keys, and the monitoring points that they are channels of.

    A channel's meter is named {point}.{code}.{field}, and no point's code has a dot.
    """
    found: set[Place] = set()
    for key in meters:
        meter = registry.meter_by_key.get(key)
        if meter is None:
            continue
        found.add((meter.enterprise, meter.code))
        point = meter.code.partition(".")[0]
        if (meter.enterprise, point) in registry.point_by_code:
            found.add((meter.enterprise, point))
    return frozenset(found)
