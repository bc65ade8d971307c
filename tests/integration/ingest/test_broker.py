"""The brokers we bring along: what they keep, and what they tell when they cannot start."""

from __future__ import annotations

import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import paho.mqtt.client as paho
import pytest

from carbonpeak.broker import Broker, BrokerError, EmbeddedBroker, MosquittoProcess, open_broker

WAIT_S = 20.0


class Subscriber:
    """A client with a persistent session that collects what it gets."""

    def __init__(self, broker: Broker, wanted: int) -> None:
        self.got: list[bytes] = []
        self._wanted = wanted
        self._subscribed, self._enough, self._gone = (threading.Event() for _ in range(3))
        self.client = paho.Client(
            paho.CallbackAPIVersion.VERSION2, client_id="subscriber", clean_session=False
        )
        self.client.on_connect = lambda client, *_: client.subscribe("t/#", 1)
        self.client.on_subscribe = lambda *_: self._subscribed.set()
        self.client.on_disconnect = lambda *_: self._gone.set()
        self.client.on_message = self._on_message
        self.client.connect(broker.host, broker.port)
        self.client.loop_start()
        assert self._subscribed.wait(WAIT_S)

    def _on_message(self, _client: object, _data: object, message: paho.MQTTMessage) -> None:
        self.got.append(message.payload)
        if len(self.got) >= self._wanted:
            self._enough.set()

    def wait(self) -> list[bytes]:
        assert self._wanted == 0 or self._enough.wait(WAIT_S)
        return self.got

    def leave(self) -> None:
        self.client.disconnect()
        assert self._gone.wait(WAIT_S)
        self.client.loop_stop()


def send(broker: Broker, payloads: list[bytes]) -> None:
    client = paho.Client(paho.CallbackAPIVersion.VERSION2, client_id="sender")
    client.max_queued_messages_set(0)
    client.connect(broker.host, broker.port)
    client.loop_start()
    sent = [client.publish("t/x", payload, 1) for payload in payloads]
    for one in sent:
        one.wait_for_publish(WAIT_S)
        assert one.is_published()
    client.disconnect()
    client.loop_stop()


def numbered(count: int) -> list[bytes]:
    return [b"%d" % number for number in range(count)]


def test_mosquitto_keeps_an_absent_sessions_queue_over_a_restart(
    mosquitto: str, tmp_path: Path
) -> None:
    first = open_broker(tmp_path, 0, prefer="mosquitto")
    Subscriber(first, 0).leave()
    send(first, numbered(3000))  # its default would keep 1,000
    first.stop()
    second = open_broker(tmp_path, 0, prefer="mosquitto")
    try:
        subscriber = Subscriber(second, 3000)
        assert subscriber.wait() == numbered(3000)
        subscriber.leave()
    finally:
        second.stop()


def test_mosquitto_delivers_a_message_of_five_megabytes(mosquitto: str, tmp_path: Path) -> None:
    broker = open_broker(tmp_path, 0, prefer="mosquitto")
    try:
        subscriber = Subscriber(broker, 1)
        payload = b"x" * 5_000_000
        send(broker, [payload])
        assert subscriber.wait() == [payload]
        subscriber.leave()
    finally:
        broker.stop()


def test_mosquitto_ends_when_its_starter_is_killed(mosquitto: str, tmp_path: Path) -> None:
    if shutil.which("setpriv") is None or not hasattr(os, "pidfd_open"):
        pytest.skip("needs setpriv and pidfd (Linux)")
    program = (
        "import sys, pathlib; from carbonpeak.broker import MosquittoProcess\n"
        "broker = MosquittoProcess(pathlib.Path(sys.argv[1]), 0); broker.start()\n"
        "print(broker.pid, flush=True); sys.stdin.read()"
    )
    starter = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[3],
    )
    assert starter.stdout is not None
    assert starter.stdin is not None
    pid = int(starter.stdout.readline())
    watch = os.pidfd_open(pid)
    starter.send_signal(signal.SIGKILL)
    starter.wait()
    readable, _, _ = select.select([watch], [], [], WAIT_S)
    os.close(watch)
    starter.stdin.close()
    starter.stdout.close()
    assert readable, "mosquitto is still running"
    assert (tmp_path / "mosquitto.db").exists()


def test_a_taken_port_is_told(mosquitto: str, tmp_path: Path) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        for broker in (MosquittoProcess(tmp_path, port), EmbeddedBroker(port)):
            with pytest.raises(BrokerError, match=f"127.0.0.1:{port} cannot be used"):
                broker.start()


def test_mosquitto_that_does_not_start_shows_its_log(mosquitto: str, tmp_path: Path) -> None:
    (tmp_path / "mosquitto.db").write_bytes(b"not a database")
    with pytest.raises(BrokerError, match=r"ended at once .*its log ends"):
        MosquittoProcess(tmp_path, 0).start()


def test_an_unknown_preference_is_told(tmp_path: Path) -> None:
    with pytest.raises(BrokerError, match="'rabbit' is neither"):
        open_broker(tmp_path, 0, prefer="rabbit")


def test_embedded_keeps_an_absent_sessions_queue_while_it_runs(tmp_path: Path) -> None:
    broker = open_broker(tmp_path, 0, prefer="embedded")
    try:
        assert broker.kind == "embedded"
        Subscriber(broker, 0).leave()
        send(broker, numbered(50))
        subscriber = Subscriber(broker, 50)
        assert sorted(subscriber.wait()) == sorted(numbered(50))
        subscriber.leave()
    finally:
        broker.stop()
