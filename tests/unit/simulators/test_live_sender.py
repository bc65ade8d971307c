"""The live sender against a real broker, and what it sends read back."""

import json
import socket
import subprocess
import threading
import time
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from simulators.bad_payloads import KINDS, bad_message
from simulators.grid import local
from simulators.live import LiveSender
from simulators.meters import meters
from tests.servers.mosquitto import guarded_mosquitto

COUNTER = next(meter for meter in meters() if meter.kind == "counter")


def test_bad_messages_take_turns_and_each_is_bad() -> None:
    when = local("2026-11-24T10:15")
    found = {}
    for number in range(len(KINDS)):
        message = bad_message(number, COUNTER, when, 1234.5)
        found[message.kind] = message
    assert set(found) == set(KINDS)
    assert json.loads(found["words"].payload)["value"] == "error"
    assert "NaN" in found["nan"].payload
    assert json.loads(found["foreign_unit"].payload)["unit"] == "m3"
    assert "+08:00" not in json.loads(found["no_offset"].payload)["ts"]
    assert json.loads(found["future"].payload)["ts"].startswith("2026-11-25")
    assert found["unknown_meter"].meter not in {meter.code for meter in meters()}
    with pytest.raises(json.JSONDecodeError):
        json.loads(found["cut_off"].payload)


@pytest.fixture
def port(tmp_path: Path, mosquitto: str):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number = probe.getsockname()[1]
    config = tmp_path / "mosquitto.conf"
    config.write_text(f"listener {number} 127.0.0.1\nallow_anonymous true\n", encoding="utf-8")
    broker = subprocess.Popen([mosquitto, "-c", config], stderr=subprocess.DEVNULL)
    yield number
    broker.terminate()
    broker.wait()


class Listener:
    """Everything that is published, and a signal once ``enough`` messages have come."""

    def __init__(self, port: int, enough: int) -> None:
        self.messages: list[tuple[str, bytes]] = []
        self.came = threading.Event()
        self.subscribed = threading.Event()
        self._enough = enough
        self.client = mqtt.Client(CallbackAPIVersion.VERSION2)
        self.client.on_connect = lambda client, *_: client.subscribe("park/#", qos=1)
        self.client.on_subscribe = lambda *_: self.subscribed.set()
        self.client.on_message = self._on_message
        self.client.reconnect_delay_set(1, 1)
        self.client.connect_async("127.0.0.1", port)
        self.client.loop_start()

    def _on_message(self, _client, _data, message) -> None:
        self.messages.append((message.topic, message.payload))
        if len(self.messages) >= self._enough:
            self.came.set()


@pytest.mark.mosquitto
def test_sends_every_meter_and_ends_clean(port: int) -> None:
    listener = Listener(port, enough=1500)
    assert listener.subscribed.wait(20)
    begun, starts_at = datetime.now(UTC), local("2026-11-24T10:20")  # far from an hour's end
    now = starts_at - timedelta(hours=2)
    sender = LiveSender(
        "127.0.0.1",
        port,
        "demo",
        now=now,
        every_s=1.0,
        clock=lambda: starts_at + (datetime.now(UTC) - begun),
    )
    sender.start()
    assert listener.came.wait(60)
    sender.stop()
    sent = sender.sent
    # QoS 1 and a stop that waits for acknowledgements: the broker has them all
    done = threading.Event()
    listener.client.message_callback_add("test/end", lambda *_: done.set())
    listener.client.subscribe("test/end", qos=1)
    listener.client.publish("test/end", b"", qos=1)
    assert done.wait(20)
    listener.client.loop_stop()
    assert len(listener.messages) == sent.messages

    values: dict[tuple[str, str], list[tuple[str, float]]] = defaultdict(list)
    bad = 0
    for topic, payload in listener.messages:
        _, park, enterprise, *rest = topic.split("/")
        assert park == "demo"
        try:
            body = json.loads(payload)
        except json.JSONDecodeError:
            bad += 1
            continue
        for item in body if isinstance(body, list) else [body]:
            if isinstance(item["value"], float):
                values[enterprise, item.get("meter", rest[-1])].append((item["ts"], item["value"]))
    known = {meter.key: meter for meter in meters()}
    heard = [known[key] for key in values if key in known]
    assert len(heard) > 0.97 * len(known)  # silent ones are the exception
    intervals = [meter for meter in heard if meter.kind in ("interval", "mean")]
    assert len(intervals) == sum(meter.kind in ("interval", "mean") for meter in known.values())
    for meter in intervals:
        ends = {datetime.fromisoformat(ts) for ts, _ in values[meter.key]}
        assert len(ends) == 2  # two hours since `now`
        assert all(end.minute == end.second == 0 and end > now for end in ends)
    assert sent.bad > 0
    assert bad <= sent.bad


def test_without_a_broker_it_waits_and_stops() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, not listening: refused
        sender = LiveSender("127.0.0.1", taken.getsockname()[1], "demo", every_s=0.5)
        sender.start()
        sender.stop()
    assert sender.sent.messages == 0


@pytest.mark.mosquitto
def test_sends_with_account_and_tls(mosquitto: str, tmp_path: Path) -> None:
    with guarded_mosquitto(tmp_path, {"simulator": "s3cret"}, tls=True) as broker:
        sender = LiveSender(
            "localhost",
            broker.port,
            "demo",
            every_s=0.5,
            username="simulator",
            password="s3cret",
            ca_file=broker.ca_file,
        )
        sender.start()
        deadline = time.monotonic() + 30
        while not sender.sent.messages and time.monotonic() < deadline:
            time.sleep(0.02)
        sender.stop()
    assert sender.sent.messages > 0


@pytest.mark.mosquitto
def test_a_refused_account_is_said(
    mosquitto: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with guarded_mosquitto(tmp_path, {"simulator": "s3cret"}) as broker:
        sender = LiveSender("127.0.0.1", broker.port, "demo", username="simulator", password="x")
        sender.start()
        deadline = time.monotonic() + 30
        while not caplog.messages and time.monotonic() < deadline:
            time.sleep(0.02)
        sender.stop()
    said = f"the broker at 127.0.0.1:{broker.port} refuses us: Not authorized"
    assert caplog.messages[0] == said
    assert sender.sent.messages == 0
