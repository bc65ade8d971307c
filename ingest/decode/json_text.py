"""JSON read with patience: where the fast way fails, so that a refusal can say what is wrong."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

from models.errors import DecodeError, Reason

Refuse = Callable[[int, str | None, Reason, str], None]  # item, meter, reason, detail

_decode = json.JSONDecoder().decode  # also reads NaN and Infinity, so that they can be named
_write = json.JSONEncoder(ensure_ascii=False, default=repr).encode  # bytes come by Sparkplug


def parsed(payload: bytes) -> Any:
    """The JSON value of a payload; DecodeError says where it is none."""
    try:
        text = payload.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DecodeError(
            Reason.MALFORMED, f"payload: byte {error.start} is not UTF-8 ({error.reason})"
        ) from None
    try:
        return _decode(text)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno} column {error.colno}"
        raise DecodeError(Reason.MALFORMED, f"payload: {error.msg} at {where}") from None
    except RecursionError:
        raise DecodeError(Reason.MALFORMED, "payload: nested too deep") from None
    except ValueError as error:  # an integer of thousands of digits
        raise DecodeError(Reason.MALFORMED, f"payload: {error}") from None


_SHORT = 10**50


def shown(value: Any) -> str:
    """A value of JSON as a refusal shows it: its beginning, and nothing that UTF-8 cannot hold."""
    if value is None or (type(value) is int and -_SHORT < value < _SHORT):
        return "null" if value is None else str(value)  # a hostile list has a million of them
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    text = _write(value).encode(errors="replace").decode()
    return text if len(text) <= 60 else f"{text[:57]}..."
