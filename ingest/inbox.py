"""The bounded queue between the ways in and the commit thread: full means the sender waits."""

from __future__ import annotations

import threading
import time
from collections import deque

from ingest.message import Message


class PipelineStoppedError(Exception):
    """The pipeline takes nothing more; what is not acknowledged will be sent again."""


class Inbox:
    """Bounded by messages and by bytes; one message always fits."""

    def __init__(self, messages: int, size: int) -> None:
        self._messages = messages
        self._size = size
        self._waiting: deque[Message] = deque()
        self._bytes = 0
        self._unfinished = 0  # waiting, or taken and not finished
        self._held_s = 0.0  # what senders waited, those apart who wait now
        self._held_since: dict[int, float] = {}  # by thread
        self._closed = False
        lock = threading.Lock()
        self._filled = threading.Condition(lock)
        self._emptied = threading.Condition(lock)

    def __len__(self) -> int:
        return len(self._waiting)

    @property
    def unfinished(self) -> int:
        """Messages that were put and not reported as finished."""
        return self._unfinished

    @property
    def size(self) -> int:
        """Bytes of the messages that wait."""
        return self._bytes

    @property
    def held_s(self) -> float:
        """Seconds that senders waited for room, all of them together, until now."""
        with self._filled:
            now = time.monotonic()
            return self._held_s + sum(now - since for since in self._held_since.values())

    def put(self, message: Message) -> None:
        """Add a message, waiting while the inbox is full.

        Raises PipelineStoppedError once it is closed.
        """
        size = len(message.payload)
        with self._filled:
            if self._is_full(size):
                self._hold(size)
            if self._closed:
                raise PipelineStoppedError
            self._waiting.append(message)
            self._bytes += size
            self._unfinished += 1
            if len(self._waiting) == 1:
                self._filled.notify()

    def _is_full(self, size: int) -> bool:
        return not self._closed and (
            len(self._waiting) >= self._messages
            or (self._bytes + size > self._size and bool(self._waiting))
        )

    def _hold(self, size: int) -> None:
        thread = threading.get_ident()
        self._held_since[thread] = time.monotonic()
        while self._is_full(size):
            self._emptied.wait()
        self._held_s += time.monotonic() - self._held_since.pop(thread)

    def take(self) -> list[Message]:
        """Everything that waits, at least one; an empty list once closed and empty."""
        with self._filled:
            while not self._waiting and not self._closed:
                self._filled.wait()
            taken = list(self._waiting)
            self._waiting.clear()
            self._bytes = 0
            self._emptied.notify_all()
            return taken

    def finished(self, messages: int) -> None:
        """So many of those that were taken need nothing more."""
        with self._filled:
            self._unfinished -= messages

    def close(self) -> None:
        """Refuse further messages; those that wait can still be taken."""
        with self._filled:
            self._closed = True
            self._filled.notify_all()
            self._emptied.notify_all()
