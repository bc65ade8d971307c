"""A real PostgreSQL for the tests, and in it a database of its own for whoever asks."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
from sqlalchemy import make_url

from deploy.debian_servers import process
from deploy.debian_servers.postgres import PostgresServer
from tests.conftest import find_program

USER = "park"
PASSWORD = "s3cret@word"  # an @ must survive every way that a password goes
# It may lose all at a power cut: it is thrown away anyhow.
CARELESS = ("fsync = off", "synchronous_commit = off", "full_page_writes = off")

_numbers = count(1)


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """Run PostgreSQL on a free loopback port until the block ends; skips where it is missing.

    Passwords are asked for (SCRAM); ``USER`` may do everything.
    """
    if process.find_program("postgres") is None:
        find_program("postgres")
    with tempfile.TemporaryDirectory(prefix="carbonpeak-postgres-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # where we are root the server is another user
        server = PostgresServer(folder, user=USER, password=PASSWORD, database="registry")
        server.start()
        try:
            for setting in CARELESS:
                run(server, f"ALTER SYSTEM SET {setting}")
            run(server, "SELECT pg_reload_conf()")
            yield server
        finally:
            server.stop()


@contextmanager
def own_database(server: PostgresServer) -> Iterator[str]:
    """URL, without the password, of an empty database that is removed when the block ends."""
    name = f"own_{next(_numbers)}"
    run(server, f"CREATE DATABASE {name}")
    try:
        url = make_url(server.url).set(database=name)
        yield url.render_as_string()
    finally:
        run(server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def with_password(url: str) -> str:
    """The same URL with the password in it."""
    return make_url(url).set(password=PASSWORD).render_as_string(hide_password=False)


def run(server: PostgresServer, statement: str) -> None:
    """Run one statement in the server's first database."""
    with psycopg.connect(
        host="127.0.0.1",
        port=server.port,
        user=USER,
        password=PASSWORD,
        dbname=server.database,
        autocommit=True,
    ) as connection:
        connection.execute(statement.encode())
