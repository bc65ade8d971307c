"""How a panel reads an answer: the rows under its query's root, a field of a row."""

from __future__ import annotations

from typing import Any

from dashboards.boards import Query
from dashboards.client import Answer

Row = dict[str, Any]


def rows(query: Query, answer: Answer) -> list[Row]:
    """The rows of an answer; a root that is one object is one row."""
    found = answer[query.root] if query.root else answer
    return found if isinstance(found, list) else [found]


def read(row: Row, name: str) -> Any:
    """A field of a row; a dot leads into an object. Null where it is missing."""
    value: Any = row
    for part in name.split("."):
        if not isinstance(value, dict):
            return None
        value = value.get(part)
    return value
