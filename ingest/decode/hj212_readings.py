"""HJ 212: the fields of one frame to readings of the meters of its station's channels.

Pure. Times are UTC+8 (HJ 212-2017, section 6.3.3). Of real-time data DataTime is the instant; of
minute, hour and day data the beginning of the interval, so that a reading is at DataTime and the
interval (annex C; decision in the docs).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache, lru_cache
from itertools import chain

from ingest.decode.columns import WHOLE, Sent
from ingest.decode.hj212_frames import Frame, packed
from ingest.decode.json_text import Refuse, shown
from ingest.hj212_stations import SERIES, Named, Station, Stations
from models.environment.hj212_marks import hj212_marks
from models.errors import DecodeError, Reason

_AHEAD_OF_UTC_MS = 8 * 3_600_000
_DATA_TIME = re.compile(r"[0-9]{14}(?:[0-9]{3})?")
_PLAIN_NUMBER = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{0,15})?")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[+-]?(?:nan|inf(?:inity)?)", re.IGNORECASE)
# What stands beside the values and is none: an instrument's own state and number, when a sample was
# taken, what a request names.
_BESIDE = ("-EFlag", "-SampleTime", "-SN")
_PARAMETERS = frozenset({"DataTime", "PolId", "BeginTime", "EndTime", "QN", "CN"})
_LISTED = 20  # names in a refusal's detail

Field = tuple[int, str, str]  # number in the frame, name, value


def station_of(frame: Frame, stations: Stations) -> Station:
    """The station that a frame names.

    Raises DecodeError where it names none (``malformed``) or one that is not registered
    (``unknown_meter``).
    """
    if frame.mn is None:
        raise DecodeError(Reason.MALFORMED, "MN: missing")
    station = stations.of(frame.mn)
    if station is None:
        raise DecodeError(Reason.UNKNOWN_METER, f"MN: {shown(frame.mn)} is not registered")
    return station


def check_password(frame: Frame, station: Station) -> None:
    """Raise DecodeError (``bad_password``) where the station's is another than the frame's."""
    if station.password is not None and frame.pw != station.password:
        detail = "PW: missing" if frame.pw is None else "PW: not the password of this MN"
        raise DecodeError(Reason.BAD_PASSWORD, detail)


def decode(frame: Frame, station: Station, refuse: Refuse) -> tuple[list[Sent], Sequence[int]]:
    """Readings of a frame and the number of each one's field; ``refuse`` is told of the others.

    What is not declared for the station is one refusal of the frame. Raises DecodeError where
    nothing of the frame can be read.
    """
    check_password(frame, station)
    sent, numbers, foreign = read_fields(frame, station, refuse)
    if foreign and frame.cn not in SERIES:
        detail = f"CN: {frame.cn} gives no readings ({', '.join(SERIES)} do)"
        raise DecodeError(Reason.UNSUPPORTED, detail)
    if foreign:
        listed = ", ".join(name[:40] for name in foreign[:_LISTED])
        more = f" and {len(foreign) - _LISTED} more" if len(foreign) > _LISTED else ""
        detail = f"fields: not declared for {station.point}: {listed}{more}"
        refuse(WHOLE, None, Reason.UNSUPPORTED, detail)
    return sent, numbers


def read_fields(
    frame: Frame, station: Station, refuse: Refuse
) -> tuple[list[Sent], list[int], list[str]]:
    """The readings, the number of each one's field, and names that stand for none.

    ``refuse`` is told of fields whose value or mark cannot be read. Commands, answers and notices
    give nothing. Raises DecodeError where the command or the time is missing or cannot be read.
    """
    if frame.cn is None:
        raise DecodeError(Reason.MALFORMED, "CN: missing")
    series = SERIES.get(frame.cn)
    if series is None:
        brings_data = frame.cn.startswith("2") or frame.cn in ("3019", "3020")
        names = [name for name, _ in chain.from_iterable(frame.cp)] if brings_data else []
        return [], [], [name for name in names if name not in _PARAMETERS]
    names_of, interval_ms = station.names(series), station.interval_s(series) * 1000
    sent: list[Sent] = []
    numbers: list[int] = []
    foreign: list[str] = []
    for time, fields in _sections(frame):
        if time is None:
            if any("-" in name for _, name, _ in fields):
                raise DecodeError(Reason.BAD_TIME, "DataTime: missing")
            continue
        read, others = _read(names_of, data_time_ms(time) + interval_ms, fields, refuse)
        foreign += others
        for reading, number in read.values():
            sent.append(reading)
            numbers.append(number)
    return sent, numbers, foreign


def _sections(frame: Frame) -> Iterator[tuple[str | None, list[Field]]]:
    """The fields by DataTime: one alone holds for the frame, of several each until the next."""
    time: str | None = None
    fields: list[Field] = []
    for number, (name, value) in enumerate(chain.from_iterable(frame.cp)):
        if name == "DataTime":
            if time is not None:
                yield time, fields
                fields = []
            time = value
        else:
            fields.append((number, name, value))
    yield time, fields


def _read(
    names: Mapping[str, Named], ts_ms: int, fields: Sequence[Field], refuse: Refuse
) -> tuple[dict[str, tuple[Sent, int]], list[str]]:
    """The readings of one DataTime by meter, each with its number, and names not declared."""
    marks: dict[str, str] = {}
    for _, name, value in fields:
        if name.endswith("-Flag"):  # two that differ are none that is known
            marks[name] = value if marks.get(name, value) == value else f"{marks[name]}, {value}"
    read: dict[str, tuple[Sent, int]] = {}
    texts: dict[str, tuple[str, str | None]] = {}
    foreign: list[str] = []
    for number, name, value in fields:
        named = names.get(name)
        if named is None:
            if name not in marks and name not in _PARAMETERS and not name.endswith(_BESIDE):
                foreign.append(name)
            continue
        meter, mark = named.meter, marks.get(named.flag)
        if meter in texts:
            if texts[meter] != (value, mark):
                read.pop(meter, None)
                detail = f"{name}: twice, with {shown(texts[meter][0])} and {shown(value)}"
                refuse(WHOLE, meter, Reason.BAD_VALUE, detail)
            continue
        texts[meter] = value, mark
        try:
            sent = Sent(ts_ms, _number(name, value), None, _quality(named.flag, mark), meter)
            read[meter] = sent, number
        except DecodeError as error:
            refuse(number, meter, error.reason, error.detail)
    return read, foreign


def _number(name: str, value: str) -> float:
    if _PLAIN_NUMBER.fullmatch(value):
        return float(value)
    if _NUMBER.fullmatch(value):
        number = float(value)
        if abs(number) < float("inf"):
            return number
    elif not _NOT_FINITE.fullmatch(value):
        raise DecodeError(Reason.BAD_VALUE, f"{name}: {shown(value)} is not a number")
    raise DecodeError(Reason.OUT_OF_RANGE, f"{name}: {shown(value)} is not a finite number")


def _quality(flag: str, mark: str | None) -> str | None:
    """The quality's name; None is good. A mark that is left out or empty says nothing is wrong."""
    if not mark or mark == "N":
        return None
    try:
        return _qualities()[mark]
    except KeyError:
        known = ", ".join(hj212_marks())
        detail = f"{flag}: {shown(mark)} is none of {known}"
        raise DecodeError(Reason.BAD_VALUE, detail) from None


@cache
def _qualities() -> dict[str, str]:
    named = {mark: one.quality.name.lower() for mark, one in hj212_marks().items()}
    return {mark.lower(): quality for mark, quality in named.items()} | named


@lru_cache(maxsize=4_096)
def data_time_ms(text: str) -> int:
    """A DataTime as milliseconds since 1970 UTC; some devices add milliseconds to it.

    Raises DecodeError (``bad_time``) for what is no time of the calendar.
    """
    if _DATA_TIME.fullmatch(text):
        parts = (text[:4], *(text[place : place + 2] for place in range(4, 14, 2)))
        try:
            time = datetime(*map(int, parts), tzinfo=UTC)  # type: ignore[misc, arg-type]
        except ValueError:
            pass
        else:
            return int(time.timestamp()) * 1000 + int(text[14:] or 0) - _AHEAD_OF_UTC_MS
    raise DecodeError(Reason.BAD_TIME, f"DataTime: {shown(text)} is not YYYYMMDDhhmmss")


def kept_items(frame: Frame) -> Callable[[int], bytes]:
    """What is kept of each refused field: a frame of it alone, with its DataTime and mark.

    Of an encrypted frame a plain one.
    """
    head = frame.data[: frame.data.index(b"CP=&&") + 5]
    sections = list(_sections(frame))

    def kept(number: int) -> bytes:
        for time, fields in sections:
            for place, name, value in fields:
                if place == number:
                    flag = f"{name.rpartition('-')[0]}-Flag"
                    alone = [f"{name}={value}"]
                    alone += [f"{other}={mark}" for _, other, mark in fields if other == flag][-1:]
                    area = f"DataTime={time};{','.join(alone)}&&"
                    return packed(head + area.encode())
        raise IndexError(number)

    return kept
