"""Which event goes out by which way, and when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from alarms.quiet import QuietHours
from models.alarms import AlarmAction, Severity, Step
from store.registry_db.alarms import Post

_A = AlarmAction
_ENDS = {_A.RESOLVE, _A.CLEAR, _A.WITHDRAW}
# Notes and names are the park's own: the enterprise, which reads by MQTT, is not told of them. A
# condition that comes and goes before it is resolved does not fill mailboxes.
BY_WAY = {
    "mqtt": frozenset(_A) - {_A.NOTE, _A.ASSIGN},
    "webhook": frozenset(_A) - {_A.CEASE, _A.RETURN},
    "mail": frozenset({_A.RAISE, _A.REOPEN} | _ENDS),
}
_DISTURBS = frozenset({"webhook", "mail"})


class Posting:
    """``ways`` are those that are set up; what is less grave than ``below`` respects ``quiet``."""

    def __init__(
        self, ways: Sequence[str], quiet: QuietHours | None = None, below: Severity | None = None
    ) -> None:
        self._ways = tuple(ways)
        self._quiet = quiet
        self._below = below

    def __call__(self, step: Step) -> Sequence[Post]:
        """The deliveries of an event."""
        event = step.event
        held = self._held_until(step)
        return [
            Post(way, held, held=True)
            if held is not None and way in _DISTURBS
            else Post(way, event.at)
            for way in self._ways
            if event.action in BY_WAY[way]
        ]

    def _held_until(self, step: Step) -> datetime | None:
        if self._quiet is None or self._below is None:
            return None
        if step.alarm.severity.rank <= self._below.rank:
            return None
        return self._quiet.until(step.event.at)
