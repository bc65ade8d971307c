"""The words of alarms: an alarm in its present state, and the events that brought it there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from models.errors import CarbonpeakError

SYSTEM = "carbonpeak"  # who acts where no person does


class Severity(StrEnum):
    """How soon somebody has to look; the order is from the gravest down."""

    CRITICAL = "critical"
    MAJOR = "major"
    MINOR = "minor"

    @property
    def rank(self) -> int:
        """0 is the gravest."""
        return list(Severity).index(self)


class AlarmState(StrEnum):
    """Where an alarm stands."""

    RAISED = "raised"
    ACKNOWLEDGED = "acknowledged"  # somebody has seen it and looks after it
    HANDLED = "handled"  # what had to be done is done
    RESOLVED = "resolved"  # the condition is gone, or was never there
    REOPENED = "reopened"  # the condition is back: to be seen anew


OPEN_STATES = frozenset(AlarmState) - {AlarmState.RESOLVED}


class AlarmAction(StrEnum):
    """What happens to an alarm."""

    RAISE = "raise"
    CHANGE = "change"  # the condition was met again, or worse
    CEASE = "cease"  # the condition is gone for now
    RETURN = "return"  # it is back before it had been gone for long enough
    ACKNOWLEDGE = "acknowledge"
    HANDLE = "handle"
    NOTE = "note"
    ASSIGN = "assign"
    RESOLVE = "resolve"  # by a person
    CLEAR = "clear"  # resolved: the condition has been gone for long enough
    WITHDRAW = "withdraw"  # resolved: corrected or late data say that it never held
    REOPEN = "reopen"


@dataclass(frozen=True, slots=True)
class Cause:
    """What an alarm is about; at most one alarm of a cause is open at a time.

    ``enterprise`` None: the park's own. ``point`` is an outlet, a station or a meter; "" where it
    is of the whole enterprise. ``subject`` tells causes of one kind at one place apart.
    """

    kind: str
    enterprise: str | None
    point: str
    subject: str


@dataclass(frozen=True, slots=True)
class Extent:
    """How long, how often and how badly a condition held. Instants are UTC.

    ``until`` None: it holds now. ``worst`` is in ``unit``, met at ``worst_at``; ``limit`` is what
    it is measured by. ``count`` is of occurrences, or of the members of a group.
    """

    begin: datetime
    until: datetime | None
    count: int = 1
    worst: float | None = None
    worst_at: datetime | None = None
    unit: str = ""
    limit: float | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What is said of a condition: to people in both languages, and as plain values."""

    zh: str
    en: str
    evidence: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Alarm:
    """One alarm as it stands; ``id`` 0 is none yet.

    ``raised_at`` is of its first raising, ``opened_at`` of its last raising or reopening, from
    which ``due_at`` counts: by then it is to be handled. The times of the other steps are of the
    present round, null before. ``reopened`` counts the rounds after the first, ``revision`` the
    events. ``ended`` says why it is resolved.
    """

    cause: Cause
    severity: Severity
    extent: Extent
    told: Told
    state: AlarmState
    raised_at: datetime
    opened_at: datetime
    due_at: datetime
    acknowledged_at: datetime | None = None
    handled_at: datetime | None = None
    resolved_at: datetime | None = None
    ended: AlarmAction | None = None
    assignee: str | None = None
    reopened: int = 0
    revision: int = 0
    id: int = 0

    @property
    def is_open(self) -> bool:
        """Whether it is not resolved."""
        return self.state in OPEN_STATES

    @property
    def holds(self) -> bool:
        """Whether its condition holds, as far as it is known."""
        return self.extent.until is None

    def overdue(self, now: datetime) -> bool:
        """Whether it was to be handled by now, and is not."""
        waits = self.is_open and self.state is not AlarmState.HANDLED
        return waits and self.due_at < now


@dataclass(frozen=True, slots=True)
class AlarmEvent:
    """One thing that happened to an alarm; events are only ever added.

    ``state``, ``count`` and ``worst`` are the alarm's after it; ``number`` is its place among the
    alarm's events, from 1; ``id`` 0 is none yet.
    """

    action: AlarmAction
    at: datetime
    by: str
    note: str
    state: AlarmState
    count: int
    worst: float | None
    number: int
    alarm: int = 0
    id: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """An alarm after an event, and the event."""

    alarm: Alarm
    event: AlarmEvent


class AlarmError(CarbonpeakError):
    """Something that cannot be done with an alarm; nothing was changed. ``field`` is at fault."""

    def __init__(self, field: str, detail: str) -> None:
        super().__init__(f"{field}: {detail}")
        self.field = field
        self.detail = detail
