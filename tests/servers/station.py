"""A station of HJ 212 by plain sockets: bytes and CRC by the standard's own words, none of ours."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from types import TracebackType

WAIT_S = 20.0


def check_number(data: bytes) -> int:
    """HJ 212-2017, annex A, bit by bit."""
    register = 0xFFFF
    for byte in data:
        register = (register >> 8) ^ byte
        for _ in range(8):
            lowest = register & 1
            register >>= 1
            if lowest:
                register ^= 0xA001
    return register


def frame(text: str, check: str | None = None) -> bytes:
    """The frame of a data segment; with another ``check`` it is a wrong one."""
    data = text.encode()
    check = f"{check_number(data):04X}" if check is None else check
    return f"##{len(data):04d}".encode() + data + check.encode() + b"\r\n"


def fields(segment: str) -> dict[str, str]:
    """The fields of a data segment; ``CP`` without its marks."""
    head, _, area = segment.partition("CP=&&")
    found = dict(one.split("=", 1) for one in head.split(";") if one)
    return found | {"CP": area.removesuffix("&&")}


class Station:
    """One connection. It takes what the host sends apart by length and CR LF, and checks it."""

    def __init__(self, port: int, mn: str, password: str = "123456") -> None:
        self.mn = mn
        self.password = password
        self.socket = socket.create_connection(("127.0.0.1", port), WAIT_S)
        self.socket.settimeout(WAIT_S)
        self._read = b""

    def __enter__(self) -> Station:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.socket.close()

    def segment(self, cn: str, area: str, *, qn: str, st: str = "31", flag: int | None = 5) -> str:
        """A data segment of this station."""
        told = "" if flag is None else f"Flag={flag};"
        head = f"QN={qn};ST={st};CN={cn};PW={self.password};MN={self.mn};"
        return f"{head}{told}CP=&&{area}&&"

    def send(self, cn: str, area: str, *, qn: str, st: str = "31", flag: int | None = 5) -> None:
        """Send one sound frame."""
        self.socket.sendall(frame(self.segment(cn, area, qn=qn, st=st, flag=flag)))

    def raw(self, segment: str) -> None:
        """Send a data segment as it is, with its length and CRC."""
        self.socket.sendall(frame(segment))

    def hear(self, timeout_s: float = WAIT_S) -> dict[str, str] | None:
        """The next frame of the host, by its fields; None where none comes or it hangs up."""
        while True:
            whole = self._whole()
            if whole is not None:
                return whole
            try:
                self.socket.settimeout(timeout_s)
                came = self.socket.recv(4096)
            except OSError:  # too late, hung up, or closed by the test
                return None
            if not came:
                return None
            self._read += came

    def is_ended(self, timeout_s: float = WAIT_S) -> bool:
        """Whether the host ends the connection in this time; what it sends before is dropped."""
        self.socket.settimeout(timeout_s)
        try:
            while self.socket.recv(4096):
                pass
        except ConnectionError:
            return True
        except TimeoutError:
            return False
        return True

    def _whole(self) -> dict[str, str] | None:
        if len(self._read) < 6:
            return None
        assert self._read[:2] == b"##", self._read
        length = int(self._read[2:6])
        if len(self._read) < length + 12:
            return None
        data, rest = self._read[6 : 6 + length], self._read[6 + length : 12 + length]
        assert rest == f"{check_number(data):04X}\r\n".encode(), rest
        self._read = self._read[length + 12 :]
        return fields(data.decode())


def answering(station: Station, answers: Callable[[dict[str, str]], None]) -> threading.Thread:
    """A thread in which the station hears, until the connection ends or ``answers`` raises it."""

    def run() -> None:
        while (heard := station.hear()) is not None:
            answers(heard)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread
