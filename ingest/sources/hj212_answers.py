"""What a host writes to an HJ 212 station: answers to its frames, and commands. Pure.

Shapes: HJ 212-2017 annex C. Frames of HJ/T 212-2005 tell what they answer in the data area; those
of later editions by their QN alone, so an answer under edition 2005 carries both.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone

from ingest.decode.hj212_frames import EDITIONS, Frame, packed
from models.environment.hj212_commands import Order

CHINA = timezone(timedelta(hours=8))  # every time in a frame
NOTICE_ANSWER, DATA_ANSWER = "9013", "9014"
WANTS_ANSWER = 1  # bit A of Flag

_AREAS = {  # the data area of commands that have one, by what it is made of
    "set_realtime_interval": "RtdInterval={0.seconds}",
    "set_minute_interval": "MinInterval={0.minutes}",
}


def answer(frame: Frame, cn: str) -> bytes:
    """The answer to a station's frame: 9014 to data, 9013 to a notice."""
    area = ""
    if frame.edition == EDITIONS[0]:
        area = f"QN={frame.qn or ''};CN={frame.cn or ''}"
    head = {"QN": frame.qn, "ST": "91", "CN": cn, "PW": frame.pw, "MN": frame.mn}
    return _packed(head, frame.edition, 0, area)


def request(
    cn: str, area: str, *, qn: str, st: str, password: str | None, mn: str, edition: str
) -> bytes:
    """A command that wants to be answered."""
    head = {"QN": qn, "ST": st, "CN": cn, "PW": password, "MN": mn}
    return _packed(head, edition, WANTS_ANSWER, area)


def area_of(wanted: Order, edition: str, now: datetime) -> str:
    """The data area of a command other than ``fill``."""
    if wanted.command == "set_time":
        return f"SystemTime={stamp(wanted.time or now)}"
    if wanted.command == "set_timeout":
        return _between(edition).join(
            (f"OverTime={wanted.over_time_s}", f"ReCount={wanted.resends}")
        )
    return _AREAS.get(wanted.command, "").format(wanted)


def history_area(start: datetime, end: datetime, every: timedelta, edition: str) -> str:
    """The data area that asks for the intervals that begin in [start, end).

    Stations differ in whether EndTime belongs to what is asked for. As the beginning of the last
    interval it does not ask for more than is wanted where it does.
    """
    last = max(start, end - every)
    return _between(edition).join((f"BeginTime={stamp(start)}", f"EndTime={stamp(last)}"))


def stamp(time: datetime) -> str:
    """A time as frames tell it: YYYYMMDDhhmmss, UTC+8."""
    return time.astimezone(CHINA).strftime("%Y%m%d%H%M%S")


def _between(edition: str) -> str:
    return "," if edition == EDITIONS[0] else ";"


def _packed(head: Mapping[str, str | None], edition: str, bits: int, area: str) -> bytes:
    """The frame; a field that is None is left out."""
    fields = "".join(f"{name}={value};" for name, value in head.items() if value is not None)
    flag = EDITIONS.index(edition) * 4 + bits
    return packed(f"{fields}Flag={flag};CP=&&{area}&&".encode())
