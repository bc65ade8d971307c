"""Quiet hours of the park's day, in which less grave alarms wait for the morning."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

_WORD = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From ``begin`` to ``end`` of the park's time, over midnight where ``end`` is earlier."""

    begin: time
    end: time
    zone: ZoneInfo

    @classmethod
    def of(cls, text: str, zone: ZoneInfo) -> QuietHours:
        """Those of "22:00-07:00". Raises ValueError where it is none, or both ends are one."""
        found = _WORD.fullmatch(text)
        if found is None:
            raise ValueError(f"{text!r} is not like 22:00-07:00")
        hours, minutes, to_hours, to_minutes = map(int, found.groups())
        begin, end = time(hours, minutes), time(to_hours, to_minutes)
        if begin == end:
            raise ValueError(f"{text!r} begins and ends at once")
        return cls(begin, end, zone)

    def until(self, at: datetime) -> datetime | None:
        """When the quiet hours that ``at`` is in end, in UTC; None where it is in none."""
        local = at.astimezone(self.zone)
        clock, day = local.time(), local.date()
        over_midnight = self.end < self.begin
        if over_midnight and clock >= self.begin:
            day += timedelta(days=1)
        elif not (clock < self.end if over_midnight else self.begin <= clock < self.end):
            return None
        return datetime.combine(day, self.end, self.zone).astimezone(UTC)
