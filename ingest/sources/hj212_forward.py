"""Frames of HJ 212 stations to the processes that take MQTT in: one message a frame, QoS 1.

A frame is done, and answered to its station, once the broker has it (its PUBACK). A broker gives
that also for what nobody is subscribed to, and drops it: so nothing is published before a process
that takes frames in was heard of. From then on its session is kept, also while it is away.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from functools import partial

from ingest.inbox import PipelineStoppedError
from ingest.message import Message
from ingest.sources.mqtt_session import Session

log = logging.getLogger(__name__)

UNCONFIRMED = 500  # at most; below what the session lets wait
LOOK_S = 0.5


def frames_topic(park: str) -> str:
    """Where raw frames are published."""
    return f"park/{park}/hj212"


class Forwarder:
    """``put`` is for one thread; it waits while the broker confirms nothing, or nobody
    ``is_subscribed``.
    """

    def __init__(self, park: str, is_subscribed: Callable[[], bool]) -> None:
        self._topic = frames_topic(park)
        self._is_subscribed = is_subscribed
        self._is_told = False
        self._session: Session | None = None
        self._room = threading.Semaphore(UNCONFIRMED)
        self._stopping = threading.Event()

    def use(self, session: Session) -> None:
        """Publish by this session."""
        self._session = session

    def put(self, messages: Sequence[Message]) -> None:
        """Publish frames. Raises PipelineStoppedError after ``stop``."""
        for message in messages:
            self._publish(message)

    def _publish(self, message: Message) -> None:
        while not self._is_published(message):
            if self._stopping.wait(LOOK_S):
                raise PipelineStoppedError

    def _is_published(self, message: Message) -> bool:
        session = self._session
        if session is None:
            return False
        if not self._is_subscribed():
            if not self._is_told:
                log.warning("hj212: no process of the role ingest was heard of; frames wait")
            self._is_told = True
            return False
        if not self._room.acquire(timeout=LOOK_S):
            return False
        confirmed = partial(self._confirmed, message)
        if session.publish_counted(self._topic, message.payload, confirmed):
            return True
        self._room.release()  # too much of ours waits for a connection already
        return False

    def stop(self) -> None:
        """Wait for the broker no longer."""
        self._stopping.set()

    def _confirmed(self, message: Message) -> None:
        self._room.release()
        if message.done is not None:
            message.done([message.ticket])
