"""The receiver as a process of its own: frames to ingest by a real broker, commands the other way.

The parts are those of the role ``hj212`` and of an ingest process; only the store is DuckDB.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from carbonpeak.events import listening as session_with
from carbonpeak.hj212_calls import Callee, Caller
from carbonpeak.process_states import ProcessStates
from carbonpeak.stations_view import StationsView
from ingest.sources.hj212 import Hj212Source, listening
from ingest.sources.hj212_forward import Forwarder
from ingest.sources.mqtt import MqttSource
from ingest.sources.mqtt_session import Account, Session, Will
from models.environment.hj212_commands import NotConnectedError, Outcome, order
from models.registry import Registry
from tests.integration.hj212.conftest import OLD, STACK, WAIT_S, Receiver, receiving, until
from tests.servers.mosquitto import guarded_mosquitto
from tests.servers.station import Station, answering

ACCOUNT = Account("carbonpeak", "s3cret")
TIME = "20251126100000"
AREA = f"DataTime={TIME};a21026-Rtd=38.5,a21026-Flag=N"


@dataclass
class Set:
    """Two processes' worth of parts: ``port`` is the receiver's, ``ingest`` has the store."""

    port: int
    ingest: Receiver
    broker: ExitStack
    caller: Caller
    subscribed: threading.Event  # whether the receiver has heard of ingest


def session(port: int, name: str, heard: object) -> Session:
    made = session_with(
        "127.0.0.1", port, name, ACCOUNT, heard,  # type: ignore[arg-type]
        on_ready=lambda: None, will=Will(f"park/tl/event/status/{name}", {}),
    )  # fmt: skip
    made.start()
    assert made.wait_connected(WAIT_S)
    return made


@pytest.fixture
def processes(
    registry: Registry, tmp_path: Path, mosquitto: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Set]:
    assert mosquitto
    monkeypatch.setattr("ingest.sources.hj212.STOP_S", 0.1)  # what is never answered at the end
    with ExitStack() as stack:
        broker = stack.enter_context(ExitStack())
        port = broker.enter_context(
            guarded_mosquitto(tmp_path / "broker", {"carbonpeak": "s3cret"})
        ).port
        ingest = stack.enter_context(receiving(registry, tmp_path))
        view = StationsView(lambda: registry, {})
        source = MqttSource(
            "127.0.0.1", port, "tl", "ingest", ingest.pipeline, account=ACCOUNT, stations=view
        )
        source.start()
        stack.callback(source.stop)
        assert source.session.wait_connected(WAIT_S)

        subscribed = threading.Event()
        subscribed.set()
        forwarder = Forwarder("tl", subscribed.is_set)
        caller = Caller("tl", "api", lambda: 1)
        own = Hj212Source(listening("127.0.0.1", 0), view, forwarder.put)
        callee = Callee("tl", own)
        ends = (session(port, "hj212", callee.heard), session(port, "api", caller.heard))
        for end in ends:
            stack.callback(end.stop, 0.5)
        forwarder.use(ends[0])
        callee.use(ends[0])
        caller.use(ends[1])
        own.start()
        stack.callback(own.finish)
        stack.callback(forwarder.stop)
        stack.callback(callee.stop)
        yield Set(own.port, ingest, broker, caller, subscribed)


def test_frames_reach_ingest_and_are_answered_when_the_broker_has_them(
    processes: Set,
) -> None:
    ingest = processes.ingest
    with (
        Station(processes.port, STACK) as station,
        Station(processes.port, STACK, "654321") as thief,
    ):
        station.send("2011", AREA, qn=f"{TIME}001")
        heard = station.hear()
        assert heard is not None
        assert (heard["CN"], heard["QN"]) == ("9014", f"{TIME}001")
        thief.send("2011", AREA, qn=f"{TIME}002")
        until(lambda: len(ingest.refused()) == 1)
        assert ingest.refused()[0][0] == "bad_password"
        assert [value for _, value in ingest.values("STACK.a21026.realtime")] == [38.5]
        processes.broker.close()  # the broker is gone: nothing is answered any more
        station.send("2011", AREA, qn=f"{TIME}003")
        assert station.hear(0.5) is None


def test_nothing_is_answered_before_somebody_is_there_to_take_it(processes: Set) -> None:
    """The broker confirms what it drops, because nobody is subscribed, like anything else."""
    processes.subscribed.clear()
    with Station(processes.port, STACK) as station:
        station.send("2011", AREA, qn=f"{TIME}001")
        assert station.hear(0.7) is None
        processes.subscribed.set()
        heard = station.hear()
        assert heard is not None
        assert heard["QN"] == f"{TIME}001"
        until(lambda: bool(processes.ingest.values("STACK.a21026.realtime")))


def test_commands_reach_the_station(processes: Set) -> None:
    with pytest.raises(NotConnectedError, match="not connected"):
        processes.caller.command(OLD, order("get_time"))
    with Station(processes.port, STACK) as station:
        station.send("2011", AREA, qn=f"{TIME}001")
        assert station.hear()

        def answers(heard: dict[str, str]) -> None:
            station.send("9011", "QnRtn=1", qn=heard["QN"], st="91", flag=4)
            station.send("1063", "MinInterval=10", qn=heard["QN"], flag=4)
            station.send("9012", "ExeRtn=1", qn=heard["QN"], st="91", flag=4)

        answering(station, answers)
        result = processes.caller.command(STACK, order("get_minute_interval"))
        (link,) = processes.caller.links()
    assert (result.outcome, result.values) == (Outcome.DONE, {"MinInterval": "10"})
    assert (link.mn, link.connected) == (STACK, True)


def test_ingest_is_known_also_while_it_is_away() -> None:
    """Its session at the broker is kept; that of a process of another role takes no frames."""
    states, topic = ProcessStates(), "park/tl/event/status/one"
    states.heard(f"{topic}-more", b'{"process": "one-more", "role": "ledger", "connected": true}')
    assert not states.has_ingest()
    states.heard(topic, b'{"process": "one", "role": "ingest", "connected": false}')
    assert states.has_ingest()
    states.heard(topic, b"")  # it is no process of the park any more
    assert not states.has_ingest()
