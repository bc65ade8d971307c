"""What the records that hold state already: no amount is entered twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from models.activity_entry import ActivityEntry
from models.activity_states import ActivityError
from store.registry_db.activity_table import activity_record, held_at

_MOST_NAMED = 500  # values in one condition; of more, all are read

# Enterprise, category, code, source stream, year.
Subject = tuple[str, str, str, str | None, str]


@dataclass(frozen=True, slots=True)
class _Statement:
    period: str
    number: int
    said: str  # which record it is, for the reader


class Stated:
    """The statements of the enterprises and years of some entries, and then these too.

    A year and a month of it state the same twice.
    """

    def __init__(self, connection: Connection, entries: Sequence[ActivityEntry]) -> None:
        table = activity_record.c
        year = func.substr(table.period, 1, 4)
        query = select(
            table.enterprise, table.category, table.code, table.source_stream, year,
            table.period, table.number, table.state,
        ).where(
            held_at(None),
            year.in_({entry.period[:4] for entry in entries}),
            *(
                table[name].in_(values)
                for name in ("enterprise", "category", "code")
                if len(values := {getattr(entry, name) for entry in entries}) <= _MOST_NAMED
            ),
        )  # fmt: skip
        self._by_subject: dict[Subject, list[_Statement]] = defaultdict(list)
        for enterprise, category, code, stream, of, period, number, state in connection.execute(
            query
        ):
            subject = (enterprise, category, code, stream, of)
            said = f"record {number} ({state})"
            self._by_subject[subject].append(_Statement(period, number, said))

    def add(self, entry: ActivityEntry, number: int, row: int) -> None:
        """Take in an entry as ``number``; raises ActivityError where it is stated already."""
        subject = (
            entry.enterprise, entry.category, entry.code, entry.source_stream, entry.period[:4]
        )  # fmt: skip
        for other in self._by_subject[subject]:
            if other.number != number and _overlap(other.period, entry.period):
                raise ActivityError(
                    "period",
                    f"{other.said} states {entry.category} of {entry.code} in {other.period} "
                    f"already; to restate it, let this one replace it",
                )
        said = f"record {row} entered with it"
        self._by_subject[subject].append(_Statement(entry.period, number, said))


def _overlap(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)
