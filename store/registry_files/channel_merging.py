"""The meters that channels become, beside those that meters.csv states."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from models.environment.hj212_codes import hj212_codes
from models.registry import Channel, Point
from models.registry.channel_fields import FIELDS
from models.registry.channel_meters import channel_meters
from store.registry_db.kinds import METER
from store.registry_files.placed import Placed

Identity = tuple[object, ...]


def derived_meters(
    points: Mapping[Identity, Placed], channels: Mapping[Identity, Placed]
) -> dict[Identity, Placed]:
    """The meters of all versions of all channels, by identity; each in the place of its channel.

    Channels of which the point, the code or a field is not known have none of them: that is a fault
    of its own.
    """
    versions: dict[Identity, list[Point]] = defaultdict(list)
    for placed in points.values():
        versions[placed.values["enterprise"], placed.values["code"]].append(Point(**placed.values))
    found: dict[Identity, Placed] = {}
    for placed in channels.values():
        channel = Channel(**placed.values)
        if channel.code not in hj212_codes() or not FIELDS.keys() >= set(channel.fields):
            continue
        for point in versions[channel.enterprise, channel.point]:
            for values in channel_meters(point, channel):
                found[METER.identify(values)] = Placed(values, placed.file, placed.row)
    return found
