"""A socket that reads and writes in blocks, for paho, which asks for every message three times.

paho reads the first byte of a packet, its length byte by byte, and then the rest, and writes every
packet by itself: each time a call of the system, at which the interpreter changes threads. Here
the system is asked once for a block of many packets.
"""

from __future__ import annotations

import socket
import ssl
from contextlib import suppress
from typing import Any

import paho.mqtt.client as paho

BLOCK = 64 << 10
LAST_WORDS_S = 2.0  # what closing may take to hand over what is not written yet


class BufferedSocket:
    """A non-blocking stream socket, plain or TLS. For one thread at a time."""

    def __init__(self, stream: socket.socket) -> None:
        self._stream = stream
        self._read = b""
        self._at = 0
        self._unwritten = bytearray()

    def recv(self, size: int) -> bytes:
        """Up to ``size`` bytes, empty at the end; raises as the socket does where none is there."""
        begin = self._at
        if begin == len(self._read):
            self._read = b""
            self._at = begin = 0
            self._read = self._stream.recv(BLOCK)
        part = self._read[begin : begin + size]
        self._at = begin + len(part)
        return part

    def pending(self) -> int:
        """Bytes that are read and not asked for yet, those that TLS holds among them."""
        held = self._stream.pending() if isinstance(self._stream, ssl.SSLSocket) else 0
        return len(self._read) - self._at + held

    def send(self, data: bytes | bytearray) -> int:
        """Take all of it; it leaves with ``flush``. Raises BlockingIOError while too much waits."""
        if len(self._unwritten) > BLOCK:
            self.flush()
            if len(self._unwritten) > BLOCK:
                raise BlockingIOError
        self._unwritten += data
        return len(data)

    def flush(self) -> bool:
        """Write what the socket takes; whether nothing is left.

        Never raises: that the peer is gone is told by ``recv``, which whoever reads it handles.
        """
        with suppress(OSError):
            while self._unwritten:
                sent = self._stream.send(self._unwritten)
                del self._unwritten[:sent]
        return not self._unwritten

    def close(self) -> None:
        """Write what is left, as far as the peer takes it, and close."""
        with suppress(OSError):
            if self._unwritten:
                self._stream.settimeout(LAST_WORDS_S)
                self._stream.sendall(self._unwritten)
        self._stream.close()

    def fileno(self) -> int:
        """For ``select``."""
        return self._stream.fileno()

    def __getattr__(self, name: str) -> Any:
        """Everything else is the socket's own."""
        return getattr(self._stream, name)


class BufferedClient(paho.Client):
    """paho's client on a BufferedSocket."""

    def _create_socket(self) -> Any:
        stream: Any = super()._create_socket()
        return BufferedSocket(stream)

    @property
    def stream(self) -> BufferedSocket | None:
        """The connection, where there is one."""
        stream = self.socket()
        return stream if isinstance(stream, BufferedSocket) else None
