"""The tables of alarms, of what happened to them, and of what has still to be told.

Events are only ever added. An alarm's row is what its events come to. A delivery is written with
its event, in one transaction: what is to be told is lost no more than the event itself.
"""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from models.alarms import (
    Alarm,
    AlarmAction,
    AlarmEvent,
    AlarmState,
    Cause,
    Extent,
    Severity,
    Told,
)
from store.registry_db.instants import Instant
from store.registry_db.tables import CODE, metadata

alarm = Table(
    "alarm",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("enterprise", CODE),
    Column("point", String(128), nullable=False),
    Column("subject", Text, nullable=False),
    Column("open_cause", Text, unique=True),  # null once resolved: one open alarm a cause
    Column("severity", String(16), nullable=False),
    Column("state", String(16), nullable=False, index=True),
    Column("begin", Instant, nullable=False),
    Column("until", Instant),
    Column("count", Integer, nullable=False),
    Column("worst", Double),
    Column("worst_at", Instant),
    Column("unit", String(32), nullable=False),
    Column("limit_value", Double),
    Column("told_zh", Text, nullable=False),
    Column("told_en", Text, nullable=False),
    Column("evidence", Text, nullable=False),  # JSON
    Column("raised_at", Instant, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("acknowledged_at", Instant),
    Column("handled_at", Instant),
    Column("resolved_at", Instant),
    Column("ended", String(16)),
    Column("assignee", Text),
    Column("reopened", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    CheckConstraint("(state = 'resolved') = (open_cause IS NULL)", name="open_cause"),
    sqlite_autoincrement=True,
)

alarm_event = Table(
    "alarm_event",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("alarm", Integer, ForeignKey("alarm.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("action", String(16), nullable=False),
    Column("at", Instant, nullable=False),
    Column("by", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("count", Integer, nullable=False),
    Column("worst", Double),
    UniqueConstraint("alarm", "number"),
    sqlite_autoincrement=True,
)

alarm_delivery = Table(
    "alarm_delivery",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("event", Integer, ForeignKey("alarm_event.id"), nullable=False),
    Column("way", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("held", Boolean, nullable=False),  # by quiet hours: it goes out with others
    Column("attempts", Integer, nullable=False),
    Column("next_at", Instant, nullable=False),
    Column("sent_at", Instant),
    Column("trouble", Text),
    CheckConstraint("state IN ('waiting', 'sent', 'failed')", name="state"),
    UniqueConstraint("event", "way"),
    sqlite_autoincrement=True,
)
Index("ix_alarm_delivery_due", alarm_delivery.c.state, alarm_delivery.c.way,
      alarm_delivery.c.next_at)  # fmt: skip

_AS_THEY_ARE = (
    "raised_at", "opened_at", "due_at", "acknowledged_at", "handled_at", "resolved_at", "assignee",
    "reopened", "revision",
)  # fmt: skip
_OF_EXTENT = ("begin", "until", "count", "worst", "worst_at", "unit")


def alarm_row(one: Alarm) -> dict[str, Any]:
    """The columns of an alarm but its number."""
    cause, told = one.cause, one.told
    named = [cause.kind, cause.enterprise, cause.point, cause.subject]
    return {
        "kind": cause.kind,
        "enterprise": cause.enterprise,
        "point": cause.point,
        "subject": cause.subject,
        "open_cause": json.dumps(named, ensure_ascii=False) if one.is_open else None,
        "severity": one.severity.value,
        "state": one.state.value,
        "limit_value": one.extent.limit,
        "told_zh": told.zh,
        "told_en": told.en,
        "evidence": json.dumps(dict(told.evidence), ensure_ascii=False, allow_nan=False),
        "ended": None if one.ended is None else one.ended.value,
        **{name: getattr(one.extent, name) for name in _OF_EXTENT},
        **{name: getattr(one, name) for name in _AS_THEY_ARE},
    }


def alarm_of(row: Any) -> Alarm:
    """The alarm of a row (by column names)."""
    return Alarm(
        cause=Cause(row["kind"], row["enterprise"], row["point"], row["subject"]),
        severity=Severity(row["severity"]),
        extent=Extent(**{name: row[name] for name in _OF_EXTENT}, limit=row["limit_value"]),
        told=Told(row["told_zh"], row["told_en"], json.loads(row["evidence"])),
        state=AlarmState(row["state"]),
        ended=None if row["ended"] is None else AlarmAction(row["ended"]),
        id=row["id"],
        **{name: row[name] for name in _AS_THEY_ARE},
    )


def event_row(one: AlarmEvent, number: int) -> dict[str, Any]:
    """The columns of an event of the alarm ``number``, but its own."""
    names = ("number", "at", "by", "note", "count", "worst")
    given = {name: getattr(one, name) for name in names}
    return given | {"alarm": number, "action": one.action.value, "state": one.state.value}


def event_of(row: Any) -> AlarmEvent:
    """The event of a row (by column names)."""
    names = ("id", "alarm", "number", "at", "by", "note", "count", "worst")
    return AlarmEvent(
        action=AlarmAction(row["action"]),
        state=AlarmState(row["state"]),
        **{name: row[name] for name in names},
    )
