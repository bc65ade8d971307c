"""How far files were imported: block by block, so that an import that was cut off goes on.

A block is written down before its append and again, with its counts, after it. One that was begun
and is not done may be stored or not: whoever sends it again has to look.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    func,
    insert,
)
from sqlalchemy import select as selecting
from sqlalchemy import update as updating

from store.registry_db.connecting import reading, writing
from store.registry_db.database import RegistryDatabase
from store.registry_db.instants import Instant
from store.registry_db.tables import metadata

file_import = Table(
    "import",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("file_sha256", String(64), nullable=False),
    Column("reading_sha256", String(64), nullable=False),
    Column("name", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("started", Instant, nullable=False),
    Column("finished", Instant),
    Index(None, "file_sha256", "reading_sha256"),
)
import_block = Table(
    "import_block",
    metadata,
    Column("import_id", Integer, ForeignKey("import.id"), primary_key=True),
    Column("block", Integer, primary_key=True, autoincrement=False),
    Column("begun", Instant, nullable=False),
    Column("done", Instant),
    Column("accepted", Integer),
    Column("duplicates", Integer),
    Column("rejected", Integer),
)


class UnknownImportError(KeyError):
    """There is no import of this number."""


@dataclass(frozen=True, slots=True)
class FileKey:
    """Which file, read how: SHA-256 of its bytes, and of all that says how they are read."""

    file_sha256: str
    reading_sha256: str


@dataclass(frozen=True, slots=True)
class BlockCounts:
    """What became of the rows of one block, or of all blocks that are done."""

    accepted: int
    duplicates: int
    rejected: int


@dataclass(frozen=True, slots=True)
class FileImport:
    """One import of one file. ``blocks`` are done, from the first on; ``counts`` are theirs."""

    id: int
    name: str
    size: int  # bytes
    started: datetime
    finished: datetime | None
    blocks: int
    counts: BlockCounts


@dataclass(frozen=True, slots=True)
class BegunBlock:
    """A block about to be appended; ``counts`` where it is done already.

    ``again``: it was begun at ``begun`` before, and it is not known whether it was stored.
    """

    begun: datetime
    again: bool
    counts: BlockCounts | None


class Imports:
    """The record of imports, beside the registry. Safe from many threads and processes."""

    def __init__(self, database: RegistryDatabase) -> None:
        self._engine = database.engine

    def newest(self, key: FileKey) -> FileImport | None:
        """The import of this file that was begun last; None where there was none."""
        with reading(self._engine) as connection:
            return _newest(connection, key)

    def open(self, key: FileKey, name: str, size: int, now: datetime, again: bool) -> FileImport:
        """The newest import of the file, or a new one where there is none.

        ``again`` begins a new one where the newest is finished.
        """
        with writing(self._engine) as connection:
            newest = _newest(connection, key)
            if newest is not None and not (again and newest.finished is not None):
                return newest
            values = {
                "file_sha256": key.file_sha256, "reading_sha256": key.reading_sha256,
                "name": name, "size": size, "started": now,
            }  # fmt: skip
            connection.execute(insert(file_import).values(values))
            opened = _newest(connection, key)
            assert opened is not None
            return opened

    def begin(self, import_id: int, block: int, now: datetime) -> BegunBlock:
        """Write down that a block is about to be appended. Raises UnknownImportError."""
        with writing(self._engine) as connection:
            known = selecting(file_import.c.id).where(file_import.c.id == import_id)
            if connection.execute(known).first() is None:
                raise UnknownImportError(import_id)
            query = selecting(import_block).where(*_which(import_id, block))
            row = connection.execute(query).mappings().first()
            if row is None:
                values = {"import_id": import_id, "block": block, "begun": now}
                connection.execute(insert(import_block).values(values))
                return BegunBlock(now, again=False, counts=None)
            counts = None if row["done"] is None else _counts(dict(row))
            return BegunBlock(row["begun"], again=True, counts=counts)

    def done(
        self, import_id: int, block: int, counts: BlockCounts, now: datetime, last: bool
    ) -> None:
        """Write down what became of a block; after the ``last`` one the import is finished."""
        with writing(self._engine) as connection:
            values = {
                "done": now, "accepted": counts.accepted,
                "duplicates": counts.duplicates, "rejected": counts.rejected,
            }  # fmt: skip
            connection.execute(
                updating(import_block).where(*_which(import_id, block)).values(values)
            )
            if last:
                whole = file_import.c.id == import_id
                connection.execute(updating(file_import).where(whole).values(finished=now))


def _which(import_id: int, block: int) -> tuple[ColumnElement[bool], ...]:
    return import_block.c.import_id == import_id, import_block.c.block == block


def _newest(connection: Connection, key: FileKey) -> FileImport | None:
    columns = file_import.c
    row = connection.execute(
        selecting(columns.id, columns.name, columns.size, columns.started, columns.finished)
        .where(columns.file_sha256 == key.file_sha256)
        .where(columns.reading_sha256 == key.reading_sha256)
        .order_by(columns.id.desc())
        .limit(1)
    ).first()
    if row is None:
        return None
    block = import_block.c
    sums = [func.coalesce(func.sum(block[name]), 0).label(name) for name in _COUNTED]
    counts = (
        connection.execute(
            selecting(func.count().label("blocks"), *sums)
            .where(block.import_id == row.id)
            .where(block.done.is_not(None))
        )
        .mappings()
        .one()
    )
    return FileImport(
        row.id, row.name, row.size, row.started, row.finished,
        int(counts["blocks"]), _counts(dict(counts)),
    )  # fmt: skip


_COUNTED = ("accepted", "duplicates", "rejected")


def _counts(row: dict[str, object]) -> BlockCounts:
    return BlockCounts(*(int(str(row[name])) for name in _COUNTED))
