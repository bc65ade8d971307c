"""Schemas of what the usage arithmetic gives."""

from __future__ import annotations

import pyarrow as pa

from models.readings import TIMESTAMP

# One row a meter and hour (UTC start). ``amount`` in the meter's usage unit, multiplier applied;
# null is unknown. ``estimated`` is the part of amount not backed by readings. ``coverage`` is
# minutes of the hour not in a gap / 60. ``mean``, ``min``, ``max`` for rate, level and mean kinds.
NEW_USAGE = pa.schema(
    [
        ("meter_key", pa.int32()),
        ("hour", TIMESTAMP),
        ("amount", pa.float64()),
        ("estimated", pa.float64()),
        ("coverage", pa.float64()),
        ("mean", pa.float64()),
        ("min", pa.float64()),
        ("max", pa.float64()),
        ("n", pa.int32()),
    ]
)

# What the arithmetic noticed. ``kind``: reset, rollover, exchange, false_value, implausible_rate,
# gap_unknown, gap_filled.
FINDINGS = pa.schema(
    [
        ("meter_key", pa.int32()),
        ("ts", TIMESTAMP),
        ("kind", pa.string()),
        ("detail", pa.string()),
    ]
)
