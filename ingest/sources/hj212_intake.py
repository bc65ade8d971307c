"""Frames on their way from the receiver's event loop to what stores or forwards them.

That waits while it is full, which the event loop must not: so a thread of its own hands over, and
when too much waits for it the receiver stops reading, until half of that is gone.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable

from ingest.inbox import PipelineStoppedError
from ingest.message import Message

log = logging.getLogger(__name__)


class Intake:
    """``put`` takes a message and may wait; ``on_room`` is told, in its thread, when there is room
    again after ``is_full``.
    """

    def __init__(
        self,
        put: Callable[[Message], None],
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
                some = list(self._waiting)
            for message in some:
                try:
                    self._put(message)
                except PipelineStoppedError:
                    return  # not answered, so the stations send again
                self._handed_over(message)

    def _handed_over(self, message: Message) -> None:
        with self._changed:
            self._waiting.popleft()
            self._bytes -= len(message.payload)
            messages, size = self._most
            has_room = len(self._waiting) <= messages // 2 and self._bytes <= size // 2
            tell = self._was_full and has_room
            self._was_full = self._was_full and not tell
        if tell:
            self._on_room()
