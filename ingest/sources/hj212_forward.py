"""Frames of HJ 212 stations to the processes that take MQTT in: one message a frame, QoS 1.

A frame is done, and answered to its station, once the broker has it (its PUBACK).
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import partial

from ingest.inbox import PipelineStoppedError
from ingest.message import Message
from ingest.sources.mqtt_session import Session

UNCONFIRMED = 500  # at most; below what the session lets wait
LOOK_S = 0.5


def frames_topic(park: str) -> str:
    """Where raw frames are published."""
    return f"park/{park}/hj212"


class Forwarder:
    """``put`` is for one thread; it waits while the broker confirms nothing."""

    def __init__(self, park: str) -> None:
        self._topic = frames_topic(park)
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
        while not self._room.acquire(timeout=LOOK_S):
            if self._stopping.is_set():
                raise PipelineStoppedError
        session = self._session
        if session is None or not session.publish_counted(
            self._topic, message.payload, partial(self._confirmed, message)
        ):
            self._room.release()
            raise PipelineStoppedError

    def stop(self) -> None:
        """Wait for the broker no longer."""
        self._stopping.set()

    def _confirmed(self, message: Message) -> None:
        self._room.release()
        if message.done is not None:
            message.done([message.ticket])
