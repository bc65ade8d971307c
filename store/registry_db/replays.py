"""Replays of rejections: the last one of each, and that one for good once it brought all in.

A rejection itself is never changed by its replay: whether it is open is what stands here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Connection,
    Integer,
    String,
    Table,
    Text,
    insert,
)
from sqlalchemy import select as selecting
from sqlalchemy import update as updating

from store.registry_db.connecting import reading, writing
from store.registry_db.database import RegistryDatabase
from store.registry_db.instants import Instant
from store.registry_db.tables import metadata

AT_ONCE = 500  # SQLite takes so many values in one question, and more


class ReplayOutcome(StrEnum):
    """What became of a rejection's bytes; but for the last three the rejection is settled."""

    ACCEPTED = "accepted"  # all of it came in, or had come in before
    SUPERSEDED = "superseded"  # of each meter and time something newer holds: left out
    PARTLY = "partly"  # some items are refused still, the others came in
    REFUSED = "refused"  # refused again
    IMPOSSIBLE = "impossible"  # its bytes are not kept, or not in whole; never recorded


SETTLED = frozenset({ReplayOutcome.ACCEPTED, ReplayOutcome.SUPERSEDED})


@dataclass(frozen=True, slots=True)
class Replay:
    """One replay of one rejection.

    ``accepted`` readings were stored by it in ``batch``; ``duplicates`` were there already;
    ``superseded`` were left out, as their meter has a newer value of that time. ``reason`` and
    ``detail`` say why the first of the ``refused`` items is refused.
    """

    rejection_id: int
    outcome: ReplayOutcome
    accepted: int = 0
    duplicates: int = 0
    superseded: int = 0
    refused: int = 0
    batch: int | None = None
    reason: str | None = None
    detail: str | None = None
    replayed_at: datetime | None = None  # None: only tried
    replayed_by: str | None = None


replay = Table(
    "replay",
    metadata,
    Column("rejection_id", BigInteger, primary_key=True, autoincrement=False),
    Column("outcome", String(16), nullable=False),
    Column("accepted", Integer, nullable=False),
    Column("duplicates", Integer, nullable=False),
    Column("superseded", Integer, nullable=False),
    Column("refused", Integer, nullable=False),
    Column("batch", BigInteger),
    Column("reason", String(32)),
    Column("detail", Text),
    Column("replayed_at", Instant, nullable=False),
    Column("replayed_by", Text, nullable=False),
    CheckConstraint("outcome IN ('accepted', 'superseded', 'partly', 'refused')", name="outcome"),
)


class Replays:
    """The record of replays, beside the registry. Safe from many threads and processes."""

    def __init__(self, database: RegistryDatabase) -> None:
        self._engine = database.engine

    def of(self, ids: Sequence[int]) -> dict[int, Replay]:
        """The replays of these rejections, by id; those never replayed are left out."""
        with reading(self._engine) as connection:
            return _standing(connection, ids)

    def in_batches(self, batches: Sequence[int]) -> dict[int, list[int]]:
        """Of these batches those that are of replays: the rejections whose readings they hold."""
        found: dict[int, list[int]] = {}
        with reading(self._engine) as connection:
            for begin in range(0, len(batches), AT_ONCE):
                some = list(batches[begin : begin + AT_ONCE])
                query = selecting(replay.c.batch, replay.c.rejection_id)
                for row in connection.execute(query.where(replay.c.batch.in_(some))):
                    found.setdefault(row.batch, []).append(row.rejection_id)
        return found

    def record(self, replays: Iterable[Replay]) -> None:
        """Write them down in one transaction; what is settled, or says the same, is left alone."""
        rows = {one.rejection_id: one for one in replays if one.outcome != ReplayOutcome.IMPOSSIBLE}
        with writing(self._engine) as connection:
            standing = _standing(connection, list(rows))
            new = [_values(one) for number, one in rows.items() if number not in standing]
            if new:
                connection.execute(insert(replay), new)
            for number, before in standing.items():
                after = rows[number]
                if before.outcome not in SETTLED and not _says_the_same(before, after):
                    key = replay.c.rejection_id == number
                    connection.execute(updating(replay).where(key).values(_values(after)))


def _values(one: Replay) -> dict[str, object]:
    return {column.name: getattr(one, column.name) for column in replay.c}


def _standing(connection: Connection, ids: Sequence[int]) -> dict[int, Replay]:
    found: dict[int, Replay] = {}
    for begin in range(0, len(ids), AT_ONCE):
        some = list(ids[begin : begin + AT_ONCE])
        query = selecting(replay).where(replay.c.rejection_id.in_(some))
        for row in connection.execute(query).mappings():
            values = dict(row) | {"outcome": ReplayOutcome(row["outcome"])}
            found[values["rejection_id"]] = Replay(**values)
    return found


def _says_the_same(before: Replay, after: Replay) -> bool:
    nothing_came = after.accepted == 0
    return nothing_came and all(
        getattr(before, name) == getattr(after, name)
        for name in ("outcome", "refused", "reason", "detail")
    )
