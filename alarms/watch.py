"""One source under watch: when it is due, what has changed for it, and what one look writes."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from alarms.kinds import AlarmKind, kinds
from alarms.looking import Look, looked
from alarms.occurrences import Occurrence
from alarms.places import places_of
from alarms.sources.source import Follower, Scope, Source, Witness
from ledger.books import Books
from models.alarms import Alarm, AlarmAction, Cause, Severity, Step
from models.periods import period_start
from store.registry_db.alarms import Alarms

log = logging.getLogger(__name__)

TIMED = timedelta(hours=26)  # what is looked at again by time alone: the day before, and two hours
REST_MOST_S = 10.0  # that a source is left alone after a look at what changed
RETRY_S = 30.0  # after a failure

Hours = tuple[datetime, datetime]  # the first and the last of some
Within = Callable[[Severity], timedelta]  # the time to handle an alarm in


class Watch:
    """A source; not for several threads at once. The first look is at everything."""

    def __init__(
        self, books: Books, alarms: Alarms, source: Source, within: Within, rest: float = 1.0
    ) -> None:
        self.source = source
        self._rest = rest * source.rest if isinstance(source, Follower) else 0.0
        self._books = books
        self._alarms = alarms
        self._within = within
        self._kinds: Mapping[str, AlarmKind] = {one: kinds()[one] for one in source.kinds}
        self._changed: dict[int, datetime] = {}
        self._due_at = self._free_at = time.monotonic() + source.begins_s
        self._is_first = True
        self.trouble: str | None = None

    def changed(self, hours: Mapping[int, Hours]) -> None:
        """Usage of these meters (keys) changed, in hours from the first to the last."""
        if not isinstance(self.source, Follower):
            return
        now, source = self._books.now(), self.source
        concerns = {pair: source.concerns(*pair, now) for pair in set(hours.values())}
        for key, pair in hours.items():
            if concerns[pair]:
                self._changed[key] = min(pair[0], self._changed.get(key, pair[0]))

    def wait_s(self) -> float:
        """Seconds until it is to be looked at; 0 at once."""
        due = self._free_at if self._changed else max(self._due_at, self._free_at)
        return max(0.0, due - time.monotonic())

    def look(self) -> int:
        """Look at what is due; how many alarms were changed. A failure is told and tried again."""
        began = time.monotonic()
        is_timed = began >= self._due_at
        changed, self._changed = self._changed, {}
        try:
            written, left = self._look_at(self._scope(changed, timed=is_timed))
        except Exception as error:
            self.trouble = f"{type(error).__name__}: {error}"
            log.exception("alarms of %s were not looked at", ", ".join(self.source.kinds))
            self._free_at = self._due_at = time.monotonic() + RETRY_S
            self._is_first = True  # what was to be looked at is not known any more
            return 0
        self.trouble = None
        ended = time.monotonic()
        if is_timed:
            self._is_first = False
            self._due_at = ended + self.source.every_s
        else:
            self._free_at = ended + min(self._rest * (ended - began), REST_MOST_S)
        if left:  # somebody changed these alarms meanwhile
            self._due_at = ended
        return written

    def _scope(self, changed: Mapping[int, datetime], *, timed: bool) -> Scope:
        now, registry = self._books.now(), self._books.registry()
        oldest = now - max(one.lookback for one in self._kinds.values())
        if timed:
            since = oldest if self._is_first else max(oldest, now - TIMED)
            hours = list(changed.values())
            if hours:
                since = min(since, max(oldest, period_start(min(hours), "day", registry.zone)))
            return Scope(now, since)
        first = period_start(min(changed.values()), "day", registry.zone)
        return Scope(now, max(oldest, first), places_of(registry, changed))

    def _look_at(self, scope: Scope) -> tuple[int, int]:
        """Chains written, and chains that could not be."""
        if scope.places is not None and not scope.places:
            return 0, 0
        known = max(max(one.reopen, one.lookback) for one in self._kinds.values())
        standing = self._alarms.standing(self.source.kinds, scope.now - known)
        mine = [one for one in standing if scope.covers(one.cause.enterprise, one.cause.point)]
        if scope.places is not None:
            # All of an open alarm is judged, so that it can be taken back.
            begins = [one.extent.begin for one in mine if one.is_open]
            scope = Scope(scope.now, min([scope.since, *begins]), scope.places)
        found = self.source.found(scope)
        chains = self._steps(found, mine, scope)
        if not chains:
            return 0, 0
        written = self._recorded(chains)
        return written, len(chains) - written

    def _recorded(self, chains: Sequence[Sequence[Step]]) -> int:
        """How many were written. Where they cannot be together, each by itself: one that the
        database does not take fails this look, but keeps no other one from being told.
        """
        try:
            return self._alarms.record(chains)
        except Exception:
            if len(chains) == 1:
                raise
        written = 0
        trouble: Exception | None = None
        for chain in chains:
            try:
                written += self._alarms.record([chain])
            except Exception as error:  # noqa: BLE001 - raised below, for all of them
                trouble = error
        if trouble is not None:
            raise trouble
        return written

    def _steps(
        self, found: Sequence[Occurrence], standing: Sequence[Alarm], scope: Scope
    ) -> list[list[Step]]:
        of: dict[Cause, tuple[list[Occurrence], list[Alarm]]] = {}
        for alarm in standing:
            of.setdefault(alarm.cause, ([], []))[1].append(alarm)
        for one in found:
            of.setdefault(one.cause, ([], []))[0].append(one)
        chains = []
        for cause, (occurrences, alarms) in of.items():
            kind = self._kinds[cause.kind]
            look = Look(kind, scope.now, scope.since, self._within(kind.severity))
            chain = looked(cause, _young(occurrences, alarms, look), alarms, look)
            chains.append(self._proved(chain, scope.now))
        return [chain for chain in chains if chain]

    def _proved(self, chain: list[Step], now: datetime) -> list[Step]:
        """Without a CLEAR at its end where nobody knows whether it is clear."""
        source = self.source
        ends = bool(chain) and chain[-1].event.action is AlarmAction.CLEAR
        if ends and isinstance(source, Witness) and not source.is_over(chain[-1].alarm, now):
            return chain[:-1]
        return chain


def _young(found: Sequence[Occurrence], alarms: Sequence[Alarm], look: Look) -> list[Occurrence]:
    """What is not older than the kind looks back, or belongs to the open alarm."""
    if look.kind.lasts:
        return list(found)
    begins = [one.extent.begin for one in alarms if one.is_open]
    since = min([look.now - look.kind.lookback, *begins])
    return [one for one in found if _known_since(one) >= since]


def _known_since(one: Occurrence) -> datetime:
    """From when on it could be told: a mean at the end of its period, a month after its begin."""
    is_mean = "period_s" in one.told.evidence
    return one.until if is_mean and one.until is not None else one.begin
