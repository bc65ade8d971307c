"""Frames on their way from the receiver's event loop to what stores or forwards them.

That waits while it is full, which the event loop must not: so a thread of its own hands over, and
when too much waits for it the receiver stops reading, until half of that is gone.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from ingest.inbox import PipelineStoppedError
from ingest.message import Message

AT_ONCE = 500  # messages that are handed over together

log = logging.getLogger(__name__)


class Came(NamedTuple):
    """One message on its way from a receiver to the process that stores it.

    ``number`` where the receiver wants to be told when it is durable.
    """

    payload: bytes
    enterprise: str | None
    peer: str
    received: datetime
    number: int | None


class Intake:
    """``put`` takes messages in their order and may wait; ``on_room`` is told, in its thread, when
    there is room again after ``is_full``.
    """

    def __init__(
        self,
        put: Callable[[Sequence[Message]], None],
        most_messages: int,
        most_bytes: int,
        on_room: Callable[[], None],
    ) -> None:
        self._put = put
        self._most = (most_messages, most_bytes)
        self._on_room = on_room
        self._waiting: deque[Message] = deque()
        self._bytes = 0
        self._was_full = False
        self._closed = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="hj212-intake", daemon=True)

    def start(self) -> None:
        """Begin to hand over."""
        self._thread.start()

    def add(self, message: Message) -> None:
        """Take a message; never waits."""
        with self._changed:
            self._waiting.append(message)
            self._bytes += len(message.payload)
            if len(self._waiting) == 1:
                self._changed.notify()

    def is_full(self) -> bool:
        """Whether more should not be read now; ``on_room`` follows where it is so."""
        messages, size = self._most
        if len(self._waiting) < messages and self._bytes < size:
            return False
        with self._changed:
            self._was_full = bool(self._waiting)
            return self._was_full

    def __len__(self) -> int:
        return len(self._waiting)

    def stop(self, timeout_s: float) -> None:
        """Hand over what waits, for so long, and end."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        self._thread.join(timeout_s)

    def _run(self) -> None:
        while True:
            with self._changed:
                while not self._waiting and not self._closed:
                    self._changed.wait()
                if not self._waiting:
                    return
                some = list(islice(self._waiting, AT_ONCE))
            try:
                self._put(some)
            except PipelineStoppedError:
                return  # not answered, so the stations send again
            self._handed_over(some)

    def _handed_over(self, some: Sequence[Message]) -> None:
        with self._changed:
            for message in some:
                self._waiting.popleft()
                self._bytes -= len(message.payload)
            messages, size = self._most
            has_room = len(self._waiting) <= messages // 2 and self._bytes <= size // 2
            tell = self._was_full and has_room
            self._was_full = self._was_full and not tell
        if tell:
            self._on_room()
