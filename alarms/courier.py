"""Takes what the outbox has for one way to its readers: at least once, again and again."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from alarms.ways.way import DeliveryError, Way
from store.registry_db import AlarmDeliveries
from store.registry_db.alarm_deliveries import Delivery

log = logging.getLogger(__name__)

# Between attempts; then the last one again until it is given up.
BACK_OFF = tuple(timedelta(seconds=one) for one in (5, 30, 120, 600, 3_600))
GIVEN_UP = timedelta(days=3)  # after the event, and not before each pause of BACK_OFF was made
AT_ONCE = 200
STORM = 20  # more that are due at once are told together, where the way has digests
PAUSE_S = 5.0  # after a failure: the others of this way would most likely fail too
LOOK_S = 10.0  # at the latest: another process may have written


class Courier:
    """A thread for one way: one that hangs does not hold the others up."""

    def __init__(self, deliveries: AlarmDeliveries, way: Way, now: Callable[[], datetime]) -> None:
        self._deliveries = deliveries
        self._way = way
        self._now = now
        self._alone: set[int] = set()  # of a digest that could not be made: each by itself
        self._wake = threading.Event()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"alarms-{way.name}", daemon=True)

    def start(self) -> None:
        """Begin with what was left over."""
        self._thread.start()

    def wake(self) -> None:
        """Say that there may be something; cheap, from any thread."""
        self._wake.set()

    def stop(self) -> None:
        """End the thread after what it is sending; the rest goes out after the next start."""
        self._stop.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join()

    def send_due(self) -> bool:
        """Send what is due, in the order of events; false where something failed."""
        if not self._way.is_ready():
            return True
        due = self._deliveries.due(self._way.name, self._now(), AT_ONCE)
        for some in self._together(due):
            if self._stop.is_set():
                return True
            try:
                self._way.send(some)
            except DeliveryError as error:
                self._failed(some, str(error))
                return False
            except Exception as error:  # of these: the others must not wait behind them for ever
                log.exception("an alarm could not be sent by %s", self._way.name)
                self._failed(some, f"{type(error).__name__}: {error}")
                if len(some) > 1:
                    self._alone.update(one.id for one in some)
                return False
            self._alone.difference_update(one.id for one in some)
            self._deliveries.sent([one.id for one in some], self._now())
        return True

    def wait_s(self) -> float:
        """Seconds until the next is due, LOOK_S at most."""
        at = self._deliveries.next_at(self._way.name)
        if at is None or not self._way.is_ready():
            return LOOK_S
        return min(max(0.0, (at - self._now()).total_seconds()), LOOK_S)

    def _together(self, due: Sequence[Delivery]) -> Iterable[Sequence[Delivery]]:
        """What quiet hours held back, and a storm, as one digest; everything else by itself."""
        # What has failed often by then does so perhaps because of one of them.
        able = [one for one in due if one.id not in self._alone and one.attempts < len(BACK_OFF)]
        digests = [[one for one in able if one.held], [one for one in able if not one.held]]
        if not self._way.has_digests or len(digests[1]) <= STORM:
            digests[1] = []
        told = {one.id for some in digests for one in some}
        yield from (some for some in digests if some)
        yield from ([one] for one in due if one.id not in told)

    def _failed(self, some: Sequence[Delivery], trouble: str) -> None:
        now = self._now()
        for one in some:
            again = now + BACK_OFF[min(one.attempts, len(BACK_OFF) - 1)]
            given_up = one.attempts >= len(BACK_OFF) and again > one.event.at + GIVEN_UP
            if given_up:
                self._alone.discard(one.id)
            self._deliveries.again(one.id, one.attempts + 1, None if given_up else again, trouble)
        log.warning("alarm not sent by %s (%d): %s", self._way.name, some[0].id, trouble)

    def _run(self) -> None:
        while not self._stop.is_set():
            self._wake.clear()
            try:
                works = self.send_due()
                wait_s = self.wait_s()
            except Exception:
                log.exception("alarms were not sent by %s", self._way.name)
                works, wait_s = False, PAUSE_S
            if not works:
                self._stop.wait(PAUSE_S)
            self._wake.wait(wait_s)
