"""An alarm's event as it is told: one JSON object, the same on every way."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from alarms.kinds import kind_names
from models.alarms import Alarm, AlarmEvent, Severity

# Chinese and English of what happened and of severities, for people.
ACTIONS = {
    "raise": ("发生", "raised"),
    "change": ("变化", "changed"),
    "cease": ("条件消失", "condition gone"),
    "return": ("条件恢复", "condition back"),
    "acknowledge": ("已确认", "acknowledged"),
    "handle": ("已处理", "handled"),
    "note": ("备注", "note"),
    "assign": ("已指派", "assigned"),
    "resolve": ("人工解除", "resolved by hand"),
    "clear": ("已解除", "resolved"),
    "withdraw": ("已撤销", "withdrawn"),
    "reopen": ("再次发生", "reopened"),
}
SEVERITIES = {
    Severity.CRITICAL: ("紧急", "critical"),
    Severity.MAJOR: ("重要", "major"),
    Severity.MINOR: ("一般", "minor"),
}


def message(alarm: Alarm, event: AlarmEvent) -> dict[str, Any]:
    """``id`` is of the event, for whoever may get it twice; ``number`` counts an alarm's events.

    ``state``, ``count`` and ``worst`` are as of the event, the rest as the alarm stands.
    """
    extent = alarm.extent
    name_zh, name_en = kind_names(alarm.cause.kind)
    return {
        "id": f"{event.alarm}-{event.number}",
        "alarm": event.alarm,
        "number": event.number,
        "action": event.action.value,
        "state": event.state.value,
        "at": _text(event.at),
        "by": event.by,
        "note": event.note,
        "kind": alarm.cause.kind,
        "kind_zh": name_zh,
        "kind_en": name_en,
        "severity": alarm.severity.value,
        "enterprise": alarm.cause.enterprise,
        "point": alarm.cause.point or None,
        "subject": alarm.cause.subject,
        "begin": _text(extent.begin),
        "until": _text(extent.until),
        "count": event.count,
        "worst": event.worst,
        "unit": extent.unit or None,
        "limit": extent.limit,
        "detail_zh": alarm.told.zh,
        "detail_en": alarm.told.en,
        "evidence": dict(alarm.told.evidence),
        "raised_at": _text(alarm.raised_at),
        "due_at": _text(alarm.due_at),
        "assignee": alarm.assignee,
    }


def _text(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
