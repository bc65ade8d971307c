"""Selections as SQL, made of literals so that DuckDB can skip row groups that hold none of them."""

from __future__ import annotations

from collections.abc import Iterable

from models.periods import to_us
from store.rules.selection import Selection


def condition(selection: Selection, time: str) -> str:
    """SQL condition on meter_key and the time column."""
    parts = ["true"]
    if selection.meters is not None:
        parts.append(_one_of(selection.meters))
    if selection.start is not None:
        parts.append(f"{time} >= {instant(to_us(selection.start))}")
    if selection.end is not None:
        parts.append(f"{time} < {instant(to_us(selection.end))}")
    return " and ".join(parts)


def instant(us: int) -> str:
    """A time, in microseconds since 1970 UTC, as an SQL literal."""
    return f"make_timestamptz({us})"


def _one_of(keys: Iterable[int]) -> str:
    """Keys without a hole, a whole park's as a rule, are a range: half the time of a list."""
    wanted = sorted({int(key) for key in keys})
    if wanted and wanted[-1] - wanted[0] == len(wanted) - 1:
        return f"meter_key between {wanted[0]} and {wanted[-1]}"
    return f"meter_key in ({', '.join(map(str, wanted)) or 'null'})"
