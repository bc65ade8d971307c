"""Stations' devices against a small host of the test's own, read by the product's own reader."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from ingest.decode.hj212_frames import Frame, parse
from ingest.decode.hj212_stream import Garbage, Splitter
from models.errors import DecodeError
from simulators.grid import local
from simulators.park import table
from simulators.stations.device import Device
from simulators.stations.faults import KINDS, Faults
from simulators.stations.instruments import Instruments
from simulators.stations.link import Sent
from simulators.stations.points import Station, stations
from simulators.stations.sender import StationSender
from simulators.stations.wire import Listener, crc, frame

NOW = local("2026-11-24T10:31")
BY_NAME = {station.name: station for station in stations()}


def test_check_number_is_the_standards_own() -> None:
    # HJ 212-2017, annex A: the example frame ends with 1C80
    data = (
        "QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;"
        "CP=&&RtdInterval=30&&"
    )
    assert crc(data.encode()) == 0x1C80
    assert frame(data) == f"##0101{data}1C80\r\n".encode()
    said = Listener().feed(b"noise" + frame(data))[0]
    assert (said.cn, said.area, said.sound, said.wants_answer) == (
        "1062", {"RtdInterval": "30"}, True, True,
    )  # fmt: skip
    listener = Listener()
    pieces = [found for byte in frame(data) for found in listener.feed(bytes([byte]))]
    assert pieces == [said]


class Host:
    """Answers what wants an answer, but for the first ``deaf`` frames; keeps all that came."""

    def __init__(self, deaf: int = 0) -> None:
        self.frames: list[Frame] = []
        self.refused: list[str] = []
        self.connections = 0
        self._deaf = deaf
        self._changed = threading.Condition()
        self._peers: list[socketserver.StreamRequestHandler] = []
        host = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                host.connections += 1
                host._peers.append(self)
                splitter = Splitter()
                while data := self.connection.recv(4096):
                    for piece in splitter.feed(data):
                        host.came(piece, self)

        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True

    @property
    def port(self) -> int:
        return self.server.server_address[1]

    def came(self, piece: bytes | Garbage, peer: socketserver.StreamRequestHandler) -> None:
        with self._changed:
            try:
                assert isinstance(piece, bytes), piece
                heard = parse(piece)
                self.frames.append(heard)
            except DecodeError as error:
                self.refused.append(error.reason.value)
            else:
                if heard.wants_answer and self._deaf <= 0:
                    cn = "9013" if heard.cn in ("1013", "9015") else "9014"
                    head = f"QN={heard.qn};ST=91;CN={cn};PW={heard.pw};MN={heard.mn};Flag=4;"
                    peer.wfile.write(frame(head + "CP=&&&&"))
                self._deaf -= heard.wants_answer
            self._changed.notify_all()

    def ask(self, station: Station, cn: str, area: str, qn: str = "20261124103100001") -> None:
        who = station.identity
        segment = f"QN={qn};ST={who.st};CN={cn};PW={who.password};MN={who.mn};Flag=5;"
        self._peers[-1].wfile.write(frame(f"{segment}CP=&&{area}&&"))

    def wait(self, enough: Callable[[], bool]) -> None:
        with self._changed:
            assert self._changed.wait_for(enough, 20), [f.data for f in self.frames[-5:]]

    def of(self, cn: str) -> list[Frame]:
        return [one for one in self.frames if one.cn == cn]

    def values(self, cn: str) -> list[dict[str, str]]:
        return [{name: value for item in one.cp for name, value in item} for one in self.of(cn)]


@contextmanager
def running(
    names: list[str], *, deaf: int = 0, faults: dict[str, float] | None = None, over_time_s=0.3
) -> Iterator[tuple[Host, StationSender]]:
    """A host, and the stations of these names at 10:31 of a day, with these faults alone."""
    host, begun = Host(deaf), datetime.now(UTC)
    threading.Thread(target=host.server.serve_forever, daemon=True).start()
    sender = StationSender(
        "127.0.0.1",
        host.port,
        now=NOW,
        clock=lambda: NOW + (datetime.now(UTC) - begun),
        over_time_s=over_time_s,
        of=tuple(BY_NAME[name] for name in names),
    )
    for device in sender.devices:
        device.faults = Faults(device.station.key, faults or {})
        device.instruments = Instruments(device.station)
        device._ahead = device.faults.clock
    sender.start()
    try:
        yield host, sender
    finally:
        sender.stop()
        host.server.shutdown()
        host.server.server_close()


def test_uploads_of_the_hour_under_way_and_real_time() -> None:
    with running(["SV08/DA001"]) as (host, _):
        host.wait(lambda: len(host.of("2061")) == 1 and bool(host.of("2011")))
    told = host.values("2051")
    times = [f"20261124{hour}{ten}000" for hour in ("09", "10") for ten in range(6)][:9]
    assert [one["DataTime"] for one in told] == times
    for one, heard in zip(told, host.of("2051"), strict=True):
        assert (heard.flag, heard.st, heard.pw, heard.edition) == (5, "31", "911064", "2017")
        # converted by hand: 12 / (21 - O2)
        ratio = float(one["a21002-ZsAvg"]) / float(one["a21002-Avg"])
        assert ratio == pytest.approx(12 / (21 - float(one["a19001-Avg"])), rel=2e-3)
        assert set(one) >= {"a21026-Avg", "a34013-Flag", "a00000-Avg"}
        assert {value for name, value in one.items() if name.endswith("-Flag")} == {"N"}
    assert host.of("2011")[0].flag == 4
    assert host.refused == []


def test_hour_mean_is_that_of_its_minutes_and_of_the_history() -> None:
    instruments = Instruments(BY_NAME["MD02/DW001"])
    begin = local("2026-11-24T09:00")
    hour = {one.channel.code: one for one in instruments.mean(begin, begin + timedelta(hours=1))}
    tens = [
        {one.channel.code: one for one in instruments.mean(begin + k, begin + k + ten)}
        for ten in [timedelta(minutes=10)]
        for k in (number * ten for number in range(6))
    ]
    for code, shown in hour.items():
        assert shown.mean == pytest.approx(sum(ten[code].mean for ten in tens) / 6)
        assert shown.least < shown.mean < shown.greatest
    # L/s x 3600 s x 1e-3 m3/L; mg/L x L/s x 3600 s x 1e-6 kg/mg, a little off by what they share
    assert hour["w00000"].amount == pytest.approx(hour["w00000"].mean * 3.6)
    assert hour["w01018"].amount == pytest.approx(
        hour["w01018"].mean * hour["w00000"].mean * 3600e-6, rel=1e-3
    )


def test_each_edition_in_its_own_words() -> None:
    with running(["MD01/DW001", "EQ01/DA002", "MD03/DW001"], faults={}) as (host, sender):
        host.wait(lambda: {one.edition for one in host.of("2051")} == {"2005", "2025"}
                  and bool(host.of("9015")))  # fmt: skip
        bare = BY_NAME["EQ01/DA002"].identity
        host.wait(lambda: any(one.mn == bare.mn for one in host.frames))
    old = next(one for one in host.of("2051") if one.mn == BY_NAME["MD01/DW001"].identity.mn)
    assert old.data.startswith(b"ST=32;CN=2051;QN=")
    assert old.flag == 1
    assert {name for item in old.cp for name, _ in item} >= {"B01-Avg", "011-Avg", "060-Avg"}
    without = next(one for one in host.frames if one.mn == bare.mn)
    assert (without.qn, without.flag) == (None, None)
    assert host.of("9015")[0].cp == ()
    assert host.of("9015")[0].edition == "2025"
    assert sender.sent.resends == 0


def test_without_an_answer_it_sends_again_and_then_gives_the_connection_up() -> None:
    with running(["MD02/DA001"], deaf=6, over_time_s=0.1) as (host, sender):
        host.wait(lambda: {one["DataTime"] for one in host.values("2051")} >= {"20261124102000"})
    sent = [(one.qn, one.cp[0][0][1]) for one in host.of("2051")]
    # a resend keeps its QN; after three the connection ends, and the next one has a QN of its own
    assert sent[:4] == sent[:1] * 4
    assert sent[4][0] != sent[0][0]
    assert {time for _, time in sent[4:7]} == {"20261124090000"}
    assert host.connections >= 2
    assert sender.sent.resends >= 5


@pytest.mark.parametrize(
    ("name", "kind", "count"),
    [("EQ07/DA001", "bad_crc", "spoilt"), ("SV07/AQ002", "wrong_password", "wrong_password")],
)
def test_a_spoilt_frame_comes_again_and_good(name: str, kind: str, count: str) -> None:
    with running([name], faults={kind: 1.0}) as (host, sender):
        if kind == "bad_crc":
            host.wait(lambda: len(host.refused) >= 2 and bool(host.of("2051")))
            assert set(host.refused) == {"bad_crc"}
        else:
            host.wait(lambda: len(host.of("2051")) >= 1)
            assert host.of("2051")[0].pw == "000000"
    assert getattr(sender.sent, count) > 0


def test_packets_pieces_and_pairs() -> None:
    faults = {"split": 1.0, "torn": 1.0}
    with running(["IT05/DW001"], faults=faults) as (host, sender):
        host.wait(lambda: len(host.of("2051")) >= 4)
    parts = [one for one in host.of("2051") if one.pnum is not None]
    assert [one.pno for one in parts[: parts[0].pnum]] == list(range(1, parts[0].pnum + 1))
    assert all(one.flag == 7 for one in parts)
    assert all(one.cp[0][0][0] == "DataTime" for one in parts)
    assert sender.sent.torn > 4
    assert host.refused == []


def test_history_time_and_intervals_on_command() -> None:
    station = replace(BY_NAME["SV04/NO001"], realtime_s=3600)
    with running(["SV04/NO001"], faults={"slow_clock": 240}) as (host, sender):
        host.wait(lambda: bool(host.of("2061")) and bool(host.of("1013")))
        assert len(host.of("2051")) == 17  # 10:27 by its clock: the last five minutes are not over
        host.frames.clear()
        host.ask(station, "2061", "BeginTime=20261123200000;EndTime=20261123220000")
        host.wait(lambda: len(host.of("9012")) == 1)
        host.ask(station, "1012", "SystemTime=20261124103000", qn="20261124103100002")
        host.ask(station, "1011", "", qn="20261124103100003")
        host.wait(lambda: len(host.of("9012")) == 3)
        host.ask(station, "1064", "MinInterval=7", qn="20261124103100004")
        host.ask(station, "3019", "", qn="20261124103100005")
        host.ask(replace(station, identity=replace(station.identity, password="999999")),
                 "1061", "", qn="20261124103100006")  # fmt: skip
        host.wait(lambda: len(host.of("9011")) == 6 and len(host.of("9012")) == 4)
        host.ask(station, "2012", "", qn="20261124103100007")
        host.wait(lambda: len(host.of("9013")) == 1)
    hours = [one["DataTime"] for one in host.values("2061")]
    assert hours == ["20261123200000", "20261123210000", "20261123220000"]
    assert len({one.qn for one in host.of("2061")}) == 3
    taken = {one.qn[-1]: dict(one.cp[0])["QnRtn"] for one in host.of("9011")}
    assert taken == {"1": "1", "2": "1", "3": "1", "4": "1", "5": "8", "6": "3"}
    done = {one.qn[-1]: dict(one.cp[0])["ExeRtn"] for one in host.of("9012")}
    assert done == {"1": "1", "2": "1", "3": "1", "4": "3"}
    assert host.values("1011")[0]["SystemTime"][:12] == "202611241030"
    assert sender.devices[0].sends_realtime is False
    assert all(one.st == "91" for one in (*host.of("9011"), *host.of("9012"), *host.of("9013")))


def test_what_the_logger_never_had_is_no_data() -> None:
    # MD02/DA001: logger stopped from 13 November 2025 02:00 for 16 hours
    with running(["MD02/DA001"]) as (host, _):
        host.wait(lambda: bool(host.of("2011")))
        host.ask(BY_NAME["MD02/DA001"], "2061", "BeginTime=20251113030000;EndTime=20251113100000")
        host.wait(lambda: bool(host.of("9012")))
    assert host.of("2061") == []
    assert dict(host.of("9012")[0].cp[0])["ExeRtn"] == "100"


def test_offline_for_two_minutes_of_ten_now_and_then() -> None:
    times = [local("2026-11-24T10:00") + timedelta(seconds=10 * n) for n in range(6 * 60 * 24)]
    faults = Faults(("MD06", "DW001"))
    away = [when for when in times if faults.is_offline(when)]
    assert 0.005 < len(away) / len(times) < 0.05  # two minutes of every hundred
    assert all(when.minute % 10 < 2 for when in away)


def test_every_fault_of_the_file_is_known_and_every_known_one_is_there() -> None:
    assert {row["kind"] for row in table("station_faults.csv")} == set(KINDS)
    assert {(row["enterprise"], row["point"]) for row in table("station_faults.csv")} <= {
        station.key for station in stations()
    }


def test_marks_of_a_device_are_those_of_its_events() -> None:
    # SV08/DA001: weekly calibration on Wednesdays from 10:00 for an hour
    instruments = Instruments(BY_NAME["SV08/DA001"])
    assert {one.mark for one in instruments.at(local("2026-11-25T10:30"))} == {"C"}
    assert {one.mark for one in instruments.at(local("2026-11-25T11:00"))} == {"N"}
    hour = instruments.mean(local("2026-11-25T10:00"), local("2026-11-25T11:00"))
    assert {one.mark for one in hour} == {"C"}
    device = Device(BY_NAME["SV08/DA001"], ("127.0.0.1", 1), NOW, lambda: NOW, Sent())
    device.set_clock(NOW + timedelta(seconds=5))
    assert device.now() == NOW + timedelta(seconds=5)
