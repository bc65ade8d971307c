"""HJ 212 on a device's side: data segments of each edition, frames, and what a host says.

HJ 212-2017, sections 6.3 and 6.4 and annex A; written down here a second time, so that the
product's own reader never meets its own writing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

VERSIONS = {"2005": 0, "2017": 1, "2025": 2}  # of Flag's upper six bits
ITEMS_AT_MOST = 900  # characters of a data area that go into one packet (the standard's bound: 950)

_FRAME = re.compile(rb"##(\d{4})")
_FIELD = re.compile(r"(QN|ST|CN|PW|MN|Flag|PNUM|PNO)=([^;]*)")

Item = tuple[tuple[str, str], ...]  # names and values of one item


def crc(data: bytes) -> int:
    """The check number of a data segment (annex A): the byte meets the register's high byte."""
    register = 0xFFFF
    for byte in data:
        register = register >> 8 ^ byte
        for _ in range(8):
            register = register >> 1 ^ 0xA001 if register & 1 else register >> 1
    return register


def frame(segment: str, *, spoilt: bool = False) -> bytes:
    """The frame around a data segment; a ``spoilt`` one has a wrong check number."""
    data = segment.encode("utf-8")
    return b"##%04d%b%04X\r\n" % (len(data), data, crc(data) ^ (0x0101 if spoilt else 0))


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a station says it is. ``edition`` decides the version in Flag and the order of fields.

    ``bare`` ones (devices of 2005) send neither QN nor Flag with what they upload.
    """

    mn: str
    password: str
    st: str
    edition: str
    bare: bool = False

    def flag(self, *, answer: bool, split: bool = False) -> int:
        """The Flag byte: version, whether the packet has a number, whether an answer is wanted."""
        return VERSIONS[self.edition] * 4 + split * 2 + answer

    def segment(
        self,
        qn: str,
        cn: str,
        area: str,
        *,
        flag: int | None,
        st: str | None = None,
        packet: tuple[int, int] | None = None,
    ) -> str:
        """A data segment; ``packet`` is (number of packets, number of this one)."""
        head = [f"QN={qn}"] if qn else []
        kind = [f"ST={st or self.st}", f"CN={cn}"]
        head = kind + head if self.edition == "2005" else head + kind
        head += [f"PW={self.password}", f"MN={self.mn}"]
        if flag is not None:
            head.append(f"Flag={flag}")
        if packet is not None:
            head += [f"PNUM={packet[0]}", f"PNO={packet[1]}"]
        return ";".join([*head, f"CP=&&{area}&&"])


def area(items: Iterable[Item]) -> str:
    """The text of a data area."""
    return ";".join(",".join(f"{name}={value}" for name, value in item) for item in items)


def areas(first: Item, items: Iterable[Item], at_most: int = ITEMS_AT_MOST) -> list[str]:
    """Data areas of at most so many characters, each beginning with the item ``first``."""
    found: list[list[Item]] = [[first]]
    for item in items:
        if len(found[-1]) > 1 and len(area([*found[-1], item])) > at_most:
            found.append([first])
        found[-1].append(item)
    return [area(one) for one in found]


@dataclass(frozen=True, slots=True)
class Said:
    """What a host says: the header's fields as texts, the data area's as a dictionary."""

    fields: dict[str, str]
    area: dict[str, str]
    sound: bool  # whether its check number is right

    @property
    def cn(self) -> str:
        """Command code, empty where it has none."""
        return self.fields.get("CN", "")

    @property
    def qn(self) -> str:
        """Request number, empty where it has none."""
        return self.fields.get("QN", "")

    @property
    def wants_answer(self) -> bool:
        """Whether Flag asks for one."""
        flag = self.fields.get("Flag", "0")
        return flag.isdigit() and bool(int(flag) & 1)


def parse(segment: bytes, check: bytes) -> Said:
    """What a data segment says; anything that is not understood is left out."""
    text = segment.decode("utf-8", "replace")
    head, _, rest = text.partition("CP=&&")
    said = dict(_FIELD.findall(head))
    inside = rest.rpartition("&&")[0]
    pairs = (one.partition("=") for one in re.split("[;,]", inside) if "=" in one)
    values = {name: value for name, _, value in pairs}
    return Said(said, values, sound=f"{crc(segment):04X}".encode() == check.upper())


class Listener:
    """Whole frames out of the bytes that a host sends."""

    def __init__(self) -> None:
        self._held = b""

    def feed(self, data: bytes) -> list[Said]:
        """What is complete now; bytes before a frame's head are dropped."""
        self._held += data
        found: list[Said] = []
        while (head := _FRAME.search(self._held)) is not None:
            begin, length = head.end(), int(head.group(1))
            if len(self._held) < begin + length + 4:
                self._held = self._held[head.start() :]
                return found
            end = begin + length
            found.append(parse(self._held[begin:end], self._held[end : end + 4]))
            self._held = self._held[end + 4 :]
        self._held = self._held[-5:]
        return found
