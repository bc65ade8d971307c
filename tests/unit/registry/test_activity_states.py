"""The life cycle of an activity record, names of persons, and deadlines."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from models.activity_states import (
    ActivityAction,
    ActivityError,
    due_day,
    is_same_person,
    last_overdue,
    moved,
)
from models.registry import ActivityOrigin, ActivityRecord, ActivityState

AT = datetime(2026, 4, 2, 2, tzinfo=UTC)
LATER = datetime(2026, 4, 3, 2, tzinfo=UTC)


def record(state: str) -> ActivityRecord:
    return ActivityRecord(
        id=7, enterprise="axle", category="mobile_combustion", code="diesel", period="2026-03",
        amount=1.0, unit="t", source_stream=None, origin=ActivityOrigin.INVOICE, evidence="x",
        uncertainty_pct=None, state=ActivityState(state), entered_by="王芳", entered_at=AT,
    )  # fmt: skip


# What each action makes of each state; the others are refused.
STEPS = {
    ("draft", "submit"): "submitted",
    ("draft", "withdraw"): "withdrawn",
    ("submitted", "approve"): "approved",
    ("submitted", "refuse"): "refused",
    ("submitted", "withdraw"): "withdrawn",
    ("approved", "withdraw"): "withdrawn",
}


@pytest.mark.parametrize("state", list(ActivityState))
@pytest.mark.parametrize("action", list(ActivityAction))
def test_steps(state: ActivityState, action: ActivityAction) -> None:
    expected = STEPS.get((state.value, action.value))
    if expected is None:
        with pytest.raises(ActivityError, match=f"state: record 7 is {state}, not ") as raised:
            moved(record(state), action, "李雷", LATER, "why")
        assert raised.value.field == "state"
        return
    after = moved(record(state), action, "李雷", LATER, "why")
    assert (after.state.value, after.note, after.entered_by) == (expected, "why", "王芳")
    by, at = (
        (after.submitted_by, after.submitted_at)
        if action is ActivityAction.SUBMIT
        else (after.decided_by, after.decided_at)
    )
    assert (by, at) == ("李雷", LATER)


@pytest.mark.parametrize(("state", "action"), [("submitted", "approve"), ("approved", "withdraw")])
def test_what_changes_an_inventory_is_for_a_second_person(state: str, action: str) -> None:
    with pytest.raises(ActivityError, match=r"'王 芳' entered record 7 .as '王芳'.; a second"):
        moved(record(state), ActivityAction(action), "王 芳", LATER, "why")


def test_who_entered_it_may_take_a_draft_back_without_a_word() -> None:
    assert moved(record("draft"), ActivityAction.WITHDRAW, "王芳", LATER).note == ""


@pytest.mark.parametrize(("state", "action"), [("submitted", "refuse"), ("approved", "withdraw")])
def test_why_has_to_be_said(state: str, action: str) -> None:
    with pytest.raises(ActivityError, match="note: is empty"):
        moved(record(state), ActivityAction(action), "李雷", LATER, "  ")


def test_nobody_is_no_person() -> None:
    with pytest.raises(ActivityError, match="by: is empty"):
        moved(record("submitted"), ActivityAction.REFUSE, " \u200b", LATER, "why")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("王芳", "王 芳", True),
        ("Wang Fang", "wang  fang\t", True),
        ("Wang Fang", "ＷＡＮＧ ＦＡＮＧ", True),  # full width
        ("Wang Fang", "Wang\u200bFang", True),  # a zero-width space
        ("Wang Fang", "Wang Fang\ufe0f", True),  # a selector of a glyph's variant
        ("Wang Fang", "Wang\u3164Fang", True),  # a filler: a letter that shows nothing
        ("Straße", "STRASSE", True),
        ("王芳", "王方", False),
        ("Wang Fang", "Wang Feng", False),
    ],
)
def test_names_of_one_person(one: str, other: str, same: bool) -> None:
    assert is_same_person(one, other) is same


@pytest.mark.parametrize(
    ("period", "due"),
    [
        ("2026-03", date(2026, 5, 10)),  # 31 March and 30 days of April, 10 of May
        ("2026-02", date(2026, 4, 9)),  # 28 February and 31 days of March, 9 of April
        ("2026-12", date(2027, 2, 9)),
        ("2026", date(2027, 2, 9)),
    ],
)
def test_a_record_is_due_forty_days_after_its_period(period: str, due: date) -> None:
    assert due_day(period, 40) == due


@pytest.mark.parametrize(
    ("today", "overdue"),
    [
        (date(2026, 5, 10), ("2025", "2026-02")),  # March is in time on this day
        (date(2026, 5, 11), ("2025", "2026-03")),
        (date(2027, 2, 9), ("2025", "2026-11")),
        (date(2027, 2, 10), ("2026", "2026-12")),
    ],
)
def test_the_last_periods_that_are_overdue(today: date, overdue: tuple[str, str]) -> None:
    assert last_overdue(today, 40) == overdue
