"""The daily receipts by MQTT: each local day once, soon after it, and after a stop those missed."""

from __future__ import annotations

import json
import logging
import os
import threading
from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from ledger.books import Books
from ledger.daily_receipt import daily_receipts

log = logging.getLogger(__name__)

MOST_DAYS = 31  # that are made up for
AGAIN_S = 60.0  # after a failure
LOOK_S = 3_600.0  # at the latest: the clock may have been set meanwhile
DAY = timedelta(days=1)

Publish = Callable[[str, dict[str, Any]], bool]


class ReceiptPublisher:
    """Publishes the receipts of each day that is over, from ``hour`` of the next one on.

    ``publish`` takes an enterprise and its receipt, and is true once the broker has confirmed it.
    What was published is kept in the file ``memory``; without it only yesterday is made up for.
    ``is_connected`` tells whether it is worth trying: ``wake`` says that it has become so. Exactly
    one process of a park may run this.
    """

    def __init__(
        self,
        books: Books,
        publish: Publish,
        is_connected: Callable[[], bool],
        *,
        memory: Path,
        hour: int,
    ) -> None:
        self._books = books
        self._publish = publish
        self._is_connected = is_connected
        self._memory = memory
        self._hour = hour
        self._wake = threading.Event()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="receipts", daemon=True)

    def start(self) -> None:
        """Begin with what is due; the session may connect later."""
        self._thread.start()

    def wake(self) -> None:
        """Look now; cheap, from any thread."""
        self._wake.set()

    def stop(self) -> None:
        """End the thread; a day that is half published is published again at the next start."""
        self._stopping = True
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join()

    def due(self) -> list[date]:
        """Days that are over and not published, the earliest first."""
        local = self._books.now().astimezone(self._books.registry().zone)
        last = local.date() - (DAY if local.hour >= self._hour else 2 * DAY)
        published = self._published()
        first = last if published is None else published + DAY
        first = max(first, last - (MOST_DAYS - 1) * DAY)
        return [first + day * DAY for day in range((last - first).days + 1)]

    def wait_s(self) -> float:
        """Seconds until the next day is due."""
        zone = self._books.registry().zone
        now = self._books.now()
        local = now.astimezone(zone)
        at = datetime.combine(local.date(), time(self._hour), zone)
        if local.hour >= self._hour:
            at = datetime.combine(local.date() + DAY, time(self._hour), zone)
        return (at - now).total_seconds()

    def publish_due(self) -> int:
        """Publish what is due, day by day; how many receipts. Stops where the broker is silent."""
        number = 0
        for day in self.due():
            if not self._is_connected():
                return number
            sent = self._day(daily_receipts(self._books, day))
            if sent is None:
                return number
            number += sent
            self._remember(day)
            log.info("receipts of %s: %d enterprises", day, sent)
        return number

    def _day(self, receipts: Iterable[tuple[str, dict[str, Any]]]) -> int | None:
        number = 0
        for enterprise, receipt in receipts:
            if self._stopping or not self._publish(enterprise, receipt):
                return None
            number += 1
        return number

    def _run(self) -> None:
        while not self._stopping:
            self._wake.clear()
            wait = LOOK_S
            try:
                self.publish_due()
                # Without a connection the next one wakes us.
                open_ = bool(self.due()) and self._is_connected()
                wait = AGAIN_S if open_ else min(self.wait_s(), LOOK_S)
            except Exception:
                log.exception("receipts were not published; next try in %.0f s", AGAIN_S)
                wait = AGAIN_S
            self._wake.wait(wait)

    def _published(self) -> date | None:
        if not self._memory.exists():
            return None
        kept = json.loads(self._memory.read_text(encoding="ascii"))
        return date.fromisoformat(kept["published"])

    def _remember(self, day: date) -> None:
        fresh = self._memory.with_suffix(".new")
        with fresh.open("w", encoding="ascii") as file:
            json.dump({"published": day.isoformat()}, file)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._memory)
