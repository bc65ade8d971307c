"""What faulty gateways send: one bad message after another, of every kind that is to be refused."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from simulators.grid import ZONE
from simulators.meters import Meter

KINDS = ("unknown_meter", "nan", "words", "foreign_unit", "no_offset", "future", "cut_off")

_FOREIGN_UNIT = {"electricity": "m3", "natural_gas": "kWh", "heat": "t", "water": "kWh"}


@dataclass(frozen=True, slots=True)
class BadMessage:
    """``meter`` is the code in the topic."""

    kind: str
    meter: str
    payload: str


def bad_message(number: int, meter: Meter, when: datetime, value: float) -> BadMessage:
    """The ``number``-th bad message, KINDS taking turns. ``meter`` measures an amount."""
    kind = KINDS[number % len(KINDS)]
    code, unit, ts = meter.code, meter.unit, when.astimezone(ZONE)
    shown: float | str = value
    if kind == "unknown_meter":
        code += "-X9"
    elif kind == "nan":
        shown = float("nan")
    elif kind == "words":
        shown = "error"
    elif kind == "foreign_unit":
        unit = _FOREIGN_UNIT[meter.quantity]
    elif kind == "no_offset":
        ts = ts.replace(tzinfo=None)
    elif kind == "future":
        ts += timedelta(days=1)
    payload = json.dumps({"ts": ts.isoformat(), "value": shown, "unit": unit})
    return BadMessage(kind, code, payload[: len(payload) // 2] if kind == "cut_off" else payload)
