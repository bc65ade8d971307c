"""Alarms, events and deliveries as frames: one row each, for whoever lists them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pandas as pd

from alarms.kinds import kind_names
from models.alarms import Alarm
from store.registry_db.alarm_deliveries import Delivery

_TIMES = ("begin", "until", "worst_at", "raised_at", "opened_at", "due_at", "acknowledged_at",
          "handled_at", "resolved_at")  # fmt: skip


def alarm_values(alarm: Alarm, now: datetime) -> dict[str, Any]:
    """One alarm as plain values; ``limit`` and the rest of its extent beside what it is."""
    cause, extent = alarm.cause, alarm.extent
    name_zh, name_en = kind_names(cause.kind)
    return {
        "id": alarm.id,
        "kind": cause.kind,
        "kind_zh": name_zh,
        "kind_en": name_en,
        "severity": alarm.severity.value,
        "state": alarm.state.value,
        "enterprise": cause.enterprise,
        "point": cause.point or None,
        "subject": cause.subject,
        "begin": extent.begin,
        "until": extent.until,
        "count": extent.count,
        "worst": extent.worst,
        "worst_at": extent.worst_at,
        "limit": extent.limit,
        "unit": extent.unit or None,
        "detail": alarm.told.en,
        "detail_zh": alarm.told.zh,
        "raised_at": alarm.raised_at,
        "opened_at": alarm.opened_at,
        "due_at": alarm.due_at,
        "overdue": alarm.overdue(now),
        "acknowledged_at": alarm.acknowledged_at,
        "handled_at": alarm.handled_at,
        "resolved_at": alarm.resolved_at,
        "ended": None if alarm.ended is None else alarm.ended.value,
        "assignee": alarm.assignee,
        "reopened": alarm.reopened,
    }


def alarm_frame(alarms: Sequence[Alarm], now: datetime, columns: Sequence[str]) -> pd.DataFrame:
    """``columns`` of alarms, in their order."""
    rows = [alarm_values(one, now) for one in alarms]
    return _timed(pd.DataFrame(rows, columns=list(columns)), _TIMES)


def delivery_frame(deliveries: Sequence[Delivery], columns: Sequence[str]) -> pd.DataFrame:
    """``columns`` of deliveries, in their order."""
    rows = [
        {
            "id": one.id,
            "alarm": one.event.alarm,
            "number": one.event.number,
            "action": one.event.action.value,
            "at": one.event.at,
            "way": one.way,
            "state": one.state,
            "held": one.held,
            "attempts": one.attempts,
            "next_at": one.next_at if one.state == "waiting" else None,
            "sent_at": one.sent_at,
            "trouble": one.trouble,
        }
        for one in deliveries
    ]
    return _timed(pd.DataFrame(rows, columns=list(columns)), ("at", "next_at", "sent_at"))


def _timed(frame: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    for name in set(names) & set(frame.columns):
        frame[name] = pd.to_datetime(frame[name], utc=True).astype("datetime64[us, UTC]")
    return frame
