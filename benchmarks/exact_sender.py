"""A sender that keeps an exact account of what the broker acknowledged.

MQTT 3.1.1 (OASIS, sections 3.1 to 3.4 and 4.4) on a plain socket: it publishes with QoS 1, and
sends again after each lost connection what is not acknowledged. A client library would do, but on
two cores beside the service and the broker it would take the time that they need.
"""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

WINDOW = 1000  # messages that may wait for their acknowledgement
BLOCK = 200  # messages written at once
AGAIN_S = 0.1
TURN_S = 0.02
SILENCE_S = 20.0  # a broker that acknowledges nothing for so long has forgotten us


@dataclass
class SenderAccount:
    """``transmitted`` counts every sending, also of the same message once more."""

    messages: int = 0
    transmitted: int = 0
    acknowledged: int = 0
    connections: int = 0
    seconds: float = 0.0


class ExactSender:
    """Publishes all messages at up to ``rate`` a second; behind schedule, as fast as it can."""

    def __init__(self, port: int, client_id: str, rate: float) -> None:
        self._port = port
        self._client_id = client_id.encode()
        self._rate = rate
        self._open: dict[int, bytes] = {}  # by message id, in the order of sending
        self._next_id = 1
        self._unread = b""
        self.account = SenderAccount()

    def run(self, messages: Iterator[tuple[str, bytes]]) -> SenderAccount:
        """Return once the broker has acknowledged every message."""
        began = time.monotonic()
        rest = iter(messages)
        more = True
        while more or self._open:
            try:
                with self._connected() as link:
                    heard = time.monotonic()
                    for packet in list(self._open.values()):
                        link.sendall(bytes([packet[0] | 0x08]) + packet[1:])  # DUP
                        self.account.transmitted += 1
                    while more or self._open:
                        due = int((time.monotonic() - began) * self._rate) + 1
                        room = min(BLOCK, WINDOW - len(self._open), due - self.account.messages)
                        if more and room > 0:
                            fresh = list(islice(rest, room))
                            more = len(fresh) == room
                            # Counted as open before it is written: a write may fail half-way.
                            block = b"".join([self._publish(*one) for one in fresh])
                            link.sendall(block)
                        if self._read(link):
                            heard = time.monotonic()
                        elif self._open and time.monotonic() - heard > SILENCE_S:
                            raise ConnectionError("the broker is silent")
            except OSError:
                time.sleep(AGAIN_S)
        self.account.seconds = time.monotonic() - began
        return self.account

    def _connected(self) -> socket.socket:
        link = socket.create_connection(("127.0.0.1", self._port), timeout=10)
        try:
            link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            body = b"\x00\x04MQTT\x04\x02\x00\x00" + _text(self._client_id)  # clean, no keep-alive
            link.sendall(b"\x10" + _length(len(body)) + body)
            answer = b""
            while len(answer) < 4:
                piece = link.recv(4 - len(answer))
                if not piece:
                    raise ConnectionError("closed while connecting")
                answer += piece
            if answer != b"\x20\x02\x00\x00":
                raise ConnectionError(f"refused: {answer!r}")
        except BaseException:
            link.close()
            raise
        self._unread = b""
        self.account.connections += 1
        return link

    def _publish(self, topic: str, payload: bytes) -> bytes:
        message_id = self._next_id
        while message_id in self._open:
            message_id = message_id % 65535 + 1
        self._next_id = message_id % 65535 + 1
        body = _text(topic.encode()) + struct.pack(">H", message_id) + payload
        packet = b"\x32" + _length(len(body)) + body
        self._open[message_id] = packet
        self.account.messages += 1
        self.account.transmitted += 1
        return packet

    def _read(self, link: socket.socket) -> bool:
        """Take acknowledgements in: of four bytes each, and nothing else comes to us."""
        link.settimeout(TURN_S)
        try:
            piece = link.recv(1 << 16)
        except TimeoutError:
            return False
        finally:
            link.settimeout(10)
        if not piece:
            raise ConnectionError("the broker closed the connection")
        data = self._unread + piece
        whole = len(data) // 4 * 4
        for place in range(0, whole, 4):
            kind, length, message_id = struct.unpack_from(">BBH", data, place)
            if (kind, length) != (0x40, 2):
                raise ConnectionError(f"not an acknowledgement: {data[place : place + 4]!r}")
            if self._open.pop(message_id, None) is not None:
                self.account.acknowledged += 1
        self._unread = data[whole:]
        return True


def _text(data: bytes) -> bytes:
    return struct.pack(">H", len(data)) + data


def _length(size: int) -> bytes:
    digits = bytearray()
    while True:
        size, digit = divmod(size, 128)
        digits.append(digit | 0x80 if size else digit)
        if not size:
            return bytes(digits)
