"""Writing a difference: new rows come in, old ones get their ``superseded_at``, nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from store.registry_db import tables
from store.registry_db.difference import Change, Difference
from store.registry_db.kinds import KINDS, METER, RecordKind, Values
from store.registry_db.plain import stored

Keys = dict[tuple[object, object], int]


def change_time(connection: Connection, now: datetime) -> datetime:
    """When a change at ``now`` is recorded, UTC: then, or just after the change before it."""
    last = connection.scalar(select(func.max(tables.registry_change.c.recorded_at)))
    at = now.astimezone(UTC)
    # A clock set back must not reorder what was known when.
    return at if last is None else max(at, last + timedelta(microseconds=1))


def next_change(connection: Connection, at: datetime) -> int:
    """The version of the next change, recorded at ``at`` in the caller's writing transaction."""
    changes = tables.registry_change
    version = (connection.scalar(select(func.max(changes.c.version))) or 0) + 1
    connection.execute(insert(changes), {"version": version, "recorded_at": at})
    return version


def record(connection: Connection, difference: Difference, now: datetime) -> int:
    """Write ``difference`` as the next change, in the caller's writing transaction.

    Returns the new version. It is recorded at ``now``, or just after the change before it.
    """
    at = change_time(connection, now)
    version = next_change(connection, at)
    _write(connection, difference, at)
    return version


def _write(connection: Connection, difference: Difference, at: datetime) -> None:
    keys: Keys = {}
    for kind in KINDS:
        changes = [change for change in difference.changes if change.kind is kind]
        if not changes:
            continue
        _add_identities(connection, kind, changes)
        if not keys and "meter_key" in kind.table.c:
            keys = _meter_keys(connection)
        for change in changes:
            if change.old is not None:
                _supersede(connection, kind, _columns(kind, change.old, keys), at)
        rows = [
            _columns(kind, change.new, keys) | {"recorded_at": at}
            for change in changes
            if change.new is not None
        ]
        if rows:
            connection.execute(insert(kind.table), rows)


def _add_identities(connection: Connection, kind: RecordKind, changes: list[Change]) -> None:
    if kind.identities is None:
        return
    names = [column.name for column in kind.identities.c if column.name != "key"]
    known = {
        tuple(row) for row in connection.execute(select(*(kind.identities.c[n] for n in names)))
    }
    values = [change.new for change in changes if change.new is not None]
    wanted = dict.fromkeys(tuple(value[name] for name in names) for value in values)
    rows = [dict(zip(names, found, strict=True)) for found in wanted if found not in known]
    if rows:
        connection.execute(insert(kind.identities), rows)


def _meter_keys(connection: Connection) -> Keys:
    meter = tables.meter.c
    found = connection.execute(select(meter.enterprise, meter.code, meter.key))
    return {(enterprise, code): key for enterprise, code, key in found}


def _columns(kind: RecordKind, values: Values, keys: Keys) -> dict[str, Any]:
    """A record's columns: a meter is named by its key, not by enterprise and code."""
    columns: dict[str, Any] = {kind.column(name): stored(value) for name, value in values.items()}
    if "meter_key" in kind.table.c:
        code = columns.pop("code" if kind is METER else "meter")
        columns["meter_key"] = keys[columns.pop("enterprise"), code]
    return columns


def _supersede(
    connection: Connection, kind: RecordKind, columns: dict[str, Any], at: datetime
) -> None:
    keys = {"meter_key", *map(kind.column, kind.identity)}
    identity = [name for name in columns if name in keys]
    held = update(kind.table).where(kind.table.c.superseded_at.is_(None))
    for name in identity:
        held = held.where(kind.table.c[name].is_not_distinct_from(columns[name]))
    superseded = connection.execute(held.values(superseded_at=at)).rowcount
    if superseded != 1:
        raise RuntimeError(f"{kind.name} {columns}: {superseded} rows held, not one")
