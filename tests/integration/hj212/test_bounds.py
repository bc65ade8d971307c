"""What one peer may take, and that a slow store slows stations down and loses nothing."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from ingest.message import Message
from ingest.sources.hj212_bounds import Allowance, Bounds
from models.registry import Registry
from tests.integration.hj212.conftest import OLD, STACK, Receiver, receiving, until
from tests.servers.station import frame

TIME = "20261126100000"
REAL = "DataTime=20251126{:06};a21026-Rtd={},a21026-Flag=N"
NONE = 0.3


def test_the_newer_of_two_connections_holds(receiver: Receiver) -> None:
    with receiver.station() as first, receiver.station() as second:
        first.send("2011", REAL.format(1, 1), qn=f"{TIME}001")
        assert first.hear()
        second.send("2011", REAL.format(2, 2), qn=f"{TIME}002")
        assert second.hear()
        assert first.is_ended()
        (link,) = receiver.source.links()
        assert link.connected
        assert link.replaced == 1
        assert link.peer.endswith(str(second.socket.getsockname()[1]))
    until(lambda: not receiver.source.links()[0].connected)


def test_what_a_replaced_connection_waits_for_is_answered_first(
    registry: Registry, tmp_path: Path
) -> None:
    """Else two devices of one MN, each with an upload under way, would send it again for ever."""
    gate = threading.Event()

    def put(messages: Sequence[Message]) -> None:
        gate.wait()
        for message in messages:
            receiver.pipeline.put(message)

    with (
        receiving(registry, tmp_path, put=put) as receiver,
        receiver.station() as first,
        receiver.station() as second,
    ):
        for n, station in enumerate((first, second), 1):
            station.send("2011", REAL.format(n, n), qn=f"{TIME}00{n}")
            until(lambda n=n: receiver.source.counters().frames == n)
        gate.set()
        heard = first.hear()
        assert heard is not None
        assert heard["QN"] == f"{TIME}001"
        assert first.is_ended()
        assert second.hear()


def test_who_says_nothing_or_never_ends_is_ended(registry: Registry, tmp_path: Path) -> None:
    bounds = Bounds(hello_s=0.2, frame_s=0.2)
    with receiving(registry, tmp_path, bounds=bounds) as receiver:
        with (
            receiver.station() as silent,
            receiver.station(OLD) as slow,
            receiver.station() as idle,
        ):
            idle.send("2011", REAL.format(1, 1), qn=f"{TIME}001")
            slow.send("2011", REAL.format(2, 2), qn=f"{TIME}002")
            assert idle.hear()
            assert slow.hear()
            slow.socket.sendall(b"##0300QN=")
            assert silent.is_ended()
            assert slow.is_ended()
            assert not idle.is_ended(NONE)
        until(lambda: ("malformed", b"##0300QN=") in receiver.refused())


def test_a_stream_whose_reads_end_within_frames_is_no_slow_frame(
    registry: Registry, tmp_path: Path
) -> None:
    """Every piece has the end of one frame and the beginning of the next, for seconds on end."""
    with (
        receiving(registry, tmp_path, bounds=Bounds(frame_s=1.0)) as receiver,
        receiver.station() as busy,
    ):
        frames = [
            frame(busy.segment("2011", REAL.format(n, n), qn=f"{TIME}{n:03}")) for n in range(12)
        ]
        whole = b"".join(frames)
        size = len(whole) // 12
        for begin in range(-(size // 2), len(whole), size):
            busy.socket.sendall(whole[max(0, begin) : begin + size])
            time.sleep(0.25)
        assert all(busy.hear() for _ in frames)


def test_who_ends_his_side_after_an_upload_still_hears_the_answer(receiver: Receiver) -> None:
    with receiver.station() as station:
        station.send("2011", REAL.format(1, 1), qn=f"{TIME}001")
        station.socket.shutdown(socket.SHUT_WR)
        heard = station.hear()
        assert heard is not None
        assert (heard["CN"], heard["QN"]) == ("9014", f"{TIME}001")
        assert station.is_ended()


def test_strangers_give_way_to_those_who_come(registry: Registry, tmp_path: Path) -> None:
    with (
        receiving(registry, tmp_path, bounds=Bounds(connections=3)) as receiver,
        receiver.station() as known,
        receiver.station() as older,
        receiver.station() as newer,
    ):
        known.send("2011", REAL.format(1, 1), qn=f"{TIME}001")
        assert known.hear()
        with receiver.station(OLD) as last:
            assert older.is_ended()
            last.send("2011", REAL.format(2, 2), qn=f"{TIME}002")
            assert last.hear()
            assert not newer.is_ended(NONE)
        assert receiver.source.counters().turned_away == 1


def test_who_does_not_read_our_answers_is_ended(registry: Registry, tmp_path: Path) -> None:
    """Heartbeats are answered at once, with as many bytes as they have."""
    with (
        receiving(registry, tmp_path, bounds=Bounds(unread_answers=1 << 10)) as receiver,
        receiver.station() as deaf,
    ):
        deaf.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        beat = frame(deaf.segment("9015", "", qn=f"{TIME}001", flag=9))
        try:
            for _ in range(700):
                deaf.socket.sendall(beat * 100)
        except OSError:
            pass
        until(lambda: receiver.source.counters().connections == 0)


def test_refusals_are_slowed_down_and_all_kept(registry: Registry, tmp_path: Path) -> None:
    bounds = Bounds(refused_at_once=10, refused_per_s=200)
    with (
        receiving(registry, tmp_path, bounds=bounds) as receiver,
        receiver.station("000000000000000000000000") as stranger,
        receiver.station() as known,
    ):
        for n in range(150):
            stranger.send("2011", REAL.format(n % 60, n), qn=f"{TIME}{n:03}")
        known.send("2011", REAL.format(1, 1), qn=f"{TIME}001")
        assert known.hear()
        until(lambda: len(receiver.refused()) == 150)


def test_an_allowance_fills_up_again() -> None:
    allowance = Allowance(per_s=2.0, at_once=3.0)
    assert [allowance.take("a", 10.0) for _ in range(4)] == [0.0, 0.0, 0.5, 1.0]
    assert allowance.take("b", 10.0) == 0.0
    assert allowance.take("a", 12.0) == 0.0
    # 1,700 bytes count for 4 frames, one more than there are; and one is to be left.
    assert allowance.take("c", 12.0, 1_700) == 1.0


def test_a_store_that_waits_makes_stations_wait(registry: Registry, tmp_path: Path) -> None:
    """Nothing is answered while nothing is stored, and what waits is bounded; then all is."""
    frames, gate, taken = 3_000, threading.Event(), []

    def put(messages: Sequence[Message]) -> None:
        gate.wait()
        taken.extend(messages)
        for message in messages:
            receiver.pipeline.put(message)

    # The answers come all at once, and this station, which checks them bit by bit, reads slowly.
    bounds = Bounds(queue_messages=100, unread_answers=1 << 20)
    with receiving(registry, tmp_path, put=put, bounds=bounds) as receiver:
        with receiver.station() as station, receiver.station(OLD) as other:

            def send() -> None:
                for n in range(frames):
                    area = REAL.format(n % 60 + n // 60 % 60 * 100, n)
                    station.send("2011", area, qn=f"{TIME}{n % 1000:03}")

            sender = threading.Thread(target=send)
            sender.start()
            until(lambda: receiver.source.counters().queued >= 100)
            other.send("2011", REAL.format(235959, 1), qn=f"{TIME}001")
            assert other.hear(NONE) is None
            # A read takes 8 KiB, which is 60 such frames: so many may come after the bound.
            assert receiver.source.counters().queued < 100 + 2 * 60
            assert not taken
            gate.set()
            answers = [station.hear() for _ in range(frames)]
            assert all(one and one["MN"] == STACK for one in answers)
            assert other.hear()
            sender.join()
        assert receiver.store.counts()["readings"] == frames + 1
