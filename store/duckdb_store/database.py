"""The DuckDB file: opened with its limits, its schema made or checked, a cursor for each call."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb
import pyarrow as pa

from models.errors import CarbonpeakError

SCHEMA_VERSION = 3

# No keys and no indexes: on the big tables they cost ten times the speed and the space, and each
# is written by one lock holder that knows what stands. ``position`` is the row's place in its
# batch. ``usage_day`` holds whole local days of the park's zone, ``day`` their start in UTC;
# ``mean_h`` is the coverage of the hours that have a mean, by which days are weighted into months.
TABLES = """
create table schema_version (version integer not null);
create table readings (
    meter_key integer not null, ts timestamptz not null, value double not null,
    quality utinyint not null, received timestamptz not null, source utinyint not null,
    batch bigint not null, position integer not null
);
create table rejections (
    rejection_id bigint not null, received timestamptz, source utinyint, peer varchar,
    enterprise varchar, meter varchar, item integer, reason varchar, detail varchar,
    payload blob, payload_sha256 varchar, payload_length bigint, batch bigint not null
);
create table touched (
    meter_key integer not null, hour timestamptz not null, batch bigint not null
);
create table batches (
    writer varchar not null, batch bigint not null, received timestamptz not null,
    readings bigint not null, rejections bigint not null,
    sha256 varchar not null, previous varchar not null
);
create table usage_hour (
    meter_key integer not null, hour timestamptz not null, amount double, estimated double,
    coverage double, mean double, min double, max double, n integer, computed timestamptz not null
);
create table usage_day (
    meter_key integer not null, day timestamptz not null, amount double, estimated double,
    covered_h double, mean double, mean_h double, min double, max double, n bigint
);
create table findings (
    meter_key integer not null, ts timestamptz not null, kind varchar not null, detail varchar
);
"""

# What brings an older file to each version.
UPGRADES = {
    2: """
create table resent (meter_key integer not null, day timestamptz not null, n bigint not null);
""",
    3: """
alter table rejections add column decoding varchar;
alter table rejections add column expired timestamptz;
""",
}


class StoreInUseError(CarbonpeakError):
    """Another process has the store's file open."""


class ClosedError(CarbonpeakError):
    """The store was closed before the call."""


class NewerStoreError(CarbonpeakError):
    """The file was written by a newer version of this program."""


class Database:
    """The open file. Cursors are cheap (microseconds): every call takes its own."""

    def __init__(self, path: Path, memory_limit: str, threads: int | None) -> None:
        config: dict[str, str | bool | int | float | list[str]] = {"memory_limit": memory_limit}
        if threads is not None:
            config["threads"] = threads
        try:
            self._connection = duckdb.connect(path, config=config)
        except duckdb.IOException as error:
            if "lock" not in str(error).lower():
                raise
            raise StoreInUseError(f"store {path} is open in another process") from error
        self._connection.execute("set global TimeZone = 'UTC'")
        self._idle = threading.Condition()
        self._calls = 0
        self._closed = False
        try:
            self._prepare(path)
        except BaseException:
            self._connection.close()
            raise

    def _prepare(self, path: Path) -> None:
        with self.writing() as cursor:
            known = cursor.execute(
                "select 1 from duckdb_tables() where table_name = 'schema_version'"
            ).fetchall()
            if not known:
                cursor.execute(TABLES)
                cursor.execute("insert into schema_version values (1)")
            ((version,),) = cursor.execute("select max(version) from schema_version").fetchall()
            for step in range(version + 1, SCHEMA_VERSION + 1):
                cursor.execute(UPGRADES[step])
                cursor.execute("insert into schema_version values (?)", [step])
        if version > SCHEMA_VERSION:
            raise NewerStoreError(
                f"store {path} has schema version {version}; "
                f"this program knows versions up to {SCHEMA_VERSION}: use a newer program"
            )

    @contextmanager
    def reading(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor inside a read transaction: every query of the block sees the same state."""
        with self._cursor() as cursor:
            cursor.begin()
            yield cursor

    @contextmanager
    def writing(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor inside a transaction, durable when the block ends and undone if it raises."""
        with self._cursor() as cursor:
            cursor.begin()
            try:
                yield cursor
                cursor.commit()
            except BaseException:
                with suppress(
                    duckdb.TransactionException
                ):  # a commit that failed is undone already
                    cursor.rollback()
                raise

    def close(self) -> None:
        """Close the file once the calls under way in other threads have ended; later ones fail."""
        with self._idle:
            self._closed = True
            self._idle.wait_for(lambda: self._calls == 0)
        self._connection.close()

    @contextmanager
    def _cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        with self._idle:
            if self._closed:
                raise ClosedError("the store is closed")
            self._calls += 1
        try:
            with self._connection.cursor() as cursor:
                yield cursor
        finally:
            with self._idle:
                self._calls -= 1
                self._idle.notify_all()


def insert(cursor: duckdb.DuckDBPyConnection, table: str, rows: pa.Table) -> None:  # noqa: ARG001
    """Add rows whose columns are the table's, in its order, or those named after it."""
    # DuckDB finds ``rows`` among this function's variables; registering it first is slower.
    cursor.execute(f"insert into {table} from rows")
