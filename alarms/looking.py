"""One look at one cause: what was found of it, against its alarms; the steps that follow. Pure.

Looking again at the same changes nothing, so a look may be repeated at any time: after a restart
everything is looked at, and nothing is raised twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from alarms.kinds import AlarmKind
from alarms.life_cycle import raised, stepped
from alarms.occurrences import Occurrence, extent_of, worst_of
from models.alarms import SYSTEM, Alarm, AlarmAction, AlarmState, Cause, Extent, Step, Told

RISE = 0.01  # a lasting condition is worse where its value rose by more than this share
LATE = timedelta(minutes=10)  # what ended longer before it is found is told to be of the past


@dataclass(frozen=True, slots=True)
class Look:
    """When is looked, and from when on everything that occurred is known.

    ``within`` is the time to handle an alarm of this kind in.
    """

    kind: AlarmKind
    now: datetime
    since: datetime
    within: timedelta


def looked(
    cause: Cause, found: Sequence[Occurrence], alarms: Sequence[Alarm], look: Look
) -> list[Step]:
    """The steps that make the alarms of the cause say what was found.

    ``alarms`` are the open one, if there is, and those resolved not longer ago than the kind's
    ``reopen`` or ``lookback``, in any order. Steps of one alarm follow one another.
    """
    open_ = next((one for one in alarms if one.is_open), None)
    closed = sorted(
        (one for one in alarms if not one.is_open), key=lambda one: one.opened_at, reverse=True
    )
    step = (_lasting if look.kind.lasts else _occurred)(cause, found, open_, closed, look)
    steps = [] if step is None else [step]
    present = step.alarm if step is not None else open_
    if present is not None and _is_over(present, look):
        said = f"gone since {_said(present.extent.until)}"
        steps.append(stepped(present, AlarmAction.CLEAR, at=look.now, by=SYSTEM, note=said))
    return steps


def _is_over(alarm: Alarm, look: Look) -> bool:
    until, kind = alarm.extent.until, look.kind
    if not alarm.is_open or until is None or look.now < until + clear_time(alarm.told, kind):
        return False
    return not kind.needs_handling or alarm.state is AlarmState.HANDLED


def clear_time(told: Told, kind: AlarmKind) -> timedelta:
    """How long the condition must be gone: of averages two periods at least, so one is complete."""
    return max(kind.clear, 2 * timedelta(seconds=float(told.evidence.get("period_s", 0))))


def _lasting(
    cause: Cause,
    found: Sequence[Occurrence],
    open_: Alarm | None,
    closed: Sequence[Alarm],
    look: Look,
) -> Step | None:
    last = open_ or (closed[0] if closed else None)
    if not found:
        if last is None or not last.holds:
            return None
        return _step(last, AlarmAction.CEASE, look, replace(last.extent, until=look.now))
    extent, told = extent_of(found), worst_of(found).told
    if open_ is None:
        # What a person resolved although it holds stays resolved until it is gone.
        stands = last is not None and last.holds
        return None if stands else _again(cause, extent, told, last, look)
    merged = _worse(open_, extent, told)
    if open_.holds and merged == open_.extent:
        return None
    action = AlarmAction.CHANGE if open_.holds else AlarmAction.RETURN
    return _step(open_, action, look, merged, told=told)


def _worse(alarm: Alarm, now: Extent, told: Told) -> Extent:
    """The extent before, holding, with the count of now, and its worst where that got worse."""
    before = alarm.extent
    known, worst = before.worst, now.worst
    rises = worst is not None and (
        known is None
        or _past(worst, now, told)
        > _past(known, before, alarm.told) + RISE * max(abs(known), abs(now.limit or 0.0))
    )
    begin = min(before.begin, now.begin)
    if rises:
        return replace(now, begin=begin, until=None)
    return replace(before, begin=begin, until=None, count=now.count)


def _past(value: float, extent: Extent, told: Told) -> float:
    """How far a value is past its limit, or short of it where negative: of a least value below."""
    past = value - (extent.limit or 0.0)
    return -past if told.evidence.get("least") else past


def _occurred(
    cause: Cause,
    found: Sequence[Occurrence],
    open_: Alarm | None,
    closed: Sequence[Alarm],
    look: Look,
) -> Step | None:
    fresh = list(found)
    grown: Alarm | None = None
    ended = [one for one in closed if one.ended is not AlarmAction.WITHDRAW]
    for one in ended:
        inside = [each for each in fresh if _covers(one, each)]
        if look.since <= one.extent.begin and len(inside) > _known_of(inside, ended):
            grown = grown or one  # late data found more of what was resolved
            continue
        fresh = [each for each in fresh if each not in inside]
    if open_ is not None:
        return _joined(open_, fresh, look)
    if not fresh:
        return None
    extent, told = extent_of(fresh), worst_of(fresh).told
    over = extent.until is not None and look.now >= extent.until + clear_time(told, look.kind)
    if over and not look.kind.needs_handling:
        return None  # nobody would have anything to do
    last = grown or (closed[0] if closed else None)
    step = _again(cause, extent, told, last, look)
    if last is None or step.alarm.id == 0 or grown or last.ended is AlarmAction.WITHDRAW:
        return step
    # What it was resolved with belongs to the reopened alarm too.
    joint = _joint(last.extent, extent)
    return Step(
        replace(step.alarm, extent=joint), replace(step.event, count=joint.count, worst=joint.worst)
    )


def _joined(alarm: Alarm, fresh: Sequence[Occurrence], look: Look) -> Step | None:
    whole = look.since <= alarm.extent.begin
    if not fresh:
        if not whole:
            return None
        said = "what is known now says that it never held"
        return _step(alarm, AlarmAction.WITHDRAW, look, replace(alarm.extent, count=0), note=said)
    extent = extent_of(fresh)
    if not whole:
        extent = _joint(alarm.extent, extent)
        until = alarm.extent.until
        more = sum(until is not None and one.begin >= until for one in fresh)
        extent = replace(extent, count=max(alarm.extent.count + more, len(fresh)))
    if extent == alarm.extent:
        return None
    newest = max(one.begin for one in fresh)
    is_new = newest >= (alarm.extent.until or newest)
    action = AlarmAction.CHANGE
    if alarm.handled_at is not None and is_new and newest >= alarm.handled_at:
        action = AlarmAction.REOPEN
    return _step(alarm, action, look, extent, told=worst_of(fresh).told)


def _joint(before: Extent, more: Extent) -> Extent:
    """Both together; the worse value of the two is the one further beyond its limit."""
    worse = max((before, more), key=_beyond)
    ends = (before.until, more.until)
    return replace(
        worse,
        begin=min(before.begin, more.begin),
        until=None if None in ends else max(one for one in ends if one is not None),
        count=before.count + more.count,
    )


def _beyond(extent: Extent) -> float:
    """How far the worst value is from its limit, above or (of least values) below it."""
    return abs((extent.worst or 0.0) - (extent.limit or 0.0))


def _known_of(some: Sequence[Occurrence], ended: Sequence[Alarm]) -> int:
    """How many occurrences the alarms know that cover any of these: one that was found late may
    begin before another, which lies within its extent then.
    """
    return sum(one.extent.count for one in ended if any(_covers(one, each) for each in some))


def _covers(alarm: Alarm, one: Occurrence) -> bool:
    until = alarm.extent.until
    return alarm.extent.begin <= one.begin and (until is None or one.begin < until)


def _again(cause: Cause, extent: Extent, told: Told, last: Alarm | None, look: Look) -> Step:
    """Reopen the last alarm where it ended not long before, else raise a new one."""
    note = ""
    if extent.until is not None and look.now - extent.until > LATE:
        note = f"found late: of {_said(extent.begin)} to {_said(extent.until)}"
    if last is not None and last.extent.begin <= extent.begin:
        ended = last.extent.until or last.resolved_at or last.opened_at
        if extent.begin - ended <= look.kind.reopen and look.now - ended <= max(
            look.kind.reopen, look.kind.lookback
        ):
            return _step(last, AlarmAction.REOPEN, look, extent, told=told, note=note)
    return raised(cause, look.kind.severity, extent, told, at=look.now, within=look.within,
                  by=SYSTEM, note=note)  # fmt: skip


def _step(
    alarm: Alarm,
    action: AlarmAction,
    look: Look,
    extent: Extent,
    *,
    told: Told | None = None,
    note: str = "",
) -> Step:
    return stepped(
        alarm, action, at=look.now, by=SYSTEM, note=note, extent=extent, told=told,
        within=look.within,
    )  # fmt: skip


def _said(at: datetime | None) -> str:
    return "now" if at is None else at.isoformat(timespec="minutes")
