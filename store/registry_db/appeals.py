"""Appeals against assessments, beside the registry. Rows are added, and answered once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    Double,
    Integer,
    String,
    Table,
    Text,
    insert,
    select,
    update,
)

from models.progress.assessment.appeals import Appeal, AppealState, check_answer, check_filed
from store.registry_db.connecting import reading, writing
from store.registry_db.database import RegistryDatabase
from store.registry_db.instants import Instant
from store.registry_db.tables import CODE, metadata

assessment_appeal = Table(
    "assessment_appeal",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("enterprise", CODE, nullable=False, index=True),
    Column("year", Integer, nullable=False),
    Column("criterion", CODE),
    Column("note", Text, nullable=False),
    Column("evidence", Text, nullable=False),
    Column("filed_by", Text, nullable=False),
    Column("filed_at", Instant, nullable=False),
    Column("score", Double),
    Column("grade", String(8)),
    Column("state", String(16), nullable=False),
    Column("answer", Text, nullable=False),
    Column("answered_by", Text),
    Column("answered_at", Instant),
    CheckConstraint("(state = 'open') = (answered_at IS NULL)", name="answered"),
    sqlite_autoincrement=True,
)


class Appeals:
    """The appeals of one park. Safe from many threads and processes."""

    def __init__(self, database: RegistryDatabase) -> None:
        self._engine = database.engine

    def file(self, wanted: Appeal) -> Appeal:
        """Keep one; with its number. Raises AppealError where it says nothing."""
        check_filed(wanted)
        values = {name: getattr(wanted, name) for name in Appeal.__dataclass_fields__}
        values |= {"state": wanted.state.value}
        del values["id"]
        with writing(self._engine) as connection:
            key = connection.execute(insert(assessment_appeal).values(values)).inserted_primary_key
        assert key is not None
        return replace(wanted, id=int(key[0]))

    def answer(
        self, number: int, state: AppealState, *, note: str, by: str, now: datetime
    ) -> Appeal:
        """Answer (or withdraw) an open one. Raises KeyError where there is none of that number,
        AppealError where it was answered already.
        """
        table = assessment_appeal
        with writing(self._engine) as connection:
            row = connection.execute(select(table).where(table.c.id == number)).mappings().first()
            if row is None:
                raise KeyError(number)
            found = _appeal(row)
            check_answer(found, state, note, by)
            done = replace(found, state=state, answer=note, answered_by=by, answered_at=now)
            connection.execute(
                update(table)
                .where(table.c.id == number)
                .values(state=state.value, answer=note, answered_by=by, answered_at=now)
            )
        return done

    def one(self, number: int) -> Appeal | None:
        """One of them."""
        query = select(assessment_appeal).where(assessment_appeal.c.id == number)
        with reading(self._engine) as connection:
            row = connection.execute(query).mappings().first()
        return None if row is None else _appeal(row)

    def select(
        self,
        *,
        enterprise: str | None = None,
        year: int | None = None,
        state: AppealState | None = None,
        before_id: int | None = None,
        limit: int | None = None,
    ) -> list[Appeal]:
        """Those that fit all that is given, newest first, with numbers below ``before_id``."""
        table = assessment_appeal.c
        wanted = {"enterprise": enterprise, "year": year, "state": state and state.value}
        conditions = [table[name] == value for name, value in wanted.items() if value is not None]
        if before_id is not None:
            conditions.append(table.id < before_id)
        query = select(assessment_appeal).where(*conditions)
        query = query.order_by(table.id.desc()).limit(limit)
        with reading(self._engine) as connection:
            return [_appeal(row) for row in connection.execute(query).mappings()]


def _appeal(row: Mapping[str, Any] | Any) -> Appeal:
    return Appeal(**(dict(row) | {"state": AppealState(row["state"])}))
