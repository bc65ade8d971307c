"""Activity records in a real database: entered, decided by a second person, restated, as of."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from models.activity_entry import ActivityEntry
from models.activity_states import ActivityAction, ActivityError, ActivityFaultsError
from models.registry import ActivityOrigin, ActivityRecord, ActivityState
from store.registry_db import Activity, RegistryDatabase
from store.registry_db.history import history
from store.registry_files import load

Write = Callable[..., Path]
AT = datetime(2026, 11, 1, 8, tzinfo=UTC)
DIESEL = ActivityEntry(
    enterprise="axle", category="mobile_combustion", code="diesel", period="2026-03", amount=12.5,
    unit="t", origin=ActivityOrigin.INVOICE, evidence="invoice 118", uncertainty_pct=2.0,
)  # fmt: skip


def hours(number: int) -> datetime:
    return AT + timedelta(hours=number)


@pytest.fixture
def activity(folder: Write, database: RegistryDatabase) -> Activity:
    """Records of the example park, of which version 1 was registered at AT."""
    load(database, folder(), now=AT)
    return Activity(database)


def held(database: RegistryDatabase, as_of: datetime | None = None) -> list[tuple[object, ...]]:
    """Number, revision, state and amount of the records that hold."""
    records = database.snapshot(as_of).activity_records
    return [(one.id, one.revision, one.state.value, one.amount) for one in records]


def approve(activity: Activity, entry: ActivityEntry, hour: int) -> ActivityRecord:
    """Entered and submitted by Wang Fang at the hour, approved by Li Lei half an hour later."""
    [record] = activity.enter([entry], "Wang Fang", hours(hour), submit=True)
    at = hours(hour) + timedelta(minutes=30)
    return activity.move(record.id, ActivityAction.APPROVE, "Li Lei", at)


def test_a_record_from_draft_to_approval(activity: Activity, database: RegistryDatabase) -> None:
    [draft] = activity.enter([DIESEL], "Wang Fang", hours(1))
    assert (draft.id, draft.revision, draft.state) == (1, 1, ActivityState.DRAFT)
    activity.move(1, ActivityAction.SUBMIT, "Wang Fang", hours(2))
    activity.move(1, ActivityAction.APPROVE, "Li Lei", hours(3))
    assert [(one.state.value, end) for one, end in activity.history(1)] == [
        ("draft", hours(2)), ("submitted", hours(3)), ("approved", None),
    ]  # fmt: skip
    [record] = database.snapshot().activity_records
    assert record == ActivityRecord(
        id=1, enterprise="axle", category="mobile_combustion", code="diesel", period="2026-03",
        amount=12.5, unit="t", source_stream=None, origin=ActivityOrigin.INVOICE,
        evidence="invoice 118", uncertainty_pct=2.0, state=ActivityState.APPROVED,
        entered_by="Wang Fang", entered_at=hours(1), submitted_by="Wang Fang",
        submitted_at=hours(2), decided_by="Li Lei", decided_at=hours(3), recorded_at=hours(3),
    )  # fmt: skip
    assert held(database, hours(0)) == []
    assert held(database, hours(1)) == [(1, 1, "draft", 12.5)]
    assert held(database, hours(2)) == [(1, 1, "submitted", 12.5)]
    # Each step is a change of the registry, so that whoever reads it sees that it changed.
    assert database.version() == 4


def test_a_revision_restates_when_it_is_approved(
    activity: Activity, database: RegistryDatabase
) -> None:
    approve(activity, DIESEL, 1)
    [second] = activity.enter([replace(DIESEL, amount=13.0, replaces=1)], "Wang Fang", hours(4))
    assert (second.id, second.revision) == (1, 2)
    assert held(database) == [(1, 1, "approved", 12.5), (1, 2, "draft", 13.0)]
    with pytest.raises(ActivityFaultsError, match="revision 2 of record 1 is a draft one"):
        activity.enter([replace(DIESEL, amount=14.0, replaces=1)], "Wang Fang", hours(5))
    activity.move(1, ActivityAction.SUBMIT, "Wang Fang", hours(6))
    activity.move(1, ActivityAction.APPROVE, "Li Lei", hours(7))
    assert held(database) == [(1, 2, "approved", 13.0)]
    assert held(database, hours(3)) == [(1, 1, "approved", 12.5)]
    assert [one.revision for one in activity.select()] == [2]


def test_a_refused_revision_leaves_the_approved_one(
    activity: Activity, database: RegistryDatabase
) -> None:
    approve(activity, DIESEL, 1)
    entry = replace(DIESEL, amount=99.0, replaces=1)
    activity.enter([entry], "Wang Fang", hours(4), submit=True)
    activity.move(1, ActivityAction.REFUSE, "Li Lei", hours(5), "not what the invoice says")
    assert held(database) == [(1, 1, "approved", 12.5)]
    [third] = activity.enter([replace(entry, amount=12.6)], "Wang Fang", hours(6), submit=True)
    assert (third.id, third.revision) == (1, 3)
    activity.move(1, ActivityAction.WITHDRAW, "Wang Fang", hours(7))
    # What is left to move is the approved first revision, not the withdrawn third.
    activity.move(1, ActivityAction.WITHDRAW, "Li Lei", hours(8), "invoice was another's")
    assert held(database) == []
    assert held(database, hours(7)) == [(1, 1, "approved", 12.5)]
    with pytest.raises(ActivityError, match="record 1 is withdrawn, not submitted"):
        activity.move(1, ActivityAction.APPROVE, "Li Lei", hours(9))
    with pytest.raises(KeyError):
        activity.move(7, ActivityAction.SUBMIT, "Li Lei", hours(9))


def test_both_approvals_by_one_person_are_refused(
    activity: Activity, database: RegistryDatabase
) -> None:
    activity.enter([DIESEL], "Wang Fang", hours(1), submit=True)
    version = database.version()
    with pytest.raises(ActivityError, match=r"'wang  FANG' entered record 1 \(as 'Wang Fang'\)"):
        activity.move(1, ActivityAction.APPROVE, "wang  FANG", hours(2))
    assert (held(database), database.version()) == ([(1, 1, "submitted", 12.5)], version)


@pytest.mark.parametrize(
    ("second", "said"),
    [
        (DIESEL, r"period: record 1 \(approved\) states mobile_combustion of diesel in 2026-03"),
        (replace(DIESEL, period="2026", amount=1.0), r"period: record 1 \(approved\) states"),
        (replace(DIESEL, replaces=9), "replaces: axle has no record 9"),
    ],
)
def test_nothing_is_stated_twice(
    activity: Activity, database: RegistryDatabase, second: ActivityEntry, said: str
) -> None:
    approve(activity, DIESEL, 1)
    version = database.version()
    april = replace(DIESEL, period="2026-04")
    with pytest.raises(ActivityFaultsError, match=said) as raised:
        activity.enter([april, second], "Wang Fang", hours(3))
    assert [fault.row for fault in raised.value.faults] == [1]
    assert (held(database), database.version()) == ([(1, 1, "approved", 12.5)], version)


def test_entries_together_do_not_state_the_same(activity: Activity) -> None:
    same = [DIESEL, replace(DIESEL, code="gasoline"), replace(DIESEL, amount=1.0)]
    with pytest.raises(ActivityFaultsError, match="record 0 entered with it states"):
        activity.enter(same, "Wang Fang", hours(1))
    other_stream = replace(DIESEL, source_stream="forklifts")
    assert [one.id for one in activity.enter([DIESEL, other_stream], "W", hours(1))] == [1, 2]


def test_a_dry_run_enters_nothing(activity: Activity, database: RegistryDatabase) -> None:
    [shown] = activity.enter([DIESEL], "Wang Fang", hours(1), dry_run=True)
    assert (shown.id, shown.amount) == (0, 12.5)
    assert (held(database), database.version()) == ([], 1)


def test_a_clock_set_back_keeps_the_order(activity: Activity, database: RegistryDatabase) -> None:
    approve(activity, DIESEL, 5)
    [later] = activity.enter([replace(DIESEL, period="2026-04")], "Wang Fang", hours(2))
    assert later.recorded_at == hours(5) + timedelta(minutes=30, microseconds=1)
    assert len(held(database)) == 2


def test_lists_by_state_period_and_deadline(activity: Activity) -> None:
    entries = [replace(DIESEL, period=period) for period in ("2025", "2026-08", "2026-10")]
    activity.enter(entries, "Wang Fang", hours(1))
    activity.move(1, ActivityAction.SUBMIT, "Wang Fang", hours(2))

    def numbers(**conditions: object) -> list[int]:
        return [one.id for one in activity.select(**conditions)]  # type: ignore[arg-type]

    assert numbers() == [3, 2, 1]
    assert numbers(state=ActivityState.SUBMITTED) == [1]
    assert numbers(period="2026") == [3, 2]
    assert numbers(overdue=("2025", "2026-08")) == [2, 1]
    assert numbers(limit=2) == [3, 2]
    assert numbers(limit=2, before_id=2) == [1]
    assert numbers(enterprise="heat") == []


def test_a_snapshot_follows_another_process(
    activity: Activity, database: RegistryDatabase, url: str
) -> None:
    approve(activity, DIESEL, 1)
    assert held(database) == [(1, 1, "approved", 12.5)]
    elsewhere = Activity(RegistryDatabase(url))
    elsewhere.enter([replace(DIESEL, period="2026-04")], "Wang Fang", hours(3), submit=True)
    assert held(database) == [(1, 1, "approved", 12.5), (2, 1, "submitted", 12.5)]
    elsewhere.move(1, ActivityAction.WITHDRAW, "Li Lei", hours(4), "entered for the wrong firm")
    assert held(database) == [(2, 1, "submitted", 12.5)]


def test_of_two_who_enter_the_same_at_once_one_is_refused(
    activity: Activity, database: RegistryDatabase
) -> None:
    def enter(by: str) -> str:
        try:
            return str(activity.enter([DIESEL], by, hours(1))[0].id)
        except ActivityFaultsError as error:
            return error.faults[0].field

    with ThreadPoolExecutor(4) as threads:
        said = sorted(threads.map(enter, ["Wang Fang", "Li Lei", "Han Mei", "Lin Tao"]))
    assert said == ["1", "period", "period", "period"]
    assert held(database) == [(1, 1, "draft", 12.5)]


def test_the_history_tells_of_records_between_loads(
    activity: Activity, database: RegistryDatabase, folder: Write
) -> None:
    approve(activity, DIESEL, 1)
    load(database, folder(outputs=None, profiles=None), now=hours(2))  # nothing changes
    [approved, submitted, first] = history(database)
    assert [one.version for one in (approved, submitted, first)] == [3, 2, 1]
    assert [one.state.value for one in approved.activity] == ["approved"]
    assert [one.state.value for one in submitted.activity] == ["submitted"]
    assert (bool(approved.difference), bool(first.difference)) == (False, True)
    assert first.activity == ()
