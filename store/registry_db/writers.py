"""Numbers of the processes that write to a store which several of them share.

A number is part of what such a process stores: it is given once and never to another name.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from sqlalchemy import Connection, insert, select

from models.errors import CarbonpeakError
from store.registry_db.tables import WRITERS, writer

_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)


class WriterError(CarbonpeakError):
    """A writer cannot have a number."""


def check_name(name: str) -> None:
    """Raises WriterError where no writer can have that name."""
    if not _NAME.fullmatch(name):
        raise WriterError(
            f"writer: {name!r} is no name: 1 to 64 of the characters A-Z a-z 0-9 . _ -"
        )


def number_of(connection: Connection, name: str) -> int | None:
    """The number that the writer has; None where it has none yet."""
    number: int | None = connection.scalar(select(writer.c.number).where(writer.c.name == name))
    return number


def give_number(connection: Connection, name: str) -> int:
    """The first free number, from now on that writer's. Raises WriterError when all are given."""
    given = set(connection.scalars(select(writer.c.number)))
    number = next((number for number in range(WRITERS) if number not in given), None)
    if number is None:
        raise WriterError(f"writer: {name!r} gets no number, all {WRITERS} are given away")
    row = {"number": number, "name": name, "recorded_at": datetime.now(UTC)}
    connection.execute(insert(writer), row)
    return number
