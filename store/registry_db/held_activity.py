"""The activity records that hold, kept in memory and brought up to date by what is new."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, select

from models.registry import ActivityRecord
from store.registry_db.activity_table import activity_record, held_at, select_records

_TABLE = activity_record.c


class HeldActivity:
    """Of 10^5 records a snapshot reads only those that came or went since the one before.

    Rows get ascending numbers in the order of their commits, and are superseded at ascending
    times, since only one writes at a time. Not safe from several threads by itself.
    """

    def __init__(self) -> None:
        self._records: dict[int, ActivityRecord] = {}
        self._last_row = 0
        self._last_end: datetime | None = None
        self._found: tuple[ActivityRecord, ...] = ()

    def __call__(self, connection: Connection) -> tuple[ActivityRecord, ...]:
        """The records that hold in the state that the transaction sees, in order of their entry."""
        last_row: int = connection.scalar(select(func.max(_TABLE.id))) or 0
        last_end: datetime | None = connection.scalar(select(func.max(_TABLE.superseded_at)))
        if (last_row, last_end) == (self._last_row, self._last_end):
            return self._found
        if last_row < self._last_row:  # another database took this one's place
            self._records, self._last_row, self._last_end = {}, 0, None
        if last_end is not None and last_end != self._last_end:
            ended = select(_TABLE.id)
            if self._last_end is not None:
                ended = ended.where(_TABLE.superseded_at > self._last_end)
            else:
                ended = ended.where(_TABLE.superseded_at.is_not(None))
            for row in connection.scalars(ended):
                self._records.pop(row, None)
        self._records |= select_records(connection, held_at(None), _TABLE.id > self._last_row)
        self._last_row, self._last_end = last_row, last_end
        self._found = tuple(self._records.values())
        return self._found
