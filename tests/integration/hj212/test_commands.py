"""Commands to a station: sent, sent again, followed to their result; a gap that one fills."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import sleep
from types import SimpleNamespace
from typing import Any

import pytest

from api.problems import ProblemError
from api.stations import CommandRequest, post_command
from ingest.sources.hj212_host import Patience
from models.environment.hj212_commands import (
    CommandError,
    CommandResult,
    NotConnectedError,
    Order,
    Outcome,
    order,
)
from models.registry import Registry
from tests.integration.hj212.conftest import OLD, STACK, WAIT_S, Receiver, receiving
from tests.servers.station import Station, answering

Heard = dict[str, str]
MIDNIGHT = datetime(2025, 11, 24, 16, tzinfo=UTC)  # 2025-11-25 00:00 UTC+8


def known(receiver: Receiver, mn: str = STACK, flag: int = 5) -> Station:
    """A station that is connected and has sent something."""
    station = receiver.station(mn)
    station.send("9013", "", qn="20261126100000000", st="91", flag=flag - 1)
    station.send("2011", "DataTime=20261126100000", qn="20261126100000000", flag=flag)
    assert station.hear()
    return station


def talk(
    receiver: Receiver, wanted: Order, answers: Callable[[Station, Heard], None], mn: str = STACK
) -> tuple[object, list[Heard]]:
    """The result of a command, and what the station heard."""
    heard: list[Heard] = []
    with known(receiver, mn, 1 if mn == OLD else 5) as station:

        def on(one: Heard) -> None:
            heard.append(one)
            answers(station, one)

        answering(station, on)
        return receiver.source.command(mn, wanted), heard


def reply(station: Station, heard: Heard, cn: str, area: str) -> None:
    station.send(cn, area, qn=heard["QN"], st="91" if cn.startswith("9") else "31", flag=4)


def test_what_is_asked_for_comes_back(receiver: Receiver) -> None:
    def answers(station: Station, heard: Heard) -> None:
        reply(station, heard, "9011", "QnRtn=1")
        reply(station, heard, "1061", "RtdInterval=30")
        reply(station, heard, "9012", "ExeRtn=1")

    result, heard = talk(receiver, order("get_realtime_interval"), answers)
    assert (result.outcome, result.values) == (Outcome.DONE, {"RtdInterval": "30"})
    assert [(one["CN"], one["ST"], one["Flag"], one["CP"]) for one in heard] == [
        ("1061", "31", "5", "")
    ]
    assert len(heard[0]["QN"]) == 17


@pytest.mark.parametrize(
    ("wanted", "cn", "area"),
    [
        (order("set_realtime_interval", seconds=60), "1062", "RtdInterval=60"),
        (order("set_minute_interval", minutes=10), "1064", "MinInterval=10"),
        (order("set_timeout", over_time_s=5, resends=3), "1000", "OverTime=5;ReCount=3"),
        (order("set_time", time=MIDNIGHT), "1012", "SystemTime=20251125000000"),
    ],
)
def test_what_is_set(receiver: Receiver, wanted: Order, cn: str, area: str) -> None:
    def answers(station: Station, heard: Heard) -> None:
        reply(station, heard, "9011", "QnRtn=1")
        reply(station, heard, "9012", "ExeRtn=1")

    result, heard = talk(receiver, wanted, answers)
    assert result.outcome is Outcome.DONE
    assert [(one["CN"], one["CP"]) for one in heard] == [(cn, area)]


@pytest.mark.parametrize(
    ("taken", "done", "outcome", "code"),
    [
        ("QnRtn=2", None, Outcome.REFUSED, 2),
        ("QnRtn=3", None, Outcome.REFUSED, 3),
        ("QnRtn=1", "ExeRtn=5", Outcome.FAILED, 5),
        ("QnRtn=1", None, Outcome.NO_RESULT, None),
    ],
)
def test_what_the_station_will_not_do(
    receiver: Receiver, taken: str, done: str | None, outcome: Outcome, code: int | None
) -> None:
    def answers(station: Station, heard: Heard) -> None:
        reply(station, heard, "9011", taken)
        if done is not None:
            reply(station, heard, "9012", done)

    result, _ = talk(receiver, order("set_realtime_interval", seconds=60), answers)
    assert (result.outcome, result.code) == (outcome, code)


def test_a_notice_and_a_station_of_2005(receiver: Receiver) -> None:
    """Edition 2005 tells in the data area which command it answers."""

    def answers(station: Station, heard: Heard) -> None:
        area = f"QN={heard['QN']}"
        head = f"ST=91;CN=9013;PW=123456;MN={OLD};CP=&&{area}&&"
        station.raw(head)

    result, heard = talk(receiver, order("realtime_off"), answers, OLD)
    assert result.outcome is Outcome.DONE
    assert [(one["CN"], one["Flag"]) for one in heard] == [("2012", "1")]


def test_without_an_answer_it_is_sent_again_with_the_same_number(receiver: Receiver) -> None:
    result, heard = talk(receiver, order("get_time"), lambda *_: None)
    assert (result.outcome, result.sent) == (Outcome.NO_ANSWER, 3)
    assert len({one["QN"] for one in heard}) == 1
    (link,) = receiver.source.links()
    assert link.unanswered == 1


def test_the_third_time_is_answered(receiver: Receiver) -> None:
    count = iter(range(10))

    def answers(station: Station, heard: Heard) -> None:
        if next(count) == 2:
            reply(station, heard, "9011", "QnRtn=1")
            reply(station, heard, "9012", "ExeRtn=1")

    result, _ = talk(receiver, order("set_time"), answers)
    assert (result.outcome, result.sent) == (Outcome.DONE, 3)


def test_commands_under_way_end_with_the_receiver(registry: Registry, tmp_path: Path) -> None:
    """Also the one that waits for its turn: whoever gave it would wait for ever."""
    with receiving(registry, tmp_path, patience=Patience(60.0, 0, 60.0)) as receiver:
        with known(receiver) as station, ThreadPoolExecutor(2) as pool:
            given = [
                pool.submit(receiver.source.command, STACK, order(name))
                for name in ("get_time", "get_minute_interval")
            ]
            assert station.hear()
            receiver.source.finish()
            ends = [one.exception(WAIT_S) or one.result() for one in given]
        with pytest.raises(NotConnectedError):
            receiver.source.command(STACK, order("get_time"))
    first, second = ends
    assert isinstance(first, CommandResult)
    assert first.outcome is Outcome.CUT_OFF
    assert isinstance(second, NotConnectedError)


def test_mute_stations_do_not_take_all_of_the_api(registry: Registry, tmp_path: Path) -> None:
    """The ninth command at a time is refused: the API answers other questions meanwhile."""
    wanted = CommandRequest(command="get_time")
    with receiving(registry, tmp_path, patience=Patience(60.0, 0, 60.0)) as receiver:
        books = SimpleNamespace(registry=lambda: registry, now=lambda: datetime.now(UTC))
        context: Any = SimpleNamespace(books=books, station_host=receiver.source)
        with known(receiver), ThreadPoolExecutor(9) as pool:
            given = [pool.submit(post_command, "E1", "STACK", wanted, context) for _ in range(9)]
            first = next(as_completed(given, WAIT_S)).exception()
            assert isinstance(first, ProblemError)
            assert (first.status, first.kind) == (503, "too-many-commands")
            receiver.source.finish()


def test_a_connection_that_ends_meanwhile(receiver: Receiver) -> None:
    result, _ = talk(receiver, order("get_time"), lambda station, _: station.socket.shutdown(2))
    assert result.outcome is Outcome.CUT_OFF


def test_who_is_not_connected_and_what_is_no_command(receiver: Receiver) -> None:
    with pytest.raises(NotConnectedError):
        receiver.source.command(STACK, order("get_time"))
    for given, field in (
        ({"command": "dance"}, "command"),
        ({"command": "set_minute_interval", "minutes": 7}, "minutes"),
        ({"command": "set_realtime_interval"}, "seconds"),
        ({"command": "get_time", "minutes": 10}, "minutes"),
        ({"command": "fill", "start": MIDNIGHT, "end": MIDNIGHT}, "start"),
    ):
        with pytest.raises(CommandError) as refused:
            order(**given)  # type: ignore[arg-type]
        assert refused.value.field == field


def test_a_gap_is_filled_by_one_command(receiver: Receiver) -> None:
    """The logger has a mean of ten minutes every two hours of two days: 24 values, one a frame, the
    next only when the one before is answered. Value n is n / 4, at the end of its ten minutes.
    """
    asked: list[str] = []

    def answers(station: Station, heard: Heard) -> None:
        asked.append(heard["CP"])
        reply(station, heard, "9011", "QnRtn=1")
        first, last = (one.split("=")[1] for one in heard["CP"].split(";"))
        for n in range(24):
            time = (MIDNIGHT + timedelta(hours=8 + 2 * n)).strftime("%Y%m%d%H%M%S")
            if first <= time <= last:
                qn = f"202611261200000{n:02}"
                station.send("2051", f"DataTime={time};a21026-Avg={n / 4},a21026-Flag=N", qn=qn)
                answered = station.hear()
                assert answered is not None
                assert (answered["CN"], answered["QN"]) == ("9014", qn)
        reply(station, heard, "9012", "ExeRtn=1")

    gap = order("fill", start=MIDNIGHT, end=MIDNIGHT + timedelta(days=2))
    result, _ = talk(receiver, gap, answers)
    assert (result.outcome, result.frames) == (Outcome.DONE, 24)
    assert asked == [
        "BeginTime=20251125000000;EndTime=20251125235000",
        "BeginTime=20251126000000;EndTime=20251126235000",
    ]
    assert receiver.values("STACK.a21026.minute") == [
        (MIDNIGHT + timedelta(hours=2 * n, minutes=10), n / 4) for n in range(24)
    ]


def test_history_that_comes_under_the_number_of_the_request_is_data(receiver: Receiver) -> None:
    """As stations of HJ/T 212-2005 send it: the data area begins with the request's QN."""

    def answers(station: Station, heard: Heard) -> None:
        qn = f"QN={heard['QN']}"
        head = f"ST={{}};CN={{}};PW=123456;MN={OLD};CP=&&{qn};{{}}&&"
        station.raw(head.format("91", "9011", "QnRtn=1"))
        area = "DataTime=20251125000000;02-Avg=7.5,02-Flag=N"
        station.raw(head.format("31", "2051", area))
        station.raw(head.format("91", "9012", "ExeRtn=1"))

    gap = order("fill", start=MIDNIGHT, end=MIDNIGHT + timedelta(minutes=10))
    result, _ = talk(receiver, gap, answers, OLD)
    assert (result.outcome, result.frames) == (Outcome.DONE, 1)
    assert receiver.values("OLD.a21026.minute") == [(MIDNIGHT + timedelta(minutes=10), 7.5)]
    assert [reason for reason, payload in receiver.refused() if b"CN=2051" in payload] == []


def test_a_station_that_never_comes_to_an_end(registry: Registry, tmp_path: Path) -> None:
    patience = Patience(5.0, 0, 5.0, request_s=0.5)
    with receiving(registry, tmp_path, patience=patience) as receiver:

        def answers(station: Station, heard: Heard) -> None:
            reply(station, heard, "9011", "QnRtn=1")
            with suppress(OSError):  # until it is hung up on
                for n in range(100):
                    time = (MIDNIGHT + timedelta(hours=8, minutes=n)).strftime("%Y%m%d%H%M%S")
                    reply(station, heard, "2051", f"DataTime={time};a21026-Avg=1,a21026-Flag=N")
                    sleep(0.1)

        gap = order("fill", start=MIDNIGHT, end=MIDNIGHT + timedelta(days=1))
        result, _ = talk(receiver, gap, answers)
    assert result.outcome is Outcome.NO_RESULT
    assert 1 <= result.frames < 100


def test_a_station_that_has_nothing_of_that_time(receiver: Receiver) -> None:
    def answers(station: Station, heard: Heard) -> None:
        reply(station, heard, "9011", "QnRtn=1")
        reply(station, heard, "9012", "ExeRtn=100")

    gap = order("fill", data="hour", start=MIDNIGHT, end=MIDNIGHT + timedelta(hours=3))
    result, heard = talk(receiver, gap, answers)
    assert (result.outcome, result.code, result.frames) == (Outcome.FAILED, 100, 0)
    assert [(one["CN"], one["CP"]) for one in heard] == [
        ("2061", "BeginTime=20251125000000;EndTime=20251125020000")
    ]
