"""Frozen inventories: written once, numbered, chained; any change of what is stored is found."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import delete, update

from store.registry_db import Frozen, FrozenInventories, RegistryDatabase
from store.registry_db.frozen import GENESIS, frozen_inventory
from tests.servers.migrated import sqlite_registry

WANTED = Frozen(
    boundary="enterprise", code="steel", period="2025", author="Li", reason="annual report",
    frozen_at=datetime(2026, 3, 1, 8, 30, 0, 1, tzinfo=UTC),
    head={"totals": {"co2e_t": 0.1 + 0.2}}, content={"rows": {"co2e_t": [0.1, None]}},
)  # fmt: skip


@pytest.fixture
def database(tmp_path: Path) -> Iterator[RegistryDatabase]:
    found = sqlite_registry(tmp_path / "registry.db")
    yield found
    found.close()


def test_what_was_frozen_comes_back_to_the_bit(database: RegistryDatabase) -> None:
    kept = FrozenInventories(database)
    assert (kept.every(), kept.one(1), kept.faults()) == ([], None, (0, []))
    first = kept.add(WANTED)
    second = kept.add(replace(WANTED, code="glass"))
    assert first == replace(WANTED, id=1, previous=GENESIS, sha256=first.sha256)
    assert second.previous == first.sha256 != second.sha256
    assert kept.one(1) == first
    assert kept.every() == [replace(one, content=None) for one in (second, first)]
    assert kept.faults() == (2, [])


@pytest.mark.parametrize(
    "change",
    [
        {"author": "Wang"},
        {"frozen_at": datetime(2026, 3, 1, 8, 30, tzinfo=UTC)},
        {"head": '{"totals":{"co2e_t":0.3}}'},
        {"content": zlib.compress(b'{"rows":{"co2e_t":[0.2,null]}}')},
        {"content": b"no longer"},
        {"sha256": "0" * 64},
    ],
)
def test_a_change_of_one_is_found(database: RegistryDatabase, change: dict[str, object]) -> None:
    kept = FrozenInventories(database)
    for _ in range(3):
        kept.add(WANTED)
    with database.engine.begin() as connection:
        where = frozen_inventory.c.id == 2
        connection.execute(update(frozen_inventory).where(where).values(**change))
    count, faults = kept.faults()
    assert count == 3
    assert 2 in {fault.id for fault in faults}


def test_one_that_was_taken_away_is_found(database: RegistryDatabase) -> None:
    kept = FrozenInventories(database)
    for _ in range(3):
        kept.add(WANTED)
    with database.engine.begin() as connection:
        connection.execute(delete(frozen_inventory).where(frozen_inventory.c.id == 2))
    _, faults = kept.faults()
    assert [fault.detail for fault in faults] == [
        "a number before it is missing", "the one before it has another hash"
    ]  # fmt: skip
