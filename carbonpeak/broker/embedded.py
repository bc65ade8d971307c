"""A broker within our own process, for trials on machines without mosquitto."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Final, Literal

from amqtt.broker import Broker
from amqtt.errors import BrokerError as AmqttError
from amqtt.plugins.base import BaseAuthPlugin
from amqtt.session import Session

from carbonpeak.broker.errors import BrokerError, usable_port

STOP_S = 10.0


class LoopbackAuth(BaseAuthPlugin):  # type: ignore[misc]  # amqtt is not typed
    """Lets everybody on loopback in, and their sessions outlive a disconnect.

    amqtt's own plugin for anonymous clients marks their sessions to be deleted at disconnect.
    """

    @dataclass
    class Config:
        """Nothing to set."""

    async def authenticate(self, *, session: Session) -> bool:  # noqa: ARG002 (amqtt's signature)
        """Yes."""
        return True


class EmbeddedBroker:
    """amqtt on its own thread and event loop; MQTT 3.1.1, loopback only.

    Sessions and queues live in memory: they end with the process, a message not acknowledged
    within 5 s or at a reconnect is not sent again. So this is for trials, not for accounts.
    """

    kind: Final[Literal["embedded"]] = "embedded"

    def __init__(self, port: int, host: str = "127.0.0.1") -> None:
        self.host = host
        self.port = port
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._broker: Broker | None = None

    def start(self) -> None:
        """Start and return when it listens. Raises BrokerError where it cannot."""
        self.port = usable_port(self.host, self.port)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(
            target=self._loop.run_forever, name="embedded-broker", daemon=True
        )
        self._thread.start()
        started: Future[Broker] = asyncio.run_coroutine_threadsafe(self._open(), self._loop)
        try:
            self._broker = started.result()
        except AmqttError as error:
            self._end_loop()
            raise BrokerError(f"broker: the embedded broker does not start: {error}") from error

    def stop(self) -> None:
        """Close all connections and forget all sessions."""
        broker, self._broker = self._broker, None
        if broker is None or self._loop is None:
            return
        try:
            asyncio.run_coroutine_threadsafe(broker.shutdown(), self._loop).result(STOP_S)
        finally:
            self._end_loop()

    async def _open(self) -> Broker:
        plugin = f"{LoopbackAuth.__module__}.{LoopbackAuth.__qualname__}"
        broker = Broker(
            {
                "listeners": {"default": {"type": "tcp", "bind": f"{self.host}:{self.port}"}},
                "plugins": {plugin: {}},
            }
        )
        await broker.start()
        return broker

    def _end_loop(self) -> None:
        loop, self._loop = self._loop, None
        thread, self._thread = self._thread, None
        if loop is None or thread is None:
            return
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
