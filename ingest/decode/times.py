"""Times of readings: RFC 3339 with an offset, or integer milliseconds since 1970 UTC."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from models.periods import to_us

# What every store can keep (64 bits of nanoseconds since 1970 span the years 1678 to 2261);
# anything beyond is a clock's mistake in any case. UTC.
_LOWEST_US = -8_520_336_000_000_000  # 1700
_HIGHEST_US = 9_214_646_400_000_000 - 1  # 2261
# Integers are milliseconds from July 1978 on (2^28 s, below which RFC 8428 has no absolute times
# either): 1764000000 are seconds, 202611241015 (it would be in 1976) is a date.
LEAST_MS = 1000 * 2**28


def microseconds(times: Sequence[str | int]) -> tuple[npt.NDArray[np.int64], dict[int, str]]:
    """Microseconds since 1970 UTC of every time, and by row why one cannot be read (0 there)."""
    try:
        texts = pa.array(times, pa.string())
        result = texts.cast(pa.timestamp("us", "UTC")).cast(pa.int64()).to_numpy()
        return result, beyond(result)
    except (pa.ArrowInvalid, pa.ArrowTypeError, TypeError):
        pass
    try:
        milliseconds = pa.array(times, pa.int64()).to_numpy()
        if ((milliseconds >= LEAST_MS) & (milliseconds <= _HIGHEST_US // 1000)).all():
            return milliseconds * 1000, {}
    except (pa.ArrowInvalid, pa.ArrowTypeError, TypeError, OverflowError):
        pass  # neither all of the one nor all of the other form
    result = np.zeros(len(times), dtype=np.int64)
    faults: dict[int, str] = {}
    for row, time in enumerate(times):
        try:
            result[row] = _one(time)
        except ValueError as error:
            faults[row] = f"ts: {error}"
    return result, faults | beyond(result)


def beyond(ts_us: npt.NDArray[np.int64]) -> dict[int, str]:
    """By row why a time, in microseconds since 1970 UTC, is none that a calendar can show."""
    rows = np.flatnonzero((ts_us < _LOWEST_US) | (ts_us > _HIGHEST_US))
    return {int(row): "ts: not within the years 1700 to 2261" for row in rows}


def _one(time: str | int) -> int:
    if isinstance(time, int):
        if not LEAST_MS <= time <= _HIGHEST_US // 1000:
            raise ValueError(
                f"{str(time)[:40]} is no time in milliseconds since 1970 UTC (seconds lack three "
                "digits)"
            )
        return time * 1000
    shown = repr(time[:60])
    try:
        parsed = datetime.fromisoformat(time.upper())  # RFC 3339 allows t and z
    except ValueError:
        raise ValueError(
            f"{shown} is not RFC 3339 (2026-11-24T10:15:00+08:00) or integer milliseconds"
        ) from None
    if parsed.tzinfo is None:
        raise ValueError(f"{shown} has no offset from UTC (write +08:00 or Z)")
    return to_us(parsed)
