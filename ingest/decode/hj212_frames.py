"""One frame of HJ 212: what it says (editions 2005 to 2025; HJ 212-2017, section 6.3 and annex A).

A frame is ``##``, four digits of length, the data segment, four hexadecimal digits of CRC, CR LF.
Pure: what the values mean is for ``hj212_readings``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from ingest.decode.hj212_sm4 import decrypted, looks_encrypted
from ingest.decode.json_text import shown
from models.errors import DecodeError, Reason

HEAD = b"##"
TAIL = b"\r\n"
LONGEST_DATA = 9_999  # bytes: what four digits can tell (the standard's own bound is 1,024)
LONGEST = LONGEST_DATA + 10  # of a frame without its tail
EDITIONS = ("2005", "2017", "2025")  # by the version in Flag (table 3; 2 is HJ 212-2025)

HEADED = re.compile(rb"##[0-9]{4}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_WELL_FORMED = re.compile(r"[A-Za-z0-9_.\-]++=[^,;]*+(?:[,;][A-Za-z0-9_.\-]++=[^,;]*+)*+")
_NAME = re.compile(r"[A-Za-z0-9_.\-]+")
_CIPHER_TEXT = re.compile(r"\{0x.*\}|[0-9A-Za-z+/]{16,}={0,2}", re.DOTALL)
ENCRYPTING = re.compile(rb"##[0-9]{4}[ -~]{0,200};Flag=(?:8|9|10|11);[ -~]{0,60}CP=&&")
_FIELDS = {
    "QN": (re.compile(r"[0-9]{14,17}"), "digits of a time to the millisecond"),
    "ST": (re.compile(r"[0-9A-Z]{2}"), "two digits or capital letters"),
    "CN": (re.compile(r"[0-9]{4}"), "four digits"),
    "PW": (re.compile(r".{0,24}"), "a text of at most 24 characters"),
    "MN": (re.compile(r".{1,24}"), "a text of 1 to 24 characters"),
    "Flag": (re.compile(r"[0-9]{1,3}"), "a number from 0 to 255"),
    "PNUM": (re.compile(r"[0-9]{1,5}"), "a number of packets"),
    "PNO": (re.compile(r"[0-9]{1,5}"), "a packet's number"),
    "RF": (re.compile(r"[0-9]"), "a digit"),
}

Item = tuple[tuple[str, str], ...]  # the fields of one item: (name, value) as sent


def _table() -> tuple[int, ...]:
    values = list(range(256))
    for _ in range(8):
        values = [value >> 1 ^ 0xA001 if value & 1 else value >> 1 for value in values]
    return tuple(values)


_TABLE = _table()


def _steps() -> tuple[bytes, ...]:
    """By k what becomes of the register's high byte in 2^k bytes that are 0."""
    steps = [bytes(value >> 8 for value in _TABLE)]
    while 1 << len(steps) <= LONGEST_DATA:
        steps.append(steps[-1].translate(steps[-1]))
    return tuple(steps)


_STEPS = _steps()


def crc(data: bytes | bytearray) -> int:
    """The check number of a data segment, 16 bits (HJ 212-2017, annex A).

    It is not that of Modbus: the byte meets the register after a shift by 8, so that only the
    register's high byte goes on, and there are but 256 different check numbers. That byte is a
    linear function of the bytes before (over GF(2)): the halves are worked out beside each other,
    the first one carried over the length of the second.
    """
    if not data:
        return 0xFFFF
    size = 1 << (len(data) - 1).bit_length()
    rest = bytes((data[0] ^ 0xFF,)).rjust(size - len(data) + 1, b"\0") + data[1:]
    for step in range(size.bit_length() - 2, 2, -1):
        size = 1 << step
        carried = int.from_bytes(rest[:size].translate(_STEPS[step]))
        rest = (carried ^ int.from_bytes(rest[size:])).to_bytes(size)
    high, following = 0, _STEPS[0]
    for byte in rest:
        high = following[high] ^ byte
    return _TABLE[high]


def packed(data: bytes) -> bytes:
    """A data segment as a frame: head, length, CRC in capitals, tail.

    Raises ValueError where it is longer than four digits can tell.
    """
    if len(data) > LONGEST_DATA:
        raise ValueError(f"data: {len(data):,} bytes, at most {LONGEST_DATA:,} fit a frame")
    return b"##%04d%b%04X\r\n" % (len(data), data, crc(data))


@dataclass(frozen=True, slots=True)
class Frame:
    """What a frame says, as sent; None where a field is missing.

    ``data`` is the plain data segment. ``cp`` holds the items of the data area, each with its
    fields. ``edition`` is by Flag, which can lie; a frame without Flag is of 2005. ``resent`` is
    RF=1 of 2025: history filled in.
    """

    data: bytes
    qn: str | None
    st: str | None
    cn: str | None
    pw: str | None
    mn: str | None
    flag: int | None
    pnum: int | None
    pno: int | None
    cp: tuple[Item, ...]
    edition: str
    wants_answer: bool
    resent: bool


Keys = Callable[[str], bytes | None]  # of a station's MN its SM4 key, 16 bytes


def no_keys(_mn: str) -> None:
    """No station's key is known."""


def parse(frame: bytes, keys: Keys = no_keys) -> Frame:
    """Read one frame, with or without its tail; an encrypted one by the key of its MN.

    Raises DecodeError: ``malformed``, ``bad_crc``, ``too_large``, or ``unsupported`` where there is
    no key, or the edition is not known; the detail names the field.
    """
    data, check = _taken_apart(frame)
    mark = data.find(b"CP=&&") + 5
    if looks_encrypted(data[mark : mark + 16]) and ENCRYPTING.match(frame):
        try:
            text = _checked(data, check)  # it may begin with a text that is not in ASCII
        except DecodeError:
            data = _plain(data, mark, keys)
            text = _checked(data, check)
    else:
        text = _checked(data, check)
    head, area = _area(text)
    fields = _fields(head)
    number = {name: int(fields[name]) for name in ("Flag", "PNUM", "PNO") if name in fields}
    flag = number.get("Flag")
    version = 0 if flag is None else flag >> 2
    if flag is not None and flag > 255:
        raise DecodeError(Reason.MALFORMED, f"Flag: {flag} is not a number from 0 to 255")
    if version >= len(EDITIONS):
        detail = f"Flag: {flag} is of version {version}, which is none of {', '.join(EDITIONS)}"
        raise DecodeError(Reason.UNSUPPORTED, detail)
    return Frame(
        data,
        fields.get("QN"),
        fields.get("ST"),
        fields.get("CN"),
        fields.get("PW"),
        fields.get("MN"),
        flag,
        number.get("PNUM"),
        number.get("PNO"),
        _items(area),
        EDITIONS[version],
        flag is not None and flag & 1 == 1,
        fields.get("RF") == "1",
    )


def _checked(data: bytes, check: bytes) -> str:
    """The text of a data segment whose CRC is right."""
    if check.upper() != b"%04X" % (right := crc(data)):
        detail = f"crc: {shown(check.decode('latin-1'))} came, {right:04X} is computed"
        raise DecodeError(Reason.BAD_CRC, detail)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        detail = f"data: not UTF-8 at byte {error.start}"
        raise DecodeError(Reason.MALFORMED, detail) from None
    if not text.isprintable() and _CONTROL.search(text):
        raise DecodeError(Reason.MALFORMED, "data: holds a control character")
    return text


def _taken_apart(frame: bytes) -> tuple[bytes, bytes]:
    """Data segment and CRC of a frame whose length is right."""
    if not frame.startswith(HEAD):
        raise DecodeError(Reason.MALFORMED, "head: '##' is missing")
    if len(frame) > LONGEST + len(TAIL):
        detail = f"data: {len(frame):,} bytes, at most {LONGEST_DATA:,} fit a frame"
        raise DecodeError(Reason.TOO_LARGE, detail)
    if not HEADED.match(frame):
        told = shown(frame[2:6].decode("latin-1"))
        raise DecodeError(Reason.MALFORMED, f"length: {told} is not four digits")
    told_length, came = int(frame[2:6]), frame[6:].rstrip(TAIL)
    if len(came) != told_length + 4:
        detail = f"length: {told_length} is told, {max(0, len(came) - 4)} bytes came before the CRC"
        raise DecodeError(Reason.MALFORMED, detail)
    return came[:-4], came[-4:]


def _plain(data: bytes, mark: int, keys: Keys) -> bytes:
    """The data segment with its area decrypted."""
    mn = _fields(data[: mark - 5].decode("ascii")).get("MN", "")
    key = keys(mn)
    if key is None:
        detail = f"CP: encrypted (SM4, HJ 212-2025), and no key of MN {shown(mn)} is known"
        raise DecodeError(Reason.UNSUPPORTED, detail)
    if not data.endswith(b"&&"):
        raise DecodeError(Reason.MALFORMED, "CP: no '&&' ends the data segment")
    return data[:mark] + decrypted(data[mark:-2], key) + b"&&"


def _area(text: str) -> tuple[str, str]:
    """What is before ``CP=`` and what is between its marks."""
    before, mark, area = text.partition("CP=&&")
    if not mark or (before and not before.endswith(";")):
        raise DecodeError(Reason.MALFORMED, "CP: no ';CP=&&' begins the data area")
    if not area.endswith("&&"):
        raise DecodeError(Reason.MALFORMED, "CP: no '&&' ends the data segment")
    return before, area[:-2]


def _fields(head: str) -> dict[str, str]:
    """The fields before the data area; names that are not known are passed over."""
    fields: dict[str, str] = {}
    for field in head.split(";"):
        if not field:
            continue
        name, mark, value = field.partition("=")
        if not mark or not _NAME.fullmatch(name):
            raise DecodeError(Reason.MALFORMED, f"field: {shown(field)} is not name=value")
        if name in fields:
            raise DecodeError(Reason.MALFORMED, f"{name}: there are two of them")
        known = _FIELDS.get(name)
        if known is not None and not known[0].fullmatch(value):
            raise DecodeError(Reason.MALFORMED, f"{name}: {shown(value)} is not {known[1]}")
        fields[name] = value
    return fields


def _items(area: str) -> tuple[Item, ...]:
    if not area:
        return ()
    if "&&" in area:
        raise DecodeError(Reason.MALFORMED, "CP: '&&' is inside the data area")
    if _CIPHER_TEXT.fullmatch(area) and ("=" not in area or len(area) % 4 == 0):
        detail = "CP: cipher text (SM4 of HJ 212-2025?) that is written out in letters is not read"
        raise DecodeError(Reason.UNSUPPORTED, detail)
    if _WELL_FORMED.fullmatch(area):
        return tuple(
            [
                tuple([tuple(field.split("=", 1)) for field in item.split(",")])  # type: ignore[misc]
                for item in area.split(";")
            ]
        )
    return tuple(_item(item) for item in area.split(";") if item)


def _item(item: str) -> Item:
    """An item where something is odd: a comma in a text, an empty field, or no field at all."""
    fields: list[tuple[str, str]] = []
    for field in item.split(","):
        name, mark, value = field.partition("=")
        if mark and _NAME.fullmatch(name):
            fields.append((name, value))
        elif fields and fields[-1][0].endswith("-Info"):  # a free text, which may hold commas
            fields[-1] = (fields[-1][0], f"{fields[-1][1]},{field}")
        elif field:
            raise DecodeError(Reason.MALFORMED, f"CP: {shown(field)} is not name=value")
    return tuple(fields)
