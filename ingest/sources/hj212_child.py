"""The receiver of HJ 212 as a child of the service: an interpreter of its own for the connections.

In the service's own process each read and write of a socket would wait for the interpreter, which
whoever computes there holds for milliseconds: at thousands of frames a second that is too long.
The child ends with its parent. What the two say to each other: ``hj212_process``.
"""

from __future__ import annotations

import argparse
import logging
import os
import signal
import socket
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any

import msgspec

from ingest.hj212_stations import Station
from ingest.message import Message
from ingest.sources.hj212 import Hj212Source
from ingest.sources.hj212_bounds import Bounds
from ingest.sources.hj212_intake import Came
from models.environment.hj212_commands import NotConnectedError

log = logging.getLogger(__name__)

AT_ONCE = 16  # calls answered at a time: a command may take minutes


@dataclass
class Told:
    """The stations as the parent told them last."""

    stations: Mapping[str, Station] = field(default_factory=dict)
    keys: Mapping[str, bytes] = field(default_factory=dict)

    def of(self, mn: str) -> Station | None:
        """The registered device of this MN; None for any other."""
        return self.stations.get(mn)

    def key(self, mn: str) -> bytes | None:
        """The SM4 key of this MN; None where none is known."""
        return self.keys.get(mn)


class Child:
    """``frames`` takes what stations send; ``control`` brings what the parent says."""

    def __init__(
        self, listening: socket.socket, frames: Connection, control: Connection, bounds: Bounds
    ) -> None:
        self._frames = frames
        self._control = control
        self._sending = threading.Lock()
        self._told = Told()
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="hj212-call")
        self._source = Hj212Source(listening, lambda: self._told, self._put, bounds=bounds)

    def run(self) -> None:
        """Receive until the parent says so, or is gone."""
        try:
            while True:
                kind, *content = self._control.recv()
                if kind == "done":
                    self._source.done([(0, number) for number in content[0]])
                elif kind == "stations":
                    self._told = Told(*content)
                    self._source.start()
                elif kind == "call":
                    self._pool.submit(self._answer, *content)
                elif kind == "finish":
                    threading.Thread(target=self._finish, daemon=True).start()
        except (EOFError, OSError):
            os._exit(0)  # nobody is there to take anything

    def _put(self, messages: Sequence[Message]) -> None:
        self._frames.send(
            [
                Came(one.payload, one.enterprise, one.peer, one.received, one.ticket[1])
                for one in messages
            ]
        )

    def _answer(self, number: int, name: str, *arguments: Any) -> None:
        try:
            answer = getattr(self._source, name)(*arguments)
        except NotConnectedError as error:
            answer = error
        except Exception as error:  # who asked waits for an answer, whatever it is
            log.exception("hj212: %s", name)
            answer = NotConnectedError(f"station: the receiver failed: {type(error).__name__}")
        with self._sending:
            self._control.send((number, answer))

    def _finish(self) -> None:
        self._source.finish()
        os._exit(0)


def main() -> None:
    """Run with the descriptors that were passed on."""
    parser = argparse.ArgumentParser(description="The receiver of HJ 212; the service starts it.")
    for name in ("listening", "frames", "control"):
        parser.add_argument(f"--{name}", type=int, required=True)
    parser.add_argument("--bounds", required=True)
    parser.add_argument("--level", type=int, default=logging.WARNING)
    given = parser.parse_args()
    for ends in (signal.SIGINT, signal.SIGTERM):  # meant for the parent, which ends us in order
        signal.signal(ends, signal.SIG_IGN)
    logging.basicConfig(level=given.level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    Child(
        socket.socket(fileno=given.listening),
        Connection(given.frames),
        Connection(given.control),
        msgspec.json.decode(given.bounds, type=Bounds),
    ).run()


if __name__ == "__main__":
    main()
