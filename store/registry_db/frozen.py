"""Inventories as they were signed: written once, never changed, one hash chain over all.

The hash of each covers its number, everything that is said of it, its content and the hash before
it. Rows are only ever added; whoever changes one breaks the chain (``faults``).
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    insert,
    select,
)

from models.periods import to_us
from store.registry_db.connecting import reading, writing
from store.registry_db.database import RegistryDatabase
from store.registry_db.instants import Instant
from store.registry_db.tables import CODE, metadata

GENESIS = "0" * 64

frozen_inventory = Table(
    "frozen_inventory",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("frozen_at", Instant, nullable=False),
    Column("boundary", String(16), nullable=False),
    Column("code", CODE, nullable=False),
    Column("period", String(10), nullable=False),
    Column("author", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("head", Text, nullable=False),  # JSON
    Column("content", LargeBinary, nullable=False),  # JSON, compressed with zlib
    Column("previous", String(64), nullable=False),
    Column("sha256", String(64), nullable=False),
    UniqueConstraint("previous"),
)


@dataclass(frozen=True)
class Frozen:
    """One of them. ``boundary`` and ``code`` say whose, ``period`` of when (2025, 2025-03).

    ``head`` holds what it was made from and by (plain values: the questions asked, totals, hashes
    of inputs, program), ``content`` its frames (plain values). ``id`` 0 is none yet.
    """

    boundary: str
    code: str
    period: str
    author: str
    reason: str
    frozen_at: datetime
    head: Mapping[str, Any]
    content: Mapping[str, Any] | None = None
    id: int = 0
    previous: str = GENESIS
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class FrozenFault:
    """A frozen inventory that is not what was frozen."""

    id: int
    detail: str


class FrozenInventories:
    """The frozen inventories beside the registry. Safe from many threads and processes."""

    def __init__(self, database: RegistryDatabase) -> None:
        self._engine = database.engine

    def add(self, wanted: Frozen) -> Frozen:
        """Keep one; with its number and hash."""
        content = json_bytes(wanted.content)
        head = json_bytes(wanted.head).decode()
        with writing(self._engine) as connection:
            last = _last(connection)
            number, previous = (1, GENESIS) if last is None else (last.id + 1, last.sha256)
            values: dict[str, Any] = {
                "id": number,
                "frozen_at": wanted.frozen_at,
                "boundary": wanted.boundary,
                "code": wanted.code,
                "period": wanted.period,
                "author": wanted.author,
                "reason": wanted.reason,
                "head": head,
                "previous": previous,
            }
            sha256 = _hash(values, content)
            stored = values | {"sha256": sha256, "content": zlib.compress(content)}
            connection.execute(insert(frozen_inventory).values(stored))
        found = self.one(number)
        assert found is not None
        return found

    def every(self) -> list[Frozen]:
        """All, newest first, without their content."""
        table = frozen_inventory.c
        columns = [column for column in table if column.name != "content"]
        with reading(self._engine) as connection:
            rows = connection.execute(select(*columns).order_by(table.id.desc())).mappings()
            return [_frozen(dict(row)) for row in rows]

    def one(self, number: int) -> Frozen | None:
        """One with its content. Raises ValueError where the content cannot be read any more."""
        query = select(frozen_inventory).where(frozen_inventory.c.id == number)
        with reading(self._engine) as connection:
            row = connection.execute(query).mappings().first()
        return None if row is None else _frozen(dict(row))

    def faults(self) -> tuple[int, list[FrozenFault]]:
        """How many there are, and those that are not what was frozen, or stand in a broken chain.

        That the last ones were taken away leaves no trace here; keep their hashes elsewhere too.
        """
        found: list[FrozenFault] = []
        previous, number = GENESIS, 0
        query = select(frozen_inventory).order_by(frozen_inventory.c.id)
        with reading(self._engine) as connection:
            for row in connection.execute(query).mappings():
                number += 1
                if row["id"] != number:
                    found.append(FrozenFault(row["id"], "a number before it is missing"))
                    number = row["id"]
                if row["previous"] != previous:
                    found.append(FrozenFault(row["id"], "the one before it has another hash"))
                try:
                    content = zlib.decompress(row["content"])
                except zlib.error:
                    content = b""
                if _hash(dict(row), content) != row["sha256"]:
                    found.append(FrozenFault(row["id"], "what is stored gives another hash"))
                previous = row["sha256"]
        return number, found


def json_bytes(value: Any) -> bytes:
    """Canonical JSON: keys in order, no spaces, UTF-8, no NaN (raises ValueError)."""
    return json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    ).encode()


def _hash(values: Mapping[str, Any], content: bytes) -> str:
    names = ("id", "boundary", "code", "period", "author", "reason", "head", "previous")
    said = {name: values[name] for name in names} | {"frozen_at": to_us(values["frozen_at"])}
    return hashlib.sha256(json_bytes(said) + b"\n" + content).hexdigest()


def _last(connection: Connection) -> Any:
    table = frozen_inventory.c
    query = select(table.id, table.sha256).order_by(table.id.desc()).limit(1)
    return connection.execute(query).first()


def _frozen(row: Mapping[str, Any]) -> Frozen:
    values = dict(row)
    content = values.pop("content", None)
    try:
        read = None if content is None else json.loads(zlib.decompress(content))
        values["head"] = json.loads(values["head"])
    except (zlib.error, ValueError) as error:
        raise ValueError(f"frozen inventory {values['id']} cannot be read: {error}") from error
    return Frozen(**values, content=read)
