"""The database itself: migrations, what SQLite is told, several processes, times."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Engine, create_engine, inspect, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import IntegrityError, OperationalError, StatementError
from sqlalchemy.schema import CreateIndex, CreateTable

from store.registry_db import RegistryDatabase
from store.registry_db.connecting import migrating, open_engine, writing
from store.registry_db.tables import metadata, registry_change
from store.registry_files import load

Write = Callable[..., Path]
ROOT = Path(__file__).parents[3]
AT = datetime(2026, 6, 1, tzinfo=UTC)


def test_migrations_give_the_tables_that_the_program_uses(
    database: RegistryDatabase, url: str
) -> None:
    with create_engine(url).connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, metadata) == []


def test_up_down_and_up_again_with_data(
    folder: Write, database: RegistryDatabase, url: str
) -> None:
    load(database, folder())
    database.migrate()  # at head already: nothing happens
    assert database.version() == 1
    database.downgrade("base")
    assert inspect(create_engine(url)).get_table_names() == ["alembic_version"]
    database.migrate()
    assert database.version() == 0
    load(database, folder())
    assert len(database.snapshot().meters) == 3


def test_a_migration_that_fails_leaves_all_as_it_was(database: RegistryDatabase, url: str) -> None:
    def drop_two(engine: Engine) -> None:
        with migrating(engine) as connection:
            connection.execute(text("DROP TABLE exchange"))
            connection.execute(text("DROP TABLE nowhere"))

    with pytest.raises(OperationalError, match="no such table: nowhere"):
        drop_two(open_engine(url))
    assert inspect(create_engine(url)).has_table("exchange")


def test_a_later_migration_may_rebuild_a_table_that_others_refer_to(
    folder: Write, database: RegistryDatabase, url: str
) -> None:
    load(database, folder())
    with migrating(open_engine(url)) as connection:
        operations = Operations(MigrationContext.configure(connection))
        with operations.batch_alter_table("enterprise", recreate="always"):
            pass
    assert len(database.snapshot().meters) == 3
    with pytest.raises(IntegrityError), writing(open_engine(url)) as connection:
        connection.execute(text("DELETE FROM enterprise"))


def test_a_migration_that_breaks_references_is_refused(
    folder: Write, database: RegistryDatabase, url: str
) -> None:
    load(database, folder())
    with (
        pytest.raises(RuntimeError, match="breaks references"),
        migrating(open_engine(url)) as connection,
    ):
        connection.execute(text("DELETE FROM enterprise"))
    assert len(database.snapshot().enterprises) == 2


def test_at_most_one_row_of_an_identity_holds(
    folder: Write, database: RegistryDatabase, url: str
) -> None:
    load(database, folder())
    copy = text(
        "INSERT INTO meter_version (meter_key, quantity, kind, unit, interval_s, name_zh, name_en,"
        " multiplier, direction, valid_from, recorded_at) SELECT meter_key, quantity, kind, unit,"
        " interval_s, name_zh, name_en, multiplier, direction, valid_from, recorded_at"
        " FROM meter_version WHERE id = :id"
    )
    for row in (1, 2):  # one without a start, one with
        with pytest.raises(IntegrityError), writing(open_engine(url)) as connection:
            connection.execute(copy, {"id": row})


def test_superseded_rows_are_kept(folder: Write, database: RegistryDatabase, url: str) -> None:
    load(database, folder(), now=AT)
    path = folder()
    for name, old, new in (
        ("meters.csv", ",40,", ",50,"),
        ("enterprises.csv", "Axle", "Axles"),
        ("outputs.csv", "12000", "12001"),
        ("exchanges.csv", "8231.4", "8231.5"),
        ("declared_factors.csv", "0.5568", "0.55"),
        ("park.yaml", "Demo Park", "The Park"),
    ):
        file = path / name
        file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    found = load(database, path, now=AT + timedelta(days=1))
    assert len(found.corrected) == len(found.changes) == 6
    with create_engine(url).connect() as connection:
        for table in ("meter_version", "enterprise_version", "output", "exchange",
                      "declared_factor", "park"):  # fmt: skip
            kept = connection.execute(
                text(f"SELECT recorded_at FROM {table} WHERE superseded_at LIKE '2026-06-02%'")
            ).all()
            assert [str(row[0])[:10] for row in kept] == ["2026-06-01"], table


def test_another_process_reads_while_one_writes(
    folder: Write, database: RegistryDatabase, url: str
) -> None:
    load(database, folder())
    program = (
        "from store.registry_db import RegistryDatabase\n"
        f"database = RegistryDatabase({url!r})\n"
        "print(database.version(), len(database.snapshot().meters))"
    )
    with writing(open_engine(url)) as connection:
        connection.execute(text("DELETE FROM exchange"))
        run = subprocess.run(
            [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
        )
        connection.rollback()
    assert run.stdout.split() == ["1", "3"], run.stderr


def test_times_come_back_aware_whatever_their_offset(url: str) -> None:
    engine = open_engine(url)
    metadata.create_all(engine)
    shanghai = datetime(2026, 6, 1, 8, tzinfo=timezone(timedelta(hours=8)))
    with writing(engine) as connection:
        connection.execute(registry_change.insert(), {"version": 1, "recorded_at": shanghai})
        [found] = connection.execute(registry_change.select()).scalars(1)
    assert found == AT
    assert found.tzinfo is UTC
    naive = {"version": 2, "recorded_at": AT.replace(tzinfo=None)}
    with pytest.raises(StatementError, match="no time zone"), writing(engine) as connection:
        connection.execute(registry_change.insert(), naive)


def test_the_tables_can_be_made_in_postgresql() -> None:
    dialect = postgresql.dialect()
    for table in metadata.sorted_tables:
        made = str(CreateTable(table).compile(dialect=dialect))
        assert ("recorded_at" not in made) or "recorded_at TIMESTAMP WITH TIME ZONE" in made
        for index in table.indexes:
            assert index.name == "ix_meter_code" or "WHERE superseded_at IS NULL" in str(
                CreateIndex(index).compile(dialect=dialect)
            )
