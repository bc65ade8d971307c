"""What a host may ask of an HJ 212 station, and what becomes of that.

Names stand for commands of HJ 212-2017 table 9; the parameters are those of its annex C. Editions
2005 and 2025 have the same commands under the same numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol

from models.errors import CarbonpeakError

# HJ 212-2017, 6.5: MinInterval divides the hour, RtdInterval is bounded.
MINUTE_INTERVALS = (1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30)
REALTIME_INTERVALS_S = (30, 3600)


class Outcome(StrEnum):
    """How a command ended."""

    DONE = "done"  # carried out, as the station says (ExeRtn 1; for a notice its 9013)
    REFUSED = "refused"  # QnRtn other than 1: the station does not take it
    FAILED = "failed"  # ExeRtn other than 1
    NO_ANSWER = "no_answer"  # nothing came, after every resend
    NO_RESULT = "no_result"  # taken, but no result came
    CUT_OFF = "cut_off"  # the connection ended meanwhile


# What a station answers: QnRtn of 9011 and ExeRtn of 9012 (HJ 212-2017 tables 6 and 7).
QN_RETURNS: Mapping[int, str] = {
    1: "准备执行请求 ready",
    2: "请求被拒绝 refused",
    3: "密码错误 wrong password",
    4: "MN 错误 wrong MN",
    5: "ST 错误 wrong ST",
    6: "Flag 错误 wrong Flag",
    7: "QN 错误 wrong QN",
    8: "CN 错误 wrong CN",
    9: "CRC 校验错误 wrong CRC",
    100: "未知错误 unknown error",
}
EXE_RETURNS: Mapping[int, str] = {
    1: "执行成功 done",
    2: "执行失败,原因不明 failed",
    3: "命令请求条件错误 wrong condition",
    4: "通讯超时 timeout",
    5: "系统繁忙 busy",
    6: "系统故障 fault",
    100: "没有数据 no data",
}


@dataclass(frozen=True, slots=True)
class Verb:
    """One command: its number, what it needs, and which item of the answer carries the value."""

    cn: str
    needs: tuple[str, ...] = ()
    answers: str | None = None
    is_notice: bool = False  # answered by 9013 only
    is_done_when_taken: bool = False  # 9011 is all that has to come


FILL = "fill"
VERBS: Mapping[str, Verb] = {
    "set_timeout": Verb("1000", ("over_time_s", "resends")),
    "get_time": Verb("1011", answers="SystemTime"),
    "set_time": Verb("1012"),
    "get_realtime_interval": Verb("1061", answers="RtdInterval"),
    "set_realtime_interval": Verb("1062", ("seconds",)),
    "get_minute_interval": Verb("1063", answers="MinInterval"),
    "set_minute_interval": Verb("1064", ("minutes",)),
    "realtime_on": Verb("2011", is_done_when_taken=True),
    "realtime_off": Verb("2012", is_notice=True),
}
# History by the kind of its data: number, and how much one request asks for.
HISTORY: Mapping[str, tuple[str, timedelta]] = {
    "minute": ("2051", timedelta(days=1)),
    "hour": ("2061", timedelta(days=31)),
    "day": ("2031", timedelta(days=366)),
}
MOST_REQUESTS = 31  # of one fill: minutes of a month, some 4,500 frames one after the other
COMMANDS = (*VERBS, FILL)


class CommandError(CarbonpeakError):
    """A command that cannot be given; ``field`` is what is wrong."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


class NotConnectedError(CarbonpeakError):
    """The station is not connected, so nothing can be asked of it."""


@dataclass(frozen=True, slots=True)
class Order:
    """A command with its parameters, known to be sound. Make it with ``order``.

    ``start`` and ``end`` (UTC) bound the intervals that ``fill`` asks for; ``time`` is what
    ``set_time`` sets, by default the moment of sending.
    """

    command: str
    seconds: int | None = None
    minutes: int | None = None
    over_time_s: int | None = None
    resends: int | None = None
    time: datetime | None = None
    data: str = "minute"
    start: datetime | None = None
    end: datetime | None = None


def order(command: str, **given: Any) -> Order:
    """The command with its parameters; those that are None are not given.

    Raises CommandError naming the parameter that is missing, strange or out of bounds.
    """
    if command not in COMMANDS:
        raise CommandError("command", f"{command!r} is none of {', '.join(COMMANDS)}")
    given = {name: value for name, value in given.items() if value is not None}
    needs = ("start", "end") if command == FILL else VERBS[command].needs
    takes = {FILL: (*needs, "data"), "set_time": ("time",)}.get(command, needs)
    for name in needs:
        if name not in given:
            raise CommandError(name, f"{command} needs it")
    for name in given:
        if name not in takes:
            raise CommandError(name, f"{command} does not take it")
    made = Order(command, **given)
    _check(made)
    return made


def _check(made: Order) -> None:
    low, high = REALTIME_INTERVALS_S
    if made.seconds is not None and not low <= made.seconds <= high:
        raise CommandError("seconds", f"{made.seconds} is not {low} to {high}")
    if made.minutes is not None and made.minutes not in MINUTE_INTERVALS:
        allowed = ", ".join(map(str, MINUTE_INTERVALS))
        raise CommandError("minutes", f"{made.minutes} is none of {allowed}")
    if made.over_time_s is not None and not 1 <= made.over_time_s <= 3600:
        raise CommandError("over_time_s", f"{made.over_time_s} is not 1 to 3600")
    if made.resends is not None and not 0 <= made.resends <= 99:
        raise CommandError("resends", f"{made.resends} is not 0 to 99")
    if made.data not in HISTORY:
        raise CommandError("data", f"{made.data!r} is none of {', '.join(HISTORY)}")
    if made.start is not None and made.end is not None:
        if made.start >= made.end:
            raise CommandError("start", "is not before end")
        if len(parts(made)) > MOST_REQUESTS:
            most = HISTORY[made.data][1].days * MOST_REQUESTS
            raise CommandError("end", f"more than {most} days of {made.data} data at once")


def parts(fill: Order) -> Sequence[tuple[datetime, datetime]]:
    """The spans [start, end) that a fill asks for one after the other."""
    assert fill.start is not None
    assert fill.end is not None
    step = HISTORY[fill.data][1]
    found: list[tuple[datetime, datetime]] = []
    begin = fill.start
    while begin < fill.end and len(found) <= MOST_REQUESTS:
        found.append((begin, min(begin + step, fill.end)))
        begin += step
    return found


@dataclass(frozen=True, slots=True)
class CommandResult:
    """What became of a command.

    ``code`` is the QnRtn of a refusal, else the ExeRtn; None where none came. ``values`` is what
    the station told; ``frames`` counts the data frames that it sent for a ``fill`` and that are
    stored; ``sent`` how often the command was sent.
    """

    command: str
    qn: str
    outcome: Outcome
    detail: str
    code: int | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    frames: int = 0
    sent: int = 1
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class StationLink:
    """What the receiver knows of one station since its start.

    ``told`` is the edition that the Flag of its last frame tells, where it tells one.
    ``clock_offset_s`` is its clock (the QN of its last upload) less ours.
    """

    mn: str
    connected: bool
    peer: str
    since: datetime  # of the connection, UTC
    heard: datetime  # last frame, UTC
    edition: str  # registered
    told: str | None
    clock_offset_s: float | None
    frames: int
    refused: int
    unanswered: int  # commands of ours without an answer
    replaced: int  # how often a newer connection took its place


class StationHost(Protocol):
    """The receiver, as the API sees it: in this process or in another."""

    def links(self) -> list[StationLink]:
        """Every station heard of since the start."""

    def command(self, mn: str, wanted: Order) -> CommandResult:
        """Give a command and wait for what becomes of it. Raises NotConnectedError."""
