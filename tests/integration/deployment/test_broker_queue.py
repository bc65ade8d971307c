"""What the deployment's broker keeps for a process that is away, and how much of it."""

from __future__ import annotations

import queue
import re
import threading
from pathlib import Path

import paho.mqtt.client as paho

from deploy.compose_file import read_compose
from tests.integration.deployment.broker import Broker, running
from tests.integration.deployment.client import WAIT_S
from tests.integration.deployment.project import ROOT, Project

CONFIGURATION = Path("deploy") / "mosquitto" / "mosquitto.conf"
TOPIC = "park/p/steel-works/meter/main"


class Session:
    """A session of an ingest process, which the broker keeps."""

    def __init__(self, broker: Broker) -> None:
        self.got: queue.Queue[bytes] = queue.Queue()
        self._broker = broker

    def subscribe_and_leave(self) -> None:
        """Let the broker know it."""
        subscribed = threading.Event()
        client = self._client()
        client.on_connect = lambda client, *_: client.subscribe("$share/s/park/+/+/meter/+", 1)
        client.on_subscribe = lambda *_: subscribed.set()
        self._connect(client)
        assert subscribed.wait(WAIT_S)
        client.disconnect()
        client.loop_stop()

    def come_back(self) -> paho.Client:
        """Take what was kept."""
        client = self._client()
        client.on_message = lambda _client, _data, message: self.got.put(message.payload)
        self._connect(client)
        return client

    def _client(self) -> paho.Client:
        client = paho.Client(
            paho.CallbackAPIVersion.VERSION2, client_id="carbonpeak-ingest-1-x", clean_session=False
        )
        client.username_pw_set("carbonpeak", self._broker.project.secret("mqtt_password.txt"))
        return client

    def _connect(self, client: paho.Client) -> None:
        client.connect("127.0.0.1", self._broker.deployment.placement.port("mosquitto", 1883))
        client.loop_start()


def test_messages_wait_for_an_absent_process_over_a_restart(
    broker: Broker, passwords: dict[str, str]
) -> None:
    session = Session(broker)
    session.subscribe_and_leave()
    enterprise = broker.client("steel-works", passwords["steel-works"])
    assert enterprise.publish(TOPIC, b"kept") == "Success"
    enterprise.leave()
    broker.deployment.running["mosquitto"].stop()
    broker.deployment.running["mosquitto"].start()
    client = session.come_back()
    assert session.got.get(timeout=WAIT_S) == b"kept"
    client.disconnect()
    client.loop_stop()


def test_a_full_queue_drops_the_newest_though_it_is_acknowledged(
    mosquitto: str, project: Project, passwords: dict[str, str]
) -> None:
    file = project.folder / CONFIGURATION
    text, count = re.subn(r"(?m)^(max_queued_messages) .*$", r"\1 3", file.read_text())
    assert count == 1
    file.write_text(text)
    with running(project, project.compose) as broker:
        session = Session(broker)
        session.subscribe_and_leave()
        enterprise = broker.client("steel-works", passwords["steel-works"])
        for number in range(5):
            assert enterprise.publish(TOPIC, b"%d" % number) == "Success"
        client = session.come_back()
        assert [session.got.get(timeout=WAIT_S) for _ in range(3)] == [b"0", b"1", b"2"]
        assert enterprise.publish(TOPIC, b"after") == "Success"
        assert session.got.get(timeout=WAIT_S) == b"after"
        client.disconnect()
        client.loop_stop()
        log = broker.deployment.placement.home("mosquitto") / "mosquitto.log"
        assert "messages are being dropped for client carbonpeak-ingest-1-x" in log.read_text()


def test_full_queues_fit_into_the_brokers_memory() -> None:
    # 480 B a message of 70 B of payload were measured with 400,000 of them (mosquitto 2.0.11, our
    # client ids, a topic of 42 signs), and 2 % more at the load of its database. max_queued_bytes
    # counts payload alone; 500 B are for the rest, so that longer names fit in.
    bounds = dict(re.findall(r"(?m)^(max_queued_\w+) (\d+)$", (ROOT / CONFIGURATION).read_text()))
    services = read_compose(
        [ROOT / "docker-compose.yml"], {"SECRETS_GROUP": "1", "MQTT_CLIENT_SUFFIX": "x"}
    )["services"]
    sessions = sum(
        variable in one.get("environment", ())
        for one in services.values()
        for variable in ("CARBONPEAK_MQTT_SHARE", "CARBONPEAK_SPARKPLUG")
    )
    full = int(bounds["max_queued_messages"]) * 500 + int(bounds["max_queued_bytes"])
    limit = services["mosquitto"]["deploy"]["resources"]["limits"]["memory"]
    assert limit[-1] == "m"
    assert sessions == 3
    assert sessions * full * 1.02 < int(limit[:-1]) * 2**20
