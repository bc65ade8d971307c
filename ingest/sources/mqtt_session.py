"""A persistent MQTT session under a fixed client id: connects again and again until it is stopped.

It may be used from any thread. What it says about its state is for people as well: ``trouble``.
"""

from __future__ import annotations

import json
import logging
import ssl
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from ingest.sources.buffered_socket import BufferedClient
from ingest.sources.network_loop import NetworkLoop
from models.errors import CarbonpeakError

log = logging.getLogger(__name__)

QOS = 1
RECONNECT_S = (1, 10)
WAITING = 1_000  # messages of ours that wait for a connection; beyond these they are refused


@dataclass(frozen=True, slots=True)
class Account:
    """How we are known at the broker, and the authority that vouches for it; nothing by default."""

    username: str | None = None
    password: str | None = field(default=None, repr=False)
    ca_file: Path | None = None  # where set, the connection is TLS


@dataclass(frozen=True, slots=True)
class Will:
    """What the broker publishes, retained, should we go without a word."""

    topic: str
    content: dict[str, Any]


def _nothing() -> None:
    pass


class Session:
    """One client id at one broker, subscribed to ``topics`` with QoS 1.

    ``on_message`` and the other callbacks run in the session's thread: ``on_ready`` each time the
    broker has confirmed the subscriptions. ``connection`` is the number of the current connection.
    A session that was subscribed to ``formerly`` before is no longer, once it is to ``topics``. A
    ``will`` that can be called is asked for before each connection.
    Raises CarbonpeakError where the account's CA file cannot be used.
    """

    def __init__(
        self,
        host: str,
        port: int,
        client_id: str,
        account: Account,
        *,
        topics: Sequence[str],
        on_message: Callable[[paho.MQTTMessage], None],
        manual_ack: bool = False,
        on_ready: Callable[[], None] = _nothing,
        formerly: Sequence[str] = (),
        will: Will | Callable[[], Will] | None = None,
    ) -> None:
        self._host = host
        self._port = port
        self._topics = topics
        self._formerly = formerly
        self._on_ready = on_ready
        self._stopping = False
        self.connection = 0  # number of the current one; changes in the session's thread only
        self.connections = 0  # how often it came up
        self._subscribed = threading.Event()
        self._trouble: str | None = "not connected yet"
        self._publishing = threading.RLock()
        self._unconfirmed: dict[int, Callable[[], None]] = {}  # by message id
        client = BufferedClient(
            CallbackAPIVersion.VERSION2,
            client_id=client_id,
            clean_session=False,
            protocol=paho.MQTTv311,
            manual_ack=manual_ack,
        )
        if account.username is not None:
            client.username_pw_set(account.username, account.password)
        if account.ca_file is not None:
            try:
                client.tls_set_context(ssl.create_default_context(cafile=account.ca_file))
            except OSError as error:
                raise CarbonpeakError(f"mqtt_ca_file: {account.ca_file}: {error}") from error
        self._will = will
        client.max_queued_messages_set(WAITING)
        client.max_inflight_messages_set(WAITING)
        client.on_pre_connect = lambda *_: self._before_connecting()
        client.on_connect = self._on_connect
        client.on_subscribe = self._on_subscribe
        client.on_disconnect = self._on_disconnect
        client.on_publish = lambda _client, _data, mid, *_: self._on_publish(mid)
        client.on_message = lambda _client, _data, message: on_message(message)
        self._client = client
        self._loop = NetworkLoop(client, self._on_connect_fail, delays_s=RECONNECT_S)

    @property
    def connected(self) -> bool:
        """Whether the session is up and subscribed."""
        return self._subscribed.is_set()

    @property
    def trouble(self) -> str | None:
        """Why it is not connected, in words for an administrator; None while it is."""
        return None if self.connected else self._trouble

    def wait_connected(self, timeout_s: float) -> bool:
        """Wait for ``connected``; False if it takes longer."""
        return self._subscribed.wait(timeout_s)

    def start(self) -> None:
        """Connect in the background."""
        self._client.connect_async(self._host, self._port, keepalive=60)
        self._loop.start()

    def stop(self, timeout_s: float, *, join: bool = True) -> None:
        """Wait until the broker has read everything that we sent, and disconnect.

        The subscriptions stay: what is published meanwhile waits for the next session of this
        client id. Without ``join`` paho's thread ends by itself, when the callback that holds it
        returns.
        """
        self._stopping = True
        if join and self.connected:
            # Closing a socket with unread data makes the peer forget what it has not read of ours:
            # the last acknowledgements. So let the broker answer something asked after them.
            self._subscribed.clear()
            self._loop.call(self._subscribe)
            self._subscribed.wait(timeout_s)
        self._loop.stop(join=join)
        self._subscribed.clear()

    def publish(self, topic: str, content: dict[str, Any], *, retain: bool = False) -> bool:
        """Publish a JSON object, now or with the next connection; never waits.

        False where too much waits already.
        """
        return self._client.publish(topic, _text(content), QOS, retain).rc in (
            MQTTErrorCode.MQTT_ERR_SUCCESS,
            MQTTErrorCode.MQTT_ERR_NO_CONN,  # kept by paho for the next connection
        )

    def publish_confirmed(
        self, topic: str, content: dict[str, Any], timeout_s: float, *, retain: bool = False
    ) -> bool:
        """Publish a JSON object and wait for the broker's PUBACK; not from the session's thread.

        False where there is none in time: the broker may have it all the same, or get it later.
        """
        message = self._client.publish(topic, _text(content), QOS, retain)
        try:
            message.wait_for_publish(timeout_s)
            return message.is_published()
        except (RuntimeError, ValueError):  # no connection, or too much waits already
            return False

    def publish_counted(self, topic: str, payload: bytes, confirmed: Callable[[], None]) -> bool:
        """Publish with QoS 1; ``confirmed`` is called in the session's thread at the PUBACK.

        Without a connection it waits for the next one. False where too much waits already.
        """
        with self._publishing:  # the PUBACK may come before we know its number
            message = self._client.publish(topic, payload, QOS)
            taken = message.rc in (MQTTErrorCode.MQTT_ERR_SUCCESS, MQTTErrorCode.MQTT_ERR_NO_CONN)
            if taken:
                self._unconfirmed[message.mid] = confirmed
        return taken

    def publish_bytes(self, topic: str, payload: bytes) -> None:
        """Publish with QoS 0, as commands of Sparkplug B are; lost where there is no connection."""
        self._client.publish(topic, payload, qos=0)

    def acknowledge(self, connection: int, message_ids: Sequence[int]) -> None:
        """Acknowledge messages of one connection, where ``manual_ack`` was asked for.

        A message id means something within one connection only: of an earlier one, the broker sends
        those messages again.
        """

        def acknowledge() -> None:
            if connection == self.connection:
                for message_id in message_ids:
                    self._client.ack(message_id, QOS)

        self._loop.call(acknowledge)

    def _before_connecting(self) -> None:
        self._break()
        will = self._will() if callable(self._will) else self._will
        if will is not None:
            self._client.will_set(will.topic, _text(will.content), QOS, retain=True)

    def _break(self) -> None:
        self.connection += 1

    def _subscribe(self) -> None:
        self._client.subscribe([(topic, QOS) for topic in self._topics])

    def _on_connect(
        self,
        _client: paho.Client,
        _data: Any,
        _flags: paho.ConnectFlags,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        if reason.is_failure:
            self._trouble = f"the broker at {self._host}:{self._port} refuses us: {reason}"
            log.error("%s", self._trouble)
            return
        self._subscribe()

    def _on_connect_fail(self) -> None:
        error = sys.exc_info()[1]
        self._trouble = f"no connection to the broker at {self._host}:{self._port}: {error}"
        log.warning("%s; trying again", self._trouble)

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
            self._trouble = f"the broker refuses our subscriptions: {', '.join(refused)}"
            log.error("%s", self._trouble)
            return
        if self._stopping:
            self._subscribed.set()
            return
        if self._formerly:  # only now, so that no message falls between the two
            self._client.unsubscribe(list(self._formerly))
        self.connections += 1
        log.info("connected to the broker at %s:%d", self._host, self._port)
        self._subscribed.set()
        self._on_ready()

    def _on_publish(self, mid: int) -> None:
        with self._publishing:
            confirmed = self._unconfirmed.pop(mid, None)
        if confirmed is not None:
            confirmed()

    def _on_disconnect(
        self,
        _client: paho.Client,
        _data: Any,
        _flags: paho.DisconnectFlags,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        was_connected = self.connected
        self._subscribed.clear()
        self._break()
        if was_connected and not self._stopping:
            self._trouble = f"the connection to the broker is lost ({reason})"
            log.warning("%s", self._trouble)


def _text(content: dict[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False)


def safe_level(text: str) -> bool:
    """Whether the text can be one level of an MQTT topic: not empty, no separator or wildcard."""
    return bool(text) and not any(sign in text for sign in "+#/\0")
