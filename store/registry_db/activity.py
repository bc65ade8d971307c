"""Activity records in the registry: entered, moved through their states, read back.

All that is entered together is one change of the registry, or none. A number, a revision and a
state are given inside the writing transaction, of which only one runs at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, func, insert, or_, select, update

from models.activity_entry import ActivityEntry
from models.activity_states import ActivityAction, ActivityError, ActivityFaultsError, moved
from models.registry import ActivityRecord, ActivityState
from store.registry_db.activity_subjects import Stated
from store.registry_db.activity_table import activity_record, columns_of, select_records
from store.registry_db.applying import change_time, next_change
from store.registry_db.connecting import reading, writing
from store.registry_db.database import RegistryDatabase

_TABLE = activity_record.c
_PRESENT = _TABLE.superseded_at.is_(None)


def _nothing() -> None:
    """Nobody is told."""


class Activity:
    """The activity records of one registry. Safe from many threads and processes.

    ``changed`` is called after every change.
    """

    def __init__(self, database: RegistryDatabase, changed: Callable[[], None] = _nothing) -> None:
        self._engine = database.engine
        self._changed = changed

    def enter(
        self,
        entries: Sequence[ActivityEntry],
        by: str,
        now: datetime,
        *,
        submit: bool = False,
        dry_run: bool = False,
    ) -> list[ActivityRecord]:
        """Enter drafts (``submit``: submit them too), all or none; as they are then recorded.

        Entries are taken to be checked (``models.activity_entry``). Raises ActivityFaultsError
        where one states what another record states, or replaces one that cannot be.
        """
        with writing(self._engine) as connection:
            at = change_time(connection, now)
            records, faults = _numbered(connection, entries, by, at)
            if faults:
                raise ActivityFaultsError(faults)
            if submit:
                records = [moved(one, ActivityAction.SUBMIT, by, at) for one in records]
            if dry_run or not records:
                return [replace(one, id=one.id if one.revision > 1 else 0) for one in records]
            next_change(connection, at)
            _insert(connection, records, at)
        self._changed()
        return [replace(one, recorded_at=at) for one in records]

    def move(
        self, number: int, action: ActivityAction, by: str, now: datetime, note: str = ""
    ) -> ActivityRecord:
        """Move a record's newest revision on, of those that hold; ActivityError, KeyError (none).

        Approved, it takes the place of the revision approved before it.
        """
        with writing(self._engine) as connection:
            at = change_time(connection, now)
            present = select_records(connection, _PRESENT, _TABLE.number == number)
            if not present:
                raise KeyError(number)
            row, record = max(
                present.items(), key=lambda one: (one[1].is_open or one[1].counts, one[1].revision)
            )
            after = moved(record, action, by, at, note)
            ended = [row]
            if after.state is ActivityState.APPROVED:
                ended += [key for key, one in present.items() if one.counts]
            next_change(connection, at)
            connection.execute(
                update(activity_record).where(_TABLE.id.in_(ended)).values(superseded_at=at)
            )
            _insert(connection, [after], at)
        self._changed()
        return replace(after, recorded_at=at)

    def select(
        self,
        *conditions: ColumnElement[bool],
        enterprise: str | None = None,
        category: str | None = None,
        state: ActivityState | None = None,
        period: str | None = None,
        overdue: tuple[str, str] | None = None,
        before_id: int | None = None,
        limit: int | None = None,
    ) -> list[ActivityRecord]:
        """Present revisions, newest record first, with numbers below ``before_id``.

        ``period`` is a year with its months, or a month. ``overdue`` is the last year and the last
        month that are overdue: only open records of these or earlier ones.
        """
        wanted = [_PRESENT, *conditions]
        if enterprise is not None:
            wanted.append(_TABLE.enterprise == enterprise)
        if category is not None:
            wanted.append(_TABLE.category == category)
        if state is not None:
            wanted.append(_TABLE.state == state.value)
        if period is not None:
            wanted.append(or_(_TABLE.period == period, _TABLE.period.startswith(f"{period}-")))
        if overdue is not None:
            length = func.length(_TABLE.period)
            year, month = overdue
            late = [and_(length == len(last), _TABLE.period <= last) for last in (year, month)]
            wanted += [_TABLE.state.in_(("draft", "submitted")), or_(*late)]
        if before_id is not None:
            wanted.append(_TABLE.number < before_id)
        numbers = select(_TABLE.number).where(*wanted).distinct().order_by(_TABLE.number.desc())
        with reading(self._engine) as connection:
            if limit is not None:  # a page has whole records: all their present revisions
                wanted.append(_TABLE.number.in_(list(connection.scalars(numbers.limit(limit)))))
            found = select_records(connection, *wanted).values()
        return sorted(found, key=lambda one: (-one.id, -one.revision))

    def history(self, number: int) -> list[tuple[ActivityRecord, datetime | None]]:
        """Every state of every revision with the time that ended it, in the order of their record.

        Empty where there is no such record.
        """
        with reading(self._engine) as connection:
            found = select_records(connection, _TABLE.number == number)
            query = select(_TABLE.id, _TABLE.superseded_at).where(_TABLE.id.in_(list(found)))
            ends = {row.id: row.superseded_at for row in connection.execute(query)}
        return [(record, ends[row]) for row, record in found.items()]


def _insert(connection: Connection, records: Sequence[ActivityRecord], at: datetime) -> None:
    rows = [columns_of(one) | {"recorded_at": at} for one in records]
    connection.execute(insert(activity_record), rows)


def _numbered(
    connection: Connection, entries: Sequence[ActivityEntry], by: str, at: datetime
) -> tuple[list[ActivityRecord], list[ActivityError]]:
    """Drafts with their numbers and revisions, and what cannot be entered and why."""
    stated = Stated(connection, entries)
    following = (connection.scalar(select(func.max(_TABLE.number))) or 0) + 1
    records: list[ActivityRecord] = []
    faults: list[ActivityError] = []
    for row, entry in enumerate(entries):
        number, revision = following, 1
        try:
            if entry.replaces is not None:
                number, revision = entry.replaces, _next_revision(connection, entry)
            else:
                following += 1
            stated.add(entry, number, row)
        except ActivityError as error:
            faults.append(ActivityError(error.field, error.detail, row))
            continue
        given = {name: getattr(entry, name) for name in _GIVEN}
        draft = ActivityRecord(
            id=number, revision=revision, state=ActivityState.DRAFT, entered_by=by, entered_at=at,
            **given,
        )  # fmt: skip
        records.append(draft)
    return records, faults


_GIVEN = [name for name in ActivityEntry.__dataclass_fields__ if name != "replaces"]


def _next_revision(connection: Connection, entry: ActivityEntry) -> int:
    """The revision that restates a record; raises ActivityError where it cannot be restated."""
    rows = select_records(
        connection, _TABLE.number == entry.replaces, _TABLE.enterprise == entry.enterprise
    )
    if not rows:
        raise ActivityError("replaces", f"{entry.enterprise} has no record {entry.replaces}")
    newest = max(rows.items(), key=lambda one: (one[1].revision, one[0]))[1]
    if newest.is_open:
        raise ActivityError(
            "replaces",
            f"revision {newest.revision} of record {newest.id} is a {newest.state} one: "
            "withdraw it, or let it be decided",
        )
    return newest.revision + 1
