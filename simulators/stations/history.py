"""The history of outlets and stations: hourly means with their quality, as one table."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import numpy as np
import pyarrow as pa

from simulators.grid import STEPS_PER_HOUR, instants_us, step_at
from simulators.stations.hours import hours_of
from simulators.stations.physics import TrueValues
from simulators.stations.points import stations

SCHEMA = pa.schema(
    [
        ("enterprise", pa.dictionary(pa.int16(), pa.string())),
        ("meter", pa.dictionary(pa.int16(), pa.string())),
        ("ts", pa.timestamp("us", "UTC")),
        ("value", pa.float64()),
        ("quality", pa.dictionary(pa.int16(), pa.string())),
    ]
)

# Marks of HJ 212-2017, table 8, as readings' qualities.
QUALITY = {
    "N": "good",
    "S": "manual",
    "D": "fault",
    "B": "offline",
    "M": "maintenance",
    "C": "calibration",
    "T": "over_range",
    "F": "stopped",
}


def point_history(start: datetime, end: datetime) -> pa.Table:
    """Hourly means of the whole hours from ``start`` to ``end``, late ones last.

    Columns enterprise, meter (``{point}.{channel}.hour``), ts (the hour's end), value and quality.
    Raises ValueError where there is no whole hour.
    """
    first = step_at(start) // STEPS_PER_HOUR * STEPS_PER_HOUR
    last = step_at(end) // STEPS_PER_HOUR * STEPS_PER_HOUR
    if first >= last:
        raise ValueError(f"no whole hour from {start.isoformat()} to {end.isoformat()}")
    in_time, late = list[pa.Table](), list[pa.Table]()
    for table, delayed in _of_channels(TrueValues(first, last)):
        in_time.append(table)
        if delayed.num_rows:
            late.append(delayed)
    return pa.concat_tables([*in_time, *late]).unify_dictionaries()


def _of_channels(true: TrueValues) -> Iterator[tuple[pa.Table, pa.Table]]:
    """What comes in time and what comes late, channel by channel."""
    marks = np.array(list(QUALITY))
    order = np.argsort(marks)
    names = pa.array(list(QUALITY.values()))
    for station in stations():
        values, stopped = true.of(station)
        for code, hours in hours_of(station, true, values, stopped).items():
            if "hour" not in station.fields[code]:
                continue
            told = hours.told & (hours.ends > step_at(station.since))
            ranks = order[np.searchsorted(marks[order], hours.marks)].astype(np.int16)
            rows = len(hours.ends)

            def same(text: str, rows: int = rows) -> pa.Array:
                return pa.DictionaryArray.from_arrays(
                    np.zeros(rows, dtype=np.int16), pa.array([text])
                )

            table = pa.Table.from_arrays(
                [
                    same(station.enterprise),
                    same(f"{station.code}.{code}.hour"),
                    pa.array(instants_us(hours.ends)).view(pa.timestamp("us", "UTC")),
                    pa.array(hours.values),
                    pa.DictionaryArray.from_arrays(ranks, names),
                ],
                schema=SCHEMA,
            )
            yield (
                table.filter(pa.array(told & ~hours.late)),
                table.filter(pa.array(told & hours.late)),
            )
