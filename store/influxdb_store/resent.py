"""Counts of resends in InfluxDB: measurement ``resent``, tags ``meter`` and ``writer``.

Each count is a point of its own, at the time it was made; fields ``day`` (µs) and ``n``.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from models.periods import to_us
from store.hour_ranges import ints
from store.influxdb_store.lines import lines
from store.influxdb_store.server import InfluxDB
from store.influxdb_store.statements import between_ns, one_of, where
from store.interface import RESENT
from store.rules.resent import summed
from store.rules.selection import Selection

STORED = pa.schema(
    [("time", pa.int64()), ("meter", pa.int32()), ("day", pa.int64()), ("n", pa.int64())]
)


def written(counted: pa.Table, writer: str, number: int) -> pa.Array:
    """RESENT as lines; ``number`` (µs) is one that the writer has not given before."""
    tags = {"meter": counted["meter_key"].combine_chunks(), "writer": writer}
    fields = {"day": pa.array(ints(counted["day"])), "n": counted["n"].combine_chunks()}
    # A batch from before midnight may be of two days: then a meter has two points.
    place = np.arange(counted.num_rows)
    return lines("resent", tags, fields, number * 1_000 + place % 1_000)


def select(server: InfluxDB, selection: Selection) -> pa.Table:
    """RESENT of the selection; its times are those of days."""
    if selection.meters is not None and not len(selection.meters):
        return RESENT.empty_table()
    which = [] if selection.meters is None else [one_of("meter", selection.meters)]
    which += [] if selection.start is None else [f"day >= {to_us(selection.start)}"]
    which += [] if selection.end is None else [f"day < {to_us(selection.end)}"]
    question = f"SELECT meter,day,n FROM resent{where([*which, *between_ns(None, None)])}"
    rows = server.numbers([question], STORED)
    whole = rows.filter(rows["n"].is_valid()).drop_null()  # one may be just being written
    return summed(ints(whole["meter"]), ints(whole["day"]), ints(whole["n"]))
