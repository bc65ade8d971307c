"""Alarms beside the registry: an alarm's step, its event and what is to be told of it, in one
transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Select, and_, func, insert, or_, select, update

from models.alarms import Alarm, AlarmEvent, AlarmState, Severity, Step
from store.registry_db.alarm_tables import (
    alarm,
    alarm_delivery,
    alarm_event,
    alarm_of,
    alarm_row,
    event_of,
    event_row,
)
from store.registry_db.connecting import reading, writing
from store.registry_db.database import RegistryDatabase

_RESOLVED = alarm.c.state == AlarmState.RESOLVED.value


@dataclass(frozen=True, slots=True)
class Post:
    """One way by which an event is to be told, from when on; ``held``: with others of its way."""

    way: str
    at: datetime
    held: bool = False


Posting = Callable[[Step], Sequence[Post]]


@dataclass(frozen=True, slots=True)
class WhichAlarms:
    """Which alarms are meant: those that fit all that is given."""

    enterprise: str | None = None
    point: str | None = None
    kind: str | None = None
    severity: Severity | None = None
    state: AlarmState | None = None
    is_open: bool | None = None
    assignee: str | None = None
    overdue_at: datetime | None = None  # those overdue then
    start: datetime | None = None  # raised or reopened from then on ...
    end: datetime | None = None  # ... and before


def _untold(_: Step) -> Sequence[Post]:
    return ()


def _nothing() -> None:
    """Nobody is told."""


class Alarms:
    """The alarms of one park. Safe from many threads and processes.

    ``posting`` says by which ways an event is to be told; ``changed`` is called after a commit.
    """

    def __init__(
        self,
        database: RegistryDatabase,
        posting: Posting = _untold,
        changed: Callable[[], None] = _nothing,
    ) -> None:
        self._engine = database.engine
        self._posting = posting
        self._changed = changed

    def change(self, number: int, step: Callable[[Alarm], Step]) -> Alarm:
        """Take one step with an alarm as it stands; what ``step`` raises changes nothing.

        Raises KeyError where there is no alarm of that number.
        """
        with writing(self._engine) as connection:
            row = connection.execute(select(alarm).where(alarm.c.id == number)).mappings().first()
            if row is None:
                raise KeyError(number)
            taken = step(alarm_of(row))
            self._write(connection, [taken])
        self._changed()
        return replace(taken.alarm, id=number)

    def record(self, chains: Iterable[Sequence[Step]]) -> int:
        """Write chains of steps, each of one alarm; how many chains were written.

        A chain begins with RAISE, or with the step after the alarm's present revision: where
        somebody has changed the alarm since, its chain is left out, to be looked at again.
        """
        written = 0
        with writing(self._engine) as connection:
            for chain in chains:
                written += self._write(connection, chain)
        if written:
            self._changed()
        return written

    def _write(self, connection: Connection, chain: Sequence[Step]) -> bool:
        number, last = chain[0].alarm.id, chain[-1].alarm
        if number == 0:
            key = connection.execute(insert(alarm).values(alarm_row(last))).inserted_primary_key
            number = int(key[0]) if key is not None else 0
        else:
            known = chain[0].event.number - 1
            changing = update(alarm).where(alarm.c.id == number, alarm.c.revision == known)
            if connection.execute(changing.values(alarm_row(last))).rowcount == 0:
                return False
        for step in chain:
            values = event_row(step.event, number)
            key = connection.execute(insert(alarm_event).values(values)).inserted_primary_key
            posts = [
                {
                    "event": None if key is None else key[0],
                    "way": post.way,
                    "state": "waiting",
                    "held": post.held,
                    "attempts": 0,
                    "next_at": post.at,
                }
                for post in self._posting(step)
            ]
            if posts:
                connection.execute(insert(alarm_delivery), posts)
        return True

    def standing(self, kinds: Sequence[str], resolved_since: datetime) -> list[Alarm]:
        """The open alarms of the kinds, those resolved since, and those whose condition holds on
        although a person resolved them, however long ago.
        """
        recent = or_(~_RESOLVED, alarm.c.resolved_at >= resolved_since, alarm.c.until.is_(None))
        query = select(alarm).where(alarm.c.kind.in_(kinds), recent).order_by(alarm.c.id)
        with reading(self._engine) as connection:
            return [alarm_of(row) for row in connection.execute(query).mappings()]

    def open_counts(self) -> dict[Severity, int]:
        """How many are open, by severity; every severity is there."""
        counted = select(alarm.c.severity, func.count()).where(~_RESOLVED)
        with reading(self._engine) as connection:
            rows = connection.execute(counted.group_by(alarm.c.severity))
            found = {row[0]: row[1] for row in rows}
        return {severity: found.get(severity.value, 0) for severity in Severity}

    def one(self, number: int) -> Alarm | None:
        """One of them."""
        query = select(alarm).where(alarm.c.id == number)
        with reading(self._engine) as connection:
            row = connection.execute(query).mappings().first()
            return None if row is None else alarm_of(row)

    def events(self, number: int) -> list[AlarmEvent]:
        """All that happened to one, in order."""
        query = select(alarm_event).where(alarm_event.c.alarm == number)
        with reading(self._engine) as connection:
            found = connection.execute(query.order_by(alarm_event.c.number)).mappings()
            return [event_of(row) for row in found]

    def select(
        self, which: WhichAlarms, *, before_id: int | None = None, limit: int | None = None
    ) -> list[Alarm]:
        """Those that are meant, newest number first, with numbers below ``before_id``."""
        query = select(alarm).where(*_meant(which))
        if before_id is not None:
            query = query.where(alarm.c.id < before_id)
        query = query.order_by(alarm.c.id.desc()).limit(limit)
        with reading(self._engine) as connection:
            return [alarm_of(row) for row in connection.execute(query).mappings()]

    def histories(self, which: WhichAlarms) -> list[tuple[Alarm, list[AlarmEvent]]]:
        """Those that are meant with all their events, oldest first."""
        with reading(self._engine) as connection:
            meant = select(alarm).where(*_meant(which)).order_by(alarm.c.id)
            alarms = [alarm_of(row) for row in connection.execute(meant).mappings()]
            numbers = select(alarm.c.id).where(*_meant(which))
            query: Select[tuple[object, ...]] = select(alarm_event)
            query = query.where(alarm_event.c.alarm.in_(numbers)).order_by(alarm_event.c.id)
            events: dict[int, list[AlarmEvent]] = {one.id: [] for one in alarms}
            for row in connection.execute(query).mappings():
                events[row["alarm"]].append(event_of(row))
        return [(one, events[one.id]) for one in alarms]


def _meant(which: WhichAlarms) -> list[ColumnElement[bool]]:
    equal = {
        "enterprise": which.enterprise,
        "point": which.point,
        "kind": which.kind,
        "severity": which.severity,
        "state": which.state,
        "assignee": which.assignee,
    }
    meant = [alarm.c[name] == value for name, value in equal.items() if value is not None]
    if which.is_open is not None:
        meant.append(~_RESOLVED if which.is_open else _RESOLVED)
    if which.overdue_at is not None:
        done = alarm.c.state.in_([AlarmState.RESOLVED.value, AlarmState.HANDLED.value])
        meant.append(and_(~done, alarm.c.due_at < which.overdue_at))
    if which.start is not None:
        meant.append(alarm.c.opened_at >= which.start)
    if which.end is not None:
        meant.append(alarm.c.opened_at < which.end)
    return meant
