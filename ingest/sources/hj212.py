"""The way in by HJ 212: stations connect by TCP, and an upload is answered once it is durable.

An event loop in a thread of its own. Nothing in it waits for the store: ``hj212_intake``.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import socket
import threading
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import CancelledError
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import count
from typing import TYPE_CHECKING, Any, TypeVar

from ingest.decode.hj212_frames import Frame
from ingest.message import Message, Ticket
from ingest.sources.hj212_answers import DATA_ANSWER, NOTICE_ANSWER, answer
from ingest.sources.hj212_bounds import Allowance, Bounds, allow_files
from ingest.sources.hj212_connection import READ_AT_ONCE, Connection
from ingest.sources.hj212_exchange import Exchange
from ingest.sources.hj212_host import Host, Patience, is_answer
from ingest.sources.hj212_intake import Intake
from ingest.sources.hj212_links import Link, Links
from models.environment.hj212_commands import (
    CommandResult,
    NotConnectedError,
    Order,
    StationLink,
)
from models.errors import CarbonpeakError
from models.readings import Source

if TYPE_CHECKING:
    from ingest.hj212_stations import Station, Stations

Told = TypeVar("Told")

log = logging.getLogger(__name__)

TIME_REQUEST, HEARTBEAT = "1013", "9015"
NOTICES = frozenset({"2012", "2022", TIME_REQUEST})  # 9013 answers them (HJ 212-2017, 6.1.3)
SWEEP_S = 2.0  # how often connections are looked at for what is overdue
STOP_S = 5.0  # what the end waits for answers that are due
BACKLOG = 1_024
SOCKET_BYTES = 32 << 10
_KEEPALIVE = {"TCP_KEEPIDLE": 60, "TCP_KEEPINTVL": 20, "TCP_KEEPCNT": 3}  # half-open: 2 minutes


@dataclass(slots=True)
class Due:
    """What follows once a message is durable."""

    connection: Connection
    answer: bytes | None
    exchange: Exchange | None  # of which it is a piece


@dataclass(frozen=True, slots=True)
class Counters:
    """Counts since the start; ``connections`` and ``queued`` are of now."""

    connections: int = 0
    accepted: int = 0
    turned_away: int = 0
    overdue: int = 0
    replaced: int = 0
    frames: int = 0
    refused: int = 0
    answered: int = 0
    commands: int = 0
    unanswered: int = 0
    queued: int = 0


class Hj212Source:
    """The receiver, on a socket that listens. ``put`` takes messages in their order and may wait;
    ``stations`` tells who is registered.
    """

    def __init__(
        self,
        on: socket.socket,
        stations: Callable[[], Stations],
        put: Callable[[Sequence[Message]], None],
        *,
        bounds: Bounds | None = None,
        patience: Patience | None = None,
    ) -> None:
        self.bounds = bounds or Bounds()
        self.allowance = Allowance(self.bounds.refused_per_s, self.bounds.refused_at_once)
        self.buffer = bytearray(READ_AT_ONCE)
        self._listening = on
        self._stations = stations
        self._intake = Intake(
            put, self.bounds.queue_messages, self.bounds.queue_bytes, self._has_room
        )
        self._links = Links(lambda: datetime.now(UTC))
        self._host = Host(self._links, self._links.now, patience or Patience())
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="hj212", daemon=True)
        self._server: asyncio.Server | None = None
        self._connections: dict[Connection, None] = {}  # oldest first
        self._due: dict[int, Due] = {}
        self._numbers = count()
        self._stopping = False
        self._accepted = self._turned_away = self._overdue = 0
        self._frames = self._refused = self._answered = 0
        self.done = self._durable  # one object, by which the pipeline groups messages

    @property
    def port(self) -> int:
        """The port that it listens on."""
        port: int = self._listening.getsockname()[1]
        return port

    def start(self) -> None:
        """Take connections; harmless when called again."""
        if self._thread.is_alive():
            return
        self.bounds = replace(self.bounds, connections=allow_files(self.bounds.connections))
        self._thread.start()
        self._ask(self._listen())
        self._intake.start()

    def finish(self) -> None:
        """Take in nothing more, answer what is stored, and end the connections.

        Call it while the pipeline runs. What is not answered within ``STOP_S`` the stations send
        again, to whoever listens then.
        """
        if not self._thread.is_alive() or self._stopping:
            return
        self._ask(self._stop_reading())
        self._intake.stop(STOP_S)
        self._ask(self._end())
        self._end_loop()

    def links(self) -> list[StationLink]:
        """Every station heard of since the start; from any thread."""
        if self._stopping:
            return []

        async def told() -> list[StationLink]:
            return self._links.told()

        return self._ask(told())

    def command(self, mn: str, wanted: Order) -> CommandResult:
        """Give a command and wait for its end; from any thread. Raises NotConnectedError."""
        if self._stopping:
            raise NotConnectedError("station: the receiver is ending")
        try:
            return self._ask(self._host.command(mn, wanted))
        except CancelledError:
            raise NotConnectedError("station: the receiver ended meanwhile") from None

    def counters(self) -> Counters:
        """What is counted, for the metrics; from any thread."""
        return Counters(
            connections=len(self._connections),
            accepted=self._accepted,
            turned_away=self._turned_away,
            overdue=self._overdue,
            replaced=self._links.replaced,
            frames=self._frames,
            refused=self._refused,
            answered=self._answered,
            commands=self._host.sent,
            unanswered=self._host.unanswered,
            queued=len(self._intake),
        )

    # What connections call, in the event loop.

    def made(self, connection: Connection) -> None:
        """Take a new connection; where there are too many, the oldest unknown one goes for it."""
        self._accepted += 1
        if len(self._connections) >= self.bounds.connections:
            stranger = next((one for one in self._connections if not one.is_known), None)
            self._turned_away += 1
            if stranger is None:
                connection.close(f"there are {self.bounds.connections} connections already")
                return
            stranger.close("there are too many, and it is none of a registered station")
            self._connections.pop(stranger)
        self._connections[connection] = None
        if self._stopping or self.is_full():
            connection.hold("full")

    def lost(self, connection: Connection) -> None:
        """It has ended."""
        self._connections.pop(connection, None)
        self._links.gone(connection)

    def frame(self, connection: Connection, data: bytes, frame: Frame) -> bool:
        """Take a frame with a right CRC; False where its sender is not registered or not itself."""
        self._frames += 1
        stations = self._stations()
        station = None if frame.mn is None else stations.of(frame.mn)
        if station is None or not _is_itself(station, frame):
            self._refused += 1
            self._hand_over(connection, data, stations, frame)
            return False
        connection.is_known = True
        link = self._links.heard(connection, frame, station)
        if self._is_for_host(connection, link, frame):
            return True
        exchange = link.exchange
        piece = exchange if exchange is not None and exchange.takes(frame) else None
        reply = answer(frame, DATA_ANSWER) if frame.wants_answer else None
        due = None if reply is None and piece is None else Due(connection, reply, piece)
        self._hand_over(connection, data, stations, frame, due=due, enterprise=station.enterprise)
        return True

    def refused(self, connection: Connection, data: bytes) -> None:
        """Keep bytes that are no sound frame; the decoder says why they are refused."""
        self._refused += 1
        self._links.refused(connection)
        self._hand_over(connection, data, self._stations())

    def keys(self, mn: str) -> bytes | None:
        """The SM4 key of a station, where one is registered."""
        return self._stations().key(mn)

    def is_full(self) -> bool:
        """Whether reading has to wait."""
        return self._intake.is_full()

    def _is_for_host(self, connection: Connection, link: Link, frame: Frame) -> bool:
        """Whether the frame is part of the protocol and no data; it is answered then."""
        if frame.cn in NOTICES or frame.cn == HEARTBEAT:
            if frame.wants_answer or frame.cn in NOTICES:
                self._reply(connection, answer(frame, NOTICE_ANSWER))
            if frame.cn == TIME_REQUEST:
                self._host.set_time(link)
            return True
        answers = link.exchange is not None and link.exchange.answered(frame)
        return answers or is_answer(frame) or frame.cn == DATA_ANSWER

    def _hand_over(
        self,
        connection: Connection,
        data: bytes,
        stations: Stations,
        frame: Frame | None = None,
        *,
        due: Due | None = None,
        enterprise: str | None = None,
    ) -> None:
        number = None
        if due is not None:
            number = next(self._numbers)
            self._due[number] = due
            connection.awaited += due.answer is not None
        self._intake.add(
            Message(
                data,
                enterprise,
                None,
                connection.peer,
                Source.HJ212,
                datetime.now(UTC),
                None if due is None else self.done,
                (0, number),
                hj212=stations,
                frame=frame,
            )
        )

    # From other threads into the event loop.

    def _has_room(self) -> None:
        self._loop.call_soon_threadsafe(self._resume)

    def _resume(self) -> None:
        if not self._stopping:
            for connection in self._connections:
                connection.resume("full")

    def _durable(self, tickets: Sequence[Ticket]) -> None:
        numbers = [number for _, number in tickets if number is not None]
        try:
            self._loop.call_soon_threadsafe(self._answer, numbers)
        except RuntimeError:  # the loop has ended: they are stored, and the stations send again
            log.warning("hj212: %d frames are stored and not answered", len(numbers))

    def _answer(self, numbers: Sequence[int]) -> None:
        for number in numbers:
            due = self._due.pop(number, None)
            if due is None:
                continue
            if due.exchange is not None:
                due.exchange.durable()
            if due.answer is not None:
                self._answered += 1
                due.connection.answered(due.answer)

    def _reply(self, connection: Connection, data: bytes) -> None:
        self._answered += 1
        connection.write(data)

    # The event loop's own.

    async def _listen(self) -> None:
        self._server = await self._loop.create_server(
            lambda: Connection(self), sock=self._listening, backlog=BACKLOG
        )
        self._loop.call_later(SWEEP_S, self._sweep)

    def _sweep(self) -> None:
        now = self._loop.time()
        for connection in list(self._connections):
            why = connection.overdue(now)
            if why is not None:
                self._overdue += 1
                connection.close(why)
        if not self._stopping:
            self._loop.call_later(SWEEP_S, self._sweep)

    async def _stop_reading(self) -> None:
        self._stopping = True
        if self._server is not None:
            self._server.close()
        for connection in self._connections:
            connection.hold("full")
        self._host.stop()

    async def _end(self) -> None:
        until = self._loop.time() + STOP_S
        while (self._due or self._host.under_way) and self._loop.time() < until:
            await asyncio.sleep(0.02)
        if self._due:
            log.warning("hj212: stopping with %d frames not answered", len(self._due))
        for connection in list(self._connections):
            connection.finish()
        await asyncio.sleep(0)

    def _ask(self, what: Coroutine[Any, Any, Told]) -> Told:
        return asyncio.run_coroutine_threadsafe(what, self._loop).result()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()
        self._loop.run_until_complete(_cancel_others())
        self._loop.close()

    def _end_loop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(STOP_S)


def listening(host: str, port: int) -> socket.socket:
    """A socket for the receiver that listens; port 0 is any.

    Raises CarbonpeakError where the port cannot be had.
    """
    made = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    # Connections inherit these; without the first two the system buffers megabytes for each.
    made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SOCKET_BYTES)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SOCKET_BYTES)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in _KEEPALIVE.items():
        if hasattr(socket, name):
            made.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
    try:
        made.bind((host, port))
        made.listen(BACKLOG)  # of two that have bound it, only one may
    except OSError as error:
        made.close()
        raise CarbonpeakError(f"hj212_port: {port} of {host} cannot be had: {error}") from error
    return made


async def _cancel_others() -> None:
    """Let nobody wait for a loop that has ended."""
    await asyncio.sleep(0)  # what was asked for a moment ago begins
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


def _is_itself(station: Station, frame: Frame) -> bool:
    """Whether the frame has the station's password, where one is registered."""
    if station.password is None:
        return True
    return hmac.compare_digest((frame.pw or "").encode(), station.password.encode())
