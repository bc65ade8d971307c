"""The policy by which payloads of rejections expire: at start, and once a day."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pyarrow.compute as pc

from store.interface import Store

log = logging.getLogger(__name__)

DAY_S = 86_400.0


class Expiry:
    """Drops the bytes of rejections older than ``keep_days``; None keeps them for ever.

    The rejections themselves stay. What fails is tried again the next day.
    """

    def __init__(self, store: Store, keep_days: int | None, now: Callable[[], datetime]) -> None:
        self._store = store
        self._keep_days = keep_days
        self._now = now
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="expiry", daemon=True)
        self._last: datetime | None = None
        self._expired = 0
        self._trouble: str | None = None

    def start(self) -> None:
        """Start the thread, where there is a policy."""
        if self._keep_days is not None:
            self._thread.start()

    def stop(self) -> None:
        """End the thread."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def state(self) -> dict[str, Any]:
        """The policy, when it was last applied, and how many expired since the start."""
        return {
            "keep_days": self._keep_days,
            "last": self._last,
            "expired": self._expired,
            "trouble": self._trouble,
        }

    def apply(self) -> int:
        """Apply the policy now; how many payloads expired."""
        if self._keep_days is None:
            return 0
        before = self._reckoned() - timedelta(days=self._keep_days)
        expired = self._store.expire_payloads(before)
        self._last, self._trouble = self._now(), None
        self._expired += expired
        if expired:
            log.warning(
                "rejections_keep_days %d: the bytes of %d rejections received before %s expired",
                self._keep_days,
                expired,
                before.isoformat(),
            )
        return expired

    def _reckoned(self) -> datetime:
        """From when age is counted: now, but no later than the newest reading came.

        What expires is gone for good: a clock that starts a year ahead must not age everything.
        """
        newest = pc.max(self._store.latest()["received"]).as_py()
        return self._now() if newest is None else min(self._now(), newest)

    def _run(self) -> None:
        while True:
            try:
                self.apply()
            except Exception as error:  # noqa: BLE001 - whatever a store raises
                self._trouble = str(error)
                log.error("the policy of rejections_keep_days failed: %s", error)
            if self._stopping.wait(DAY_S):
                return
