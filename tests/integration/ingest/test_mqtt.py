"""From a sender over a real broker to a real store: acknowledged when stored, told when not."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import paho.mqtt.client as paho
import pyarrow as pa
import pytest

from carbonpeak.broker import Broker, open_broker
from ingest.message import Message
from ingest.pipeline import Pipeline
from ingest.sources.mqtt import MqttSource
from ingest.sources.notices import METERS_NAMED, Notices
from models.quantities import Kind
from models.readings import TIMESTAMP
from models.registry import Cluster, Enterprise, Meter, Park, Registry
from store.duckdb_store import DuckDBStore
from store.interface import Appended, Batch

WAIT_S = 20.0
PARK = Park("tl", "铁岭", "Tieling", "辽宁", "东北")
REGISTRY = Registry(
    park=PARK,
    clusters=(Cluster("steel", "钢铁", "Steel"),),
    enterprises=(Enterprise("E1", "一厂", "Works 1", "steel"),),
    meters=tuple(
        Meter(key, "E1", code, "electricity", Kind.COUNTER, "kWh", 900)
        for key, code in enumerate(("m1", "m2"), start=1)
    ),
)


def utc_now() -> datetime:
    return datetime.now(UTC)


class Watched:
    """A real store that can be told to refuse, and that tells after each append."""

    def __init__(self, store: DuckDBStore) -> None:
        self._store = store
        self._changed = threading.Condition()
        self.refusing = False
        self.refused = 0
        self.readings = 0
        self.duplicates = 0

    def append(self, batch: Batch) -> Appended:
        with self._changed:
            if self.refusing:
                self.refused += 1
                self._changed.notify_all()
                raise OSError("disk full")
            appended = self._store.append(batch)
            self.readings += appended.stored
            self.duplicates += appended.duplicates
            self._changed.notify_all()
        return appended

    def accept(self) -> None:
        with self._changed:
            self.refusing = False

    def wait(self, what: Callable[[], bool]) -> None:
        with self._changed:
            assert self._changed.wait_for(what, WAIT_S)

    def readings_of(self, meter: int) -> list[float]:
        values: list[float] = self._store.readings([meter])["value"].to_pylist()
        return values

    def rejection(self, number: int) -> pa.Table:
        return self._store.rejection(number)


class Ingest:
    """Pipeline and MQTT session of one run of the service."""

    def __init__(self, broker: Broker, store: Watched) -> None:
        self.pipeline = Pipeline(
            store,  # type: ignore[arg-type]
            lambda: REGISTRY,
            on_stored=lambda: None,
            on_rejected=self._rejected,
            now=utc_now,
        )
        self.mqtt = MqttSource(broker.host, broker.port, PARK.code, "ingest", self.pipeline)
        self.notices = Notices(self.mqtt.session, PARK.code)
        self.pipeline.start()
        self.mqtt.start()
        assert self.mqtt.session.wait_connected(WAIT_S)

    def _rejected(self, table: pa.Table, ids: tuple[int, ...]) -> None:
        self.notices.rejections(table, ids)

    def stop(self) -> None:
        self.mqtt.stop()
        self.pipeline.stop()


class Sender:
    """A device: publishes with QoS 1 and listens to what comes back."""

    def __init__(self, broker: Broker) -> None:
        self._heard: list[tuple[str, dict[str, Any]]] = []
        self._came = threading.Condition()
        subscribed = threading.Event()
        self._client = paho.Client(paho.CallbackAPIVersion.VERSION2, client_id="device")
        self._client.on_subscribe = lambda *_: subscribed.set()
        self._client.on_message = self._on_message
        self._client.connect(broker.host, broker.port)
        self._client.loop_start()
        self._client.subscribe([("park/+/+/rejected", 1), ("park/+/event/usage", 1)])
        assert subscribed.wait(WAIT_S)

    def _on_message(self, _client: object, _data: object, message: paho.MQTTMessage) -> None:
        with self._came:
            self._heard.append((message.topic, json.loads(message.payload)))
            self._came.notify_all()

    def send(self, topic: str, content: object) -> bytes:
        payload = content if isinstance(content, bytes) else json.dumps(content).encode()
        sent = self._client.publish(topic, payload, 1)
        sent.wait_for_publish(WAIT_S)
        assert sent.is_published()
        return payload

    def readings(self, first: int, count: int, meter: str = "m1") -> None:
        for number in range(first, first + count):
            minute = f"2026-01-05T{number // 60:02}:{number % 60:02}:00+08:00"
            self.send(f"park/tl/E1/meter/{meter}", {"ts": minute, "value": 100.0 + number})

    def heard(self, count: int) -> list[tuple[str, dict[str, Any]]]:
        with self._came:
            assert self._came.wait_for(lambda: len(self._heard) >= count, WAIT_S)
            return list(self._heard)

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


@pytest.fixture(params=["mosquitto", "embedded"])
def broker(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Broker]:
    if request.param == "mosquitto":
        request.getfixturevalue("mosquitto")
    started = open_broker(tmp_path / "broker", 0, prefer=request.param)
    yield started
    started.stop()


@pytest.fixture
def lasting(mosquitto: str, tmp_path: Path) -> Iterator[Broker]:
    """The broker that keeps what is not acknowledged."""
    started = open_broker(tmp_path / "broker", 0, prefer="mosquitto")
    yield started
    started.stop()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Watched]:
    opened = DuckDBStore(
        tmp_path / "readings.duckdb", writer="test", clock=utc_now, zone=REGISTRY.zone
    )
    yield Watched(opened)
    opened.close()


def test_readings_and_batches_are_stored(broker: Broker, store: Watched) -> None:
    ingest, sender = Ingest(broker, store), Sender(broker)
    sender.readings(0, 200)
    batch = [
        {"meter": meter, "ts": "2026-01-06T00:00:00+08:00", "value": 5.0} for meter in ("m1", "m2")
    ]
    sender.send("park/tl/E1/batch", batch)
    store.wait(lambda: store.readings == 202)
    ingest.stop()
    sender.close()
    assert store.readings_of(1) == [100.0 + number for number in range(200)] + [5.0]
    assert store.readings_of(2) == [5.0]
    counters = ingest.pipeline.counters()
    assert (counters["messages"], counters["accepted"], counters["rejected"]) == (201, 202, 0)


def test_a_message_at_which_we_failed_once_comes_again_by_itself(
    lasting: Broker, store: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing else comes in that would wake the session."""
    ingest, sender = Ingest(lasting, store), Sender(lasting)
    put, failed = ingest.pipeline.put, threading.Event()

    def fails_once(message: Message) -> None:
        if not failed.is_set():
            failed.set()
            raise ZeroDivisionError("a mistake of ours")
        put(message)

    monkeypatch.setattr(ingest.pipeline, "put", fails_once)
    sender.readings(0, 1)
    store.wait(lambda: store.readings == 1)
    assert failed.is_set()
    ingest.stop()
    sender.close()


def test_refusals_go_back_to_the_sender(broker: Broker, store: Watched) -> None:
    ingest, sender = Ingest(broker, store), Sender(broker)
    garbage = sender.send("park/tl/E1/meter/m1", b"{not json")
    sender.send("park/tl/E1/meter/m9", {"ts": "2026-01-05T00:00:00+08:00", "value": 1})
    sender.send("park/tl/E9/batch", [{"meter": "m1", "ts": "2026-01-05T00:00Z", "value": 1}])
    heard = sender.heard(3)
    ingest.stop()
    sender.close()
    by_reason = {notice["reason"]: (topic, notice) for topic, notice in heard}
    assert set(by_reason) == {"malformed", "unknown_meter", "unknown_enterprise"}
    topic, notice = by_reason["malformed"]
    assert topic == "park/tl/E1/rejected"
    assert notice["sha256"] == hashlib.sha256(garbage).hexdigest()
    assert (notice["enterprise"], notice["meter"], notice["item"]) == ("E1", "m1", -1)
    assert datetime.fromisoformat(notice["received"]).utcoffset() is not None
    kept = store.rejection(notice["id"])
    assert kept["payload"].to_pylist() == [garbage]
    assert kept["peer"].to_pylist() == ["park/tl/E1/meter/m1"]
    assert by_reason["unknown_enterprise"][0] == "park/tl/E9/rejected"


def test_what_the_store_refused_is_not_acknowledged_and_comes_again(
    lasting: Broker, store: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.sources.hand_over.STOP_S", 0.2)
    store.refusing = True
    first, sender = Ingest(lasting, store), Sender(lasting)
    sender.readings(0, 30)
    store.wait(lambda: store.refused > 0)
    first.stop()  # the store never took them, so the broker must still have all of them
    assert store.readings == 0
    store.accept()
    second = Ingest(lasting, store)
    store.wait(lambda: store.readings == 30)
    second.stop()
    sender.close()
    assert store.readings_of(1) == [100.0 + number for number in range(30)]


def test_a_store_that_refuses_for_a_while_loses_nothing(lasting: Broker, store: Watched) -> None:
    store.refusing = True
    ingest, sender = Ingest(lasting, store), Sender(lasting)
    sender.readings(0, 20)
    store.wait(lambda: store.refused > 0)
    store.accept()
    store.wait(lambda: store.readings == 20)
    ingest.stop()
    sender.close()
    assert store.duplicates == 0


def test_a_clean_stop_loses_nothing(lasting: Broker, store: Watched) -> None:
    """What was acknowledged last may come once more where the socket closed before the broker read
    it; delivery is at least once, and the readings are 500 all the same.
    """
    first, sender = Ingest(lasting, store), Sender(lasting)
    sender.readings(0, 500)
    first.stop()
    taken = store.readings
    second = Ingest(lasting, store)
    store.wait(lambda: len(store.readings_of(1)) == 500)
    second.stop()
    sender.close()
    assert second.pipeline.counters()["accepted"] >= 500 - taken


def test_stop_ends_while_the_inbox_is_full(
    lasting: Broker, store: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.sources.hand_over.STOP_S", 0.2)
    monkeypatch.setattr("ingest.pipeline.INBOX_MESSAGES", 5)
    store.refusing = True
    first, sender = Ingest(lasting, store), Sender(lasting)
    sender.readings(0, 50)
    store.wait(lambda: store.refused > 0)
    first.stop()
    store.accept()
    second = Ingest(lasting, store)
    store.wait(lambda: store.readings == 50)
    second.stop()
    sender.close()


def test_a_broker_that_restarts_is_found_again(
    mosquitto: str, tmp_path: Path, store: Watched
) -> None:
    before = open_broker(tmp_path / "broker", 0, prefer="mosquitto")
    ingest, sender = Ingest(before, store), Sender(before)
    sender.readings(0, 10)
    store.wait(lambda: store.readings == 10)
    sender.close()
    before.stop()
    after = open_broker(tmp_path / "broker", before.port, prefer="mosquitto")
    try:
        sender = Sender(after)
        sender.readings(10, 10)
        # The first ones may come again: the old broker may have ended before it was told.
        store.wait(lambda: len(store.readings_of(1)) == 20)
        assert ingest.mqtt.session.connected
        ingest.stop()
        sender.close()
    finally:
        after.stop()


def test_a_session_waits_for_its_broker_and_can_be_stopped_without(
    store: Watched, free_port: int
) -> None:
    pipeline = Pipeline(
        store,  # type: ignore[arg-type]
        lambda: REGISTRY,
        on_stored=lambda: None,
        now=utc_now,
    )
    source = MqttSource("127.0.0.1", free_port, PARK.code, "ingest", pipeline)
    source.start()
    assert not source.session.connected
    source.stop()


def test_settled_hours_are_told(broker: Broker, store: Watched) -> None:
    ingest, sender = Ingest(broker, store), Sender(broker)
    hours = [datetime(2026, 1, 5, hour, tzinfo=UTC) for hour in (1, 2, 3)]
    ingest.notices.usage(
        pa.table({"meter_key": pa.array([7, 3, 7], pa.int32()), "hour": pa.array(hours, TIMESTAMP)})
    )
    many = METERS_NAMED + 5
    ingest.notices.usage(
        pa.table(
            {
                "meter_key": pa.array(range(many), pa.int32()),
                "hour": pa.array([hours[0]] * many, TIMESTAMP),
            }
        )
    )
    (topic, few), (_, bounded) = sender.heard(2)
    ingest.stop()
    sender.close()
    assert topic == "park/tl/event/usage"
    assert few == {
        "hours": 3,
        "first_hour": "2026-01-05T01:00:00+00:00",
        "last_hour": "2026-01-05T03:00:00+00:00",
        "meters_changed": 2,
        "meters": [3, 7],
    }
    assert bounded["meters_changed"] == many
    assert len(bounded["meters"]) == METERS_NAMED


@pytest.mark.parametrize("park", ["", "a/b", "a+", "#", "a\0"])
def test_a_park_code_that_is_no_topic_level_is_refused(park: str) -> None:
    with pytest.raises(ValueError, match="cannot be part of an MQTT topic"):
        MqttSource("127.0.0.1", 1883, park, "ingest", None)  # type: ignore[arg-type]
