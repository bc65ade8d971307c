"""The record of corrections: written before anything changes, and completed afterwards.

The readings of a correction are in the store of readings, which has no commit in common with this
database. So a correction is recorded as pending with all that it is to write; what a crash leaves
pending is applied again, which changes nothing where it was applied already. That holds for several
processes too: ``recorded_at`` is settled here, strictly after that of any earlier correction of the
meter, and is the time of receipt of its readings. Whoever writes them, and in whatever order,
writes the same rows, and the later correction holds. A declared exchange is of this database, and
is recorded, declared and called applied in one transaction.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ColumnElement,
    Connection,
    Double,
    ForeignKey,
    Integer,
    String,
    Table,
    Text,
    func,
    insert,
    select,
    update,
)

from models.corrections import (
    CorrectedValue,
    Correction,
    CorrectionKind,
    CorrectionReason,
    CorrectionState,
)
from models.periods import from_us, to_us
from models.readings import Quality
from models.registry import Registry
from store.registry_db.applying import record
from store.registry_db.connecting import reading, writing
from store.registry_db.database import RegistryDatabase
from store.registry_db.difference import Action, Change, Difference
from store.registry_db.instants import Instant
from store.registry_db.kinds import EXCHANGE
from store.registry_db.records import read_registry
from store.registry_db.tables import CODE, metadata

correction = Table(
    "correction",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("enterprise", CODE, nullable=False),
    Column("meter", CODE, nullable=False),
    Column("meter_key", Integer, ForeignKey("meter.key"), nullable=False),
    Column("start", Instant, nullable=False),
    Column("end", Instant, nullable=False),
    Column("readings", Text, nullable=False),  # JSON: [[ts in µs, value, quality], ...]
    Column("final_value", Double),
    Column("initial_value", Double),
    Column("reason", String(32), nullable=False),
    Column("note", Text, nullable=False),
    Column("evidence", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("applied_at", Instant),
    Column("batch", BigInteger),
    CheckConstraint("state IN ('pending', 'applied')", name="state"),
    sqlite_autoincrement=True,
)


class Corrections:
    """Corrections beside the registry. Safe from many threads and processes."""

    def __init__(self, database: RegistryDatabase) -> None:
        self._engine = database.engine

    def begin(self, wanted: Correction, now: datetime, after: datetime | None = None) -> Correction:
        """Record it as pending; with its number and ``recorded_at``.

        That is ``now``, but later than ``after`` and than every earlier correction of the meter.
        """
        with writing(self._engine) as connection:
            return _insert(connection, wanted, now, after)

    def declare(self, wanted: Correction, now: datetime) -> Correction:
        """Record a meter exchange and put it into the registry, both or none."""
        with writing(self._engine) as connection:
            registry = read_registry(connection)
            assert registry is not None  # the meter is of it
            change = _exchange(registry, wanted)
            if change is not None:
                difference = Difference(registry.version, registry.zone, (change,))
                record(connection, difference, now)
            begun = _insert(connection, wanted, now, None)
            _finish(connection, begun.id, None, now)
        return begun

    def finish(self, number: int, batch: int | None, now: datetime) -> None:
        """It is stored; saying so twice changes nothing."""
        with writing(self._engine) as connection:
            _finish(connection, number, batch, now)

    def pending(self) -> list[Correction]:
        """Those that a crash left, in their order."""
        return self._select(correction.c.state == CorrectionState.PENDING, ascending=True)

    def one(self, number: int) -> Correction | None:
        """One of them."""
        found = self._select(correction.c.id == number)
        return found[0] if found else None

    def select(
        self,
        *,
        enterprise: str | None = None,
        meter: str | None = None,
        start: datetime | None = None,
        end: datetime | None = None,
        before_id: int | None = None,
        limit: int | None = None,
    ) -> list[Correction]:
        """Those that touch [start, end), newest first, with numbers below ``before_id``."""
        table = correction.c
        conditions = []
        if enterprise is not None:
            conditions.append(table.enterprise == enterprise)
        if meter is not None:
            conditions.append(table.meter == meter)
        if start is not None:
            conditions.append(table.end >= start)
        if end is not None:
            conditions.append(table.start < end)
        if before_id is not None:
            conditions.append(table.id < before_id)
        return self._select(*conditions, limit=limit)

    def _select(
        self, *conditions: ColumnElement[bool], ascending: bool = False, limit: int | None = None
    ) -> list[Correction]:
        order = correction.c.id.asc() if ascending else correction.c.id.desc()
        query = select(correction).where(*conditions).order_by(order).limit(limit)
        with reading(self._engine) as connection:
            return [_correction(dict(row)) for row in connection.execute(query).mappings()]


def _insert(
    connection: Connection, wanted: Correction, now: datetime, after: datetime | None
) -> Correction:
    newest = select(func.max(correction.c.recorded_at)).where(
        correction.c.meter_key == wanted.meter_key
    )
    before = [one for one in (after, connection.scalar(newest)) if one is not None]
    at = max([now, *(one + timedelta(microseconds=1) for one in before)])
    values = _values(wanted) | {"state": CorrectionState.PENDING.value, "recorded_at": at}
    done = connection.execute(insert(correction), values)
    assert done.inserted_primary_key is not None
    return replace(wanted, id=int(done.inserted_primary_key[0]), recorded_at=at)


def _finish(connection: Connection, number: int, batch: int | None, now: datetime) -> None:
    connection.execute(
        update(correction)
        .where(correction.c.id == number, correction.c.state == CorrectionState.PENDING)
        .values(
            state=CorrectionState.APPLIED.value,
            batch=batch,
            applied_at=now,
        )
    )


def _exchange(registry: Registry, wanted: Correction) -> Change | None:
    """What the registry does not say yet."""
    names = {"enterprise": wanted.enterprise, "meter": wanted.meter, "ts": wanted.start}
    new = names | {"final_value": wanted.final_value, "initial_value": wanted.initial_value}
    for one in registry.exchanges:
        if one.meter_key == wanted.meter_key and one.ts == wanted.start:
            old = names | {"final_value": one.final_value, "initial_value": one.initial_value}
            return None if old == new else Change(EXCHANGE, Action.CORRECTED, old, new)
    return Change(EXCHANGE, Action.ADDED, None, new)


def _values(one: Correction) -> dict[str, object]:
    rows = [[to_us(value.ts), value.value, int(value.quality)] for value in one.values]
    names = [
        "enterprise", "meter", "meter_key", "start", "end", "final_value", "initial_value", "note",
        "evidence", "author",
    ]  # fmt: skip
    return {name: getattr(one, name) for name in names} | {
        "kind": one.kind.value,
        "reason": one.reason.value,
        "readings": json.dumps(rows),
    }


def _correction(row: Mapping[str, Any]) -> Correction:
    values: Sequence[tuple[int, float, int]] = json.loads(row["readings"])
    given = {name: row[name] for name in Correction.__dataclass_fields__ if name != "values"}
    return Correction(
        **given
        | {
            "kind": CorrectionKind(row["kind"]),
            "reason": CorrectionReason(row["reason"]),
            "state": CorrectionState(row["state"]),
            "values": tuple(
                CorrectedValue(from_us(ts), value, Quality(quality))
                for ts, value, quality in values
            ),
        }
    )
