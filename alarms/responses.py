"""Response times: how long alarms waited to be acknowledged, handled, resolved. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from models.alarms import Alarm, AlarmAction, AlarmEvent

COLUMNS = [
    "enterprise", "kind", "rounds", "open", "overdue", "acknowledged", "handled", "resolved",
    "acknowledge_median_s", "acknowledge_max_s", "handle_median_s", "handle_max_s",
    "resolve_median_s", "resolve_max_s", "in_time",
]  # fmt: skip

_BEGINS = (AlarmAction.RAISE, AlarmAction.REOPEN)
_ACKNOWLEDGES = (AlarmAction.ACKNOWLEDGE, AlarmAction.HANDLE)
_ENDS = (AlarmAction.RESOLVE, AlarmAction.CLEAR, AlarmAction.WITHDRAW)


@dataclass(frozen=True, slots=True)
class Round:
    """From raising or reopening to the end; the times are null where it has not come to that.

    ``open``: it is under way. One that was handled, and then reopened, is over without an end.
    """

    opened: datetime
    acknowledged: datetime | None
    handled: datetime | None
    resolved: datetime | None
    withdrawn: bool
    open: bool


def rounds(events: Iterable[AlarmEvent]) -> Iterator[Round]:
    """The rounds of one alarm, from all its events in order."""
    parts: list[list[AlarmEvent]] = []
    for event in events:
        if event.action in _BEGINS:
            parts.append([])
        if parts:
            parts[-1].append(event)
    for number, part in enumerate(parts, start=1):
        first = {event.action: event.at for event in reversed(part)}
        acknowledged = [first[one] for one in _ACKNOWLEDGES if one in first]
        ended = [first[one] for one in _ENDS if one in first]
        yield Round(
            opened=part[0].at,
            acknowledged=min(acknowledged, default=None),
            handled=first.get(AlarmAction.HANDLE),
            resolved=min(ended, default=None),
            withdrawn=AlarmAction.WITHDRAW in first,
            open=number == len(parts) and not ended,
        )


def response_times(
    histories: Iterable[tuple[Alarm, list[AlarmEvent]]],
    now: datetime,
    start: datetime | None = None,
    end: datetime | None = None,
) -> pd.DataFrame:
    """COLUMNS by enterprise and kind, of rounds that began in [start, end).

    What was withdrawn was no alarm and is left out. Times are seconds from the round's beginning;
    ``in_time`` is the share of rounds whose deadline has come or that were handled, which were
    handled or resolved by it. The deadline is the alarm's present one, counted from the beginning.
    """
    rows = []
    for alarm, events in histories:
        within = alarm.due_at - alarm.opened_at
        for one in rounds(events):
            outside = (start and one.opened < start) or (end and one.opened >= end)
            if one.withdrawn or outside:
                continue
            done = min((at for at in (one.handled, one.resolved) if at), default=None)
            due = one.opened + within
            rows.append(
                {
                    "enterprise": alarm.cause.enterprise,
                    "kind": alarm.cause.kind,
                    "open": one.open,
                    "overdue": done is None and due < now,
                    "acknowledge": _seconds(one.opened, one.acknowledged),
                    "handle": _seconds(one.opened, one.handled),
                    "resolve": _seconds(one.opened, one.resolved),
                    "in_time": None
                    if done is None and due >= now
                    else done is not None and done <= due,
                }
            )
    if not rows:
        return pd.DataFrame(columns=COLUMNS)
    frame = pd.DataFrame(rows)
    steps = ["acknowledge", "handle", "resolve", "in_time"]
    frame[steps] = frame[steps].astype(float)
    found = frame.groupby(["enterprise", "kind"], dropna=False, as_index=False).agg(
        rounds=("open", "size"), open=("open", "sum"), overdue=("overdue", "sum"),
        acknowledged=("acknowledge", "count"), handled=("handle", "count"),
        resolved=("resolve", "count"),
        acknowledge_median_s=("acknowledge", "median"), acknowledge_max_s=("acknowledge", "max"),
        handle_median_s=("handle", "median"), handle_max_s=("handle", "max"),
        resolve_median_s=("resolve", "median"), resolve_max_s=("resolve", "max"),
        in_time=("in_time", "mean"),
    )  # fmt: skip
    return found.sort_values(["enterprise", "kind"], na_position="first")[COLUMNS]


def _seconds(begin: datetime, end: datetime | None) -> float | None:
    return None if end is None else (end - begin).total_seconds()
