"""Which revision of its (meter, ts) a new row is, so that no point is written over another."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa

from store.hour_ranges import Ints, find, ints
from store.influxdb_store.readings import EPOCH, REVISIONS, ends
from store.influxdb_store.server import InfluxDB
from store.influxdb_store.statements import one_of, quoted

EXISTING = pa.schema(
    [("time", pa.int64()), ("meter", pa.int64()), ("gen", pa.int64()), ("rx", pa.int64())]
)


class Revisions:
    """Of one writer, whose points nobody else writes.

    A ts beyond the newest that the writer stored of a meter is new, which is the rule; for the
    others it asks the store.
    """

    def __init__(self, server: InfluxDB, writer: str, *, epoch: int) -> None:
        """``epoch``: points of different epochs never meet."""
        self._server = server
        self._epoch = epoch
        self._writer = writer
        found = ends(server, f"writer={quoted(writer)}")
        self._meter = np.array(sorted(found), dtype=np.int64)
        self._last = np.array([found[meter][1] for meter in sorted(found)], dtype=np.int64)

    def give(self, new: pa.Table) -> Ints:
        """Revision of each row (NEW_READINGS), no two the same for a (meter, ts)."""
        meter, ts = ints(new["meter_key"]), ints(new["ts"])
        order = np.lexsort((ts, meter))
        same = (np.diff(meter[order]) == 0) & (np.diff(ts[order]) == 0)
        # Place among equal (meter, ts) of the batch: since the last row that began a new one.
        index = np.arange(len(order))
        begins = np.where(np.concatenate([[True], ~same]), index, 0) if len(order) else index
        revision = np.empty(len(order), dtype=np.int64)
        revision[order] = index - np.maximum.accumulate(begins)
        place, known = find(meter, self._meter)
        old = known & (ts <= self._last[place]) if len(self._last) else known
        if old.any():
            revision[old] += self._existing(meter[old], ts[old])
        self._advance(meter, ts)
        return revision + self._epoch * EPOCH

    def _existing(self, meter: Ints, ts: Ints) -> Ints:
        """How many revisions of each (meter, ts) stand already: the greatest and one."""
        meters, where = np.unique(meter, return_inverse=True)
        low = np.full(len(meters), np.iinfo(np.int64).max)
        high = np.full(len(meters), np.iinfo(np.int64).min)
        np.minimum.at(low, where, ts)
        np.maximum.at(high, where, ts)
        rows = self._server.numbers(
            [
                f"SELECT meter,gen,rx FROM reading WHERE writer={quoted(self._writer)}"
                f" AND {one_of('meter', [key])} AND time >= {first * 1_000}"
                f" AND time < {(last + 1) * 1_000}"
                for key, first, last in zip(
                    meters.tolist(), low.tolist(), high.tolist(), strict=True
                )
            ],
            EXISTING,
        )
        time = ints(rows["time"])
        generation = rows["gen"].combine_chunks().fill_null(0).to_numpy()
        standing = pd.DataFrame(
            {
                "meter": ints(rows["meter"]),
                "ts": time // 1_000,
                "count": time % 1_000 + generation * REVISIONS - self._epoch * EPOCH + 1,
            }
        )
        standing = standing[standing["count"].between(1, EPOCH)]
        counts = standing.groupby(["meter", "ts"], as_index=False)["count"].max()
        wanted = pd.DataFrame({"meter": meter, "ts": ts})
        found = wanted.merge(counts, how="left", on=["meter", "ts"])["count"]
        result: Ints = found.fillna(0).to_numpy(dtype=np.int64)
        return result

    def _advance(self, meter: Ints, ts: Ints) -> None:
        fresh = np.setdiff1d(meter, self._meter)
        if len(fresh):
            place = np.searchsorted(self._meter, fresh)
            self._meter = np.insert(self._meter, place, fresh)
            self._last = np.insert(self._last, place, np.iinfo(np.int64).min)
        np.maximum.at(self._last, np.searchsorted(self._meter, meter), ts)
