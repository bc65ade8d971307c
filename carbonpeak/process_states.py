"""How each process of the set is doing, as it last told by MQTT."""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Iterable
from datetime import datetime

import msgspec

log = logging.getLogger(__name__)

INGEST_COUNTERS = ("messages", "accepted", "rejected", "duplicates", "queued")


class ProcessState(msgspec.Struct, frozen=True):
    """What a process tells of itself; counters are since it started.

    Told by the broker in its place, should it go without a word: not connected, and nothing else.
    """

    process: str
    role: str
    connected: bool
    started: datetime | None = None
    ingest: dict[str, int] = {}
    usage_rows_written: int = 0
    last_settled: datetime | None = None


class ProcessStates:
    """The last state of every process that was heard of; from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._states: dict[str, ProcessState] = {}

    def heard(self, topic: str, payload: bytes) -> None:
        """Take a status message in; an empty one says that the process is no longer one."""
        name = topic.rpartition("/")[2]
        if not payload:
            with self._lock:
                self._states.pop(name, None)
            return
        try:
            state = msgspec.json.decode(payload, type=ProcessState)
        except msgspec.DecodeError as error:
            log.warning("%s holds no state of a process: %s", topic, error)
            return
        with self._lock:
            before = self._states.get(name)
            if before is not None and not state.connected:
                state = msgspec.structs.replace(before, connected=False)
            self._states[name] = state

    def all(self, own: ProcessState) -> list[ProcessState]:
        """Every process by its name, with ``own`` in the place of what was heard of ourselves."""
        with self._lock:
            states = self._states | {own.process: own}
        return [states[name] for name in sorted(states)]

    def has_ingest(self) -> bool:
        """Whether a process that takes frames in was ever heard of, connected or not."""
        with self._lock:
            return any(one.role == "ingest" for one in self._states.values())

    def receivers(self) -> int:
        """How many processes receive stations of HJ 212 now."""
        with self._lock:
            return sum(one.role == "hj212" and one.connected for one in self._states.values())


def ingest_sums(states: Iterable[ProcessState]) -> dict[str, int]:
    """The ingest counters of all the processes together."""
    sums = Counter(dict.fromkeys(INGEST_COUNTERS, 0))
    for state in states:
        sums.update(state.ingest)
    return dict(sums)


def last_settled(states: Iterable[ProcessState]) -> datetime | None:
    """When any of the processes last settled."""
    times = [state.last_settled for state in states if state.last_settled is not None]
    return max(times, default=None)
