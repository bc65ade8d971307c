"""Whether the record is what was received, and the usage what its readings give."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from ledger import windows as w
from ledger.books import Books
from ledger.settle import full_recompute, unsettled
from models.readings import TIMESTAMP
from store.interface import NEW_USAGE, ChainFault

LOOKS = 3
METERS_AT_ONCE = 50  # bounds memory: a recompute holds all readings of so many meters


@dataclass(frozen=True)
class Audit:
    """What was checked and what was found.

    ``usage_differences`` counts hours whose stored usage differs, in any column but ``computed``,
    from a full recompute. Hours that new readings can still change are not among them; how many
    wait to be settled is told in ``touched``.
    """

    batches: int
    chain_faults: tuple[ChainFault, ...]
    usage_hours: int
    usage_differences: int
    touched: int


def differing_hours(stored: pa.Table, recomputed: pa.Table) -> pa.Table:
    """Meter_key and hour of NEW_USAGE rows that one table has, to the last bit, and one not."""
    left = stored.select(NEW_USAGE.names).to_pandas()
    right = recomputed.select(NEW_USAGE.names).to_pandas()
    both = left.merge(right, how="outer", on=list(NEW_USAGE.names), indicator=True)
    hours = both.loc[both["_merge"] != "both", ["meter_key", "hour"]].drop_duplicates()
    return pa.table(
        {
            "meter_key": pa.array(hours["meter_key"], pa.int32()),
            "hour": pa.array(hours["hour"], TIMESTAMP),
        }
    )


def _differences(books: Books, meters: list[int]) -> tuple[int, int]:
    """Hours of usage, and how many differ for another reason than that they are not settled yet.

    Readings may come and be settled between the looks at usage and at readings; what differs for
    that alone does not differ the next time.
    """
    for _ in range(LOOKS):
        stored = books.store.usage_hours(meters)
        differing = differing_hours(stored, full_recompute(books, meters))
        if differing.num_rows:
            open_hours = unsettled(books, books.store.touched())
            settled = ~w.inside(open_hours, *w.columns(differing, "meter_key", "hour"))
            differing = differing.filter(pa.array(settled))
        if differing.num_rows == 0:
            break
    return stored.num_rows, differing.num_rows


def verify(books: Books) -> Audit:
    """Recompute the hash chain of every batch and the usage of every meter."""
    keys = sorted(books.registry().meter_by_key)
    usage_hours = differences = 0
    for begin in range(0, len(keys), METERS_AT_ONCE):
        hours, differing = _differences(books, keys[begin : begin + METERS_AT_ONCE])
        usage_hours += hours
        differences += differing
    counts = books.store.counts()
    return Audit(
        batches=counts["batches"],
        chain_faults=tuple(books.store.verify_chain()),
        usage_hours=usage_hours,
        usage_differences=differences,
        touched=counts["touched"],
    )
