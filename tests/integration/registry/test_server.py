"""PostgreSQL: how its address is written, what is said where it cannot be used, its coming late."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import make_url

from deploy.debian_servers.postgres import PostgresServer
from models.errors import CarbonpeakError
from store.registry_db import RegistryAddressError, RegistryDatabase, RegistryServerError
from store.registry_db.address import parse_address
from store.registry_files import load
from tests.servers.postgres import PASSWORD, own_database, run

Write = Callable[..., Path]
WAIT_S = 60.0


@pytest.fixture
def server_url(postgres: PostgresServer) -> Iterator[str]:
    """An empty database; no password in its URL."""
    with own_database(postgres) as url:
        yield url


def refusal(url: str, password: str | None, wait_s: float = 0.0) -> str:
    with pytest.raises(RegistryServerError) as caught:
        RegistryDatabase(url, password, wait_s=wait_s)
    assert isinstance(caught.value, CarbonpeakError)
    return str(caught.value)


def test_the_password_comes_beside_the_url(server_url: str) -> None:
    RegistryDatabase(server_url, PASSWORD).migrate()
    plain = server_url.replace("postgresql+psycopg:", "postgresql:")
    assert RegistryDatabase(plain, PASSWORD).version() == 0


def test_the_urls_own_password_goes_first(server_url: str) -> None:
    own = make_url(server_url).set(password=PASSWORD).render_as_string(hide_password=False)
    RegistryDatabase(own, "another").migrate()
    RegistryDatabase(own).migrate()


def test_what_the_server_refuses_is_said_in_one_line(
    postgres: PostgresServer, caplog: pytest.LogCaptureFixture
) -> None:
    there = f"127.0.0.1:{postgres.port}, database"
    # A server that says no is not asked again, however long we would wait for it.
    assert refusal(postgres.url, "wr0ng", wait_s=WAIT_S) == (
        f"registry: refused by {there} registry: "
        'FATAL: password authentication failed for user "park"'
    )
    assert refusal(postgres.url, None, wait_s=WAIT_S) == (
        f"registry: refused by {there} registry: fe_sendauth: no password supplied"
    )
    elsewhere = postgres.url.replace("/registry", "/elsewhere")
    assert refusal(elsewhere, PASSWORD, wait_s=WAIT_S) == (
        f'registry: refused by {there} elsewhere: FATAL: database "elsewhere" does not exist'
    )
    assert refusal(f"{postgres.url}?sslmod=require", PASSWORD, wait_s=WAIT_S) == (
        f'registry: refused by {there} registry: invalid connection option "sslmod"'
    )
    assert caplog.messages == []


def test_the_databases_owner_may_all_and_others_are_told(
    folder: Write, postgres: PostgresServer, server_url: str
) -> None:
    run(postgres, "CREATE ROLE poor LOGIN PASSWORD 'poor'")
    try:
        database = RegistryDatabase(server_url.replace("park@", "poor@"), "poor")
        with pytest.raises(RegistryServerError, match=r"^registry: too few rights at 127\.0\.0\.1"):
            database.migrate()
        run(postgres, f"ALTER DATABASE {make_url(server_url).database} OWNER TO poor")
        database.migrate()
        load(database, folder())
        assert database.writer_number("ingest-1") == 0
        database.close()
    finally:
        run(postgres, f"DROP DATABASE {make_url(server_url).database}")
        run(postgres, "DROP ROLE poor")


def test_chinese_in_a_database_without_an_encoding(folder: Write, postgres: PostgresServer) -> None:
    run(postgres, "CREATE DATABASE ascii ENCODING SQL_ASCII LOCALE 'C' TEMPLATE template0")
    try:
        database = RegistryDatabase(postgres.url.replace("/registry", "/ascii"), PASSWORD)
        database.migrate()
        load(database, folder())
        assert database.snapshot().park.name_zh == "示范园区"
    finally:
        run(postgres, "DROP DATABASE ascii WITH (FORCE)")


@pytest.mark.parametrize(
    ("host", "said"),
    [
        ("127.0.0.1:1", "127.0.0.1:1, database registry: Connection refused"),
        ("localhost:1", "localhost:1, database registry: Connection refused"),
        ("nowhere.invalid", "nowhere.invalid:5432, database registry: failed to resolve host"),
    ],
)
def test_a_server_that_is_not_there(host: str, said: str, caplog: pytest.LogCaptureFixture) -> None:
    url = f"postgresql://park@{host}/registry"
    found = refusal(url, "s3cret", wait_s=0.1)
    assert found.startswith(f"registry: no connection to {said}")
    assert "\n" not in found
    assert "s3cret" not in found + caplog.text
    assert len(caplog.messages) == 1
    assert caplog.messages[0].startswith("waiting up to 0 s for PostgreSQL at ")


@pytest.mark.parametrize(
    "url",
    [
        "registry.sqlite",
        "mysql://park@host/registry",
        "postgresql+psycopg2://park@host/registry",
        "postgresql://park@host",
        "postgresql://park:s3cret@word@host/registry",
        "postgresql://park@host:s3cret/registry",
    ],
)
def test_urls_that_are_none_are_not_repeated(url: str) -> None:
    with pytest.raises(RegistryAddressError, match="registry_url: neither") as caught:
        RegistryDatabase(url)
    assert "s3cret" not in str(caught.value)


def test_what_a_url_says_of_the_connection_holds() -> None:
    address = parse_address("postgresql://park@host/registry?connect_timeout=3")
    assert address.query["connect_timeout"] == "3"
    assert address.query["tcp_user_timeout"] == "30000"


def test_a_server_that_comes_late_is_waited_for(postgres: PostgresServer, server_url: str) -> None:
    waits = threading.Event()
    opened: list[RegistryDatabase] = []

    class Hearing(logging.Handler):
        def emit(self, _record: logging.LogRecord) -> None:
            waits.set()

    log = logging.getLogger("store.registry_db.connecting")
    log.addHandler(hearing := Hearing())
    opening = threading.Thread(
        target=lambda: opened.append(RegistryDatabase(server_url, PASSWORD, wait_s=WAIT_S))
    )
    postgres.stop()
    try:
        opening.start()
        assert waits.wait(WAIT_S)
        assert opened == []
    finally:
        log.removeHandler(hearing)
        postgres.start()
    opening.join(WAIT_S)
    [database] = opened
    database.migrate()
    assert database.version() == 0


def test_a_server_that_was_restarted_is_found_again(
    postgres: PostgresServer, server_url: str
) -> None:
    database = RegistryDatabase(server_url, PASSWORD)
    database.migrate()
    postgres.stop()
    try:
        with pytest.raises(RegistryServerError, match="no connection to 127") as caught:
            database.version()
    finally:
        postgres.start()
    assert PASSWORD not in str(caught.value)
    assert database.version() == 0
    run(
        postgres, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname LIKE 'own%'"
    )
    assert database.writer_number("ingest-1") == 0


def test_the_end_of_time_in_a_server_ahead_of_utc(
    folder: Write, postgres: PostgresServer, server_url: str
) -> None:
    run(postgres, f"ALTER DATABASE {make_url(server_url).database} SET timezone TO 'Asia/Shanghai'")
    database = RegistryDatabase(server_url, PASSWORD)
    database.migrate()
    meters = (
        "enterprise,code,quantity,kind,unit,interval_s,valid_to\n"
        "axle,EL-0,electricity,counter,kWh,900,9999-12-31T23:00:00Z\n"
    )
    load(database, folder(meters=meters))
    [meter] = database.snapshot().meters
    assert meter.valid_to == datetime(9999, 12, 31, 23, tzinfo=UTC)
