"""From what a point measures to the meters that keep it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from models.environment.hj212_codes import Hj212Code, hj212_codes
from models.registry.channel_fields import FIELDS, ChannelField, meter_code
from models.registry.meters import Direction, GapPolicy
from models.registry.points import Channel, Point

_FIXED_INTERVALS = {"hour": 3600, "day": 86400}


def channel_meters(point: Point, channel: Channel) -> list[dict[str, Any]]:
    """The meter versions of a version of a channel at a version of its point, as files have them.

    They are valid while both are; none where the two never are. Their code must be known, and so
    must their fields; KeyError where not.
    """
    start = max(_known(point.valid_from, channel.valid_from), default=None)
    end = min(_known(point.valid_to, channel.valid_to), default=None)
    if start is not None and end is not None and start >= end:
        return []
    code = hj212_codes()[channel.code]
    return [
        _meter(point, channel, code, FIELDS[field]) | {"valid_from": start, "valid_to": end}
        for field in channel.fields
    ]


def _known(*times: datetime | None) -> list[datetime]:
    return [time for time in times if time is not None]


def interval_of(point: Point, field: ChannelField) -> int:
    """Seconds between two values of a field."""
    if field.series == "realtime":
        return point.realtime_interval_s
    if field.series == "minute":
        return point.minute_interval_s
    return _FIXED_INTERVALS[field.series]


def _meter(point: Point, channel: Channel, code: Hj212Code, field: ChannelField) -> dict[str, Any]:
    unit = channel.unit or code.unit
    quantity = code.quantity_in(unit)
    if field.is_amount:
        unit, quantity = code.amount_unit or unit, code.amount_quantity or quantity
    # What the device converted itself, and amounts, have no range that anybody declared.
    ranged = field.part in {"", "min", "max"}
    return {
        "enterprise": point.enterprise,
        "code": meter_code(point.code, channel.code, field.code),
        "quantity": quantity,
        "kind": field.kind,
        "unit": unit,
        "interval_s": interval_of(point, field),
        "name_zh": f"{point.name_zh} {code.name_zh} {field.name_zh}",
        "name_en": f"{point.name_en} {code.name_en} {field.name_en}",
        "multiplier": 1.0,
        "register_max": None,
        "range_low": channel.range_low if ranged else None,
        "range_high": channel.range_high if ranged else None,
        "direction": Direction.IMPORT,
        "parent": None,
        "source_stream": None,
        "gap_policy": GapPolicy.NONE,  # what is missing is substituted by the standards' own rules
        "formula": None,
        "counterpart": None,
        "accuracy_pct": None,
        "building": None,
    }
