"""The way in by MQTT.

A message is acknowledged to the broker only once what came of it is durable. Topics:
``park/{park}/{enterprise}/meter/{meter}`` and ``park/{park}/{enterprise}/batch``, and
``park/{park}/hj212``: raw frames of stations, from the process that receives them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import paho.mqtt.client as paho

from ingest.hj212_stations import Stations
from ingest.message import Message
from ingest.pipeline import Pipeline
from ingest.sources.hand_over import HandOver
from ingest.sources.hj212_forward import frames_topic
from ingest.sources.mqtt_filters import former_filters
from ingest.sources.mqtt_session import Account, Session, Will, safe_level
from models.readings import Source


class MqttSource:
    """The ingest session: persistent, under a fixed client id, acknowledged by hand, QoS 1.

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
        stations: Callable[[], Stations] | None = None,
        on_ready: Callable[[], None] = lambda: None,
    ) -> None:
        for name, level in (("park", park), ("mqtt_share", share or "-")):
            if not safe_level(level):
                raise ValueError(f"{name}: {level!r} cannot be part of an MQTT topic")
        self._root = f"park/{park}/"
        self._stations = stations
        plain = [f"{self._root}+/meter/+", f"{self._root}+/batch"]
        if stations is not None:
            plain.append(frames_topic(park))
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
        self._hand_over = HandOver(pipeline, self.session)

    def start(self) -> None:
        """Connect in the background, again and again until it succeeds or ``stop``."""
        self.session.start()

    def finish(self) -> None:
        """Take in nothing more and acknowledge what was handed over; the session stays."""
        self._hand_over.finish()

    def stop(self) -> None:
        """Finish, where that is not done yet, and disconnect."""
        self._hand_over.stop()

    def _on_message(self, message: paho.MQTTMessage) -> None:
        if self._hand_over.stopping:
            return  # not acknowledged, so it comes again
        try:
            topic = message.topic
        except UnicodeDecodeError as error:
            topic = error.object.decode("utf-8", "backslashreplace")
        enterprise, _, rest = topic[len(self._root) :].partition("/")
        stations = self._stations() if self._stations is not None and not rest else None
        self._hand_over.put(
            Message(
                bytes(message.payload),
                enterprise if rest else None,
                rest[len("meter/") :] if rest.startswith("meter/") else None,
                topic,
                Source.MQTT if stations is None else Source.HJ212,
                datetime.now(UTC),
                self._hand_over.done,
                (self.session.connection, message.mid if message.qos else None),
                hj212=stations,
            )
        )
