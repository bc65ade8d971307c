"""One TCP connection of the HJ 212 receiver: bytes in, frames to the desk, answers out."""

from __future__ import annotations

import asyncio
import logging
from typing import Protocol, cast

from ingest.decode.hj212_frames import Frame, parse
from ingest.decode.hj212_stream import Garbage, Splitter
from ingest.sources.hj212_bounds import Allowance, Bounds
from models.errors import DecodeError

log = logging.getLogger(__name__)

READ_AT_ONCE = 8 << 10


class Desk(Protocol):
    """What the connections share."""

    bounds: Bounds
    allowance: Allowance
    buffer: bytearray  # one for all: what is read is taken out at once

    def made(self, connection: Connection) -> None:
        """It is open."""

    def lost(self, connection: Connection) -> None:
        """It has ended."""

    def frame(self, connection: Connection, data: bytes, frame: Frame) -> bool:
        """A frame with a right CRC came; False where it is refused."""

    def refused(self, connection: Connection, data: bytes) -> None:
        """Bytes came that are no sound frame."""

    def keys(self, mn: str, /) -> bytes | None:
        """The SM4 key of a station, where one is registered."""

    def is_full(self) -> bool:
        """Whether reading must wait until ``resume`` is called."""


class Connection(asyncio.BufferedProtocol):
    """Of the receiver's event loop. ``peer`` is its address as rejections keep it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._loop = asyncio.get_running_loop()
        self._splitter = Splitter()
        self._transport: asyncio.Transport | None = None
        self._holds: set[str] = set()  # why nothing is read now
        self.address = self.peer = ""
        self.opened = self.heard = self._loop.time()
        self.begun: float | None = None  # since when a frame has been incomplete
        self.has_spoken = False  # a frame with a right CRC came
        self.is_known = False  # one of a registered station, with its password
        self.awaited = 0  # answers that are due once something is durable
        self.has_ended = False  # nothing more is read, by the peer's will or ours

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the socket."""
        self._transport = cast("asyncio.Transport", transport)
        name = transport.get_extra_info("peername") or ("unknown", 0)
        self.address, self.peer = name[0], f"hj212 {name[0]}:{name[1]}"
        self._transport.set_write_buffer_limits(high=self._desk.bounds.unread_answers)
        self._desk.made(self)

    def get_buffer(self, sizehint: int) -> bytearray:  # noqa: ARG002 - the protocol's signature
        """Where the next bytes go."""
        return self._desk.buffer

    def buffer_updated(self, nbytes: int) -> None:
        """Bytes came."""
        self.heard = self._loop.time()
        pieces = self._splitter.feed(bytes(self._desk.buffer[:nbytes]))
        self._take(pieces)
        if not self._splitter.holds:
            self.begun = None
        elif pieces or self.begun is None:  # what waits has come with this
            self.begun = self.heard
        if self._desk.is_full():
            self.hold("full")

    def eof_received(self) -> bool:
        """The peer sends nothing more: what is left is no whole frame. It may wait for answers."""
        self._take(self._splitter.close())
        self.has_ended = True
        return self.awaited > 0

    def connection_lost(self, exc: Exception | None) -> None:
        """It has ended; what is left of it is kept."""
        if exc is not None:
            log.info("%s: %s", self.peer, exc)
        self._take(self._splitter.close())
        self._transport = None
        self._desk.lost(self)

    def pause_writing(self) -> None:
        """Our answers are not read: whoever does that does not want them."""
        self.close("it does not read our answers")

    def write(self, data: bytes) -> None:
        """Send; nothing where it has ended."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(data)

    def answered(self, data: bytes) -> None:
        """Send an answer that was due; the last one ends a connection whose peer has ended."""
        self.awaited -= 1
        self.write(data)
        if self.has_ended and not self.awaited:
            self.finish()

    def finish(self) -> None:
        """End it once what was written has left."""
        if self._transport is not None:
            self._transport.close()

    def close(self, why: str) -> None:
        """End it at once."""
        if self._transport is not None:
            log.info("%s is closed: %s", self.peer, why)
            self._transport.abort()

    def leave(self, why: str) -> None:
        """Read nothing more, and end it once what was read is answered."""
        if self.awaited:
            log.info("%s is left: %s", self.peer, why)
            self.has_ended = True
            self.hold("left")
        else:
            self.close(why)

    def hold(self, why: str) -> None:
        """Read nothing until every reason for that is gone."""
        if not self._holds and self._transport is not None and not self._transport.is_closing():
            self._transport.pause_reading()
        self._holds.add(why)

    def resume(self, why: str) -> None:
        """Read again, where no other reason is left."""
        self._holds.discard(why)
        if not self._holds and self._transport is not None and not self._transport.is_closing():
            self._transport.resume_reading()

    def overdue(self, now: float) -> str | None:
        """Why it has to end now, by the bounds; None where it has not."""
        bounds = self._desk.bounds
        if self.has_ended and now - self.heard > bounds.frame_s:
            return "it has ended, and was not answered in time"
        if self._holds:
            return None  # it is we who do not read
        if not self.has_spoken and now - self.opened > bounds.hello_s:
            return f"no frame within {bounds.hello_s:g} s"
        if self.begun is not None and now - self.begun > bounds.frame_s:
            return f"a frame is not complete within {bounds.frame_s:g} s"
        if now - self.heard > bounds.idle_s:
            return f"nothing came for {bounds.idle_s:g} s"
        return None

    def _take(self, pieces: list[bytes | Garbage]) -> None:
        for piece in pieces:
            if isinstance(piece, Garbage):
                self._refuse(piece.data)
                continue
            try:
                frame = parse(piece, self._desk.keys)
                self.has_spoken = True
                is_taken = self._desk.frame(self, piece, frame)
            except DecodeError:
                self._refuse(piece)
            except Exception:
                # A mistake of ours in one frame must cost neither the frame nor the connection.
                log.exception("%s: a frame could not be handled and is kept", self.peer)
                self._refuse(piece)
            else:
                if not is_taken:
                    self._slow_down(piece)

    def _refuse(self, data: bytes) -> None:
        self._desk.refused(self, data)
        self._slow_down(data)

    def _slow_down(self, data: bytes) -> None:
        wait_s = self._desk.allowance.take(self.address, self._loop.time(), len(data))
        if wait_s > 0:
            self.hold("refused")
            self._loop.call_later(wait_s, self.resume, "refused")
