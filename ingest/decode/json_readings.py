"""JSON readings: one, a list of one meter's, or a batch of many meters'.

The fast way decodes a whole message by type. Where that fails the slow way looks at each item, so
that a refusal names the item, the field and the reason, and the other items still come in. Messages
are never joined into one text: a crafted one could move its neighbours' values.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import msgspec

from ingest.decode.columns import Sent
from ingest.decode.json_text import Refuse, parsed, shown
from models.errors import DecodeError, Reason

_decode = msgspec.json.Decoder(Sent | list[Sent]).decode
_SINGLE = range(1)


def decode(payload: bytes, refuse: Refuse) -> tuple[list[Sent], Sequence[int]]:
    """Readings of one message and the item number of each; ``refuse`` is told of the other items.

    A single object is item 0. Raises DecodeError where the message cannot be read as a whole.
    """
    try:
        decoded = _decode(payload)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return _explain(payload, refuse)
    if isinstance(decoded, list):
        return decoded, range(len(decoded))
    return [decoded], _SINGLE


def _explain(payload: bytes, refuse: Refuse) -> tuple[list[Sent], list[int]]:
    decoded = parsed(payload)
    readings, numbers = [], []
    for number, item in enumerate(decoded if isinstance(decoded, list) else [decoded]):
        if not isinstance(item, dict):
            refuse(number, None, Reason.MALFORMED, f"item: {shown(item)} is not an object")
            continue
        try:
            readings.append(_checked(item))
            numbers.append(number)
        except DecodeError as error:
            meter = item.get("meter")
            named = shown(meter[:64])[1:-1] if isinstance(meter, str) else None
            refuse(number, named, error.reason, error.detail)
    return readings, numbers


def _checked(item: dict[str, Any]) -> Sent:
    """One item as a reading; DecodeError with the field and the reason."""
    for name in ("meter", "enterprise", "unit", "quality", "ts"):
        text = item.get(name)
        if isinstance(text, str):
            if not text.isascii() and any("\ud800" <= letter <= "\udfff" for letter in text):
                raise DecodeError(Reason.MALFORMED, f"{name}: holds half of a surrogate pair")
        elif text is not None and name != "ts":
            reason = Reason.BAD_UNIT if name == "unit" else Reason.MALFORMED
            raise DecodeError(reason, f"{name}: {shown(text)} is not a text")
    if "ts" not in item:
        raise DecodeError(Reason.BAD_TIME, "ts: missing")
    if "value" not in item:
        raise DecodeError(Reason.BAD_VALUE, "value: missing")
    ts, value = item["ts"], item["value"]
    if isinstance(ts, bool) or not isinstance(ts, str | int):
        raise DecodeError(
            Reason.BAD_TIME, f"ts: {shown(ts)} is neither RFC 3339 nor integer milliseconds"
        )
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise DecodeError(Reason.BAD_VALUE, f"value: {shown(value)} is not a number")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise DecodeError(Reason.OUT_OF_RANGE, f"value: {shown(value)} is not a finite number")
    return Sent(
        ts=ts, value=number, unit=item.get("unit"), quality=item.get("quality"),
        meter=item.get("meter"), enterprise=item.get("enterprise"),
    )  # fmt: skip
