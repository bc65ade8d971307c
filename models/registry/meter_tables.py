"""Columns of what the usage arithmetic needs of all meters."""

from __future__ import annotations

import pyarrow as pa

from models.readings import TIMESTAMP

# What the usage arithmetic needs of every meter version; one row a version, ordered by meter_key
# and valid_from. ``scale`` and ``offset`` turn a value into the usage unit (multiplier applied; for
# a rate: usage unit per hour). ``rate_low``/``rate_high`` are per hour in the meter's own unit.
METER_SPECS = pa.schema(
    [
        ("meter_key", pa.int32()),
        ("kind", pa.string()),
        ("valid_from", TIMESTAMP),
        ("valid_to", TIMESTAMP),
        ("scale", pa.float64()),
        ("offset", pa.float64()),
        ("interval_s", pa.int64()),
        ("register_max", pa.float64()),
        ("range_low", pa.float64()),
        ("range_high", pa.float64()),
        ("may_export", pa.bool_()),
        ("gap_policy", pa.string()),
    ]
)

EXCHANGES = pa.schema(
    [
        ("meter_key", pa.int32()),
        ("ts", TIMESTAMP),
        ("final_value", pa.float64()),
        ("initial_value", pa.float64()),
    ]
)


# One row an hour of a typical day; ``day_type`` is the place in DayType; days are local ones, valid
# on [valid_from, valid_to).
PROFILES = pa.schema(
    [
        ("meter_key", pa.int32()),
        ("day_type", pa.int32()),
        ("hour", pa.int32()),
        ("amount", pa.float64()),
        ("valid_from", pa.date32()),
        ("valid_to", pa.date32()),
    ]
)
