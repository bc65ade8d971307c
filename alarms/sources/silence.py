"""Silent meters, those that fell silent together as one alarm: a dead gateway is one cause."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from alarms.kinds import kinds
from alarms.occurrences import Occurrence
from alarms.sources.source import Scope
from ledger.books import Books
from ledger.senders import silent_meters
from models.alarms import Alarm, Cause, Told

KIND = "silent"
NAMED = 10  # meters in the text of a group; all are in its evidence


@dataclass(frozen=True, slots=True)
class Silent:
    """A meter of which nothing has been heard since."""

    enterprise: str
    meter: str
    since: datetime
    zh: str
    en: str


class Silence:
    """``standing`` gives the alarms that are open or were lately: a group stays the one it was."""

    kinds = (KIND,)
    begins_s = 120.0  # what the broker kept for us has to be taken in first
    every_s = 20.0

    def __init__(self, books: Books, standing: Callable[[str], Sequence[Alarm]]) -> None:
        self._books = books
        self._standing = standing

    def found(self, _: Scope) -> list[Occurrence]:
        """One occurrence a group; it holds now."""
        meters = [
            Silent(enterprise, meter, since.to_pydatetime(), zh, en)
            for enterprise, meter, since, zh, en in silent_meters(self._books).itertuples(
                index=False
            )
        ]
        return grouped(meters, self._standing(KIND), kinds()[KIND].group)


def grouped(
    meters: Iterable[Silent], standing: Sequence[Alarm], within: timedelta
) -> list[Occurrence]:
    """Silent meters by enterprise and time: those that fell silent within ``within`` of the one
    before are one group. A group that shares a meter with a standing alarm is that alarm's.
    """
    known = {
        (alarm.cause.enterprise, meter): alarm.cause
        for alarm in sorted(standing, key=lambda one: (one.is_open, one.opened_at))
        for meter in alarm.told.evidence.get("meters", ())
    }
    groups: dict[Cause, list[Silent]] = {}
    last: Silent | None = None
    cause = Cause(KIND, None, "", "")
    for one in sorted(meters, key=lambda one: (one.enterprise, one.since, one.meter)):
        apart = last is None or last.enterprise != one.enterprise
        if last is None or apart or one.since - last.since > within:
            cause = Cause(KIND, one.enterprise, "", one.since.isoformat(timespec="seconds"))
        # Known meters stay with their alarm, and draw those along that follow them.
        cause = known.get((one.enterprise, one.meter), cause)
        groups.setdefault(cause, []).append(one)
        last = one
    return [_occurrence(cause, members) for cause, members in groups.items()]


def _occurrence(cause: Cause, members: Sequence[Silent]) -> Occurrence:
    codes = [one.meter for one in members]
    begin = min(one.since for one in members)
    evidence = {"meters": codes}
    if len(members) == 1:
        (one,) = members
        told = Told(f"{one.meter}：{one.zh}", f"{one.meter}: {one.en}", evidence)
    else:
        named = codes[:NAMED]
        rest = len(codes) - len(named)
        zh = f"{len(codes)} 个表计同时无数据：{'、'.join(named)}"
        en = f"{len(codes)} meters fell silent together: {', '.join(named)}"
        if rest:
            zh, en = f"{zh} 等，另有 {rest} 个", f"{en} and {rest} more"
        told = Told(zh, en, evidence)
    return Occurrence(cause, begin, None, told, members=len(members))
