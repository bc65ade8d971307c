"""Migrations: what they give, what they keep, that they are done wholly or not at all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, MetaData, inspect, select, text
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError

from simulators.demo_park.registry import demo_registry
from store.registry_db import NewerRegistryError, RegistryDatabase
from store.registry_db.connecting import migrating, open_engine, reading, writing
from store.registry_db.migrating import FOLDER
from store.registry_db.records import as_filed
from store.registry_db.tables import metadata
from store.registry_files import load

Write = Callable[..., Path]
Contents = dict[str, list[dict[str, Any]]]

EXAMPLE = Path(__file__).parents[3] / "docs" / "examples" / "steel-works" / "registry"
AT = datetime(2026, 11, 1, tzinfo=UTC)
# From the first to the last.
REVISIONS = [script.revision for script in ScriptDirectory(str(FOLDER)).walk_revisions()][::-1]


@pytest.fixture(params=["example", "demo"])
def park(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The folder of a whole park."""
    if request.param == "example":
        return EXAMPLE
    folder = demo_registry(tmp_path / "demo", AT)
    # Every kind of record is there; thousands of one kind make each of the steps slow.
    for name in ("yearly_figures.csv", "outputs.csv"):
        head, *lines = (folder / name).read_text(encoding="utf-8").splitlines(keepends=True)
        (folder / name).write_text(head + "".join(lines[::25]), encoding="utf-8")
    return folder


def contents(url: str) -> Contents:
    """Every row of every table that the database has, whatever the program knows of them."""
    found = MetaData()
    with reading(open_engine(url)) as connection:
        found.reflect(connection)
        return {
            table.name: [
                dict(row)
                for row in connection.execute(
                    select(table).order_by(*table.primary_key.columns)
                ).mappings()
            ]
            for table in found.sorted_tables
            if table.name != "alembic_version"
        }


def test_migrations_give_the_tables_that_the_program_uses(
    database: RegistryDatabase, url: str
) -> None:
    with reading(open_engine(url)) as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, metadata) == []


def test_every_step_up_and_down_keeps_what_it_can_hold(park: Path, url: str) -> None:
    database = RegistryDatabase(url)
    for revision in REVISIONS:
        database.migrate(revision)
    load(database, park, now=AT)
    assert database.writer_number("ingest-1") == 0
    full, registered = contents(url), database.snapshot()
    assert all(full[name] for name in ("park", "enterprise_version", "meter_version", "writer"))

    steps = {REVISIONS[-1]: full}
    for revision in REVISIONS[-2::-1]:
        database.downgrade(revision)
        steps[revision] = contents(url)
    first = steps[REVISIONS[0]]
    assert {"import", "import_block", "profile", "replay", "writer"} <= set(full) - set(first)
    # An own parameter that is no emission factor, or the park's, is beyond the first revisions.
    factors = [
        row
        for row in full["declared_factor"]
        if row["parameter"] == "emission_factor" and row["enterprise"] is not None
    ]
    for name, rows in first.items():
        known = rows[0].keys() if rows else ()
        kept = factors if name == "declared_factor" else full[name]
        assert rows == [{column: row[column] for column in known} for row in kept]

    for revision in REVISIONS:
        database.migrate(revision)
    again = contents(url)
    assert set(again) == set(full)
    for name in ("park", "cluster_version", "enterprise", "meter", "output", "registry_change"):
        assert again[name] == full[name]
    assert again["writer"] == []
    # What only later revisions can hold is lost on the way, and comes back with the files.
    load(database, park, now=AT)
    found = as_filed(database.snapshot())
    for kind, records in as_filed(registered).items():
        assert sorted(map(repr, found[kind])) == sorted(map(repr, records)), kind.name
    assert not load(database, park)


def test_down_to_nothing_and_up_again(folder: Write, database: RegistryDatabase, url: str) -> None:
    load(database, folder())
    database.migrate()  # at head already: nothing happens
    assert database.version() == 1
    database.downgrade("base")
    assert inspect(open_engine(url)).get_table_names() == ["alembic_version"]
    database.migrate()
    assert database.version() == 0
    load(database, folder())
    assert len(database.snapshot().meters) == 3


def test_a_migration_that_fails_leaves_all_as_it_was(database: RegistryDatabase, url: str) -> None:
    def drop_two(engine: Engine) -> None:
        with migrating(engine) as connection:
            connection.execute(text("DROP TABLE exchange"))
            connection.execute(text("DROP TABLE nowhere"))

    with pytest.raises((OperationalError, ProgrammingError), match="nowhere"):
        drop_two(open_engine(url))
    assert inspect(open_engine(url)).has_table("exchange")


def test_sqlite_may_rebuild_a_table_that_others_refer_to(folder: Write, sqlite_url: str) -> None:
    database = RegistryDatabase(sqlite_url)
    database.migrate()
    load(database, folder())
    with migrating(open_engine(sqlite_url)) as connection:
        operations = Operations(MigrationContext.configure(connection))
        with operations.batch_alter_table("enterprise", recreate="always"):
            pass
    assert len(database.snapshot().meters) == 3
    with pytest.raises(IntegrityError), writing(open_engine(sqlite_url)) as connection:
        connection.execute(text("DELETE FROM enterprise"))


def test_a_migration_that_breaks_references_is_refused(
    folder: Write, database: RegistryDatabase, url: str
) -> None:
    load(database, folder())
    # SQLite sees it at the end of the migration, PostgreSQL at once.
    with (
        pytest.raises((RuntimeError, IntegrityError), match=r"breaks references|violates foreign"),
        migrating(open_engine(url)) as connection,
    ):
        connection.execute(text("DELETE FROM enterprise"))
    assert len(database.snapshot().enterprises) == 2


def test_a_database_of_a_newer_program_is_refused(database: RegistryDatabase, url: str) -> None:
    with writing(open_engine(url)) as connection:
        connection.execute(text("update alembic_version set version_num = '9999'"))
    with pytest.raises(NewerRegistryError, match=r"revision 9999.*use a newer program"):
        database.migrate()
