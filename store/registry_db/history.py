"""What each change of the registry did, from the record times that every row has."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from models.registry import ActivityRecord
from store.registry_db import tables
from store.registry_db.activity_table import activity_record, select_records
from store.registry_db.connecting import reading
from store.registry_db.database import RegistryDatabase
from store.registry_db.difference import Action, Change, Difference, action_of
from store.registry_db.kinds import KINDS, RecordKind, Values
from store.registry_db.records import as_filed, read_registry


@dataclass(frozen=True, slots=True)
class RegistryChange:
    """One change that was applied: a load, a declared meter exchange, or activity records.

    ``activity`` are the records that came into a new state with it.
    """

    version: int
    recorded_at: datetime  # UTC
    difference: Difference
    activity: tuple[ActivityRecord, ...] = ()


def history(database: RegistryDatabase, limit: int = 20) -> list[RegistryChange]:
    """The newest ``limit`` changes, newest first, each against the state before it."""
    changes = tables.registry_change
    newest = select(changes).order_by(changes.c.version.desc()).limit(limit + 1)
    found = []
    with reading(database.engine) as connection:
        rows = connection.execute(newest).all()[::-1]
        if not rows:
            return []
        filed = _times_of_files(connection)
        activity = _activity_since(connection, rows[0].recorded_at)
        # The state before the first that is told.
        before = as_filed(None)
        zone = ZoneInfo("UTC")
        for place, row in enumerate(rows):
            differing: tuple[Change, ...] = ()
            if place == 0 or row.recorded_at in filed:  # else activity records alone changed
                registry = read_registry(connection, row.recorded_at, activity=())
                assert registry is not None  # a change holds at the time of its record
                zone, after = registry.zone, as_filed(registry)
                differing, before = _changes(before, after), after
            if row.version == 1 or place:
                difference = Difference(row.version - 1, zone, differing)
                records = tuple(activity[row.recorded_at])
                found.append(RegistryChange(row.version, row.recorded_at, difference, records))
    return found[::-1][:limit]


def _times_of_files(connection: Connection) -> set[datetime]:
    """When anything that registry files hold was recorded or superseded."""
    times: set[datetime] = set()
    for kind in KINDS:
        table = kind.table.c
        for column in (table.recorded_at, table.superseded_at):
            times |= set(connection.scalars(select(column).distinct()))
    return times


def _activity_since(
    connection: Connection, since: datetime
) -> dict[datetime, list[ActivityRecord]]:
    """Activity records by the time at which they came into a state."""
    found: dict[datetime, list[ActivityRecord]] = defaultdict(list)
    for record in select_records(connection, activity_record.c.recorded_at >= since).values():
        assert record.recorded_at is not None
        found[record.recorded_at].append(record)
    return found


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
