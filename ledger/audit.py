"""Whether the record is what was received, and the usage what its readings give."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from ledger.books import Books
from ledger.settle import full_recompute
from store.interface import NEW_USAGE, ChainFault

METERS_AT_ONCE = 50  # bounds memory: a recompute holds all readings of so many meters


@dataclass(frozen=True)
class Audit:
    """What was checked and what was found.

    ``usage_differences`` counts hours whose stored usage differs, in any column but ``computed``,
    from a full recompute; hours still to settle are expected to and are told in ``touched``.
    """

    batches: int
    chain_faults: tuple[ChainFault, ...]
    usage_hours: int
    usage_differences: int
    touched: int


def differing_rows(stored: pa.Table, recomputed: pa.Table) -> int:
    """Rows of NEW_USAGE in one table and not, equal to the last bit, in the other."""
    left = stored.select(NEW_USAGE.names).to_pandas()
    right = recomputed.select(NEW_USAGE.names).to_pandas()
    both = left.merge(right, how="outer", on=list(NEW_USAGE.names), indicator=True)
    hours = both.loc[both["_merge"] != "both", ["meter_key", "hour"]]
    return len(hours.drop_duplicates())


def verify(books: Books) -> Audit:
    """Recompute the hash chain of every batch and the usage of every meter."""
    keys = sorted(books.registry().meter_by_key)
    usage_hours = differences = 0
    for begin in range(0, len(keys), METERS_AT_ONCE):
        some = keys[begin : begin + METERS_AT_ONCE]
        stored = books.store.usage_hours(some)
        usage_hours += stored.num_rows
        differences += differing_rows(stored, full_recompute(books, some))
    counts = books.store.counts()
    return Audit(
        batches=counts["batches"],
        chain_faults=tuple(books.store.verify_chain()),
        usage_hours=usage_hours,
        usage_differences=differences,
        touched=counts["touched"],
    )
