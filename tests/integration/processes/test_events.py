"""Events between processes: kept for whom they concern, told together, at last by the broker."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from carbonpeak.events import listening
from carbonpeak.process_states import ProcessState, ProcessStates, ingest_sums, last_settled
from carbonpeak.telling import Teller
from ingest.sources.mqtt_session import Account, Session, Will
from ingest.sources.notices import Notices, status_topic, stored_topic
from tests.integration.processes.conftest import WAIT_S, until
from tests.servers.mosquitto import Guarded

PARK = "p"
ACCOUNT = Account("carbonpeak", "s3cret")
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Heard:
    """What came, by topic."""

    def __init__(self) -> None:
        self.messages: list[tuple[str, bytes]] = []

    def __call__(self, topic: str, payload: bytes) -> None:
        self.messages.append((topic, payload))

    def of(self, topic: str) -> list[bytes]:
        return [payload for heard, payload in self.messages if heard == topic]


@contextmanager
def connected(
    broker: Guarded,
    name: str,
    heard: Callable[[str, bytes], None],
    *topics: str,
    on_ready: Callable[[], None] = lambda: None,
) -> Iterator[Session]:
    will = Will(status_topic(PARK, name), {"process": name, "role": "ledger", "connected": False})
    session = listening(
        "127.0.0.1",
        broker.port,
        f"carbonpeak-{name}",
        ACCOUNT,
        dict.fromkeys(topics, heard),
        on_ready=on_ready,
        will=will,
    )
    session.start()
    assert session.wait_connected(WAIT_S)
    try:
        yield session
    finally:
        session.stop(5.0)


def test_an_event_waits_for_a_process_that_is_away(broker: Guarded) -> None:
    heard = Heard()
    with connected(broker, "ledger", heard, stored_topic(PARK)):
        pass
    with connected(broker, "ingest", Heard(), "x") as ingest:
        Notices(ingest, PARK).stored("ingest")
    assert heard.messages == []
    with connected(broker, "ledger", heard, stored_topic(PARK)):
        until(lambda: heard.of(stored_topic(PARK)) == [b'{"process": "ingest"}'])


def test_a_state_is_kept_for_who_comes_later_and_a_lost_process_is_told(broker: Guarded) -> None:
    ready = threading.Semaphore(0)
    states = ProcessStates()
    api = ProcessState("api", "api", connected=True)
    with connected(broker, "ledger", Heard(), "x", on_ready=ready.release) as ledger:
        Notices(ledger, PARK).status(
            "ledger",
            {"process": "ledger", "role": "ledger", "connected": True, "usage_rows_written": 7},
        )
        until(lambda: ready.acquire(blocking=False))
        with connected(broker, "api", states.heard, status_topic(PARK, "+")):
            until(lambda: len(states.all(api)) == 2)
            assert states.all(api)[1].connected
            lost = ledger._client.socket()
            assert lost is not None
            lost.shutdown(socket.SHUT_RDWR)
            until(lambda: not states.all(api)[1].connected)
            assert states.all(api)[1].usage_rows_written == 7
            until(lambda: ready.acquire(blocking=False))  # it is back


def test_a_teller_tells_much_together_and_never_forgets_the_last(broker: Guarded) -> None:
    heard, topic = Heard(), status_topic(PARK, "ingest")
    told = {"accepted": 0}
    with (
        connected(broker, "api", heard, stored_topic(PARK), status_topic(PARK, "+")),
        connected(broker, "ingest", Heard(), "x") as session,
    ):
        teller = Teller(
            Notices(session, PARK),
            lambda: ProcessState("ingest", "ingest", connected=True, ingest=dict(told)),
            lambda: session.connected,
        )
        teller.start()
        for number in range(1, 2_001):
            told["accepted"] = number
            teller.stored()
        until(
            lambda: any(json.loads(one)["ingest"]["accepted"] == 2_000 for one in heard.of(topic))
        )
        teller.stop()
        until(lambda: not json.loads(heard.of(topic)[-1])["connected"])
        assert 1 <= len(heard.of(stored_topic(PARK))) < 200
        assert len(heard.of(topic)) < 200


def test_what_is_no_state_is_passed_over(caplog: pytest.LogCaptureFixture) -> None:
    states = ProcessStates()
    api = ProcessState("api", "api", connected=True)
    for payload in (b"{not json", b"[]", b'{"process": 3}', b"\xff"):
        states.heard("park/p/event/status/odd", payload)
    assert states.all(api) == [api]
    assert len(caplog.messages) == 4


def test_a_process_that_was_retired_is_forgotten() -> None:
    states = ProcessStates()
    api = ProcessState("api", "api", connected=True)
    states.heard("park/p/event/status/i", b'{"process":"i","role":"ingest","connected":false}')
    assert [state.process for state in states.all(api)] == ["api", "i"]
    states.heard("park/p/event/status/i", b"")
    assert states.all(api) == [api]


def test_sums_of_what_the_processes_told() -> None:
    later = NOON.replace(hour=13)
    states = [
        ProcessState("api", "api", connected=True, ingest={"accepted": 2, "rejected": 1}),
        ProcessState("i", "ingest", connected=False, ingest={"accepted": 5, "messages": 4}),
        ProcessState("l", "ledger", connected=True, last_settled=NOON),
        ProcessState("m", "ledger", connected=True, last_settled=later),
    ]
    assert ingest_sums(states) == {
        "messages": 4, "accepted": 7, "rejected": 1, "duplicates": 0, "queued": 0,
    }  # fmt: skip
    assert last_settled(states) == later
    assert last_settled(states[:2]) is None
