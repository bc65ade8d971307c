"""How Infinity reads an answer: the rows under a root, a column of each row by its selector."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

Row = dict[str, Any]


class AnswerError(Exception):
    """An answer that a panel cannot be drawn from; the text says why."""


def rows_under(answer: Any, root: str) -> list[Row]:
    """The rows under a root; one object is one row. Raises AnswerError where there is no root."""
    found = answer
    for part in root.split(".") if root else ():
        if not isinstance(found, dict) or part not in found:
            raise AnswerError(f"no {root} in the answer")
        found = found[part]
    return found if isinstance(found, list) else [found]


def missing_columns(rows: Iterable[Row], columns: Iterable[dict[str, str]]) -> set[str]:
    """Columns that some row does not have, or whose value is not of the column's type."""
    return {
        column["selector"]
        for row in rows
        for column in columns
        if not _fits(row, column["selector"].split("."), column["type"])
    }


def _fits(row: Row, path: list[str], kind: str) -> bool:
    value: Any = row
    for part in path:
        if not isinstance(value, dict) or part not in value:
            return False
        value = value[part]
    if value is None:
        return True
    match kind:
        case "number":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "timestamp":
            return isinstance(value, str) and _is_instant(value)
    return isinstance(value, str | int)


def _is_instant(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False
