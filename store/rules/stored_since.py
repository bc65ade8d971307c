"""What of a block of a file is stored since it was begun: it comes again after a kill."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from models.periods import from_us
from models.readings import Source
from store.hour_ranges import ints
from store.interface import Batch, Store
from store.rules.stored_before import DAY_US, spans

ROW = ["meter_key", "ts", "value", "quality"]
KEPT = ["peer", "item", "payload_sha256"]


@dataclass(frozen=True)
class StoredSince:
    """What need not be appended again.

    ``rest`` is what is left to append; ``accepted`` readings of the block are stored,
    ``duplicates`` repeat one of them within the block. ``rejection_ids`` has an entry for every
    rejection of the whole block: the number it is kept by, None where it is in ``rest``.
    """

    rest: Batch
    accepted: int
    duplicates: int
    rejection_ids: tuple[int | None, ...]


def stored_since(store: Store, batch: Batch, since: datetime) -> StoredSince:
    """Compare a block with what came from files since ``since``, reading and rejection by itself.

    The n-th of several identical readings of the block is stored where n of them are. What was
    stored before ``since`` counts as for any append: as duplicate, where it is one.
    """
    stored, repeated = _readings(store, batch.readings, since)
    ids = _rejections(store, batch.rejections, since)
    is_new = pa.array([number is None for number in ids], pa.bool_())
    rest = Batch(
        batch.readings.filter(pa.array(~(stored | repeated))), batch.rejections.filter(is_new)
    )
    return StoredSince(rest, int(stored.sum()), int(repeated.sum()), ids)


def _readings(
    store: Store, readings: pa.Table, since: datetime
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    is_stored = np.zeros(readings.num_rows, dtype=bool)
    is_repeated = np.zeros(readings.num_rows, dtype=bool)
    day = ints(readings["ts"]) // DAY_US
    for days in spans(np.unique(day)):
        rows = np.flatnonzero((day >= days.start) & (day < days.stop))
        some = readings.take(pa.array(rows)).select(ROW).to_pandas()
        stored = store.readings(
            some["meter_key"].unique().tolist(),
            from_us(days.start * DAY_US),
            from_us(days.stop * DAY_US),
            every_row=True,
        ).to_pandas()
        ours = (stored["source"] == int(Source.FILE)) & (stored["received"] >= since)
        times = stored.loc[ours].groupby(ROW).size().rename("times").reset_index()
        nth = some.groupby(ROW).cumcount()
        found = some.merge(times, on=ROW, how="left")["times"].fillna(0).to_numpy()
        is_stored[rows] = nth.to_numpy() < found
        is_repeated[rows] = (found > 0) & (nth.to_numpy() >= found)
    return is_stored, is_repeated


def _rejections(store: Store, rejections: pa.Table, since: datetime) -> tuple[int | None, ...]:
    if not rejections.num_rows:
        return ()
    kept = store.rejections(source=int(Source.FILE), start=since)
    known = dict(
        zip(_keys(kept.to_pandas()), kept["rejection_id"].to_pylist(), strict=True),
    )
    return tuple(known.get(key) for key in _keys(rejections.select(KEPT).to_pandas()))


def _keys(rows: pd.DataFrame) -> list[tuple[object, ...]]:
    return list(rows[KEPT].itertuples(index=False, name=None))
