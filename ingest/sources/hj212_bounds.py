"""What peers of the HJ 212 receiver may take: anybody can connect, so everything has a bound."""

from __future__ import annotations

import logging
import resource
from dataclasses import dataclass

log = logging.getLogger(__name__)

SPARE_FILES = 200  # what the rest of the process opens
ADDRESSES = 10_000  # whose refusals are counted
LONG = 500  # bytes of what is refused that count for another frame


@dataclass(frozen=True, slots=True)
class Bounds:
    """The bounds of one receiver; times in seconds.

    ``hello_s`` is what a connection may take to its first frame with a right CRC, ``frame_s`` what
    any frame may take from its first byte to its last, ``idle_s`` the silence after which a
    connection counts as dead. Of what is refused, ``refused_per_s`` frames of one address are kept
    in the long run, ``refused_at_once`` in a burst: beyond that we read slower.
    ``queue_messages`` and ``queue_bytes`` bound what waits for the inbox.
    """

    connections: int = 5_000
    hello_s: float = 60.0
    frame_s: float = 60.0
    idle_s: float = 3_900.0
    refused_per_s: float = 200.0
    refused_at_once: float = 20_000.0
    unread_answers: int = 64 << 10
    queue_messages: int = 2_000
    queue_bytes: int = 4 << 20


class Allowance:
    """How many refusals each address has left: it fills up again with time."""

    def __init__(self, per_s: float, at_once: float) -> None:
        self._per_s = per_s
        self._at_once = at_once
        self._left: dict[str, tuple[float, float]] = {}  # and when it was so much

    def take(self, address: str, now: float, size: int = 0) -> float:
        """Take one, and more of what is long (bytes); the seconds until there is another, 0 where
        there is one now.
        """
        if address not in self._left and len(self._left) >= ADDRESSES:
            del self._left[next(iter(self._left))]  # the one that was refused first
        left, since = self._left.get(address, (self._at_once, now))
        left = min(self._at_once, left + (now - since) * self._per_s) - 1 - size // LONG
        self._left[address] = (left, now)
        return 0.0 if left >= 1 else (1 - left) / self._per_s


def allow_files(connections: int) -> int:
    """Raise the soft limit of open files, and tell how many connections it then allows."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = connections + SPARE_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    allowed = connections if soft == resource.RLIM_INFINITY else soft - SPARE_FILES
    if allowed < connections:
        log.warning("hj212: %d open files allow %d connections only", soft, max(1, allowed))
    return max(1, min(connections, allowed))
