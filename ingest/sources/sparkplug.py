"""The way in by Sparkplug B: a host application (Eclipse Sparkplug Specification 3.0.0).

``spBv1.0/{park}/{type}/{enterprise}[/{device}]``. A node's messages mean something in their order
only (births, numbers), so one process takes them all in, by a session of its own and without a
share; its will is the host's STATE, of which an id can have but one.
"""

from __future__ import annotations

import json
import logging
import time
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import paho.mqtt.client as paho

from ingest.decode.sparkplug import NAMESPACE, REBIRTH, addressed, read_payload
from ingest.decode.sparkplug_payload import Payload
from ingest.message import Message
from ingest.pipeline import Pipeline
from ingest.sources.hand_over import HandOver
from ingest.sources.mqtt_session import Account, Session, Will, safe_level
from ingest.sources.sparkplug_nodes import Node, Nodes
from models.errors import DecodeError
from models.readings import Source

log = logging.getLogger(__name__)

REBIRTH_S = 10.0  # a node is asked for its birth at most once in this time
_STATEFUL = ("NBIRTH", "DBIRTH", "NDEATH", "DDEATH")
_BOOLEAN = 11  # data type, section 6.4.16


class SparkplugSource:
    """The session of one host id: persistent, acknowledged by hand once what came is durable.

    ``is_known`` says whether a node is an enterprise: births of others are not remembered, their
    readings are refused in any case. ``folder`` keeps what is known of the nodes.
    """

    def __init__(
        self,
        host: str,
        port: int,
        park: str,
        pipeline: Pipeline,
        *,
        client_id: str,
        host_id: str,
        folder: Path,
        is_known: Callable[[str], bool],
        account: Account | None = None,
    ) -> None:
        for name, level in (("park", park), ("sparkplug_host", host_id)):
            if not safe_level(level):
                raise ValueError(f"{name}: {level!r} cannot be part of an MQTT topic")
        self._park = park
        self._state_topic = f"{NAMESPACE}/STATE/{host_id}"
        self._is_known = is_known
        self._nodes = Nodes(folder)
        self._asked: dict[str, float] = {}
        # Of each message handed over: node, number, and the node's state where it changed.
        self._handed: deque[tuple[str, int | None, Node | None]] = deque()
        self._connected_ms = 0
        self._leaving = False
        own = f"{NAMESPACE}/{park}"
        self.session = Session(
            host,
            port,
            client_id,
            account or Account(),
            topics=[
                *(f"{own}/{kind}/+" for kind in ("NBIRTH", "NDATA", "NDEATH")),
                *(f"{own}/{kind}/+/+" for kind in ("DBIRTH", "DDATA", "DDEATH")),
                self._state_topic,
            ],
            on_message=self._on_message,
            manual_ack=True,
            on_ready=self._say_online,
            will=self._will,
        )
        self._hand_over = HandOver(pipeline, self.session, self._durable)

    def start(self) -> None:
        """Connect in the background, again and again until it succeeds or ``stop``."""
        self.session.start()

    def finish(self) -> None:
        """Say that we go, take in nothing more, acknowledge what was handed over."""
        self._leaving = True
        self._say(online=False, time_ms=_now_ms())
        self._hand_over.finish()

    def stop(self) -> None:
        """Finish, where that is not done yet, and disconnect."""
        if not self._hand_over.stopping:
            self.finish()
        self._hand_over.stop()

    def state(self) -> dict[str, Any]:
        """For health: how many nodes are known, and which of them are offline (at most 100)."""
        nodes = dict(self._nodes.nodes)
        offline = sorted(name for name, node in nodes.items() if not node.online)
        return {
            "connected": self.session.connected,
            "nodes": len(nodes),
            "offline": len(offline),
            "offline_nodes": offline[:100],
        }

    def _on_message(self, message: paho.MQTTMessage) -> None:
        if self._hand_over.stopping:
            return  # not acknowledged, so it comes again
        message_id = message.mid if message.qos else None
        try:
            topic = message.topic
        except UnicodeDecodeError as error:
            topic = error.object.decode("utf-8", "backslashreplace")
        if topic == self._state_topic:
            self._on_state(bytes(message.payload))
        elif (parts := addressed(topic)) is not None:
            self._take(message, topic, *parts[1:])
            return
        if message_id is not None:
            self.session.acknowledge(self.session.connection, [message_id])

    def _take(self, message: paho.MQTTMessage, topic: str, name: str, where: Any) -> None:
        payload = bytes(message.payload)
        seq: int | None = None
        state: Node | None = None
        if self._is_known(name):
            node = self._nodes.nodes.setdefault(name, Node())
            try:
                read = read_payload(payload)
            except DecodeError:
                pass  # refused as a whole; that a number is missing shows with the next
            else:
                was = node.missing
                where = node.take(where, read, again=message.dup)
                seq = node.seq
                if where.kind in _STATEFUL or node.missing != was:
                    state = node.copy()
                if node.online and where.kind == "NBIRTH":
                    self._asked.pop(name, None)
                elif where.kind != "NDEATH" and (node.missing or where.distrusted):
                    self._ask_for_birth(name, node.missing or where.distrusted or "")
        self._handed.append((name, seq, state))
        taken = self._hand_over.put(
            Message(
                payload,
                name,
                None,
                topic,
                Source.MQTT,
                datetime.now(UTC),
                self._hand_over.done,
                (self.session.connection, message.mid if message.qos else None),
                where,
            )
        )
        if not taken:
            self._handed.pop()

    def _durable(self, messages: int) -> None:
        self._nodes.remember([self._handed[number] for number in range(messages)])
        for _ in range(messages):  # only now: where the disk is full, the same is tried again
            self._handed.popleft()

    def _ask_for_birth(self, name: str, why: str) -> None:
        now = time.monotonic()
        if now - self._asked.get(name, -REBIRTH_S) < REBIRTH_S:
            return
        self._asked[name] = now
        log.warning("asking the node %s for its birth: %s", name, why)
        command = Payload(timestamp=_now_ms())
        command.metrics.add(name=REBIRTH, datatype=_BOOLEAN, boolean_value=True)
        topic = f"{NAMESPACE}/{self._park}/NCMD/{name}"
        self.session.publish_bytes(topic, command.SerializeToString())

    def _will(self) -> Will:
        # Asked for before each connection: will and birth of one have the same time.
        self._connected_ms = _now_ms()
        return Will(self._state_topic, {"online": False, "timestamp": self._connected_ms})

    def _say_online(self) -> None:
        self._say(online=True, time_ms=self._connected_ms)

    def _say(self, *, online: bool, time_ms: int) -> None:
        self.session.publish(
            self._state_topic, {"online": online, "timestamp": time_ms}, retain=True
        )

    def _on_state(self, payload: bytes) -> None:
        """An earlier connection's will may come late: then say again that we are here."""
        try:
            said = json.loads(payload)
        except ValueError:
            said = None
        if not self._leaving and not (isinstance(said, dict) and said.get("online") is True):
            self._say_online()


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
