"""A pause after a write whose end is unknown, which may still come into effect."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from store.influxdb_store.server import UnknownEndError


class QuietTime:
    """After a failure of that kind nothing is written for ``seconds``, so that the lost write
    cannot come after what is written next and undo it. For one thread at a time.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._until = float("-inf")
        self._never = threading.Event()

    def wait(self) -> None:
        """Return when it is over."""
        left = self._until - time.monotonic()
        if left > 0:
            self._never.wait(left)

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Begin a quiet time where the block fails with a write under way."""
        try:
            yield
        except UnknownEndError:
            self._until = time.monotonic() + self.seconds
            raise
