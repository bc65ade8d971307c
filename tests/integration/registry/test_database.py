"""The database itself: what it keeps, what SQLite is told, times."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError, StatementError

from store.registry_db import RegistryDatabase, kinds
from store.registry_db.connecting import open_engine, reading, writing
from store.registry_db.tables import metadata, registry_change
from store.registry_files import load

Write = Callable[..., Path]
AT = datetime(2026, 6, 1, tzinfo=UTC)


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
    with reading(open_engine(url)) as connection:
        for kind in (kinds.METER, kinds.ENTERPRISE, kinds.OUTPUT, kinds.EXCHANGE,
                     kinds.DECLARED_FACTOR, kinds.PARK):  # fmt: skip
            columns = kind.table.c
            kept = connection.execute(
                select(columns.recorded_at, columns.superseded_at).where(
                    columns.superseded_at.is_not(None)
                )
            ).all()
            assert kept == [(AT, AT + timedelta(days=1))], kind.name


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
