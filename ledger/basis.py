"""The meter specifications that the stored usage was computed with.

A multiplier put right, an exchange declared late: usage that stands on what the registry said
before must be computed anew. What was used is kept in a file beside the store, so that a change is
noticed whether it came while the service ran, was stopped, or was killed on the way.
"""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.feather

from ledger.share import ALL, Share
from models.registry import Registry


def _of(registry: Registry) -> pa.Table:
    exchanges = registry.exchange_table
    return pa.concat_tables([registry.meter_specs, exchanges], promote_options="default")


class Basis:
    """What usage stands on, kept in one file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._recorded: pa.Table | None = (
            pyarrow.feather.read_table(path) if path.exists() else None
        )

    def changed(self, registry: Registry, share: Share = ALL) -> list[int]:
        """Keys of the share's meters whose specification or exchanges differ from what usage
        stands on.

        Meters that are new have no usage yet and are not among them.
        """
        if self._recorded is None:
            return []
        before, after = share.of(self._recorded), share.of(_of(registry))
        if before.equals(after):
            return []
        left, right = before.to_pandas(), after.to_pandas()
        columns = list(right.columns)
        both = left.merge(right.drop_duplicates(), how="outer", on=columns, indicator=True)
        differing = both.loc[both["_merge"] != "both", "meter_key"]
        known = set(left["meter_key"])
        return sorted(int(key) for key in pd.unique(differing) if key in known)

    def record(self, registry: Registry, share: Share = ALL) -> None:
        """Remember that usage of the share now stands on this registry; durable at return."""
        current = _of(registry)
        # What others settle is remembered as it was: should the share ever become another, a change
        # that they had not come to is noticed.
        others = share.rest(current if self._recorded is None else self._recorded)
        current = pa.concat_tables([share.of(current), others])
        if self._recorded is not None and self._recorded.equals(current):
            return
        fresh = self._path.with_suffix(".new")
        pyarrow.feather.write_feather(current, fresh)
        with fresh.open("rb") as file:
            os.fsync(file.fileno())
        fresh.replace(self._path)
        self._recorded = current
