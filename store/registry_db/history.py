"""What each change of the registry did, from the record times that every row has."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from store.registry_db import tables
from store.registry_db.connecting import reading
from store.registry_db.database import RegistryDatabase
from store.registry_db.difference import Action, Change, Difference, action_of
from store.registry_db.kinds import RecordKind, Values
from store.registry_db.records import as_filed, read_registry


@dataclass(frozen=True, slots=True)
class RegistryChange:
    """One change that was applied: a load, or a declared meter exchange."""

    version: int
    recorded_at: datetime  # UTC
    difference: Difference


def history(database: RegistryDatabase, limit: int = 20) -> list[RegistryChange]:
    """The newest ``limit`` changes, newest first, each against the state before it."""
    changes = tables.registry_change
    newest = select(changes).order_by(changes.c.version.desc()).limit(limit + 1)
    found = []
    with reading(database.engine) as connection:
        rows = connection.execute(newest).all()[::-1]
        before: dict[RecordKind, list[Values]] = as_filed(None)
        for place, row in enumerate(rows):
            registry = read_registry(connection, row.recorded_at)
            assert registry is not None  # a change holds at the time of its record
            after = as_filed(registry)
            if row.version == 1 or place:
                difference = Difference(row.version - 1, registry.zone, _changes(before, after))
                found.append(RegistryChange(row.version, row.recorded_at, difference))
            before = after
    return found[::-1][:limit]


def _changes(
    before: dict[RecordKind, list[Values]], after: dict[RecordKind, list[Values]]
) -> tuple[Change, ...]:
    found: list[Change] = []
    for kind, records in after.items():
        old = {kind.identify(values): values for values in before[kind]}
        new = {kind.identify(values): values for values in records}
        for identity, values in new.items():
            held = old.get(identity)
            if held is None:
                found.append(Change(kind, Action.ADDED, None, values))
            elif held != values:
                found.append(Change(kind, action_of(held, values), held, values))
        gone = (values for identity, values in old.items() if identity not in new)
        found += [Change(kind, Action.WITHDRAWN, values, None) for values in gone]
    return tuple(found)
