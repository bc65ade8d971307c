"""The way in by MQTT, and what goes back by it: refusals and news of settled hours.

A message is acknowledged to the broker only once what came of it is durable. Topics:
``park/{park}/{enterprise}/meter/{meter}`` and ``park/{park}/{enterprise}/batch``.
"""

from __future__ import annotations

import json
import logging
import threading
from datetime import UTC, datetime
from functools import partial
from typing import Any

import paho.mqtt.client as paho
import pyarrow as pa
import pyarrow.compute as pc
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from ingest.inbox import PipelineStoppedError
from ingest.message import Message
from ingest.pipeline import Pipeline
from models.readings import Source

log = logging.getLogger(__name__)

QOS = 1
STOP_S = 5.0  # what stop() waits for the acknowledgement of what was handed over
RECONNECT_S = (1, 10)
NOTICES_WAITING = 1_000  # beyond these, news is dropped: all of it can also be asked for
METERS_NAMED = 1_000  # in one event
_SENT_BACK = (Source.MQTT, Source.HJ212)  # senders by HTTP and of files are answered directly


class MqttSource:
    """The ingest session: persistent, under a fixed client id, acknowledged by hand, QoS 1.

    paho's thread hands each message to ``pipeline.put``, which waits while the inbox is full; that
    holds back the broker. The commit thread acknowledges. A message id means something within one
    connection only, so an acknowledgement of an earlier one is dropped: the broker sends that
    message again, and the same reading once more changes nothing that is accounted.
    """

    def __init__(self, host: str, port: int, park: str, client_id: str, pipeline: Pipeline) -> None:
        if not safe_level(park):
            raise ValueError(f"park: {park!r} cannot be part of an MQTT topic")
        self._host = host
        self._port = port
        self._root = f"park/{park}/"
        self._pipeline = pipeline
        self._lock = threading.Lock()
        self._all_done = threading.Condition(self._lock)
        self._connection = 0  # number of the current one; changes under the lock
        self._taken = 0  # messages handed over; paho's thread only
        self._done = 0  # of those, finished; under the lock
        self._stopping = False
        self._subscribed = threading.Event()
        client = paho.Client(
            CallbackAPIVersion.VERSION2,
            client_id=client_id,
            clean_session=False,
            protocol=paho.MQTTv311,
            manual_ack=True,
        )
        client.reconnect_delay_set(*RECONNECT_S)
        client.max_queued_messages_set(NOTICES_WAITING)
        client.on_pre_connect = self._before_connection
        client.on_connect = self._on_connect
        client.on_connect_fail = self._on_connect_fail
        client.on_subscribe = self._on_subscribe
        client.on_disconnect = self._on_disconnect
        client.on_message = self._on_message
        self._client = client

    @property
    def connected(self) -> bool:
        """Whether the session is up and subscribed."""
        return self._subscribed.is_set()

    def wait_connected(self, timeout_s: float) -> bool:
        """Wait for ``connected``; False if it takes longer."""
        return self._subscribed.wait(timeout_s)

    def start(self) -> None:
        """Connect in the background, again and again until it succeeds or ``stop``."""
        self._client.connect_async(self._host, self._port, keepalive=60)
        self._client.loop_start()

    def stop(self) -> None:
        """Take in nothing more, acknowledge what was handed over, disconnect.

        Call it while the pipeline runs. Should the store refuse, it gives up after ``STOP_S``
        seconds: what is not acknowledged then comes again with the next session.
        """
        with self._lock:
            self._stopping = True
            finished = self._all_done.wait_for(lambda: self._done >= self._taken, STOP_S)
        if finished and self.connected:
            # Closing a socket with unread data makes the peer forget what it has not read of ours:
            # the last acknowledgements. So let the broker answer something asked after them.
            self._subscribed.clear()
            self._subscribe()
            self._subscribed.wait(STOP_S)
        self._client.disconnect()
        if finished:
            self._client.loop_stop()
        else:
            # paho's thread may wait in pipeline.put until the pipeline stops; it ends after that.
            log.warning("stopping with %d messages not acknowledged", self._taken - self._done)

    def publish_rejections(self, rejections: pa.Table, ids: tuple[int, ...]) -> None:
        """Tell senders by MQTT what was refused (NEW_REJECTIONS and their ids); never waits."""
        told = rejections.drop_columns(["payload"]).append_column("id", pa.array(ids, pa.int64()))
        told = told.filter(pc.is_in(told["source"], pa.array(_SENT_BACK, pa.uint8())))
        dropped = 0
        for row in told.to_pylist():
            enterprise = row["enterprise"]
            if enterprise is None or not safe_level(enterprise):
                continue
            notice = {
                "id": row["id"],
                "enterprise": enterprise,
                "meter": row["meter"],
                "item": row["item"],
                "reason": row["reason"],
                "detail": row["detail"],
                "sha256": row["payload_sha256"],
                "received": row["received"].isoformat(),
            }
            dropped += not self._publish(f"{self._root}{enterprise}/rejected", notice)
        if dropped:
            log.warning("%d rejections were not published; they are in the store", dropped)

    def publish_usage(self, rows: pa.Table) -> None:
        """Tell that usage changed in ``rows`` (meter_key, hour); never waits.

        The event names the number of hours, their extent, and at most ``METERS_NAMED`` meter keys
        of ``meters_changed``.
        """
        if not rows.num_rows:
            return
        meters = pc.unique(rows["meter_key"]).sort()
        extent = pc.min_max(rows["hour"]).as_py()
        event = {
            "hours": rows.num_rows,
            "first_hour": extent["min"].isoformat(),
            "last_hour": extent["max"].isoformat(),
            "meters_changed": len(meters),
            "meters": meters[:METERS_NAMED].to_pylist(),
        }
        if not self._publish(f"{self._root}event/usage", event):
            log.warning("a usage event over %d hours was not published", rows.num_rows)

    def _publish(self, topic: str, content: dict[str, Any]) -> bool:
        text = json.dumps(content, ensure_ascii=False)
        return self._client.publish(topic, text, QOS).rc in (
            MQTTErrorCode.MQTT_ERR_SUCCESS,
            MQTTErrorCode.MQTT_ERR_NO_CONN,  # kept by paho for the next connection
        )

    def _on_message(self, _client: paho.Client, _data: Any, message: paho.MQTTMessage) -> None:
        if self._stopping:
            return  # not acknowledged, so it comes again
        try:
            topic = message.topic
        except UnicodeDecodeError as error:
            topic = error.object.decode("utf-8", "backslashreplace")
        enterprise, _, rest = topic[len(self._root) :].partition("/")
        self._taken += 1
        done = partial(self._finish, self._connection, message.mid if message.qos else None)
        try:
            self._pipeline.put(
                Message(
                    bytes(message.payload),
                    enterprise,
                    None if rest == "batch" else rest[len("meter/") :],
                    topic,
                    Source.MQTT,
                    datetime.now(UTC),
                    done,
                )
            )
        except PipelineStoppedError:
            self._finish(-1, None)  # not acknowledged, so it comes again

    def _finish(self, connection: int, message_id: int | None) -> None:
        # Under the lock, so that no new connection begins between the comparison and the ack;
        # paho throws away what was not written before it reconnects.
        with self._lock:
            if message_id is not None and connection == self._connection:
                self._client.ack(message_id, QOS)
            self._done += 1
            if self._stopping:
                self._all_done.notify_all()

    def _before_connection(self, _client: paho.Client, _data: Any) -> None:
        with self._lock:
            self._connection += 1

    def _on_connect(
        self,
        _client: paho.Client,
        _data: Any,
        _flags: paho.ConnectFlags,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        if reason.is_failure:
            log.error("the broker at %s:%d refuses us: %s", self._host, self._port, reason)
            return
        self._subscribe()

    def _subscribe(self) -> None:
        topics = [(f"{self._root}+/meter/+", QOS), (f"{self._root}+/batch", QOS)]
        self._client.subscribe(topics)

    def _on_connect_fail(self, _client: paho.Client, _data: Any) -> None:
        log.warning("no broker at %s:%d, trying again", self._host, self._port)

    def _on_subscribe(
        self,
        _client: paho.Client,
        _data: Any,
        _id: int,
        reasons: list[ReasonCode],
        _properties: Properties | None,
    ) -> None:
        refused = [str(reason) for reason in reasons if reason.is_failure]
        if refused:
            log.error("the broker refuses our subscriptions: %s", ", ".join(refused))
            return
        if not self._stopping:
            log.info("taking in from %s:%d", self._host, self._port)
        self._subscribed.set()

    def _on_disconnect(
        self,
        _client: paho.Client,
        _data: Any,
        _flags: paho.DisconnectFlags,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        self._subscribed.clear()
        with self._lock:
            self._connection += 1
        if not self._stopping:
            log.warning("the connection to the broker is lost (%s)", reason)


def safe_level(text: str) -> bool:
    """Whether the text can be one level of an MQTT topic: not empty, no separator or wildcard."""
    return bool(text) and not any(sign in text for sign in "+#/\0")
