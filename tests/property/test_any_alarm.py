"""Whatever happens in whatever order: no impossible state, and nothing is lost.

Hours of one outlet exceed or are corrected, late data come, officers do what they may, time goes
on, and now and then the service is restarted (a look from far back). The alarms are kept as the
database keeps them: alarm rows, and events that are only added.
"""

from __future__ import annotations

import contextlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from alarms.kinds import kinds
from alarms.life_cycle import BY_PERSONS, STEPS, stepped
from alarms.looking import Look, looked
from alarms.occurrences import Occurrence
from models.alarms import AlarmAction, AlarmError, AlarmState, Cause, Told

BEGIN = datetime(2026, 11, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
KINDS = ("exceedance", "spike", "early_warning", "silent")

happening = st.one_of(
    st.tuples(st.just("wait"), st.integers(1, 40)),
    st.tuples(st.just("exceeds"), st.integers(1, 60)),  # the hour so many back from now
    st.tuples(st.just("corrected"), st.integers(1, 60)),
    st.tuples(st.sampled_from([one.value for one in BY_PERSONS]), st.just(0)),
    st.tuples(st.just("restart"), st.just(0)),
)


class Books:
    """The truth (which hours exceed), the alarms made of it, and the clock."""

    def __init__(self, kind: str) -> None:
        self.cause = Cause(kind, "steel", "DA001", "a21026/hour")
        self.kind = kinds()[kind]
        self.now = BEGIN + 100 * HOUR
        self.hours: set[int] = set()
        self.alarms, self.events = {}, []

    def found(self, since: datetime) -> list[Occurrence]:
        told = Told("超", "over")
        if self.kind.lasts:
            begin = BEGIN + max(self.hours, default=0) * HOUR
            is_now = begin + HOUR > self.now - HOUR and self.hours
            return [Occurrence(self.cause, begin, None, told, 90, 1.1)] if is_now else []
        times = {one: BEGIN + one * HOUR for one in sorted(self.hours)}
        return [
            Occurrence(self.cause, begin, begin + HOUR, told, 80 + one, 1 + one / 80, "mg/m3", 80)
            for one, begin in times.items()
            if begin >= since
        ]

    def look(self, since: datetime) -> int:
        look = Look(self.kind, self.now, since, 4 * HOUR)
        steps = looked(self.cause, self.found(since), list(self.alarms.values()), look)
        number = len(self.alarms) + 1
        for step in steps:
            self.keep(step, step.alarm.id or number)
        return len(steps)

    def keep(self, step, number: int) -> None:
        self.alarms[number] = replace(step.alarm, id=number)
        self.events.append((number, step.event))

    def officer(self, action: AlarmAction) -> None:
        for one in list(self.alarms.values()):
            with contextlib.suppress(AlarmError):
                step = stepped(one, action, at=self.now, by="Wang", note="why", assignee="Li")
                self.keep(step, one.id)


def check(books: Books) -> None:
    assert sum(one.is_open for one in books.alarms.values()) <= 1
    for number, one in books.alarms.items():
        events = [event for of, event in books.events if of == number]
        assert [event.number for event in events] == list(range(1, one.revision + 1))
        # The events alone tell the state, each of them possible after the one before.
        state = None
        for event in events:
            if event.action is AlarmAction.RAISE:
                assert state is None
                state = AlarmState.RAISED
            else:
                possible, following = STEPS[event.action]
                assert state in possible
                state = following or state
            assert event.state is state
        assert one.state is state
        assert (
            (one.resolved_at is not None)
            == (state is AlarmState.RESOLVED)
            == (one.ended is not None)
        )
        assert one.extent.until is None or one.extent.begin <= one.extent.until
        assert one.due_at > one.opened_at >= one.raised_at
        if state is AlarmState.HANDLED:
            assert one.acknowledged_at is not None
            assert one.handled_at is not None
    if (
        not books.kind.lasts
    ):  # every hour that exceeds is in an alarm, unless there was nothing to do
        for hour in books.hours:
            begin = BEGIN + hour * HOUR
            told = any(
                one.extent.begin <= begin < (one.extent.until or begin + HOUR)
                for one in books.alarms.values()
            )
            assert told or not books.kind.needs_handling
    elif books.found(BEGIN):
        assert any(one.holds for one in books.alarms.values())


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(KINDS), st.lists(happening, max_size=25))
def test_any_order_of_events(kind, happenings):
    books = Books(kind)
    for what, number in happenings:
        books.now += timedelta(minutes=1)
        hour = int((books.now - BEGIN) / HOUR) - number
        if what == "wait":
            books.now += number * HOUR
        elif what == "exceeds":
            books.hours.add(hour)
        elif what == "corrected":
            books.hours.discard(hour)
        elif what != "restart":
            books.officer(AlarmAction(what))
        books.look(BEGIN)
        check(books)
        assert books.look(BEGIN) == 0  # looking again, as after a restart, changes nothing
