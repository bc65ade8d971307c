"""Ranges of hours and long bytes as text that fits into InfluxDB's strings."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Mapping

import numpy as np

from store.hour_ranges import HourRanges

PART = 48_000  # InfluxDB takes strings of up to 64 KB


def packed(ranges: HourRanges) -> str:
    """Meter, start and end of each range as little-endian int32, deflated, in base64."""
    table = np.stack([ranges.meter, ranges.start, ranges.end]).astype("<i4")
    return base64.b64encode(zlib.compress(table.tobytes(), level=1)).decode()


def unpacked(text: str) -> HourRanges:
    """The ranges of ``packed``."""
    table = np.frombuffer(zlib.decompress(base64.b64decode(text)), dtype="<i4").reshape(3, -1)
    return HourRanges(*table.astype(np.int64))


def parts(text: str) -> list[str]:
    """The text cut into pieces that fit; one empty piece of an empty text."""
    return [text[begin : begin + PART] for begin in range(0, len(text), PART)] or [""]


def whole(pieces: Mapping[int, str], count: int) -> str | None:
    """The text of ``count`` numbered pieces, None while one is missing."""
    if len(pieces) < count:
        return None
    return "".join(text for _, text in sorted(pieces.items()))
