"""Whether the record is what was received, and the usage what its readings give."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ledger import windows as w
from ledger.books import Books
from ledger.frozen import frozen_faults
from ledger.settle import full_recompute, unsettled
from models.readings import TIMESTAMP
from store.interface import NEW_USAGE, ChainFault
from store.registry_db import FrozenFault

KEY = ["meter_key", "hour"]
LOOKS = 3
METERS_AT_ONCE = 50  # bounds memory: a recompute holds all readings of so many meters


@dataclass(frozen=True)
class Audit:
    """What was checked and what was found.

    ``usage_differences`` counts hours whose stored usage differs, in any column but ``computed``,
    from a full recompute. Hours that new readings can still change are not among them; how many
    wait to be settled is told in ``touched``. ``frozen`` inventories are to give their hashes, and
    the batches that they were made from theirs.
    """

    batches: int
    chain_faults: tuple[ChainFault, ...]
    usage_hours: int
    usage_differences: int
    touched: int
    frozen: int = 0
    frozen_faults: tuple[FrozenFault, ...] = ()


def differing_hours(stored: pa.Table, recomputed: pa.Table) -> pa.Table:
    """Meter_key and hour of NEW_USAGE rows that are not the same to the last bit in both tables."""
    stored, recomputed = stored.select(NEW_USAGE.names), recomputed.select(NEW_USAGE.names)
    if stored.equals(recomputed):  # as it should be, and far quicker than finding what differs
        return recomputed.slice(0, 0).select(KEY)
    both = stored.to_pandas().merge(
        recomputed.to_pandas(), how="outer", on=KEY, suffixes=("", "_again"), indicator=True
    )
    differs = both["_merge"] != "both"
    for name in NEW_USAGE.names[len(KEY) :]:
        one, other = both[name], both[f"{name}_again"]
        differs |= (one != other) & ~(one.isna() & other.isna())
    return _hours(both.loc[differs, KEY])


def _hours(frame: pd.DataFrame) -> pa.Table:
    return pa.table(
        {
            "meter_key": pa.array(frame["meter_key"], pa.int32()),
            "hour": pa.array(frame["hour"], TIMESTAMP),
        }
    )


def _differences(books: Books, meters: list[int]) -> tuple[int, int]:
    """Hours of usage, and how many differ though nothing new has come for them.

    Readings come in while this looks: hours that wait to be settled, or were settled meanwhile, are
    passed over, and what could slip between is looked at again.
    """
    for _ in range(LOOKS):
        began = books.now()
        waiting = books.store.touched()
        recomputed = full_recompute(books, meters)
        stored = books.store.usage_hours(meters)
        differing = differing_hours(stored, recomputed)
        if differing.num_rows:
            fresh = stored.filter(pc.greater_equal(stored["computed"], pa.scalar(began, TIMESTAMP)))
            changed = differing.join(fresh.select(KEY), KEY, join_type="left anti")
            at = w.columns(changed, *KEY)
            waits = np.zeros(changed.num_rows, dtype=bool)
            for touched in (waiting, books.store.touched()):
                waits |= w.inside(unsettled(books, touched), *at)
            differing = changed.filter(pa.array(~waits))
        if differing.num_rows == 0:
            break
    return stored.num_rows, differing.num_rows


def verify(books: Books) -> Audit:
    """Recompute every batch's hash chain and every meter's usage; check what is frozen."""
    keys = sorted(books.registry().meter_by_key)
    usage_hours = differences = 0
    for begin in range(0, len(keys), METERS_AT_ONCE):
        hours, differing = _differences(books, keys[begin : begin + METERS_AT_ONCE])
        usage_hours += hours
        differences += differing
    counts = books.store.counts()
    frozen, faults = frozen_faults(books)
    return Audit(
        batches=counts["batches"],
        chain_faults=tuple(books.store.verify_chain()),
        usage_hours=usage_hours,
        usage_differences=differences,
        touched=counts["touched"],
        frozen=frozen,
        frozen_faults=tuple(faults),
    )
