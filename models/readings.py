"""One record through the whole pipe: the reading, its quality and where it came from."""

from __future__ import annotations

from enum import IntEnum

import pyarrow as pa

TIMESTAMP = pa.timestamp("us", "UTC")


class Quality(IntEnum):
    """What a reading's value is worth. Stored as uint8; HJ 212 marks map onto these."""

    GOOD = 0
    ESTIMATED = 1
    SUBSTITUTED = 2
    MANUAL = 3
    SUSPECT = 10
    FAULT = 11
    OFFLINE = 12
    MAINTENANCE = 13
    CALIBRATION = 14
    OVER_RANGE = 15
    STOPPED = 16  # nothing runs: no value is owed


# Readings of these qualities count in usage; the others are stored and do not.
COUNTED = frozenset({Quality.GOOD, Quality.ESTIMATED, Quality.SUBSTITUTED, Quality.MANUAL})
LAST_COUNTED = int(max(COUNTED))  # so that one comparison tells: quality <= LAST_COUNTED

QUALITY_BY_NAME = {quality.name.lower(): quality for quality in Quality}


class Source(IntEnum):
    """The way a reading came in. Stored as uint8; a correction holds over any device's value."""

    MQTT = 1
    HTTP = 2
    FILE = 3
    HJ212 = 4
    CORRECTION = 100


# What the store keeps. ``value`` is in the meter's unit, multiplier not applied.
READINGS = pa.schema(
    [
        ("meter_key", pa.int32()),
        ("ts", TIMESTAMP),
        ("value", pa.float64()),
        ("quality", pa.uint8()),
        ("received", TIMESTAMP),
        ("source", pa.uint8()),
        ("batch", pa.int64()),
    ]
)

# What a batch brings: the same without the batch number, which the store gives.
NEW_READINGS = pa.schema([field for field in READINGS if field.name != "batch"])
