"""Accounts, TLS and shared subscriptions of the ingest session, at a real mosquitto."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import paho.mqtt.client as paho
import pytest

from carbonpeak.broker import MosquittoProcess
from ingest.pipeline import Pipeline
from ingest.sources.mqtt import MqttSource
from ingest.sources.mqtt_session import Account
from models.errors import CarbonpeakError
from models.quantities import Kind
from models.registry import Cluster, Enterprise, Meter, Park, Registry
from store.interface import Appended, Batch
from tests.servers.mosquitto import guarded_mosquitto

WAIT_S = 30.0
REGISTRY = Registry(
    park=Park("tl", "铁岭", "Tieling", "辽宁", "东北"),
    clusters=(Cluster("steel", "钢铁", "Steel"),),
    enterprises=(Enterprise("E1", "一厂", "Works 1", "steel"),),
    meters=(Meter(1, "E1", "m1", "electricity", Kind.COUNTER, "kWh", 900),),
)


class Kept:
    """A store's append that keeps values in memory; ``refusing`` makes it fail."""

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self.values: list[float] = []
        self.refusing = False
        self.refused = 0

    def append(self, batch: Batch) -> Appended:
        with self.changed:
            self.changed.notify_all()
            if self.refusing:
                self.refused += 1
                raise OSError("disk full")
            self.values += batch.readings["value"].to_pylist()
        return Appended(1, batch.readings.num_rows, 0, ())

    def wait(self, what: Callable[[], bool]) -> None:
        with self.changed:
            assert self.changed.wait_for(what, WAIT_S)


def utc_now() -> datetime:
    return datetime.now(UTC)


@contextmanager
def ingest(
    port: int,
    kept: Kept,
    client_id: str,
    account: Account | None = None,
    *,
    share: str | None = None,
    folder: Path | None = None,
) -> Iterator[MqttSource]:
    pipeline = Pipeline(kept, lambda: REGISTRY, on_stored=lambda: None, now=utc_now)  # type: ignore[arg-type]
    source = MqttSource(
        "127.0.0.1", port, "tl", client_id, pipeline, account=account, share=share, folder=folder
    )
    pipeline.start()
    source.start()
    try:
        yield source
    finally:
        source.stop()
        pipeline.stop()


def send(port: int, numbers: range, account: Account | None = None) -> None:
    client = paho.Client(paho.CallbackAPIVersion.VERSION2, client_id="device")
    client.max_queued_messages_set(0)
    if account is not None:
        client.username_pw_set(account.username, account.password)
        if account.ca_file is not None:
            client.tls_set(str(account.ca_file))
    client.connect("127.0.0.1", port)
    client.loop_start()
    sent = [
        client.publish(
            "park/tl/E1/meter/m1",
            json.dumps({"ts": 1767542400000 + number * 1000, "value": float(number)}),
            1,
        )
        for number in numbers
    ]
    for one in sent:
        one.wait_for_publish(WAIT_S)
        assert one.is_published()
    client.disconnect()
    client.loop_stop()


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WAIT_S
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
def test_the_account_opens_the_way(mosquitto: str, tmp_path: Path, tls: bool) -> None:
    with guarded_mosquitto(tmp_path / "broker", {"carbonpeak": "s3cret"}, tls=tls) as broker:
        account = Account("carbonpeak", "s3cret", broker.ca_file)
        kept = Kept()
        with ingest(broker.port, kept, "carbonpeak-ingest-1", account) as source:
            assert source.session.wait_connected(WAIT_S)
            assert source.session.trouble is None
            send(broker.port, range(20), account)
            kept.wait(lambda: len(kept.values) == 20)


@pytest.mark.parametrize("account", [Account("carbonpeak", "guess"), Account()])
def test_a_refused_account_is_said_in_log_and_state(
    mosquitto: str, tmp_path: Path, account: Account, caplog: pytest.LogCaptureFixture
) -> None:
    with (
        guarded_mosquitto(tmp_path / "broker", {"carbonpeak": "s3cret"}) as broker,
        ingest(broker.port, Kept(), "carbonpeak-ingest-1", account) as source,
    ):
        said = f"the broker at 127.0.0.1:{broker.port} refuses us: Not authorized"
        until(lambda: said in caplog.messages)
        assert source.session.trouble == said
        assert not source.session.connected
    assert "guess" not in caplog.text + repr(account)


def test_a_broker_vouched_for_by_nobody_is_not_trusted(
    mosquitto: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with guarded_mosquitto(tmp_path / "one", {"a": "b"}, tls=True) as other:
        assert other.ca_file is not None
        foreign = other.ca_file.rename(tmp_path / "foreign.crt")
    caplog.set_level(logging.WARNING)
    with (
        guarded_mosquitto(tmp_path / "two", {"a": "b"}, tls=True) as broker,
        ingest(broker.port, Kept(), "ingest", Account("a", "b", foreign)) as source,
    ):
        until(lambda: "certificate verify failed" in caplog.text)
        assert "certificate verify failed" in (source.session.trouble or "")


def test_a_ca_file_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    garbage = tmp_path / "ca.crt"
    garbage.write_text("no certificate")
    for file in (garbage, tmp_path / "missing.crt"):
        with pytest.raises(CarbonpeakError, match=f"mqtt_ca_file: {file}"):
            MqttSource(
                "127.0.0.1",
                1,
                "tl",
                "x",
                None,
                account=Account("a", "b", file),  # type: ignore[arg-type]
            )


@pytest.fixture
def broker(mosquitto: str, tmp_path: Path) -> Iterator[MosquittoProcess]:
    process = MosquittoProcess(tmp_path / "broker", 0)
    process.start()
    yield process
    process.stop()


def test_two_sources_divide_the_messages(broker: MosquittoProcess) -> None:
    one, two = Kept(), Kept()
    with (
        ingest(broker.port, one, "ingest-1", share="ingest") as first,
        ingest(broker.port, two, "ingest-2", share="ingest") as second,
    ):
        assert first.session.wait_connected(WAIT_S)
        assert second.session.wait_connected(WAIT_S)
        send(broker.port, range(400))
        until(lambda: len(one.values) + len(two.values) >= 400)
    assert sorted(one.values + two.values) == [float(number) for number in range(400)]
    assert one.values
    assert two.values


def test_a_dead_sources_messages_wait_for_its_client_id(
    broker: MosquittoProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.sources.hand_over.STOP_S", 0.1)
    one, two = Kept(), Kept()
    with ingest(broker.port, one, "ingest-1", share="ingest") as first:
        assert first.session.wait_connected(WAIT_S)
        two.refusing = True
        with ingest(broker.port, two, "ingest-2", share="ingest") as second:
            assert second.session.wait_connected(WAIT_S)
            send(broker.port, range(200))
            two.wait(lambda: two.refused > 0)
        # The second is gone and never acknowledged anything that it was given.
        send(broker.port, range(200, 400))
        until(lambda: broker_has_sent(one))
        assert len(one.values) < 400
        two.refusing = False
        with ingest(broker.port, two, "ingest-2", share="ingest"):
            until(lambda: len(one.values) + len(two.values) >= 400)
    assert sorted(one.values + two.values) == [float(number) for number in range(400)]


def broker_has_sent(kept: Kept) -> bool:
    """The first source is done when it has something of the last hundred that were sent."""
    return any(value >= 300 for value in kept.values)


def test_a_session_that_begins_to_share_no_longer_takes_them_all(
    broker: MosquittoProcess,
) -> None:
    one, two = Kept(), Kept()
    with ingest(broker.port, one, "ingest-1") as alone:
        assert alone.session.wait_connected(WAIT_S)
    with (
        ingest(broker.port, one, "ingest-1", share="ingest") as first,
        ingest(broker.port, two, "ingest-2", share="ingest") as second,
    ):
        assert first.session.wait_connected(WAIT_S)
        assert second.session.wait_connected(WAIT_S)
        send(broker.port, range(100))
        until(lambda: len(one.values) + len(two.values) >= 100)
    assert sorted(one.values + two.values) == [float(number) for number in range(100)]


@pytest.mark.parametrize("then", ["new", None])
def test_a_session_gives_up_the_share_that_it_had(
    broker: MosquittoProcess, tmp_path: Path, then: str | None
) -> None:
    kept, probe = Kept(), Kept()
    for share in ("old", then):
        with ingest(broker.port, kept, "ingest-1", share=share, folder=tmp_path) as source:
            assert source.session.wait_connected(WAIT_S)
    # Were the session still in the old share, part of this would go to it and wait for it there.
    with ingest(broker.port, probe, "probe", share="old") as other:
        assert other.session.wait_connected(WAIT_S)
        send(broker.port, range(100))
        until(lambda: len(probe.values) >= 100)
    with ingest(broker.port, kept, "ingest-1", share=then, folder=tmp_path):
        until(lambda: len(kept.values) >= 100)
    everything = [float(number) for number in range(100)]
    assert sorted(probe.values) == everything
    assert sorted(kept.values) == everything


@pytest.mark.parametrize("share", ["a/b", "+"])
def test_a_share_that_is_no_topic_level_is_refused(share: str) -> None:
    with pytest.raises(ValueError, match="mqtt_share"):
        MqttSource("127.0.0.1", 1, "tl", "x", None, share=share)  # type: ignore[arg-type]
