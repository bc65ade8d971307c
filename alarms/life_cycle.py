"""The life cycle of every alarm: which step leads where. Pure.

raised ─▶ acknowledged ─▶ handled ─▶ resolved ─▶ reopened ─▶ (as raised)

An alarm is resolved by its condition once that has been gone for long enough; of kinds that must be
handled only after a person has done so. A person may resolve it before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType

from models.alarms import (
    OPEN_STATES,
    Alarm,
    AlarmAction,
    AlarmError,
    AlarmEvent,
    AlarmState,
    Cause,
    Extent,
    Severity,
    Step,
    Told,
)

_A, _S = AlarmAction, AlarmState
_UNSEEN = frozenset({_S.RAISED, _S.REOPENED})
_ANY = frozenset(_S)

# Action: the states it is possible in, and the state after it (None: as before).
STEPS: Mapping[AlarmAction, tuple[frozenset[AlarmState], AlarmState | None]] = MappingProxyType(
    {
        _A.CHANGE: (_ANY, None),
        _A.CEASE: (_ANY, None),
        _A.RETURN: (OPEN_STATES, None),
        _A.ACKNOWLEDGE: (_UNSEEN, _S.ACKNOWLEDGED),
        _A.HANDLE: (_UNSEEN | {_S.ACKNOWLEDGED}, _S.HANDLED),
        _A.NOTE: (_ANY, None),
        _A.ASSIGN: (OPEN_STATES, None),
        _A.RESOLVE: (OPEN_STATES, _S.RESOLVED),
        _A.CLEAR: (OPEN_STATES, _S.RESOLVED),
        _A.WITHDRAW: (OPEN_STATES, _S.RESOLVED),
        _A.REOPEN: (frozenset({_S.RESOLVED, _S.HANDLED}), _S.REOPENED),
    }
)
BY_PERSONS = (_A.ACKNOWLEDGE, _A.HANDLE, _A.NOTE, _A.ASSIGN, _A.RESOLVE)
_NEEDS_NOTE = frozenset({_A.HANDLE, _A.NOTE, _A.RESOLVE})


def raised(
    cause: Cause,
    severity: Severity,
    extent: Extent,
    told: Told,
    *,
    at: datetime,
    within: timedelta,
    by: str,
    note: str = "",
) -> Step:
    """A new alarm, to be handled ``within`` that time."""
    alarm = Alarm(
        cause,
        severity,
        extent,
        told,
        AlarmState.RAISED,
        raised_at=at,
        opened_at=at,
        due_at=at + within,
    )
    return _with_event(alarm, AlarmAction.RAISE, at, by, note)


def stepped(
    alarm: Alarm,
    action: AlarmAction,
    *,
    at: datetime,
    by: str,
    note: str = "",
    assignee: str | None = None,
    extent: Extent | None = None,
    told: Told | None = None,
    within: timedelta | None = None,
) -> Step:
    """The alarm after ``action``, and the event that says so.

    ``extent`` and ``told`` are what is newly known of the condition; ``within`` is the time to
    handle it in after REOPEN. Raises AlarmError where the action is not possible in this state, has
    no name behind it, or lacks the note that it needs.
    """
    possible, following = STEPS.get(action, (frozenset[AlarmState](), None))
    if alarm.state not in possible:
        raise AlarmError("state", f"the alarm is {alarm.state}: {action} is not possible")
    if not by:
        raise AlarmError("by", "is empty: who does it?")
    if action in _NEEDS_NOTE and not note:
        raise AlarmError("note", "is empty: what was done, or why?")
    if action is AlarmAction.ASSIGN and not assignee:
        raise AlarmError("assignee", "is empty: who is to look after it?")
    after = replace(
        alarm,
        state=following or alarm.state,
        extent=extent or alarm.extent,
        told=told or alarm.told,
        assignee=assignee if action is AlarmAction.ASSIGN else alarm.assignee,
    )
    return _with_event(_timed(after, action, at, within), action, at, by, note)


def _timed(alarm: Alarm, action: AlarmAction, at: datetime, within: timedelta | None) -> Alarm:
    if action is AlarmAction.REOPEN:
        due = at + (within or alarm.due_at - alarm.opened_at)
        return replace(alarm, opened_at=at, due_at=due, reopened=alarm.reopened + 1, ended=None,
                       acknowledged_at=None, handled_at=None, resolved_at=None)  # fmt: skip
    if action in (AlarmAction.ACKNOWLEDGE, AlarmAction.HANDLE):
        # Who has handled it has seen it.
        alarm = replace(alarm, acknowledged_at=alarm.acknowledged_at or at)
    if action is AlarmAction.HANDLE:
        return replace(alarm, handled_at=at)
    if alarm.state is AlarmState.RESOLVED and alarm.resolved_at is None:
        return replace(alarm, resolved_at=at, ended=action)
    return alarm


def _with_event(alarm: Alarm, action: AlarmAction, at: datetime, by: str, note: str) -> Step:
    after = replace(alarm, revision=alarm.revision + 1)
    event = AlarmEvent(
        action, at, by, note, after.state, after.extent.count, after.extent.worst,
        number=after.revision, alarm=after.id,
    )  # fmt: skip
    return Step(after, event)
