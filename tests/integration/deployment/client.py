"""An MQTT client of the tests, whose broker's answers can be waited for."""

from __future__ import annotations

import queue
import ssl

import paho.mqtt.client as paho
from paho.mqtt.reasoncodes import ReasonCode

WAIT_S = 20.0


class Client:
    """A client whose broker's answers can be waited for; MQTT 5, where refusals have reasons."""

    def __init__(
        self,
        port: int,
        user: str | None,
        password: str | None,
        context: ssl.SSLContext | None = None,
    ) -> None:
        self.got: queue.Queue[tuple[str, bytes]] = queue.Queue()
        self._answers: queue.Queue[ReasonCode] = queue.Queue()
        self.client = paho.Client(paho.CallbackAPIVersion.VERSION2, protocol=paho.MQTTv5)
        if user is not None:
            self.client.username_pw_set(user, password)
        if context is not None:
            self.client.tls_set_context(context)
        self.client.on_connect = lambda _c, _d, _f, reason, _p: self._answers.put(reason)
        self.client.on_publish = lambda _c, _d, _m, reason, _p: self._answers.put(reason)
        self.client.on_subscribe = lambda _c, _d, _m, reasons, _p: self._answers.put(reasons[0])
        self.client.on_message = lambda _c, _d, message: self.got.put(
            (message.topic, message.payload)
        )
        self.client.connect("localhost", port)
        self.client.loop_start()
        self.connected = self._answers.get(timeout=WAIT_S)

    def publish(self, topic: str, payload: bytes = b"1") -> str:
        """Publish with QoS 1; the broker's answer."""
        self.client.publish(topic, payload, 1)
        return str(self._answers.get(timeout=WAIT_S))

    def subscribe(self, topic: str) -> None:
        """Subscribe and wait for the answer."""
        self.client.subscribe(topic, 1)
        self._answers.get(timeout=WAIT_S)

    def leave(self) -> None:
        """Disconnect."""
        self.client.disconnect()
        self.client.loop_stop()

    def next(self) -> tuple[str, bytes]:
        """The next message."""
        return self.got.get(timeout=WAIT_S)
