"""What has still to be told of alarms, by which way, and what was: an outbox that lasts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, func, or_, select, update

from models.alarms import Alarm, AlarmEvent
from store.registry_db.alarm_tables import (
    alarm,
    alarm_delivery,
    alarm_event,
    alarm_of,
    event_of,
)
from store.registry_db.connecting import reading, writing
from store.registry_db.database import RegistryDatabase

AHEAD = timedelta(minutes=5)  # what clocks of several processes may differ by
_WAITS = alarm_delivery.c.state == "waiting"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event on one way. ``state`` is waiting, sent, or failed (it was given up)."""

    id: int
    way: str
    state: str
    held: bool
    attempts: int
    next_at: datetime
    sent_at: datetime | None
    trouble: str | None
    alarm: Alarm  # as it stands
    event: AlarmEvent


class AlarmDeliveries:
    """The deliveries of one park. Safe from many threads and processes."""

    def __init__(self, database: RegistryDatabase) -> None:
        self._engine = database.engine

    def due(self, way: str, now: datetime, limit: int) -> list[Delivery]:
        """What waits to be told by this way, in the order of events.

        Also what is of a time to come: the clock was ahead, and has been set back.
        """
        is_time = or_(alarm_delivery.c.next_at <= now, alarm_event.c.at > now + AHEAD)
        due = and_(_WAITS, alarm_delivery.c.way == way, is_time)
        query = _whole().where(due).order_by(alarm_delivery.c.event).limit(limit)
        with reading(self._engine) as connection:
            return [_delivery(row) for row in connection.execute(query).mappings()]

    def next_at(self, way: str) -> datetime | None:
        """When the next of this way is due; None where nothing waits."""
        query = select(func.min(alarm_delivery.c.next_at)).where(
            _WAITS, alarm_delivery.c.way == way
        )
        with reading(self._engine) as connection:
            found: datetime | None = connection.execute(query).scalar()
            return found

    def waiting(self) -> int:
        """How many wait, those that quiet hours hold back among them."""
        query = select(func.count()).select_from(alarm_delivery).where(_WAITS)
        with reading(self._engine) as connection:
            return int(connection.execute(query).scalar_one())

    def sent(self, numbers: Sequence[int], at: datetime) -> None:
        """They were taken at the other end; saying so twice changes nothing."""
        self._update(numbers, {"state": "sent", "sent_at": at, "trouble": None})

    def again(self, number: int, attempts: int, next_at: datetime | None, trouble: str) -> None:
        """It was not taken: again at ``next_at``, or given up."""
        values: dict[str, Any] = {"attempts": attempts, "trouble": trouble}
        values |= {"state": "failed"} if next_at is None else {"next_at": next_at}
        self._update([number], values)

    def select(
        self,
        *,
        alarm_id: int | None = None,
        way: str | None = None,
        state: str | None = None,
        before_id: int | None = None,
        limit: int | None = None,
    ) -> list[Delivery]:
        """Those that fit, newest first, with numbers below ``before_id``."""
        query = _whole().order_by(alarm_delivery.c.id.desc()).limit(limit)
        if alarm_id is not None:
            query = query.where(alarm_event.c.alarm == alarm_id)
        if way is not None:
            query = query.where(alarm_delivery.c.way == way)
        if state is not None:
            query = query.where(alarm_delivery.c.state == state)
        if before_id is not None:
            query = query.where(alarm_delivery.c.id < before_id)
        with reading(self._engine) as connection:
            return [_delivery(row) for row in connection.execute(query).mappings()]

    def _update(self, numbers: Sequence[int], values: Mapping[str, Any]) -> None:
        waiting = and_(_WAITS, alarm_delivery.c.id.in_(numbers))
        with writing(self._engine) as connection:
            connection.execute(update(alarm_delivery).where(waiting).values(values))


def _whole() -> Select[Any]:
    columns = [
        column.label(f"{table.name}.{column.name}")
        for table in (alarm_delivery, alarm_event, alarm)
        for column in table.c
    ]
    return (
        select(*columns)
        .select_from(alarm_delivery)
        .join(alarm_event, alarm_event.c.id == alarm_delivery.c.event)
        .join(alarm, alarm.c.id == alarm_event.c.alarm)
    )


def _delivery(row: Any) -> Delivery:
    of = {
        table.name: {column.name: row[f"{table.name}.{column.name}"] for column in table.c}
        for table in (alarm_delivery, alarm_event, alarm)
    }
    own = of["alarm_delivery"]
    names = ("id", "way", "state", "held", "attempts", "next_at", "sent_at", "trouble")
    return Delivery(
        **{name: own[name] for name in names},
        alarm=alarm_of(of["alarm"]),
        event=event_of(of["alarm_event"]),
    )
