"""Which meters an inventory accounts, under which heading, and which it leaves out and why."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import pandas as pd

from models.quantities import quantities
from models.registry import Direction, Meter, Registry

LEFT_OUT = ["meter", "enterprise", "reason"]

NO_USAGE = "no usage is known in this span"

_PURCHASED = {"electricity": "purchased_electricity", "heat": "purchased_heat"}


def _why_not(meter: Meter) -> str | None:
    if meter.parent is not None:
        return f"sub-meter of {meter.parent}"
    if meter.direction is not Direction.IMPORT:
        return f"direction {meter.direction.value} is not import"
    if not quantities()[meter.quantity].carrier:
        return f"quantity {meter.quantity} carries no energy"
    if not meter.has_amounts:
        return f"kind {meter.kind.value} has no amounts"
    return None


def accounted_meters(
    registry: Registry, enterprises: Collection[str] | None
) -> tuple[pd.DataFrame, list[dict[str, str]]]:
    """The main meters of imported energy, and the other meters with the reason.

    The first has one row a meter: meter_key, meter, enterprise, scope, category, source_stream,
    carrier, activity_unit, and valid_from, valid_to (UTC, NaT unbounded: the whole life of all
    versions). The second holds dicts of LEFT_OUT. None for all enterprises.
    """
    life = _lives(registry)
    kept, left_out = [], []
    for meter in registry.meter_by_key.values():
        if enterprises is not None and meter.enterprise not in enterprises:
            continue
        reason = _why_not(meter)
        if reason is not None:
            left_out.append({"meter": meter.code, "enterprise": meter.enterprise, "reason": reason})
            continue
        carrier = quantities()[meter.quantity].carrier
        kept.append(
            {
                "meter_key": meter.key,
                "meter": meter.code,
                "enterprise": meter.enterprise,
                "scope": 2 if carrier in _PURCHASED else 1,
                "category": _PURCHASED.get(carrier, "stationary_combustion"),
                "source_stream": meter.source_stream,
                "carrier": carrier,
                "activity_unit": meter.usage_unit,
                "valid_from": life[meter.key][0],
                "valid_to": life[meter.key][1],
            }
        )
    columns = [
        "meter_key", "meter", "enterprise", "scope", "category", "source_stream", "carrier",
        "activity_unit", "valid_from", "valid_to",
    ]  # fmt: skip
    frame = pd.DataFrame(kept, columns=columns)
    for name in ("valid_from", "valid_to"):
        frame[name] = pd.to_datetime(frame[name], utc=True).astype("datetime64[us, UTC]")
    frame["source_stream"] = frame["source_stream"].astype(object)
    return frame, left_out


def _lives(registry: Registry) -> dict[int, tuple[datetime | None, datetime | None]]:
    """First begin and last end of all versions of each meter; None is unbounded."""
    lives: dict[int, tuple[datetime | None, datetime | None]] = {}
    for one in registry.meters:
        begin, end = lives.get(one.key, (one.valid_from, one.valid_to))
        lives[one.key] = (
            None if begin is None or one.valid_from is None else min(begin, one.valid_from),
            None if end is None or one.valid_to is None else max(end, one.valid_to),
        )
    return lives
