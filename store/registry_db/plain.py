"""Values as JSON and columns know them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

HIDDEN = "(hidden)"  # what is shown of a password


def plain(value: object, zone: ZoneInfo) -> object:
    """Times as RFC 3339 with the offset of ``zone``, days as 2026-03-05, the rest as it is."""
    if isinstance(value, datetime):
        return value.astimezone(zone).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return stored(value)
    return str(value) if isinstance(value, StrEnum) else value


def stored(value: object) -> object:
    """Several codes as one text with ``|`` between them, the rest as it is."""
    return "|".join(value) if isinstance(value, tuple) else value


def listed(text: str) -> tuple[str, ...]:
    """The codes of such a text."""
    return tuple(text.split("|")) if text else ()


def shown(
    values: Mapping[str, object], secret: frozenset[str], zone: ZoneInfo
) -> dict[str, object]:
    """A record's values; of a secret one only whether there is one."""
    return {
        name: HIDDEN if name in secret and value is not None else plain(value, zone)
        for name, value in values.items()
    }
