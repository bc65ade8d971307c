"""The way in by MQTT.

A message is acknowledged to the broker only once what came of it is durable. Topics:
``park/{park}/{enterprise}/meter/{meter}`` and ``park/{park}/{enterprise}/batch``.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import paho.mqtt.client as paho

from ingest.inbox import PipelineStoppedError
from ingest.message import Message, Ticket
from ingest.pipeline import Pipeline
from ingest.sources.mqtt_filters import former_filters
from ingest.sources.mqtt_session import Account, Session, Will, safe_level
from models.readings import Source

log = logging.getLogger(__name__)

STOP_S = 5.0  # what stop() waits for the acknowledgement of what was handed over


class MqttSource:
    """The ingest session: persistent, under a fixed client id, acknowledged by hand, QoS 1.

    The session's thread hands each message to ``pipeline.put``, which waits while the inbox is
    full; that holds back the broker. The commit thread says what is done with, a commit's messages
    at once, and the session's thread acknowledges. A message id means something within one
    connection only, so an acknowledgement of an earlier one is dropped: the broker sends that
    message again, and the same reading once more changes nothing that is accounted.

    Several sources with the same ``share`` divide the messages among them. What the broker gave to
    one of them it gives to no other: if that one is gone, it waits for its client id to come back.
    ``folder`` is where the session's subscriptions are remembered: with another share, or none, it
    gives up those that it had.
    """

    def __init__(
        self,
        host: str,
        port: int,
        park: str,
        client_id: str,
        pipeline: Pipeline,
        *,
        account: Account | None = None,
        share: str | None = None,
        folder: Path | None = None,
        will: Will | None = None,
        on_ready: Callable[[], None] = lambda: None,
    ) -> None:
        for name, level in (("park", park), ("mqtt_share", share or "-")):
            if not safe_level(level):
                raise ValueError(f"{name}: {level!r} cannot be part of an MQTT topic")
        self._root = f"park/{park}/"
        self._pipeline = pipeline
        self._lock = threading.Lock()
        self._all_done = threading.Condition(self._lock)
        self._taken = 0  # messages handed over; the session's thread only
        self._done = 0  # of those, finished; under the lock
        self._stopping = False
        self._finished = False
        self._done_with = self._finish  # one object, by which the pipeline groups messages
        plain = [f"{self._root}+/meter/+", f"{self._root}+/batch"]
        topics = plain if share is None else [f"$share/{share}/{topic}" for topic in plain]
        formerly = [] if folder is None else former_filters(folder, topics)
        if share is not None and plain[0] not in formerly:
            formerly += plain  # of a session older than the folder's memory
        self.session = Session(
            host,
            port,
            client_id,
            account or Account(),
            topics=topics,
            formerly=formerly,
            on_message=self._on_message,
            manual_ack=True,
            on_ready=on_ready,
            will=will,
        )

    def start(self) -> None:
        """Connect in the background, again and again until it succeeds or ``stop``."""
        self.session.start()

    def finish(self) -> None:
        """Take in nothing more and acknowledge what was handed over; the session stays.

        Call it while the pipeline runs. Should the store refuse, it gives up after ``STOP_S``
        seconds: what is not acknowledged then comes again with the next session.
        """
        with self._lock:
            self._stopping = True
            self._finished = self._all_done.wait_for(lambda: self._done >= self._taken, STOP_S)
        if not self._finished:
            log.warning("stopping with %d messages not acknowledged", self._taken - self._done)

    def stop(self) -> None:
        """Finish, where that is not done yet, and disconnect."""
        if not self._stopping:
            self.finish()
        # Where not finished, the session's thread may wait in pipeline.put until that stops.
        self.session.stop(STOP_S, join=self._finished)

    def _on_message(self, message: paho.MQTTMessage) -> None:
        if self._stopping:
            return  # not acknowledged, so it comes again
        try:
            topic = message.topic
        except UnicodeDecodeError as error:
            topic = error.object.decode("utf-8", "backslashreplace")
        enterprise, _, rest = topic[len(self._root) :].partition("/")
        self._taken += 1
        ticket = (self.session.connection, message.mid if message.qos else None)
        try:
            self._pipeline.put(
                Message(
                    bytes(message.payload),
                    enterprise,
                    None if rest == "batch" else rest[len("meter/") :],
                    topic,
                    Source.MQTT,
                    datetime.now(UTC),
                    self._done_with,
                    ticket,
                )
            )
        except PipelineStoppedError:
            self._finished_some(1)  # not acknowledged, so it comes again

    def _finish(self, tickets: Sequence[Ticket]) -> None:
        for connection, some in groupby(tickets, key=itemgetter(0)):
            message_ids = [message_id for _, message_id in some if message_id is not None]
            self.session.acknowledge(connection, message_ids)
        self._finished_some(len(tickets))

    def _finished_some(self, messages: int) -> None:
        with self._lock:
            self._done += messages
            if self._stopping:
                self._all_done.notify_all()
