"""Which rows a question is about: meters, and a span of time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from models.periods import to_us


@dataclass(frozen=True, slots=True)
class Selection:
    """Rows of the meters with start <= time < end; None leaves that side open.

    As SQL it is made of literals, so that DuckDB can skip the row groups that hold none of them.
    """

    meters: Sequence[int] | None
    start: datetime | None = None
    end: datetime | None = None

    def between(self, start: datetime | None, end: datetime | None) -> Selection:
        """The same meters in another span."""
        return Selection(self.meters, start, end)

    def condition(self, time: str) -> str:
        """SQL condition on meter_key and the time column."""
        parts = ["true"]
        if self.meters is not None:
            parts.append(f"meter_key in ({_literals(self.meters)})")
        if self.start is not None:
            parts.append(f"{time} >= {instant(to_us(self.start))}")
        if self.end is not None:
            parts.append(f"{time} < {instant(to_us(self.end))}")
        return " and ".join(parts)


def instant(us: int) -> str:
    """A time, in microseconds since 1970 UTC, as an SQL literal."""
    return f"make_timestamptz({us})"


def _literals(keys: Iterable[int]) -> str:
    return ", ".join(str(int(key)) for key in keys) or "null"
