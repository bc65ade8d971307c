"""The meter specifications that the stored usage was computed with.

A multiplier put right, an exchange declared late: usage that stands on what the registry said
before must be computed anew. What was used is kept in a file beside the store, so that a change is
noticed whether it came while the service ran, was stopped, or was killed on the way.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.feather

from ledger.formulas import formulas_of
from ledger.share import ALL, Share
from models.readings import TIMESTAMP
from models.registry import GapPolicy, Registry

FORMULAS = pa.schema(
    [
        ("meter_key", pa.int32()),
        ("valid_from", TIMESTAMP),
        ("valid_to", TIMESTAMP),
        ("formula", pa.string()),
        ("units", pa.string()),
    ]
)
# Days of a profile are no instants: they have columns of their own beside those of the others.
PROFILE_NAMES = {
    "amount": "typical_amount", "valid_from": "typical_from", "valid_to": "typical_to"
}  # fmt: skip


def _of(registry: Registry) -> pa.Table:
    profiles = registry.profile_table.rename_columns(PROFILE_NAMES)
    zone = pa.repeat(registry.park.time_zone, profiles.num_rows)
    profiles = profiles.append_column("zone", zone)  # by which a typical day has its hours
    parts = [registry.meter_specs, registry.exchange_table, _formulas(registry), profiles]
    return pa.concat_tables(parts, promote_options="default")


def _formulas(registry: Registry) -> pa.Table:
    """Formulas by meter and version, with the units that they convert between: what meter_specs
    leave out.
    """
    by_key = registry.meter_by_key
    units = {
        key: " ".join(by_key[one].usage_unit for one in (key, *sorted(named)))
        for key, named in formulas_of(registry).operands.items()
    }
    rows = [
        {"meter_key": meter.key, "valid_from": meter.valid_from, "valid_to": meter.valid_to,
         "formula": meter.formula, "units": units[meter.key]}
        for meter in registry.meters
        if meter.formula is not None
    ]  # fmt: skip
    return pa.Table.from_pylist(rows, schema=FORMULAS)


def _as(recorded: pa.Table, schema: pa.Schema) -> pa.Table:
    """What an earlier version of the program recorded, with the columns that it did not know: null,
    and the gap policy that was the only one.
    """
    for field in schema:
        if field.name not in recorded.column_names:
            values = pa.nulls(recorded.num_rows, field.type)
            if field.name == "gap_policy":  # a meter's specification; other rows have no kind
                values = pc.if_else(recorded["kind"].is_valid(), GapPolicy.LINEAR.value, values)
            recorded = recorded.append_column(field, values)
    return recorded.select(schema.names).cast(schema)


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

        Meters that are new have no usage yet and are not among them, but for virtual ones: their
        formulas may name meters that have long had some.
        """
        virtual = set(formulas_of(registry).versions)
        if self._recorded is None:
            some = pa.table({"meter_key": pa.array(sorted(virtual), pa.int32())})
            keys: list[int] = share.of(some, registry)["meter_key"].to_pylist()
            return keys
        current = _of(registry)
        before, after = (
            share.of(rows, registry) for rows in (_as(self._recorded, current.schema), current)
        )
        if before.equals(after):
            return []
        left, right = before.to_pandas(), after.to_pandas()
        columns = list(right.columns)
        both = left.merge(right.drop_duplicates(), how="outer", on=columns, indicator=True)
        differing = both.loc[both["_merge"] != "both", "meter_key"]
        known = set(left["meter_key"]) | virtual
        return sorted(int(key) for key in pd.unique(differing) if key in known)

    def record(self, registry: Registry, share: Share = ALL) -> None:
        """Remember that usage of the share now stands on this registry; durable at return."""
        current = _of(registry)
        # What others settle is remembered as it was: should the share ever become another, a change
        # that they had not come to is noticed.
        recorded = None if self._recorded is None else _as(self._recorded, current.schema)
        others = share.rest(current if recorded is None else recorded, registry)
        current = pa.concat_tables([share.of(current, registry), others])
        if self._recorded is None or not self._recorded.equals(current):
            self._keep(current)

    def doubt(self, meters: Sequence[int]) -> None:
        """Remember that usage of these meters may stand on anything, as while it is computed anew:
        whatever the registry says when that was cut off, they have changed.
        """
        if self._recorded is None:
            return
        known = self._recorded.filter(
            pc.invert(pc.is_in(self._recorded["meter_key"], pa.array(meters, pa.int32())))
        )
        doubted = pa.table({"meter_key": pa.array(meters, pa.int32())})
        self._keep(pa.concat_tables([known, doubted], promote_options="default"))

    def _keep(self, current: pa.Table) -> None:
        fresh = self._path.with_suffix(".new")
        pyarrow.feather.write_feather(current, fresh)
        with fresh.open("rb") as file:
            os.fsync(file.fileno())
        fresh.replace(self._path)
        self._recorded = current
