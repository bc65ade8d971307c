"""The table of activity records: a row a state of a revision, none ever overwritten.

``superseded_at`` ends a row where the revision went into another state, or where a later revision
of the record was approved. So what counted at any time can be read as of that time.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    ColumnElement,
    Connection,
    Double,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    and_,
    or_,
    select,
)

from models.registry import ActivityOrigin, ActivityRecord, ActivityState
from store.registry_db.instants import Instant
from store.registry_db.tables import CODE, versions

activity_record = versions(
    "activity_record",
    Column("number", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("enterprise", CODE, ForeignKey("enterprise.code"), nullable=False),
    Column("category", CODE, nullable=False),
    Column("code", CODE, nullable=False),
    Column("period", String(7), nullable=False),
    Column("amount", Double, nullable=False),
    Column("unit", String(32), nullable=False),
    Column("source_stream", Text),
    Column("origin", String(16), nullable=False),
    Column("evidence", Text, nullable=False),
    Column("evidence_sha256", String(64)),
    Column("uncertainty_pct", Double),
    Column("state", String(16), nullable=False),
    Column("note", Text, nullable=False),
    Column("entered_by", Text, nullable=False),
    Column("entered_at", Instant, nullable=False),
    Column("submitted_by", Text),
    Column("submitted_at", Instant),
    Column("decided_by", Text),
    Column("decided_at", Instant),
    Index("ix_activity_record_subject", "enterprise", "category", "code", "period"),
    CheckConstraint(
        "state IN ('draft', 'submitted', 'approved', 'refused', 'withdrawn')", name="state"
    ),
    holds_once=("number", "revision"),
)
Index("ix_activity_record_recorded_at", activity_record.c.recorded_at)
Index("ix_activity_record_superseded_at", activity_record.c.superseded_at)

# A record's field -> its column; the order is that of the record's own fields.
_COLUMN = {name: "number" if name == "id" else name for name in ActivityRecord.__dataclass_fields__}
_FIELDS = tuple(_COLUMN)
_ORIGIN, _STATE = _FIELDS.index("origin"), _FIELDS.index("state")
_KEPT = ("draft", "submitted", "approved")  # refused and withdrawn ones hold no longer
_HELD = activity_record.c.superseded_at.is_(None) & activity_record.c.state.in_(_KEPT)


def held_at(as_of: datetime | None) -> ColumnElement[bool]:
    """The rows that hold, or held in the knowledge of ``as_of``: open ones and approved ones."""
    if as_of is None:
        return _HELD
    table = activity_record.c
    since = or_(table.superseded_at.is_(None), table.superseded_at > as_of)
    return and_(table.recorded_at <= as_of, since, table.state.in_(_KEPT))


def select_records(
    connection: Connection, *conditions: ColumnElement[bool]
) -> dict[int, ActivityRecord]:
    """Records by the number of their row, in the order of their entry."""
    table = activity_record.c
    columns = [table[column] for column in _COLUMN.values()]
    query = select(table.id, *columns).where(*conditions).order_by(table.id)
    return {row[0]: record_of(row[1:]) for row in connection.execute(query)}


def record_of(values: Sequence[Any]) -> ActivityRecord:
    """A record from its columns, in the order of its fields."""
    given = list(values)
    given[_ORIGIN], given[_STATE] = ActivityOrigin(given[_ORIGIN]), ActivityState(given[_STATE])
    return ActivityRecord(*given)


def columns_of(record: ActivityRecord) -> dict[str, Any]:
    """A record's columns."""
    plain = {column: getattr(record, field) for field, column in _COLUMN.items()}
    return plain | {"origin": record.origin.value, "state": record.state.value}


def read_activity(connection: Connection, as_of: datetime | None) -> tuple[ActivityRecord, ...]:
    """The records that hold, or held in the knowledge of ``as_of``."""
    return tuple(select_records(connection, held_at(as_of)).values())
