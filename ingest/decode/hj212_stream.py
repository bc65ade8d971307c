"""HJ 212 on the wire: frames out of a stream of bytes that comes in pieces of any size."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ingest.decode.hj212_frames import ENCRYPTING, HEADED, LONGEST, TAIL, crc
from ingest.decode.hj212_sm4 import looks_encrypted

_LINE_ENDS = re.compile(rb"[\r\n]+")
_SEAL = re.compile(rb"&&[0-9A-Fa-f]{4}")  # what ends an encrypted frame


@dataclass(frozen=True, slots=True)
class Garbage:
    """Bytes of a stream that belong to no frame; they are kept as a rejection."""

    data: bytes


class Splitter:
    """Frames out of a stream that comes in pieces of any size.

    A plain data segment holds no line end and no ``##`` with four digits after it: where one comes
    before the told end, what came first is no frame, whatever length it tells, and the next one is
    neither waited for nor lost. An encrypted area may hold anything: there the told length counts,
    where ``&&`` and a CRC end it. So each byte is checked once, and little more than a longest
    frame is held.
    """

    def __init__(self) -> None:
        self._held = bytearray()

    @property
    def holds(self) -> int:
        """Bytes that wait for what follows them."""
        return len(self._held)

    def feed(self, came: bytes) -> list[bytes | Garbage]:
        """Frames that are complete now, without their tails, and what is none.

        Of what begins as a frame and is broken (length, CRC) the bytes are given like a frame's:
        ``parse`` tells what is wrong. How the bytes were cut changes nothing of the frames.
        """
        self._held += came
        return self._taken(ended=False)

    def close(self) -> list[bytes | Garbage]:
        """What is left at the end of the stream."""
        return self._taken(ended=True)

    def _taken(self, *, ended: bool) -> list[bytes | Garbage]:
        held = self._held
        pieces: list[bytes | Garbage] = []
        loose = begin = 0  # from where on there is garbage, and where the next piece begins
        while begin < len(held):
            nothing = _LINE_ENDS.match(held, begin) if begin == loose else None
            if nothing is not None:  # at once: nobody is to keep us busy with these
                begin = loose = nothing.end()
                continue
            end = _end(held, begin, ended=ended)
            if end is None:
                break
            if HEADED.match(held, begin):
                _add_garbage(pieces, held[loose:begin])
                pieces.append(bytes(held[begin:end]))
                loose = end
            elif end - loose > LONGEST:
                _add_garbage(pieces, held[loose:end])
                loose = end
            begin = end
        _add_garbage(pieces, held[loose:begin])
        del held[:begin]
        return pieces


def _add_garbage(pieces: list[bytes | Garbage], piece: bytes | bytearray) -> None:
    """Line ends between frames are nobody's, they are dropped."""
    stripped = bytes(piece).strip(TAIL)
    if stripped:
        pieces.append(Garbage(stripped))


def _end(held: bytearray, begin: int, *, ended: bool) -> int | None:
    """Where the piece that begins there ends; None where more has to come to tell."""
    if HEADED.match(held, begin):
        told = begin + 10 + int(held[begin + 2 : begin + 6])
        encrypted = _is_encrypted(held, begin, told)
        broken = None if encrypted else _boundary(held, begin, told)
        complete = len(held) >= told
        if not ended and (encrypted is None or (broken is None and not complete)):
            return None
        if complete and broken is None and _is_sealed(held, begin, told, encrypted=bool(encrypted)):
            return told
    boundary = _boundary(held, begin, begin + LONGEST)
    if boundary is None and len(held) >= begin + LONGEST + 5:  # no head reaches over the cut
        return begin + LONGEST
    return len(held) if boundary is None and ended else boundary


def _is_encrypted(held: bytearray, begin: int, told: int) -> bool | None:
    """Whether the area of the frame there is cipher text; None where its first block is to come."""
    head = ENCRYPTING.match(held, begin)
    if head is None or _boundary(held, begin, head.end()) is not None:
        return False
    area = held[head.end() : min(head.end() + 16, told - 6)]
    if len(area) < 16 and head.end() + 16 <= told - 6:
        return None
    return looks_encrypted(area)


def _is_sealed(held: bytearray, begin: int, told: int, *, encrypted: bool) -> bool:
    """Whether the CRC that comes where the length tells it is right, or may be."""
    if encrypted:  # of what its key gives, which is not known here
        return _SEAL.fullmatch(held, told - 6, told) is not None
    return held[told - 4 : told].upper() == b"%04X" % crc(held[begin + 6 : told - 4])


def _boundary(held: bytearray, begin: int, last: int) -> int | None:
    """Where, before ``last``, the line ends or another head begins; None where neither does."""
    lines = [place for end in TAIL if (place := held.find(end, begin, last)) >= 0]
    if lines:
        last = max(min(lines), begin + 1)
    head = HEADED.search(held, begin + 1, last + 5)
    if head is not None:
        return head.start()
    return last if lines else None
