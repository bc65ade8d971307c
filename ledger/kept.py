"""What several questions share and is slow to make: kept for a moment."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from models.registry import Registry

T = TypeVar("T")

SLOW_S = 0.5  # what is made sooner is made anew for every question
TIMES = 10.0  # it is kept for so many times as long as making it took, but
LONGEST = timedelta(seconds=30)
MOST = 16  # kept at once


@dataclass(frozen=True, slots=True)
class _One:
    registry: Registry
    now: datetime
    until: float
    took: float
    value: Any


class Kept:
    """Keeps what is slow to make by key: as long as the registry stays, and at most LONGEST from
    the oldest of the kept values that it was made of.

    The pages of progress ask a dozen questions at once, most of them of the same months of the
    whole park. Who asks for what is being made waits for it; safe from many threads.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._making: dict[Hashable, threading.RLock] = {}
        self._made: dict[Hashable, _One] = {}
        # Seconds that its kept values would have taken it, and how old the oldest of them is.
        self._own = threading.local()

    def of(self, key: Hashable, registry: Registry, now: datetime, make: Callable[[], T]) -> T:
        """What ``make`` gives, or gave not long before ``now`` with the same registry."""
        with self._lock:
            making = self._making.setdefault(key, threading.RLock())
        with making:
            one = self._made.get(key)
            if (
                one is not None
                and one.registry is registry
                and timedelta(0) <= now - one.now <= LONGEST
                and self._clock() < one.until
            ):
                self._own.saved = self._saved() + one.took
                self._used(one.now)
                kept: T = one.value
                return kept
            # What is made of kept values is as slow to make as if they had been made for it.
            began, saved, outer = self._clock(), self._saved(), self._oldest()
            self._own.oldest = now
            try:
                value = make()
            finally:
                oldest, self._own.oldest = self._oldest() or now, outer
            self._used(oldest)
            took = self._clock() - began + self._saved() - saved
            with self._lock:
                self._made.pop(key, None)
                if took >= SLOW_S:
                    until = self._clock() + TIMES * took
                    self._made[key] = _One(registry, oldest, until, took, value)
                while len(self._made) > MOST:
                    del self._made[next(iter(self._made))]
            return value

    def _used(self, at: datetime) -> None:
        """Whatever is being made is made of what was known then."""
        oldest = self._oldest()
        if oldest is not None and at < oldest:
            self._own.oldest = at

    def _oldest(self) -> datetime | None:
        return getattr(self._own, "oldest", None)

    def _saved(self) -> float:
        return getattr(self._own, "saved", 0.0)
