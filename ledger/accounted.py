"""Which meters an inventory accounts, under which heading, and which it leaves out and why."""

from __future__ import annotations

from collections.abc import Collection
from itertools import groupby
from operator import attrgetter

import pandas as pd

from ledger.replaced import Replaced, replaced
from ledger.stretches import stretches
from models.quantities import quantities
from models.registry import Direction, Meter, Registry

LEFT_OUT = ["meter", "enterprise", "reason"]

NO_USAGE = "no usage is known in this span"

_key = attrgetter("key")

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

    A virtual meter is accounted like any other; what its formula names is then counted in it and
    left out. One that names what counts elsewhere already is left out itself (ledger.replaced).

    The first has one row a stretch of time in which a meter plays one part (a change that makes it
    a sub-meter leaves the months before alone): line (a number of its own), meter_key, meter,
    enterprise, scope, category, source_stream, carrier, activity_unit, valid_from, valid_to (UTC,
    NaT unbounded), sole (whether the meter plays this one part only). The second holds dicts of
    LEFT_OUT. None for all enterprises.
    """
    kept: list[dict[str, object]] = []
    left_out: list[dict[str, str]] = []
    chosen = [
        meter for meter in registry.meters if enterprises is None or meter.enterprise in enterprises
    ]
    taken = replaced(registry, (meter for meter in chosen if _why_not(meter) is None))

    def part(meter: Meter) -> tuple[str | None, str, str | None]:
        return _reason(meter, taken), meter.quantity, meter.source_stream

    for _, versions in groupby(sorted(chosen, key=_key), key=_key):
        parts = stretches(taken.cut(versions), part)
        for meter, valid_from, valid_to in parts:
            reason = _reason(meter, taken)
            if reason is None:
                life = {"valid_from": valid_from, "valid_to": valid_to, "sole": len(parts) == 1}
                kept.append(_line(len(kept), meter) | life)
            else:
                left_out.append(
                    {"meter": meter.code, "enterprise": meter.enterprise, "reason": reason}
                )
    columns = [
        "line", "meter_key", "meter", "enterprise", "scope", "category", "source_stream", "carrier",
        "activity_unit", "valid_from", "valid_to", "sole",
    ]  # fmt: skip
    frame = pd.DataFrame(kept, columns=columns).astype({"sole": bool})
    for name in ("valid_from", "valid_to"):
        frame[name] = pd.to_datetime(frame[name], utc=True).astype("datetime64[us, UTC]")
    frame["source_stream"] = frame["source_stream"].astype(object)
    return frame, left_out


def _line(number: int, meter: Meter) -> dict[str, object]:
    carrier = quantities()[meter.quantity].carrier
    return {
        "line": number,
        "meter_key": meter.key,
        "meter": meter.code,
        "enterprise": meter.enterprise,
        "scope": 2 if carrier in _PURCHASED else 1,
        "category": _PURCHASED.get(carrier, "stationary_combustion"),
        "source_stream": meter.source_stream,
        "carrier": carrier,
        "activity_unit": meter.usage_unit,
    }


def _reason(meter: Meter, taken: Replaced) -> str | None:
    return _why_not(meter) or taken.why(meter)
