"""The steps of an alarm's life, in words of the table and by every possible pair."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from alarms.life_cycle import raised, stepped
from models.alarms import (
    Alarm,
    AlarmAction,
    AlarmError,
    AlarmState,
    Cause,
    Extent,
    Severity,
    Told,
)

AT = datetime(2026, 11, 26, 8, tzinfo=UTC)
CAUSE = Cause("exceedance", "steel", "DA001", "a21026/hour")
HOUR = timedelta(hours=1)
# By hand: from state, by action, to state. What is not here must be refused.
PATHS = """
raised acknowledge acknowledged
raised handle handled
raised resolve resolved
raised clear resolved
raised withdraw resolved
acknowledged handle handled
acknowledged resolve resolved
acknowledged clear resolved
acknowledged withdraw resolved
handled resolve resolved
handled clear resolved
handled withdraw resolved
handled reopen reopened
resolved reopen reopened
reopened acknowledge acknowledged
reopened handle handled
reopened resolve resolved
reopened clear resolved
reopened withdraw resolved
"""
LED = {(a, b): c for a, b, c in (line.split() for line in PATHS.split("\n") if line)}
STAYS = {"change", "cease", "note"}  # in any state
STAYS_OPEN = {"return", "assign"}  # in any but resolved


def alarm(state: AlarmState = AlarmState.RAISED) -> Alarm:
    step = raised(CAUSE, Severity.CRITICAL, Extent(AT - HOUR, AT, 1, 95.0, AT - HOUR, "mg/m3", 80),
                  Told("超标", "exceeded"), at=AT, within=4 * HOUR, by="carbonpeak")  # fmt: skip
    path = {
        "raised": [],
        "acknowledged": ["acknowledge"],
        "handled": ["handle"],
        "resolved": ["resolve"],
        "reopened": ["resolve", "reopen"],
    }
    found = step.alarm
    for action in path[state]:
        found = act(found, AlarmAction(action)).alarm
    return found


def act(of: Alarm, action: AlarmAction, **how):
    given = {"at": AT + HOUR, "by": "Wang", "note": "burner set anew", "assignee": "Li"} | how
    return stepped(of, action, **given)


@pytest.mark.parametrize("state", AlarmState)
@pytest.mark.parametrize("action", AlarmAction)
def test_every_pair_of_state_and_action(state, action):
    before = alarm(state)
    expected = LED.get((state.value, action.value))
    if action.value in STAYS or (action.value in STAYS_OPEN and state != "resolved"):
        expected = state.value
    if expected is None:
        with pytest.raises(AlarmError, match=f"state: the alarm is {state}: {action} is not"):
            act(before, action)
        return
    step = act(before, action)
    assert step.alarm.state == expected
    assert (step.event.action, step.event.state) == (action, expected)
    assert step.event.number == step.alarm.revision == before.revision + 1


def test_times_and_deadline_are_of_the_present_round():
    first = alarm()
    assert (first.raised_at, first.due_at) == (AT, AT + 4 * HOUR)
    seen = act(first, AlarmAction.ACKNOWLEDGE, at=AT + HOUR).alarm
    done = act(seen, AlarmAction.HANDLE, at=AT + 2 * HOUR).alarm
    over = act(done, AlarmAction.CLEAR, at=AT + 3 * HOUR).alarm
    assert (over.acknowledged_at, over.handled_at, over.resolved_at) == (
        AT + HOUR, AT + 2 * HOUR, AT + 3 * HOUR,
    )  # fmt: skip
    assert over.ended is AlarmAction.CLEAR
    back = act(over, AlarmAction.REOPEN, at=AT + 5 * HOUR, within=HOUR).alarm
    assert (back.acknowledged_at, back.handled_at, back.resolved_at) == (None, None, None)
    assert (back.raised_at, back.opened_at, back.due_at) == (AT, AT + 5 * HOUR, AT + 6 * HOUR)
    assert (back.reopened, back.ended) == (1, None)


def test_handling_says_that_it_was_seen_and_ends_what_is_overdue():
    first = alarm()
    assert not first.overdue(AT + 4 * HOUR)
    assert first.overdue(AT + 5 * HOUR)
    done = act(first, AlarmAction.HANDLE, at=AT + 5 * HOUR).alarm
    assert done.acknowledged_at == AT + 5 * HOUR
    assert not done.overdue(AT + 9 * HOUR)


@pytest.mark.parametrize(
    ("action", "lack", "field"),
    [("acknowledge", "by", "by"), ("handle", "note", "note"), ("note", "note", "note"),
     ("resolve", "note", "note"), ("assign", "assignee", "assignee")],
)  # fmt: skip
def test_what_a_step_needs_is_named(action, lack, field):
    with pytest.raises(AlarmError) as refused:
        act(alarm(), AlarmAction(action), **{lack: ""})
    assert refused.value.field == field
