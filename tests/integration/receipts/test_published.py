"""Daily receipts over a real mosquitto: once a day, in order, and after a stop those missed.

The park: one meter that sends every six hours, so four readings a day; the clock is the test's.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import paho.mqtt.client as paho
import pyarrow as pa
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from carbonpeak.broker import Broker, open_broker
from carbonpeak.receipts import ReceiptPublisher
from carbonpeak.service import Service
from carbonpeak.settings import Settings
from ingest.sources.mqtt_session import Account, Session
from ingest.sources.notices import Notices
from ledger.books import Books
from models.carbon.factors import FactorLibrary
from models.quantities import Kind
from models.readings import NEW_READINGS
from models.registry import Enterprise, Meter, Park, Registry
from store.duckdb_store import DuckDBStore
from store.interface import NEW_REJECTIONS, Batch
from store.registry_db import RegistryDatabase
from store.registry_files import load

ZONE = ZoneInfo("Asia/Shanghai")
WAIT_S = 30.0
TOPIC = "park/park/works/receipt"
REGISTRY = Registry(
    Park("park", "园区", "Park", "吉林", "东北"),
    enterprises=(Enterprise("works", "工厂", "Works", "c"), Enterprise("idle", "闲", "Idle", "c")),
    meters=(
        Meter(1, "works", "M1", "electricity", Kind.COUNTER, "kWh", 21_600),
        Meter(2, "works", "M2", "electricity", Kind.COUNTER, "kWh", 21_600),
    ),
)


class Clock:
    """Stands at the test's word."""

    def __init__(self, text: str) -> None:
        self.set(text)

    def set(self, text: str) -> None:
        self.now = datetime.fromisoformat(text).replace(tzinfo=ZONE).astimezone(UTC)

    def __call__(self) -> datetime:
        return self.now


class Reader:
    """Whoever reads receipts: all that came, and the wait for so many."""

    def __init__(self, port: int) -> None:
        self.messages: list[paho.MQTTMessage] = []
        self._came = threading.Condition()
        self._ready = threading.Event()
        self._client = paho.Client(CallbackAPIVersion.VERSION2)
        self._client.on_connect = lambda client, *_: client.subscribe("park/+/+/receipt", qos=1)
        self._client.on_subscribe = lambda *_: self._ready.set()
        self._client.on_message = self._heard
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()
        assert self._ready.wait(WAIT_S)

    def _heard(self, _client: paho.Client, _data: Any, message: paho.MQTTMessage) -> None:
        with self._came:
            self.messages.append(message)
            self._came.notify_all()

    def receipts(self, number: int) -> list[dict[str, Any]]:
        with self._came:
            assert self._came.wait_for(lambda: len(self.messages) >= number, WAIT_S)
        return [json.loads(message.payload) for message in self.messages]

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


@pytest.fixture
def broker(mosquitto: str, tmp_path: Path, free_port: int) -> Iterator[Broker]:
    assert mosquitto
    running = open_broker(tmp_path / "broker", free_port, prefer="mosquitto")
    yield running
    running.stop()


@pytest.fixture
def reader(broker: Broker) -> Iterator[Reader]:
    listening = Reader(broker.port)
    yield listening
    listening.close()


@pytest.fixture
def session(broker: Broker) -> Iterator[Session]:
    opened = Session(
        "127.0.0.1", broker.port, "receipts", Account(), topics=["nothing"],
        on_message=lambda _: None,
    )  # fmt: skip
    opened.start()
    assert opened.wait_connected(WAIT_S)
    yield opened
    opened.stop(5.0)


def readings(meter: int, *times: str, delay_s: int = 1) -> pa.Table:
    rows = []
    for text in times:
        at = datetime.fromisoformat(text).replace(tzinfo=ZONE)
        rows.append({"meter_key": meter, "ts": at, "value": 1.0, "quality": 0,
                     "received": at + timedelta(seconds=delay_s), "source": 1})  # fmt: skip
    return pa.Table.from_pylist(rows, schema=NEW_READINGS)


@pytest.fixture
def clock() -> Clock:
    return Clock("2026-03-06T00:59")


@pytest.fixture
def books(tmp_path: Path, clock: Clock) -> Iterator[Books]:
    store = DuckDBStore(tmp_path / "p.duckdb", writer="main", clock=clock, zone=ZONE)
    yield Books(store, lambda: REGISTRY, FactorLibrary(), clock)
    store.close()


@pytest.fixture
def publisher(books: Books, session: Session, tmp_path: Path) -> Callable[..., ReceiptPublisher]:
    """A publisher that remembers in one file, as one process after the other does."""
    notices = Notices(session, "park")

    def make(publish: Any = notices.receipt) -> ReceiptPublisher:
        memory = tmp_path / "receipts.json"
        return ReceiptPublisher(books, publish, lambda: session.connected, memory=memory, hour=1)

    return make


def test_a_receipt_by_hand(
    books: Books, clock: Clock, publisher: Callable[..., ReceiptPublisher], reader: Reader
) -> None:
    quarter = ("2026-03-05T00:00", "2026-03-05T06:00", "2026-03-05T12:00")
    books.store.append(Batch(readings=readings(1, *quarter, delay_s=400)))
    refused = {
        "received": datetime(2026, 3, 5, 9, tzinfo=ZONE), "source": 1, "peer": "t",
        "enterprise": "works", "meter": None, "item": -1, "reason": "malformed",
        "detail": "no", "payload": b"{", "payload_sha256": "x", "payload_length": 1,
    }  # fmt: skip
    rejections = pa.Table.from_pylist([refused], schema=NEW_REJECTIONS)
    books.store.append(Batch(rejections=rejections))
    one = publisher()
    assert one.due() == [date(2026, 3, 4)]  # 00:59: the 5th is over, and not due before 01:00
    assert one.wait_s() == 60
    clock.set("2026-03-06T01:00")
    assert one.due() == [date(2026, 3, 5)]
    assert one.wait_s() == 24 * 3600
    assert one.publish_due() == 1
    (receipt,) = reader.receipts(1)
    assert receipt == {
        "park": "park", "enterprise": "works", "day": "2026-03-05",
        "start": "2026-03-04T16:00:00+00:00", "end": "2026-03-05T16:00:00+00:00",
        "expected": 8, "received": 3, "missing": 5, "duplicate": 0, "late": 0, "suspect": 0,
        "rejected": 1, "completeness": 0.375, "required": 0.9, "complete": False,
        "below": [
            {"meter": "M2", "expected": 4, "received": 0, "missing": 4, "completeness": 0.0},
            {"meter": "M1", "expected": 4, "received": 3, "missing": 1, "completeness": 0.75},
        ],
        "silent": [{"meter": "M2", "expected": 4}],
        "clock_offsets": [{"meter": "M1", "clock_offset_s": 400.0, "least_delay_s": 400.0}],
        "rejections": {"malformed": 1},
        "units": {"completeness": "1", "required": "1", "clock_offset_s": "s",
                  "least_delay_s": "s"},
    }  # fmt: skip
    (message,) = reader.messages
    assert (message.topic, message.qos) == (TOPIC, 1)
    assert one.publish_due() == 0  # once
    assert one.due() == []


def test_the_broker_keeps_the_newest_for_whoever_comes_later(
    clock: Clock, publisher: Callable[..., ReceiptPublisher], broker: Broker
) -> None:
    clock.set("2026-03-06T12:00")
    publisher().publish_due()
    late = Reader(broker.port)
    (receipt,) = late.receipts(1)
    assert receipt["day"] == "2026-03-05"
    assert late.messages[0].retain
    late.close()


def test_missed_days_are_made_up_for_in_order_after_a_stop(
    clock: Clock, publisher: Callable[..., ReceiptPublisher], reader: Reader
) -> None:
    clock.set("2026-03-06T12:00")
    assert publisher().publish_due() == 1
    clock.set("2026-03-10T00:30")  # the 9th is not due yet
    again = publisher()  # another process later: only the file remembers
    assert again.publish_due() == 3
    days = [receipt["day"] for receipt in reader.receipts(4)]
    assert days == ["2026-03-05", "2026-03-06", "2026-03-07", "2026-03-08"]
    clock.set("2026-06-10T12:00")
    assert [again.due()[0], again.due()[-1]] == [date(2026, 5, 10), date(2026, 6, 9)]  # 31 days


def test_what_the_broker_did_not_confirm_is_published_again(
    clock: Clock, publisher: Callable[..., ReceiptPublisher], reader: Reader
) -> None:
    clock.set("2026-03-06T12:00")
    silent = publisher(lambda *_: False)
    assert silent.publish_due() == 0
    assert silent.due() == [date(2026, 3, 5)]
    assert publisher().publish_due() == 1
    assert [receipt["day"] for receipt in reader.receipts(1)] == ["2026-03-05"]


def test_the_thread_publishes_at_its_start_and_when_it_is_woken(
    clock: Clock, publisher: Callable[..., ReceiptPublisher], reader: Reader
) -> None:
    clock.set("2026-03-06T12:00")
    running = publisher()
    running.start()
    reader.receipts(1)
    clock.set("2026-03-07T12:00")
    running.wake()
    assert [receipt["day"] for receipt in reader.receipts(2)] == ["2026-03-05", "2026-03-06"]
    running.stop()


@pytest.mark.parametrize(("share", "publishes"), [("1/2", True), ("2/2", False)])
def test_the_first_of_several_ledgers_publishes(
    broker: Broker, reader: Reader, tmp_path: Path, share: str, publishes: bool
) -> None:
    example = Path(__file__).parents[3] / "docs" / "examples" / "steel-works" / "registry"
    url = f"sqlite:///{tmp_path / 'registry.sqlite'}"
    database = RegistryDatabase(url)
    database.migrate()
    load(database, example)
    settings = Settings(
        data=tmp_path / "data", broker="external", mqtt_port=broker.port, ledger_share=share,
        registry_url=url,
    )  # fmt: skip
    service = Service(settings)
    service.start()
    try:
        assert service.mqtt.session is not None
        assert service.mqtt.session.wait_connected(WAIT_S)
        if publishes:
            (receipt,) = reader.receipts(1)
            assert receipt["enterprise"] == "steel-works"
            assert (receipt["received"], receipt["completeness"]) == (0, 0.0)
    finally:
        service.stop()
    assert (tmp_path / "data" / "receipts.json").exists() == publishes
