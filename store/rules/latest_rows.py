"""The newest row of every meter, in memory: answers ``latest`` and knows identical resends."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from models.periods import HOUR_US
from models.readings import READINGS, Source
from store.hour_ranges import Ints, Mask, find, ints, times

Columns = dict[str, npt.NDArray[Any]]

# Columns of a reading as numpy arrays; times as int64 µs.
DTYPES: dict[str, Any] = {
    "meter_key": np.int64,
    "ts": np.int64,
    "value": np.float64,
    "quality": np.uint8,
    "received": np.int64,
    "source": np.uint8,
    "batch": np.int64,
}
NEVER = np.iinfo(np.int64).max


def to_columns(readings: pa.Table) -> Columns:
    """A table of readings as arrays."""
    columns: Columns = {}
    for name in readings.schema.names:
        if name not in DTYPES:
            continue
        if name == "value":
            columns[name] = readings[name].combine_chunks().to_numpy(zero_copy_only=False)
        else:
            columns[name] = ints(readings[name]).astype(DTYPES[name], copy=False)
    return columns


def newest_first_key(columns: Columns) -> tuple[npt.NDArray[Any], ...]:
    """Keys for lexsort: by meter, ts, then which row holds; ties stay in the order of rows."""
    correction = columns["source"] == Source.CORRECTION
    return columns["received"], correction, columns["ts"], columns["meter_key"]


class LatestRows:
    """Of each meter the row that holds at its greatest ts, and the hours of its first and last ts.

    Not safe for use by several threads at once: the owner holds a lock around each call.
    """

    def __init__(self, latest: pa.Table, first_ts: Ints) -> None:
        """``latest``: READINGS, one row a meter; ``first_ts``: each one's earliest ts in µs."""
        columns = to_columns(latest)
        order = np.argsort(columns["meter_key"], kind="stable")
        self._rows = {name: values[order] for name, values in columns.items()}
        self._first = first_ts[order]
        self._last = self._rows["ts"].copy()

    def duplicates(self, new: Columns) -> Mask:
        """Which rows are identical resends of the row that holds for their (meter, ts).

        Found where that is the meter's latest row, or the row before it in the same batch. A
        correction repeats only a correction: it is there to hold over what comes later. A row
        received before the one that holds is kept for what was known then.
        """
        count = len(new["ts"])
        result = np.zeros(count, dtype=bool)
        if count == 0:
            return result
        index, known = find(new["meter_key"], self._rows["meter_key"])
        held = {name: values[index] for name, values in self._rows.items()} if known.any() else {}
        if held:
            known &= held["batch"] >= 0
            result |= known & _same(new, held) & (new["received"] >= held["received"])
        order, repeats = _repeats(new["meter_key"], new["ts"])
        if repeats.any():
            earlier, later = order[:-1][repeats], order[1:][repeats]
            before = {name: values[earlier] for name, values in new.items()}
            after = {name: values[later] for name, values in new.items()}
            # Received in the same instant: else a row of another batch may hold between the two.
            same = _same(after, before) & (after["received"] == before["received"])
            result[later[same]] = True
            # A row that differs from its predecessor in the batch no longer repeats what held.
            result[later[~same]] = False
        return result

    def widen(self, new: Columns) -> None:
        """Count the rows' times into each meter's first and last; before they are committed."""
        if len(new["ts"]) == 0:
            return
        self._admit(np.unique(new["meter_key"]))
        index = np.searchsorted(self._rows["meter_key"], new["meter_key"])
        np.minimum.at(self._first, index, new["ts"])
        np.maximum.at(self._last, index, new["ts"])

    def absorb(self, new: Columns) -> None:
        """Take over the rows of a batch once they are committed; ``batch`` among the columns."""
        if len(new["ts"]) == 0:
            return
        order = np.lexsort(newest_first_key(new))
        meter = new["meter_key"][order]
        last = order[np.concatenate([meter[1:] != meter[:-1], [True]])]
        top = {name: values[last] for name, values in new.items()}
        index = np.searchsorted(self._rows["meter_key"], top["meter_key"])
        held = {name: values[index] for name, values in self._rows.items()}
        correction, held_correction = (rows["source"] == Source.CORRECTION for rows in (top, held))
        over = (correction > held_correction) | (
            (correction == held_correction) & (top["received"] >= held["received"])
        )
        wins = (held["batch"] < 0) | (top["ts"] > held["ts"]) | ((top["ts"] == held["ts"]) & over)
        for name, values in self._rows.items():
            values[index[wins]] = top[name][wins]

    def table(self, meters: Sequence[int] | None) -> pa.Table:
        """READINGS of the meters' latest rows (all meters for None), ordered by meter_key."""
        mask = self._rows["batch"] >= 0
        if meters is not None:
            mask &= np.isin(self._rows["meter_key"], np.asarray(list(meters), dtype=np.int64))
        columns = [
            times(self._rows[field.name][mask])
            if pa.types.is_timestamp(field.type)
            else pa.array(self._rows[field.name][mask].copy()).cast(field.type)
            for field in READINGS
        ]
        return pa.table(columns, schema=READINGS)

    def extents(self, meters: Ints) -> tuple[Ints, Ints]:
        """Hours [first, end) between which each meter has readings; first > end for none."""
        index, known = find(meters, self._rows["meter_key"])
        if not known.any():
            none = np.zeros(len(meters), dtype=np.int64)
            return none + 1, none
        first = np.where(known, self._first[index] // HOUR_US, 1)
        end = np.where(known, self._last[index] // HOUR_US + 1, 0)
        return first, end

    def _admit(self, meters: Ints) -> None:
        fresh = meters[~find(meters, self._rows["meter_key"])[1]]
        if len(fresh) == 0:
            return
        place = np.searchsorted(self._rows["meter_key"], fresh)
        for name, values in self._rows.items():
            blank = fresh if name == "meter_key" else -1 if name == "batch" else 0
            self._rows[name] = np.insert(values, place, blank)
        self._first = np.insert(self._first, place, NEVER)
        self._last = np.insert(self._last, place, -NEVER)


def _same(one: Columns, other: Columns) -> Mask:
    """Same ts, value (bit for bit), quality, and both or neither a correction."""
    correction = [rows["source"] == Source.CORRECTION for rows in (one, other)]
    result: Mask = (
        (one["ts"] == other["ts"])
        & (one["value"].view(np.int64) == other["value"].view(np.int64))
        & (one["quality"] == other["quality"])
        & (correction[0] == correction[1])
    )
    return result


def _repeats(meter: Ints, ts: Ints) -> tuple[Ints, Mask]:
    """An order by (meter, ts), stable, and which neighbours in it name the same (meter, ts)."""
    step_meter, step_ts = np.diff(meter), np.diff(ts)
    if ((step_meter > 0) | ((step_meter == 0) & (step_ts > 0))).all():
        return np.arange(len(ts)), np.zeros(max(len(ts) - 1, 0), dtype=bool)
    order = np.lexsort((ts, meter))
    same = (np.diff(meter[order]) == 0) & (np.diff(ts[order]) == 0)
    return order, same
