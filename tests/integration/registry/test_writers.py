"""Numbers of writers: given once, in turn, to a thousand names."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from store.registry_db import RegistryDatabase, RegistryEmptyError, WriterError
from store.registry_db.connecting import open_engine, writing
from store.registry_db.tables import writer
from store.registry_files import load

Write = Callable[..., Path]
AT = datetime(2026, 6, 1, tzinfo=UTC)


def give(url: str, *numbers: int) -> None:
    """Give the numbers to writers named by them."""
    rows = [{"number": n, "name": f"writer-{n}", "recorded_at": AT} for n in numbers]
    with writing(open_engine(url)) as connection:
        connection.execute(insert(writer), rows)


def test_a_number_is_given_once_and_for_ever(database: RegistryDatabase, url: str) -> None:
    names = ("ingest-1", "ingest-2", "api", "ingest-1", "Ingest-1", "api")
    assert [database.writer_number(name) for name in names] == [0, 1, 2, 0, 3, 2]
    assert RegistryDatabase(url).writer_number("ingest-2") == 1


def test_writers_are_no_part_of_what_is_registered(
    folder: Write, database: RegistryDatabase
) -> None:
    assert database.writer_number("ingest-1") == 0
    assert database.version() == 0
    with pytest.raises(RegistryEmptyError):
        database.snapshot()
    path = folder()
    load(database, path)
    before = database.snapshot()
    assert database.writer_number("ingest-2") == 1
    assert database.snapshot() == before
    assert not load(database, path)


def test_the_first_free_number_is_given(database: RegistryDatabase, url: str) -> None:
    give(url, 0, 2)
    assert [database.writer_number(name) for name in ("a", "b")] == [1, 3]


def test_a_thousand_and_no_more(database: RegistryDatabase, url: str) -> None:
    give(url, *range(999))
    assert database.writer_number("last") == 999
    with pytest.raises(WriterError, match="'late' gets no number, all 1000 are given away"):
        database.writer_number("late")
    assert database.writer_number("writer-998") == 998
    assert database.writer_number("last") == 999


@pytest.mark.parametrize("number", [-1, 1000])
def test_the_tables_hold_no_other_number(database: RegistryDatabase, url: str, number: int) -> None:
    with pytest.raises(IntegrityError, match="ck_writer_number"):
        give(url, number)


@pytest.mark.parametrize("name", ["", "a b", "采集", "a/b", "a\n", "x" * 65])
def test_what_is_no_name(database: RegistryDatabase, name: str) -> None:
    with pytest.raises(WriterError, match="1 to 64 of the characters"):
        database.writer_number(name)


def test_longest_name(database: RegistryDatabase) -> None:
    assert database.writer_number("x" * 64) == 0
