"""Times of a file's rows: with an offset, or in the zone that the mapping names."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ingest.decode.times import LEAST_MS, microseconds
from models.periods import to_us

Ints = npt.NDArray[np.int64]
DAY_US = 86_400_000_000
DATE_DIGITS = 8  # 20261124


def file_times(
    texts: pa.Array, *, zone: ZoneInfo | None, form: str | None, midnight_ends_day: bool
) -> tuple[Ints, dict[int, str]]:
    """Microseconds since 1970 UTC of every text, and by row why one cannot be read (0 there).

    ``form`` is a strptime format without an offset; it needs a zone. A local time that a change of
    the clocks makes ambiguous is taken as the earlier, one that it leaves out as the later.
    """
    if zone is None:
        return _instants(texts)
    faults: dict[int, str] = {}
    if form is not None:
        # Not Arrow's strptime, which takes 31 February for 3 March.
        parsed = pd.to_datetime(texts.to_pandas(), format=form, errors="coerce")
        local = pa.array(parsed, pa.timestamp("us"))
        for row in np.flatnonzero(local.is_null().to_numpy(zero_copy_only=False)):
            faults[int(row)] = f"ts: {texts[int(row)].as_py()[:60]!r} is not of the form {form}"
    else:
        try:
            local = texts.cast(pa.timestamp("us"))
        except pa.ArrowInvalid:  # some have an offset, or cannot be read
            return _one_by_one(texts, zone, midnight_ends_day)
    wall = local.cast(pa.int64()).fill_null(0).to_numpy(zero_copy_only=False)
    if midnight_ends_day:
        wall = np.where(wall % DAY_US == 0, wall + DAY_US, wall)
    instants = pc.assume_timezone(
        pa.array(wall).cast(pa.timestamp("us")),
        zone.key,
        ambiguous="earliest",
        nonexistent="latest",
    )
    result: Ints = instants.cast(pa.int64()).to_numpy(zero_copy_only=False)
    return result, faults


def _instants(texts: pa.Array) -> tuple[Ints, dict[int, str]]:
    """Texts with an offset, or milliseconds."""
    try:
        instants = texts.cast(pa.timestamp("us", "UTC")).cast(pa.int64())
        return instants.to_numpy(zero_copy_only=False), {}
    except pa.ArrowInvalid:  # milliseconds, or some that cannot be read: look at each
        pass
    listed = texts.to_pylist()
    digits = [_is_digits(text) for text in listed]
    result, faults = microseconds(
        [int(text) if alone else text for text, alone in zip(listed, digits, strict=True)]
    )
    return result, faults | {
        row: f"ts: {text} is no time in milliseconds since 1970: seconds lack three digits, a "
        "date needs time_format and zone of the mapping"
        for row, (text, alone) in enumerate(zip(listed, digits, strict=True))
        if alone and int(text) < LEAST_MS
    }


def _one_by_one(
    texts: pa.Array, zone: ZoneInfo, midnight_ends_day: bool
) -> tuple[Ints, dict[int, str]]:
    result = np.zeros(len(texts), dtype=np.int64)
    faults: dict[int, str] = {}
    for row, text in enumerate(texts.to_pylist()):
        try:
            if _is_digits(text) and len(text) != DATE_DIGITS:
                result[row] = int(text) * 1000
                if result[row] < LEAST_MS * 1000:
                    raise ValueError
                continue
            parsed = datetime.fromisoformat(text.upper())
            if parsed.tzinfo is None:
                midnight = parsed.time() == time() and midnight_ends_day
                parsed = (parsed + timedelta(days=midnight)).replace(tzinfo=zone)
            result[row] = to_us(parsed)
        except (ValueError, OverflowError):
            faults[row] = f"ts: {text[:60]!r} is no time (2026-11-24T10:15:00)"
    return result, faults


def _is_digits(text: str) -> bool:
    return len(text) < 17 and text.removeprefix("-").isdecimal() and text.isascii()
