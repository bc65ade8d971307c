"""What a station is answered, and that nothing is answered before it is stored.

The frames are made byte by byte here (tests/servers/station.py), by the standard's words.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.integration.hj212.conftest import NEW, OLD, STACK, Receiver, until
from tests.servers.station import frame

TIME = "20261126100000"  # UTC+8
AT = datetime(2026, 11, 26, 2, 0, tzinfo=UTC)
NONE = 0.3  # seconds in which nothing comes


def minute(value: float, time: str = TIME) -> str:
    return f"DataTime={time};a21026-Min=1,a21026-Avg={value},a21026-Max=99,a21026-Flag=N"


def test_an_upload_is_answered_with_its_qn_once_it_is_stored(receiver: Receiver) -> None:
    with receiver.station() as station:
        station.send("2011", f"DataTime={TIME};a21026-Rtd=38.5,a21026-Flag=N", qn=f"{TIME}001")
        heard = station.hear()
        stored = receiver.values("STACK.a21026.realtime")
    assert heard == {
        "QN": "20261126100000001",
        "ST": "91",
        "CN": "9014",
        "PW": "123456",
        "MN": STACK,
        "Flag": "4",
        "CP": "",
    }
    assert stored == [(AT, 38.5)]


def test_a_minute_mean_is_at_its_end(receiver: Receiver) -> None:
    with receiver.station() as station:
        station.send("2051", f"DataTime={TIME};a21026-Avg=38.5,a21026-Flag=N", qn=f"{TIME}001")
        assert station.hear()
    assert receiver.values("STACK.a21026.minute") == [(AT + timedelta(minutes=10), 38.5)]


def test_without_a_wish_for_an_answer_there_is_none(receiver: Receiver) -> None:
    with receiver.station() as station:
        real = "DataTime=2026112610000{};a21026-Rtd={},a21026-Flag=N"
        station.send("2011", real.format(1, 1), qn=f"{TIME}001", flag=4)
        station.send("2011", real.format(2, 2), qn=f"{TIME}002", flag=None)
        station.send("2011", real.format(3, 3), qn=f"{TIME}003", flag=5)
        heard = station.hear()
    assert heard is not None
    assert heard["QN"] == f"{TIME}003"
    assert [value for _, value in receiver.values("STACK.a21026.realtime")] == [1, 2, 3]


def test_a_resend_is_answered_again_and_stored_once(receiver: Receiver) -> None:
    area = f"DataTime={TIME};a21026-Rtd=38.5,a21026-Flag=N"
    with receiver.station() as station:
        for _ in range(3):
            station.send("2011", area, qn=f"{TIME}001")
            heard = station.hear()
            assert heard is not None
            assert heard["QN"] == f"{TIME}001"
    assert receiver.store.counts()["readings"] == 1
    assert receiver.pipeline.counters()["duplicates"] == 2


def test_cut_and_joined_as_tcp_likes(receiver: Receiver) -> None:
    real = "DataTime=2026112610000{};a21026-Rtd={},a21026-Flag=N"
    with receiver.station() as station:
        frames = [
            frame(station.segment("2011", real.format(n, n), qn=f"{TIME}00{n}")) for n in range(4)
        ]
        for byte in frames[0]:
            station.socket.sendall(bytes([byte]))
        station.socket.sendall(b"".join(frames[1:3]) + frames[3][:20])
        station.socket.sendall(frames[3][20:])
        answers = [station.hear() for _ in frames]
    assert [one and one["QN"] for one in answers] == [f"{TIME}00{n}" for n in range(4)]


def test_the_other_editions_are_answered_in_their_own(receiver: Receiver) -> None:
    area = f"DataTime={TIME};a21026-Rtd=1.5,a21026-Flag=N"
    with receiver.station(OLD) as station:
        station.send("2011", area.replace("a21026", "02"), qn=f"{TIME}001", flag=1)
        old = station.hear()
    with receiver.station(NEW) as station:
        station.send("2011", area, qn=f"{TIME}001", flag=9)
        new = station.hear()
        station.send("9015", "", qn=f"{TIME}002", flag=9)
        alive = station.hear()
    assert old is not None
    assert (old["QN"], old["CN"], old["Flag"]) == (f"{TIME}001", "9014", "0")
    assert old["CP"] == f"QN={TIME}001;CN=2011"
    assert new is not None
    assert (new["CN"], new["Flag"], new["CP"]) == ("9014", "8", "")
    assert alive is not None
    assert (alive["QN"], alive["CN"], alive["Flag"]) == (f"{TIME}002", "9013", "8")
    assert receiver.values("OLD.a21026.realtime") == [(AT, 1.5)]
    assert receiver.values("NEW.a21026.realtime") == [(AT, 1.5)]


def test_a_clock_that_asks_is_set(receiver: Receiver) -> None:
    with receiver.station() as station:
        station.send("1013", "", qn=f"{TIME}001", flag=5)
        noticed, setting = station.hear(), station.hear()
        assert noticed is not None
        assert (noticed["QN"], noticed["CN"]) == (f"{TIME}001", "9013")
        assert setting is not None
        assert (setting["CN"], setting["Flag"], setting["PW"]) == ("1012", "5", "123456")
        told = datetime.strptime(f"{setting['CP']}+0800", "SystemTime=%Y%m%d%H%M%S%z")
        assert abs(datetime.now(UTC) - told) < timedelta(seconds=20)
        station.send("9011", "QnRtn=1", qn=setting["QN"], st="91", flag=4)
        station.send("9012", "ExeRtn=1", qn=setting["QN"], st="91", flag=4)
        assert station.hear(NONE) is None


def test_what_is_refused_is_kept_and_not_answered(receiver: Receiver) -> None:
    area = f"DataTime={TIME};a21026-Rtd=1.5,a21026-Flag=N"
    with (
        receiver.station() as station,
        receiver.station(password="654321") as thief,
        receiver.station("000000000000000000000000") as stranger,
    ):
        wrong = frame(station.segment("2011", area, qn=f"{TIME}001"), check="0000")
        station.socket.sendall(wrong + b"GET / HTTP/1.1\r\n")
        thief.send("2011", area, qn=f"{TIME}002")
        stranger.send("2011", area, qn=f"{TIME}003")
        until(lambda: len(receiver.refused()) == 4)
        for one in (station, thief, stranger):
            assert one.hear(NONE) is None
    refused = dict(receiver.refused())
    assert set(refused) == {"bad_crc", "malformed", "bad_password", "unknown_meter"}
    assert refused["bad_crc"] == wrong.rstrip()
    assert refused["malformed"] == b"GET / HTTP/1.1"
    assert b"QN=20261126100000002" in refused["bad_password"]
    assert receiver.store.counts()["readings"] == 0


def test_data_that_is_refused_is_answered_once_the_refusal_is_kept(receiver: Receiver) -> None:
    with receiver.station() as station:
        station.send("2011", f"DataTime={TIME};ele01-Rtd=1.5,ele01-Flag=N", qn=f"{TIME}001")
        heard = station.hear()
        refused = receiver.refused()
    assert heard is not None
    assert heard["CN"] == "9014"
    assert [reason for reason, _ in refused] == ["unsupported"]
