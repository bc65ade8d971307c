"""Sparkplug B at a real mosquitto and a real store: births, gaps, deaths, rebirths, restarts."""

from __future__ import annotations

import json
import queue
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import paho.mqtt.client as paho
import pytest

from carbonpeak.broker import MosquittoProcess
from ingest.decode.sparkplug_payload import Payload
from ingest.pipeline import Pipeline
from ingest.sources.mqtt import MqttSource
from ingest.sources.sparkplug import SparkplugSource
from models.quantities import Kind
from models.registry import Cluster, Enterprise, Meter, Park, Registry
from store.duckdb_store import DuckDBStore

pytestmark = pytest.mark.mosquitto

WAIT_S = 30.0
FOREIGN = Path(__file__).parents[2] / "fixtures" / "foreign_senders" / "sparkplug.txt"
SESSION = [
    (topic, bytes.fromhex(payload))
    for topic, payload in (line.split() for line in FOREIGN.read_text("ascii").splitlines())
]
T = 1_795_485_600_000  # 2026-11-24T02:00:00Z
REGISTRY = Registry(
    park=Park("tl", "铁岭", "Tieling", "辽宁", "东北"),
    clusters=(Cluster("steel", "钢铁", "Steel"),),
    enterprises=(Enterprise("E1", "一厂", "Works 1", "steel"),),
    meters=(
        Meter(1, "E1", "m1", "electricity", Kind.COUNTER, "kWh", 3600),
        Meter(2, "E1", "m2", "electricity", Kind.COUNTER, "kWh", 3600),
        Meter(3, "E1", "temp", "temperature", Kind.LEVEL, "degC", 3600),
        Meter(4, "E1", "boiler.gas.total", "natural_gas", Kind.COUNTER, "Nm3", 3600),
    ),
)


def utc_now() -> datetime:
    return datetime.now(UTC)


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WAIT_S
    while not holds():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


class Host:
    """One ingest process: the pipeline, its MQTT source, and Sparkplug where it has it."""

    def __init__(
        self, port: int, store: DuckDBStore, folder: Path, *, share: str | None = None,
        client_id: str = "ingest", sparkplug: bool = True,
    ) -> None:  # fmt: skip
        self.pipeline = Pipeline(store, lambda: REGISTRY, on_stored=lambda: None, now=utc_now)
        self.pipeline.start()
        self.mqtt = MqttSource("127.0.0.1", port, "tl", client_id, self.pipeline, share=share)
        self.mqtt.start()
        assert self.mqtt.session.wait_connected(WAIT_S)
        self.sparkplug: SparkplugSource | None = None
        if sparkplug:
            self.sparkplug = SparkplugSource(
                "127.0.0.1", port, "tl", self.pipeline, client_id=f"{client_id}-s",
                host_id="host", folder=folder,
                is_known=lambda code: code in REGISTRY.enterprise_by_code,
            )  # fmt: skip
            self.sparkplug.start()
            assert self.sparkplug.session.wait_connected(WAIT_S)

    def stop(self) -> None:
        if self.sparkplug is not None:
            self.sparkplug.stop()
        self.mqtt.stop()
        self.pipeline.stop()


class Node:
    """An edge node of bytes that others made; hears the commands to it and the host's state."""

    def __init__(self, port: int) -> None:
        self.commands: queue.Queue[bytes] = queue.Queue()
        self.states: queue.Queue[dict[str, object]] = queue.Queue()
        subscribed = threading.Event()
        self._client = paho.Client(paho.CallbackAPIVersion.VERSION2, client_id="node")
        self._client.on_subscribe = lambda *_: subscribed.set()
        self._client.on_message = self._heard
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()
        self._client.subscribe([("spBv1.0/tl/NCMD/E1", 0), ("spBv1.0/STATE/host", 1)])
        assert subscribed.wait(WAIT_S)

    def _heard(self, _client: object, _data: object, message: paho.MQTTMessage) -> None:
        if message.topic.startswith("spBv1.0/STATE/"):
            self.states.put(json.loads(message.payload))
        else:
            self.commands.put(bytes(message.payload))

    def send(self, topic: str, payload: bytes, qos: int = 1) -> None:
        self._client.publish(topic, payload, qos).wait_for_publish(WAIT_S)

    def state(self, online: bool) -> None:
        while self.states.get(timeout=WAIT_S)["online"] is not online:
            pass

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


@pytest.fixture
def broker(mosquitto: str, tmp_path: Path, free_port: int) -> Iterator[MosquittoProcess]:
    process = MosquittoProcess(tmp_path / "broker", free_port)
    process.start()
    yield process
    process.stop()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[DuckDBStore]:
    opened = DuckDBStore(
        tmp_path / "readings.duckdb", writer="test", clock=utc_now, zone=REGISTRY.zone
    )
    yield opened
    opened.close()


@pytest.fixture
def node(broker: MosquittoProcess) -> Iterator[Node]:
    opened = Node(broker.port)
    yield opened
    opened.close()


def values(store: DuckDBStore, meter: int) -> list[float]:
    found: list[float] = store.readings([meter])["value"].to_pylist()
    return found


def rejected(store: DuckDBStore) -> list[tuple[str, int, str]]:
    rows = store.rejections(limit=100).to_pylist()
    return sorted((row["peer"], row["item"], row["detail"]) for row in rows)


def data(seq: int, alias: int, value: float, after_s: int) -> bytes:
    payload = Payload(timestamp=T + after_s * 1000, seq=seq)
    payload.metrics.add(alias=alias, double_value=value, timestamp=T + after_s * 1000)
    return bytes(payload.SerializeToString())


def death(bd_seq: int) -> bytes:
    payload = Payload(timestamp=T)
    payload.metrics.add(name="bdSeq", datatype=8, long_value=bd_seq)
    return bytes(payload.SerializeToString())


def test_a_session_of_another_implementation(
    broker: MosquittoProcess, store: DuckDBStore, node: Node, tmp_path: Path
) -> None:
    host = Host(broker.port, store, tmp_path / "nodes")
    node.state(online=True)
    for topic, payload in SESSION[:5]:
        node.send(topic, payload, qos=0)  # as the specification has it
    wait_until(lambda: len(values(store, 1)) == 3)
    assert values(store, 1) == [1000.5, 1010.5, 1022.5]
    assert values(store, 2) == [2000.0, 3000.0]  # MWh of the birth, kWh of the meter
    assert values(store, 3) == [-12.0, -15.0, -5.0]
    assert values(store, 4) == [7.5, 9.25]
    assert ("spBv1.0/tl/DDATA/E1/boiler", 3, "alias: 99 is in no birth of this node") in rejected(
        store
    )
    assert node.commands.empty()
    assert host.sparkplug is not None
    assert host.sparkplug.state() == {
        "connected": True, "nodes": 1, "offline": 0, "offline_nodes": [],
    }  # fmt: skip
    node.send(*SESSION[5])
    wait_until(lambda: bool(host.sparkplug and host.sparkplug.state()["offline"] == 1))
    host.stop()
    node.state(online=False)


def test_data_before_a_birth_is_kept_and_the_node_asked_once(
    broker: MosquittoProcess, store: DuckDBStore, node: Node, tmp_path: Path
) -> None:
    host = Host(broker.port, store, tmp_path / "nodes")
    node.send(*SESSION[2])
    node.send(*SESSION[2])
    command = Payload.FromString(node.commands.get(timeout=WAIT_S))
    assert [(one.name, one.boolean_value) for one in command.metrics] == [
        ("Node Control/Rebirth", True)
    ]
    why = (
        "name: no birth of this node is known; a rebirth is asked for, after which this can be "
        "replayed"
    )
    wait_until(lambda: len(rejected(store)) == 6)
    assert rejected(store) == sorted(("spBv1.0/tl/NDATA/E1", item, why) for item in [0, 1, 2] * 2)
    assert values(store, 1) == []
    # The rebirth makes what follows readable.
    node.send(*SESSION[0])
    node.send("spBv1.0/tl/NDATA/E1", data(1, 1, 1001.5, 600))
    wait_until(lambda: len(values(store, 1)) == 2)
    assert values(store, 1) == [1000.5, 1001.5]
    assert node.commands.empty()
    host.stop()


def test_a_gap_in_the_numbers_ends_the_trust_in_aliases_until_the_next_birth(
    broker: MosquittoProcess, store: DuckDBStore, node: Node, tmp_path: Path
) -> None:
    host = Host(broker.port, store, tmp_path / "nodes")
    node.send(*SESSION[0])
    node.send("spBv1.0/tl/NDATA/E1", data(1, 1, 1001.5, 600))
    node.send("spBv1.0/tl/NDATA/E1", data(3, 1, 1003.5, 1200))
    node.send("spBv1.0/tl/NDATA/E1", data(4, 1, 1004.5, 1800))
    assert node.commands.get(timeout=WAIT_S)
    wait_until(lambda: len(rejected(store)) == 3)
    why = "name: seq: 3 came where 2 should, so a birth may be missing; a rebirth is asked for, "
    details = [detail for _, item, detail in rejected(store) if item == 0]
    assert details == [f"{why}after which this can be replayed"] * 2
    node.send(*SESSION[0])
    node.send("spBv1.0/tl/NDATA/E1", data(1, 1, 1005.5, 2400))
    wait_until(lambda: 1005.5 in values(store, 1))
    assert values(store, 1) == [1000.5, 1001.5, 1005.5]
    host.stop()


def test_a_restart_forgets_no_alias_and_no_number(
    broker: MosquittoProcess, store: DuckDBStore, node: Node, tmp_path: Path
) -> None:
    host = Host(broker.port, store, tmp_path / "nodes")
    for topic, payload in SESSION[:2]:
        node.send(topic, payload)
    wait_until(lambda: len(values(store, 4)) == 1)
    host.stop()
    node.send(*SESSION[2])  # while nobody is there, with QoS 1: the broker keeps it
    host = Host(broker.port, store, tmp_path / "nodes")
    node.send(*SESSION[3])
    wait_until(lambda: len(values(store, 4)) == 2)
    assert values(store, 1) == [1000.5, 1010.5]
    assert values(store, 4) == [7.5, 9.25]
    assert node.commands.empty()
    host.stop()


def test_a_folder_that_takes_no_births_holds_back_and_ends_nothing(
    broker: MosquittoProcess, store: DuckDBStore, node: Node, tmp_path: Path
) -> None:
    folder, away = tmp_path / "nodes", tmp_path / "away"
    host = Host(broker.port, store, folder)
    folder.rename(away)
    node.send(*SESSION[0])
    wait_until(lambda: host.pipeline.counts().trouble is not None)
    assert "nodes" in str(host.pipeline.counts().trouble)
    node.send("spBv1.0/tl/NDATA/E1", data(1, 1, 1010.5, 900))
    away.rename(folder)
    wait_until(lambda: host.pipeline.counters()["queued"] == 0 and len(values(store, 1)) == 2)
    host.stop()
    again = Host(broker.port, store, folder)
    node.send("spBv1.0/tl/NDATA/E1", data(2, 1, 1030.5, 1800))
    wait_until(lambda: values(store, 1) == [1000.5, 1010.5, 1030.5])
    assert node.commands.empty()
    again.stop()


def test_a_late_will_of_an_earlier_connection_kills_nobody(
    broker: MosquittoProcess, store: DuckDBStore, node: Node, tmp_path: Path
) -> None:
    host = Host(broker.port, store, tmp_path / "nodes")
    node.send(*SESSION[0])  # bdSeq 0
    node.send("spBv1.0/tl/NDEATH/E1", death(255))
    node.send("spBv1.0/tl/NDATA/E1", data(1, 1, 1001.5, 600))
    wait_until(lambda: 1001.5 in values(store, 1))
    node.send("spBv1.0/tl/NDEATH/E1", death(0))
    node.send("spBv1.0/tl/NDATA/E1", data(2, 1, 1002.5, 1200))
    wait_until(lambda: len(rejected(store)) == 2)
    (why,) = (detail for topic, _, detail in rejected(store) if topic == "spBv1.0/tl/NDATA/E1")
    assert why.startswith("name: the node died, and no birth came since")
    host.stop()


def test_of_two_workers_with_a_share_one_takes_every_message_once(
    broker: MosquittoProcess, store: DuckDBStore, node: Node, tmp_path: Path
) -> None:
    first = Host(broker.port, store, tmp_path / "nodes", share="s", client_id="ingest-1")
    second = Host(
        broker.port, store, tmp_path / "none", share="s", client_id="ingest-2", sparkplug=False
    )
    for topic, payload in SESSION[:2]:
        node.send(topic, payload)
    for seq in range(2, 42):
        node.send("spBv1.0/tl/NDATA/E1", data(seq, 1, 1000.5 + seq, seq * 60))
        node.send(
            "park/tl/E1/meter/m2",
            json.dumps({"ts": T + seq * 60_000, "value": 5000 + seq}).encode(),
        )
    wait_until(lambda: len(values(store, 1)) == 41 and len(values(store, 2)) == 41)
    taken = [host.pipeline.counters() for host in (first, second)]
    assert all(one["messages"] > 0 for one in taken)  # the share is divided
    assert sum(one["messages"] for one in taken) == 82  # and nothing comes twice
    assert sum(one["duplicates"] for one in taken) == 0
    assert node.commands.empty()
    first.stop()
    second.stop()
