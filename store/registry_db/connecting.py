"""Opening the database, and what SQLite needs to be told for sound transactions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url

BUSY_S = 30  # how long a writer waits for another process's transaction


def open_engine(url: str) -> Engine:
    """An engine for ``url``; the folder of a SQLite file is made if missing."""
    address = make_url(url)
    if address.get_backend_name() != "sqlite":
        # A snapshot takes several queries: they must see one state.
        return create_engine(address, isolation_level="REPEATABLE READ")
    if address.database and address.database != ":memory:":
        Path(address.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(address, connect_args={"timeout": BUSY_S})
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "checkout", _enforce_references)
    event.listen(engine, "begin", _begin)
    return engine


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that will write: of several such only one runs at a time."""
    with engine.execution_options(sqlite_begin=("BEGIN IMMEDIATE",)).begin() as connection:
        yield connection


@contextmanager
def migrating(engine: Engine) -> Iterator[Connection]:
    """A transaction that may rebuild tables; references are checked at its end.

    SQLite alters a table by copying and dropping it, and a drop deletes its rows first: with
    references enforced that fails, or takes the referring rows along.
    """
    begin = ("PRAGMA foreign_keys = OFF", "BEGIN IMMEDIATE")
    with engine.execution_options(sqlite_begin=begin).begin() as connection:
        yield connection
        if connection.dialect.name == "sqlite":
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
            if broken:
                raise RuntimeError(f"the migration breaks references: {broken}")


def _set_up(dbapi_connection: Any, _: object) -> None:
    # The driver would open transactions by its own rules (none for reads, none for DDL); with
    # None they begin exactly where SQLAlchemy says.
    dbapi_connection.isolation_level = None
    dbapi_connection.execute("PRAGMA journal_mode = WAL")  # readers and a writer do not wait


def _enforce_references(dbapi_connection: Any, *_: object) -> None:
    dbapi_connection.execute("PRAGMA foreign_keys = ON")


def _begin(connection: Connection) -> None:
    for statement in connection.get_execution_options().get("sqlite_begin", ("BEGIN",)):
        connection.exec_driver_sql(statement)
