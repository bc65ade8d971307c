"""The receiver of HJ 212 in a process of its own, as the service that starts it sees it.

Two channels (pickled, each to and from our own child only): ``frames`` brings what stations sent,
some hundred at a time, and is read only as fast as the pipeline takes it, which holds back the
child; by ``control`` we tell what has become durable and who may send, and ask for links and
commands. A child that ends by itself is started again on the same port.
"""

from __future__ import annotations

import logging
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TooLateError
from contextlib import suppress
from dataclasses import replace
from itertools import count
from multiprocessing.connection import Connection
from typing import Any

import msgspec

from ingest.hj212_stations import RegisteredStations
from ingest.inbox import PipelineStoppedError
from ingest.message import Message, Ticket
from ingest.sources.hj212 import Counters, listening
from ingest.sources.hj212_bounds import Bounds
from ingest.sources.hj212_intake import Came
from models.environment.hj212_commands import (
    CommandResult,
    NotConnectedError,
    Order,
    StationLink,
)
from models.errors import CarbonpeakError
from models.readings import Source

log = logging.getLogger(__name__)

STOP_S = 15.0  # what the child may take to its end
TELL_S = 5.0  # and to tell its links or counters
RESTART_S = 1.0


class Hj212Process:
    """Like ``Hj212Source``, with a child that has the connections."""

    def __init__(
        self,
        host: str,
        port: int,
        stations: Callable[[], RegisteredStations],
        put: Callable[[Message], None],
        bounds: Bounds,
    ) -> None:
        self._address = (host, port)
        self._stations = stations
        self._put = put
        self._bounds = bounds
        self._socket: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._control: Connection | None = None
        self._sending = threading.Lock()
        self._told: RegisteredStations | None = None  # by the present child
        self._child = 0  # number of the present one
        self._calls: dict[int, Future[Any]] = {}
        self._numbers = count()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="hj212", daemon=True)
        self._last = Counters()
        self.done = self._durable  # one object, by which the pipeline groups messages

    @property
    def port(self) -> int:
        """The port that stations connect to, also where any was asked for."""
        return self._address[1]

    def start(self, *, anywhere: bool = False) -> None:
        """Listen; who connects before the child is up waits. Raises CarbonpeakError: port taken.

        ``anywhere`` takes any other port then.
        """
        host, port = self._address
        try:
            self._socket = listening(host, port)
        except CarbonpeakError as error:
            if not anywhere:
                raise
            self._socket = listening(host, 0)
            log.warning("%s: stations are received at %d", error, self._socket.getsockname()[1])
        self._address = (host, self._socket.getsockname()[1])
        self._thread.start()

    def finish(self) -> None:
        """Take in nothing more, answer what is stored, and end the connections.

        Call it while the pipeline runs.
        """
        if self._stopping.is_set() or self._socket is None:
            return
        self._stopping.set()
        self._tell("finish")
        self._thread.join(STOP_S)
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
        self._socket.close()

    def links(self) -> list[StationLink]:
        """Every station heard of since the child's start; none where it does not answer."""
        links: list[StationLink] = self._call(TELL_S, [], "links")
        return links

    def command(self, mn: str, wanted: Order) -> CommandResult:
        """Give a command and wait for its end. Raises NotConnectedError."""
        result: CommandResult | None = self._call(None, None, "command", mn, wanted)
        if result is None:
            raise NotConnectedError("station: the receiver ended meanwhile")
        return result

    def counters(self) -> Counters:
        """What the child counts, for the metrics; as it last told where it does not answer."""
        self._last = self._call(TELL_S, self._last, "counters")
        return self._last

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                frames = self._spawn()
            except OSError as error:  # no memory or no descriptors: the next time there may be
                log.error("hj212: the receiver cannot be started: %s", error)
                self._stopping.wait(RESTART_S)
                continue
            try:
                while True:
                    self._take(frames.recv())
            except (EOFError, OSError):
                pass
            except PipelineStoppedError:
                frames.close()  # not answered, so the stations send again
                return
            frames.close()
            if not self._stopping.wait(RESTART_S):
                log.error("hj212: the receiver ended by itself, and is started again")

    def _spawn(self) -> Connection:
        assert self._socket is not None
        ours, theirs = zip(socket.socketpair(), socket.socketpair(), strict=True)
        passed = {"listening": self._socket, "frames": theirs[0], "control": theirs[1]}
        arguments = [f"--{name}={one.fileno()}" for name, one in passed.items()]
        arguments.append(f"--bounds={msgspec.json.encode(self._bounds).decode()}")
        arguments.append(f"--level={log.getEffectiveLevel()}")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "ingest.sources.hj212_child", *arguments],
            pass_fds=[one.fileno() for one in passed.values()],
            stdin=subprocess.DEVNULL,
        )
        for one in theirs:
            one.close()
        frames, control = (Connection(one.detach()) for one in ours)
        with self._sending:
            self._child += 1
            self._control = control
            self._told = None
        threading.Thread(
            target=self._hear, args=(control,), name="hj212-control", daemon=True
        ).start()
        self._tell_stations()
        return frames

    def _take(self, came: Sequence[Came]) -> None:
        stations = self._tell_stations()
        for one in came:
            self._put(
                Message(
                    one.payload,
                    one.enterprise,
                    None,
                    one.peer,
                    Source.HJ212,
                    one.received,
                    None if one.number is None else self.done,
                    (self._child, one.number),
                    hj212=stations,
                )
            )

    def _tell_stations(self) -> RegisteredStations:
        """Say who may send, where that has changed; each batch of frames asks."""
        stations = self._stations()
        if stations is not self._told:
            self._told = stations
            known, keys = {}, {}
            for mn in stations.registry.point_by_mn:
                station, key = stations.of(mn), stations.key(mn)
                if station is not None:
                    known[mn] = replace(station, fields={})
                if key is not None:
                    keys[mn] = key
            self._tell("stations", known, keys)
        return stations

    def _durable(self, tickets: Sequence[Ticket]) -> None:
        self._tell("done", [number for child, number in tickets if child == self._child])

    def _tell(self, *what: object) -> bool:
        """Whether it could be told; a child that has ended could not, the next is told anew."""
        with self._sending, suppress(OSError):
            if self._control is not None:
                self._control.send(what)
                return True
        return False

    def _call(self, patience_s: float | None, without: Any, *what: object) -> Any:
        number, future = next(self._numbers), Future[Any]()
        self._calls[number] = future
        try:
            if not self._tell("call", number, *what) or self._stopping.is_set():
                return without
            return future.result(patience_s)
        except TooLateError:
            return without
        finally:
            self._calls.pop(number, None)

    def _hear(self, control: Connection) -> None:
        with suppress(EOFError, OSError):
            while True:
                number, answer = control.recv()
                future = self._calls.get(number)
                if future is None or future.done():
                    continue
                if isinstance(answer, Exception):
                    future.set_exception(answer)
                else:
                    future.set_result(answer)
        for future in list(self._calls.values()):
            if not future.done():
                future.set_exception(NotConnectedError("station: the receiver ended meanwhile"))
        control.close()
