"""Values as JSON knows them."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo


def plain(value: object, zone: ZoneInfo) -> object:
    """Times as RFC 3339 with the offset of ``zone``, days as 2026-03-05, the rest as it is."""
    if isinstance(value, datetime):
        return value.astimezone(zone).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, StrEnum) else value
