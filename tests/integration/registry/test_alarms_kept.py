"""Alarms and their outbox in databases of both kinds: the same steps leave the same."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from alarms.life_cycle import raised, stepped
from alarms.posting import Posting
from api.alarm_forms import AlarmsQuery
from models.alarms import (
    Alarm,
    AlarmAction,
    AlarmError,
    AlarmState,
    Cause,
    Extent,
    Severity,
    Step,
    Told,
)
from store.registry_db import AlarmDeliveries, Alarms, RegistryDatabase
from store.registry_db.alarms import WhichAlarms

AT = datetime(2026, 3, 5, 2, 0, 0, 123456, tzinfo=UTC)
HOUR = timedelta(hours=1)


def one(subject: str = "nox", text: str = "NOx over its limit") -> Step:
    extent = Extent(AT - HOUR, AT, 1, 96.25, AT - HOUR, "mg/m3", 80.0)
    told = Told("氮氧化物超标", text, {"share": 0.1, "clause": None})
    return raised(
        Cause("exceedance", "works", "DA001", subject), Severity.CRITICAL, extent, told,
        at=AT, within=4 * HOUR, by="carbonpeak",
    )  # fmt: skip


def resolve(alarm: Alarm) -> Step:
    return stepped(alarm, AlarmAction.RESOLVE, at=AT + HOUR, by="Wang", note="seen to")


def subjects(alarms: Sequence[Alarm]) -> list[str]:
    return [alarm.cause.subject for alarm in alarms]


def test_a_step_its_event_and_what_is_to_be_told_of_it(database: RegistryDatabase) -> None:
    alarms = Alarms(database, Posting(["mqtt", "webhook"]))
    deliveries = AlarmDeliveries(database)
    assert alarms.record([[one()], [one("so2")]]) == 2
    (first, second) = alarms.standing(["exceedance"], AT)
    assert first.extent == one().alarm.extent
    assert first.told == one().alarm.told
    assert deliveries.next_at("webhook") == AT
    assert deliveries.due("webhook", AT - timedelta(microseconds=1), 9) == []
    due = deliveries.due("webhook", AT, 9)
    assert [delivery.event.alarm for delivery in due] == [first.id, second.id]
    deliveries.sent([due[0].id], AT)
    deliveries.again(due[1].id, 1, AT + HOUR, "answered 503: a\N{SNOWMAN}")
    assert deliveries.next_at("webhook") == AT + HOUR
    assert alarms.change(first.id, resolve).state is AlarmState.RESOLVED
    assert subjects(alarms.select(WhichAlarms(is_open=True))) == ["so2"]
    # It may be open again; a second one of the same cause may not.
    assert alarms.record([[one()]]) == 1
    with pytest.raises(Exception, match=r"(?i)unique"):
        alarms.record([[one()]])
    assert deliveries.waiting() == 7  # 4, of which one is sent; 2 of the end; 2 anew


def test_of_two_who_do_the_same_at_once_one_is_refused(database: RegistryDatabase) -> None:
    alarms = Alarms(database, Posting(["webhook"]))
    alarms.record([[one()]])

    def do() -> str:
        try:
            return alarms.change(1, resolve).state.value
        except AlarmError as error:
            return error.field

    with ThreadPoolExecutor(2) as pool:
        done = [future.result() for future in [pool.submit(do) for _ in range(2)]]
    assert sorted(done) == ["resolved", "state"]
    assert [event.action.value for event in alarms.events(1)] == ["raise", "resolve"]


def test_a_look_at_what_somebody_changed_meanwhile_writes_nothing(
    database: RegistryDatabase,
) -> None:
    alarms = Alarms(database, Posting(["webhook"]))
    alarms.record([[one()]])
    (seen,) = alarms.standing(["exceedance"], AT)
    late = stepped(seen, AlarmAction.CLEAR, at=AT + HOUR, by="carbonpeak")
    alarms.change(1, resolve)
    assert alarms.record([[late]]) == 0
    assert [event.action.value for event in alarms.events(1)] == ["raise", "resolve"]


def test_what_no_database_can_hold_is_not_asked_for() -> None:
    """PostgreSQL refuses a NUL, as a failure of the server's."""
    with pytest.raises(ValidationError, match="NUL"):
        AlarmsQuery(assignee="a\0b")
