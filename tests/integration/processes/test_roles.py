"""The roles as the service composes them, on one store in one process, over a real mosquitto.

What they do as processes of their own on a store that they share is tested with the servers.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import paho.mqtt.client as paho
import pytest

from carbonpeak.access import AnswerError, open_api
from carbonpeak.roles import Role
from carbonpeak.server import serving
from carbonpeak.service import Service, utc_now
from carbonpeak.settings import Settings
from store.duckdb_store import DuckDBStore
from store.lock import running_service
from tests.integration.processes.conftest import PARK, until
from tests.servers.mosquitto import Guarded

MakeSettings = Callable[..., Settings]


class Shared(DuckDBStore):
    """A store that outlives the services that were given it."""

    def close(self) -> None:
        pass


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Shared]:
    opened = Shared(
        tmp_path / "readings.duckdb", writer="x", clock=utc_now, zone=ZoneInfo("Asia/Shanghai")
    )
    yield opened
    DuckDBStore.close(opened)


@contextmanager
def running(settings: Settings, role: Role, store: Shared) -> Iterator[Service]:
    service = Service(settings, role, store)
    service.start()
    try:
        yield service
    finally:
        service.stop()


def publish(broker: Guarded, readings: list[dict[str, object]]) -> None:
    client = paho.Client(paho.CallbackAPIVersion.VERSION2, client_id="device")
    client.username_pw_set("carbonpeak", "s3cret")
    client.connect("127.0.0.1", broker.port)
    client.loop_start()
    sent = client.publish(f"park/{PARK}/steel-works/batch", json.dumps(readings), 1)
    sent.wait_for_publish(30)
    client.disconnect()
    client.loop_stop()


def quarters(hours: int) -> list[dict[str, object]]:
    """1 kWh a quarter of an hour, from midnight of 2018-01-02 in the park."""
    return [
        {
            "meter": "main",
            "ts": f"2018-01-02T{number // 4:02}:{number % 4 * 15:02}:00+08:00",
            "value": 1.0,
        }
        for number in range(1, hours * 4 + 1)
    ]


def test_what_one_takes_in_another_settles_and_a_third_tells(
    settings: MakeSettings, store: Shared, broker: Guarded
) -> None:
    with ExitStack() as stack:
        ledger = stack.enter_context(running(settings("ledger"), Role.LEDGER, store))
        api = stack.enter_context(running(settings("api"), Role.API, store))
        sources = [
            stack.enter_context(
                running(settings(name, writer=name, mqtt_share="ingest"), Role.INGEST, store)
            )
            for name in ("ingest-1", "ingest-2")
        ]
        until(lambda: api.health()["status"] == "ok" and len(api.health()["processes"]) == 4)
        publish(broker, quarters(4))
        until(lambda: api.health()["ledger"]["usage_rows_written"] >= 4)
        until(lambda: api.health()["ingest"]["accepted"] == 16)
        health = api.health()
        assert health["ledger"]["usage_rows_written"] == ledger.ledger.rows_written
        assert health["ledger"]["last_settled"] == ledger.ledger.last_settled
        assert [(state.process, state.role) for state in health["processes"]] == [
            ("api", "api"),
            ("ingest-1", "ingest"),
            ("ingest-2", "ingest"),
            ("ledger", "ledger"),
        ]
        assert health["store"]["touched"] == 0
        own = [source.health() for source in sources]
        assert sum(body["ingest"]["accepted"] for body in own) == 16
        assert [len(body["processes"]) for body in own] == [1, 1]
        assert store.usage_hours([1])["amount"].to_pylist() == [4.0] * 4


def test_a_process_that_ends_is_missed(settings: MakeSettings, store: Shared) -> None:
    with running(settings("api"), Role.API, store) as api:
        assert api.health()["status"] == "degraded"
        with running(settings("ledger"), Role.LEDGER, store):
            with running(settings("ingest"), Role.INGEST, store):
                until(lambda: api.health()["status"] == "ok")
            until(lambda: api.health()["status"] == "degraded")
        states = {state.process: state for state in api.health()["processes"]}
        assert not states["ingest"].connected
        assert states["ingest"].started is not None  # what was known of it stays


def test_names_are_those_of_the_roles(settings: MakeSettings, store: Shared) -> None:
    share = settings("ledger", ledger_share="2/3")
    with running(share, Role.LEDGER, store) as ledger:
        assert ledger.state().process == "ledger-2"
        assert ledger.settings.mqtt_client_id == "carbonpeak-ledger-2"
    with running(settings("ingest", writer="ingest-7"), Role.INGEST, store) as ingest:
        assert ingest.settings.mqtt_client_id == "carbonpeak-ingest-7"
    given = settings("api", mqtt_client_id="mine")
    with running(given, Role.API, store) as api:
        assert (api.settings.writer, api.settings.mqtt_client_id) == ("api", "mine")


def test_a_role_without_the_api_answers_health_only(settings: MakeSettings, store: Shared) -> None:
    one = settings("ingest", read_key="k")
    with (
        running(one, Role.INGEST, store) as ingest,
        serving(ingest, "0.0.0.0", 0) as server,
        httpx.Client(base_url=f"{server.url}/api/v1") as client,
    ):
        assert server.url.startswith("http://127.0.0.1:")
        service = running_service(one.data)
        assert service is not None
        assert service.url == server.url
        until(lambda: client.get("/health").json()["broker"]["connected"])
        body = client.get("/health").json()
        assert body["status"] == "ok"
        assert body["park"]["code"] == PARK
        assert [state["role"] for state in body["processes"]] == ["ingest"]
        missing = client.get("/meters")
        assert (missing.status_code, missing.json()["status"]) == (404, 404)


@pytest.mark.parametrize("role", [Role.INGEST, Role.LEDGER])
def test_commands_are_told_whose_folder_to_ask(
    settings: MakeSettings, store: Shared, role: Role, monkeypatch: pytest.MonkeyPatch
) -> None:
    # NiceGUI can be mounted once in a process, and other tests of this run have done so.
    monkeypatch.setattr("carbonpeak.service.mount", lambda *_, **__: None)
    books, other = settings("api"), settings(role.value)
    with (
        running(books, Role.API, store) as api,
        running(other, role, store) as process,
        serving(api, "127.0.0.1", 0),
        serving(process, "127.0.0.1", 0),
    ):
        # The API has heard of the other process by then, and is still asked.
        until(lambda: len(api.health()["processes"]) == 2)
        with open_api(books) as client:
            assert client.get("/rejections").json()["items"] == []
        said = f"the process of {other.data} is of the role {role}, .*the role api"
        with pytest.raises(AnswerError, match=said), open_api(other):
            pass


def test_a_refused_account_is_told_by_health(settings: MakeSettings, store: Shared) -> None:
    wrong = settings("ingest", mqtt_password="guess", mqtt_password_file=None)
    with running(wrong, Role.INGEST, store) as ingest:
        until(lambda: "refuses us: Not authorized" in ingest.health()["broker"]["trouble"])
        assert ingest.health()["status"] == "degraded"


def test_a_store_that_does_not_answer_is_told_by_health(
    settings: MakeSettings, store: Shared, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails() -> dict[str, int]:
        raise OSError("connection refused")

    monkeypatch.setattr(store, "counts", fails)
    with running(settings("ingest"), Role.INGEST, store) as ingest:
        until(lambda: ingest.health()["broker"]["connected"])
        health = ingest.health()
    assert health["status"] == "degraded"
    assert health["store"]["trouble"] == "connection refused"
    assert health["store"]["readings"] is None


def test_what_came_while_the_ledger_was_away_is_settled_when_it_comes(
    settings: MakeSettings, store: Shared, broker: Guarded
) -> None:
    with running(settings("ingest"), Role.INGEST, store) as ingest:
        until(lambda: ingest.health()["broker"]["connected"])
        publish(broker, quarters(2))
        until(lambda: ingest.health()["ingest"]["accepted"] == 8)
        assert store.touched().hours.num_rows > 0
    with running(settings("ledger"), Role.LEDGER, store):
        until(lambda: store.touched().hours.num_rows == 0)


def test_a_published_event_alone_wakes_the_ledger(
    settings: MakeSettings, store: Shared, broker: Guarded
) -> None:
    with (
        running(settings("ledger"), Role.LEDGER, store) as ledger,
        running(settings("ingest"), Role.INGEST, store) as ingest,
    ):
        until(lambda: ledger.health()["broker"]["connected"])
        until(lambda: ledger.ledger.last_settled is not None)
        ingest.pipeline.stop()  # nothing comes by readings
        before = ledger.ledger.last_settled
        until(lambda: ingest.mqtt.connected)
        assert ingest.mqtt.notices is not None
        ingest.mqtt.notices.stored("ingest")
        until(lambda: ledger.ledger.last_settled != before)


def test_a_store_that_hangs_is_told_by_health_and_asked_once(
    settings: MakeSettings, store: Shared, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()
    asked: list[str] = []
    answers = store.counts

    def hangs() -> dict[str, int]:
        asked.append(threading.current_thread().name)
        go_on.wait()
        return answers()

    monkeypatch.setattr(store, "counts", hangs)
    monkeypatch.setattr("carbonpeak.store_state.ANSWER_S", 0.2)
    try:
        with running(settings("ingest"), Role.INGEST, store) as ingest:
            until(lambda: ingest.health()["broker"]["connected"])
            health = ingest.health()
            assert health["status"] == "degraded"
            assert health["store"] == {
                "kind": "influxdb", "readings": None, "rejections": None, "usage": None,
                "touched": None, "batches": None, "trouble": "the store does not answer",
            }  # fmt: skip
            assert len(asked) == 1
            go_on.set()
            until(lambda: ingest.health()["store"]["trouble"] is None)
            assert ingest.health()["store"]["readings"] == 0
            assert ingest.health()["status"] == "ok"
    finally:
        go_on.set()
