"""Opening the database, and what each kind needs to be told for sound transactions."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError

from store.registry_db.address import name_of, parse_address
from store.registry_db.trouble import BUSY_S, explained, is_unreachable, refused

log = logging.getLogger(__name__)

AGAIN_S = 0.5  # between two attempts to reach a server
# One lock for all who write or migrate. With the isolation below, whoever gets it sees all that
# was committed before; of a snapshot taken while waiting that would not be so.
_LOCK = int.from_bytes(b"registry")


def open_engine(url: str, password: str | None = None, *, wait_s: float = 0.0) -> Engine:
    """An engine for ``url``; the folder of a SQLite file is made if missing.

    A server must answer: one that cannot be reached is tried again for ``wait_s``. Raises
    RegistryServerError, RegistryAddressError.
    """
    address = parse_address(url, password)
    if address.get_backend_name() == "sqlite":
        if address.database and address.database != ":memory:":
            Path(address.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(
            address,
            connect_args={"timeout": BUSY_S},
            hide_parameters=True,  # a password of a device may be among them
        )
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "checkout", _enforce_references)
        event.listen(engine, "begin", _begin)
        return engine
    engine = create_engine(
        address,
        isolation_level="REPEATABLE READ",  # a snapshot takes several queries: they see one state
        pool_pre_ping=True,  # a server may have been restarted since
        connect_args={"client_encoding": "utf8"},
        hide_parameters=True,
    )
    event.listen(engine, "connect", _set_up_postgresql)
    event.listen(engine, "begin", _begin)
    _await_server(engine, wait_s)
    return engine


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that only reads: all its queries see one state."""
    with _explaining(engine), engine.connect() as connection:
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that will write: of several such only one runs at a time."""
    with _explaining(engine), _alone(engine).begin() as connection:
        yield connection


@contextmanager
def migrating(engine: Engine) -> Iterator[Connection]:
    """A transaction that may rebuild tables, alone like a writing one.

    SQLite alters a table by copying and dropping it, and a drop deletes its rows first: with
    references enforced that fails, or takes the referring rows along. They are checked at the end.
    """
    alone = _alone(engine, "PRAGMA foreign_keys = OFF")
    with _explaining(engine), alone.begin() as connection:
        yield connection
        if connection.dialect.name == "sqlite":
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
            if broken:
                raise RuntimeError(f"the migration breaks references: {broken}")


def _alone(engine: Engine, *sqlite: str) -> Engine:
    if engine.dialect.name == "sqlite":
        return engine.execution_options(begin=(*sqlite, "BEGIN IMMEDIATE"))
    lock = f"SET LOCAL lock_timeout = '{BUSY_S}s'", f"SELECT pg_advisory_xact_lock({_LOCK})"
    return engine.execution_options(begin=lock, isolation_level="READ COMMITTED")


def _await_server(engine: Engine, wait_s: float) -> None:
    deadline = time.monotonic() + wait_s
    is_said = False
    while True:
        try:
            engine.connect().close()
            return
        except DBAPIError as error:
            left = deadline - time.monotonic()
            if left <= 0 or not is_unreachable(error):
                address = engine.url
                raise explained(address, error) or refused(address, error) from error
        if not is_said:
            log.warning("waiting up to %.0f s for PostgreSQL at %s", left, name_of(engine.url))
            is_said = True
        time.sleep(min(AGAIN_S, left))


@contextmanager
def _explaining(engine: Engine) -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        for_user = explained(engine.url, error)
        if for_user is None:
            raise
        raise for_user from error


def _set_up_sqlite(dbapi_connection: Any, _: object) -> None:
    # The driver would open transactions by its own rules (none for reads, none for DDL); with
    # None they begin exactly where SQLAlchemy says.
    dbapi_connection.isolation_level = None
    dbapi_connection.execute("PRAGMA journal_mode = WAL")  # readers and a writer do not wait


def _set_up_postgresql(dbapi_connection: Any, _: object) -> None:
    # In a zone ahead of UTC the last hours of the year 9999 would be beyond what Python knows.
    dbapi_connection.execute("SET TIME ZONE 'UTC'")
    dbapi_connection.commit()


def _enforce_references(dbapi_connection: Any, *_: object) -> None:
    dbapi_connection.execute("PRAGMA foreign_keys = ON")


def _begin(connection: Connection) -> None:
    # PostgreSQL's driver begins by itself; SQLite's is told not to.
    usual = ("BEGIN",) if connection.dialect.name == "sqlite" else ()
    for statement in connection.get_execution_options().get("begin", usual):
        connection.exec_driver_sql(statement)
