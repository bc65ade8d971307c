"""The thread of an MQTT session: reads and writes blocks, and calls what other threads ask for.

paho's own thread asks the system several times for each message, and other threads that
acknowledge wake it for each one. Here a block of messages is handled at once, and whatever other
threads want of the client is done in this thread, in the order in which they asked.
"""

from __future__ import annotations

import logging
import selectors
import socket
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress

from ingest.sources.buffered_socket import BufferedClient, BufferedSocket

log = logging.getLogger(__name__)

TURN_S = 1.0  # how often paho looks at its keep-alive
# Not select(), where there is another: it takes no descriptor beyond 1,023, and each client of the
# API has one.
_Selector: type[selectors.BaseSelector] = getattr(
    selectors, "PollSelector", selectors.DefaultSelector
)
PACKETS_A_TURN = 500  # between two looks at what other threads ask for


class NetworkLoop:
    """Connects, again and again until it succeeds, and keeps the connection going.

    ``on_fail`` is told of a connection that does not come about, within its exception's handling.
    ``delays_s`` are the first and the longest wait between two attempts.
    """

    def __init__(
        self,
        client: BufferedClient,
        on_fail: Callable[[], None],
        *,
        delays_s: tuple[float, float],
    ) -> None:
        self._client = client
        self._on_fail = on_fail
        self._delays_s = delays_s
        self._asked: deque[Callable[[], object]] = deque()
        self._signal, self._wake = socket.socketpair()
        for end in (self._signal, self._wake):
            end.setblocking(False)
        self._ending = threading.Event()
        self._again = False  # whether a packet failed in being handled, and waits
        self._thread = threading.Thread(target=self._run, name="mqtt", daemon=True)
        client.on_socket_register_write = lambda *_: self._awake()

    def start(self) -> None:
        """Begin; the client knows where to connect to."""
        self._thread.start()

    def call(self, function: Callable[[], object]) -> None:
        """Have it called in this thread, after what was asked for before; from any thread."""
        self._asked.append(function)
        self._awake()

    def stop(self, *, join: bool = True) -> None:
        """Disconnect after what was asked for before, and end.

        Where a connection is just being made, it is taken down as well.
        """
        self._asked.append(self._client.disconnect)
        self._ending.set()
        self._awake()
        if join and self._thread.is_alive():
            self._thread.join()

    def _awake(self) -> None:
        if threading.get_ident() != self._thread.ident:
            with suppress(OSError):  # full: it is awake; closed: it has ended
                self._wake.send(b"\0")

    def _run(self) -> None:
        first, longest = self._delays_s
        delay = 0.0  # none before the first attempt; also a broker that hangs up at once is spared
        while True:
            stream = self._client.stream
            if stream is not None:
                self._turn(stream)
                if self._client.is_connected():
                    delay = first
            elif self._ending.wait(delay):
                break
            else:
                delay = min(max(delay * 2, first), longest)
                self._connect()
        self._signal.close()
        self._wake.close()

    def _connect(self) -> None:
        try:
            self._client.reconnect()
        except Exception:  # noqa: BLE001 - a host that is no name is no OSError
            self._on_fail()

    def _turn(self, stream: BufferedSocket) -> None:
        try:
            self._read_and_write(stream)
        except Exception:
            # A mistake of ours must not end the thread: paho kept the packet, and gives it again.
            log.exception("the MQTT session failed in handling what came")
            self._again = True
            self._ending.wait(self._delays_s[0])

    def _read_and_write(self, stream: BufferedSocket) -> None:
        client = self._client
        waits = client.want_write() or not stream.flush()
        timeout = 0 if stream.pending() or self._asked or self._again else TURN_S
        with _Selector() as selector:
            selector.register(self._signal, selectors.EVENT_READ)
            selector.register(
                stream, selectors.EVENT_READ | (selectors.EVENT_WRITE if waits else 0)
            )
            readable = {
                key.fileobj
                for key, events in selector.select(timeout)
                if events & selectors.EVENT_READ
            }
        if self._signal in readable:
            self._signal.recv(1 << 16)
        while self._asked:
            self._asked.popleft()()
        if stream in readable or stream.pending() or self._again:
            self._again = False
            for _ in range(PACKETS_A_TURN):
                client.loop_read()
                if client.stream is not stream or not stream.pending():
                    break
        if client.stream is stream:
            client.loop_write()
        client.loop_misc()
