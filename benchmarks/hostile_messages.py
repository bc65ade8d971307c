"""Forms of messages that hostile payloads are made of: JSON, SenML and Sparkplug B."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.hostile import hostile
from ingest.decode.sparkplug import Addressed, births_in, read_payload
from ingest.message import Message
from ingest.pipeline import Outcome, Pipeline
from models.readings import Source

FOREIGN = Path(__file__).parents[1] / "tests" / "fixtures" / "foreign_senders"

JSON = (
    b'{"ts": "2026-01-24T10:15:00+08:00", "value": 1234.5, "unit": "kWh", "quality": "good"}',
    b'{"ts": 1769220900000, "value": 12, "meter": "m1"}',
    b'[{"meter": "m1", "ts": "2026-01-24T10:15:00Z", "value": 1.5, "unit": "MWh"},'
    b' {"meter": "m2", "ts": 1769220900000, "value": 3, "enterprise": "E1"}]',
    '{"ts": "2026-01-24T10:15:00+08:00", "value": 1, "note": "总进线 π \\u00e9"}'.encode(),
)
SENML = (
    b'[{"bn": "E1/", "bt": 1769220900, "bu": "kWh", "n": "m1", "v": 1000.5},'
    b' {"n": "m2", "t": 900, "u": "J", "v": 7.2e9}, {"n": "m2", "t": 1800, "vs": "ajar"}]',
    b'[{"n": "m1", "u": "kWh", "v": 1, "t": -60, "s": 3}]',
)

_ODD_FIELDS: dict[str, tuple[object, ...]] = {
    "name": ("", "Node Control/Rebirth", "a/" * 2_000, "\0", "m1", "../m1"),
    "alias": (0, 1, 2, 3, 2**64 - 1),
    "timestamp": (0, 1, 2**63 - 1, 2**63, 2**64 - 1),
    "datatype": (0, 1, 2, 3, 4, 8, 12, 16, 19, 34, 2**32 - 1),
    "is_null": (True, False),
    "int_value": (0, 2**31, 2**32 - 1),
    "long_value": (0, 2**63, 2**64 - 1),
    "float_value": (float("nan"), float("-inf"), 3.4e38),
    "double_value": (float("nan"), float("inf"), 1.7e308, -0.0),
    "boolean_value": (True,),
    "string_value": ("", "x" * 10_000, "１２"),
    "bytes_value": (b"", b"\xff" * 1_000),
    "dataset_value": (b"\x08\x01",),
}


class Form:
    """Valid payloads of one form, and how they go in."""

    name = "json"

    size = 50  # payloads of one batch

    def valid(self) -> list[bytes]:
        """What hostile ones are made of."""
        return list(JSON)

    def payloads(self, count: int, seed: int) -> Iterator[bytes]:
        """Hostile ones."""
        return hostile(self.valid(), count, seed)

    def submit(self, pipeline: Pipeline, payloads: list[bytes], *, dry_run: bool) -> Outcome:
        """All of them in one batch."""
        messages = [self._message(n, payload) for n, payload in enumerate(payloads)]
        return pipeline.submit(messages, dry_run=dry_run)

    def holds_nothing(self, payload: bytes) -> bool:
        """Whether there is no reading in it, good or bad."""
        return bool(json.loads(payload) == [])

    def _message(self, number: int, payload: bytes) -> Message:
        meter = "m1" if number % 2 else None
        topic = f"park/p/E1/meter/{meter}" if meter else "park/p/E1/batch"
        return Message(payload, "E1", meter, topic, Source.MQTT, datetime.now(UTC))


class SenML(Form):
    """RFC 8428 in JSON."""

    name = "senml"

    def valid(self) -> list[bytes]:
        """Ours and another implementation's."""
        return [*SENML, (FOREIGN / "senml.json").read_bytes()]

    def holds_nothing(self, payload: bytes) -> bool:
        """Whether no record has a value or a sum (RFC 8428, section 4.2)."""
        records = json.loads(payload)
        values = {"v", "vs", "vb", "vd", "s"}
        return all(isinstance(one, dict) and not values & set(one) for one in records)


class Sparkplug(Form):
    """Sparkplug B of another implementation."""

    name = "sparkplug"

    def __init__(self) -> None:
        lines = (FOREIGN / "sparkplug.txt").read_text("ascii").splitlines()
        self._payloads = [bytes.fromhex(line.split()[1]) for line in lines]
        self._births = births_in(read_payload(self._payloads[0]))

    def valid(self) -> list[bytes]:
        """Births and data, and as many again with fields that no sender should send.

        Bytes changed blindly are mostly no protobuf any more; these stay one.
        """
        chance = random.Random(5)
        odd = [self._odd(chance, payload) for payload in self._payloads * 20]
        return [*self._payloads * 5, *odd]

    @staticmethod
    def _odd(chance: random.Random, payload: bytes) -> bytes:
        read = read_payload(payload)
        for metric in read.metrics:
            field, values = chance.choice(list(_ODD_FIELDS.items()))
            setattr(metric, field, chance.choice(values))
            if chance.random() < 0.1:
                metric.ClearField(chance.choice(("name", "alias", "datatype", "value")))
        return bytes(read.SerializeToString())

    def holds_nothing(self, payload: bytes) -> bool:
        """Whether every metric is of the protocol's own, or a birth's without a value."""
        own = ("Node Control/", "Device Control/", "Properties/", "Node Info/", "Device Info/")
        return all(
            metric.is_null
            or (metric.name or self._name(metric.alias)) == "bdSeq"
            or (metric.name or self._name(metric.alias)).startswith(own)
            for metric in read_payload(payload).metrics
        )

    def _name(self, alias: int) -> str:
        born = self._births.by_alias.get(alias)
        return "" if born is None else born.name

    def _message(self, number: int, payload: bytes) -> Message:
        where = Addressed(("NBIRTH", "NDATA")[number % 2], None, self._births)
        topic = f"spBv1.0/p/{where.kind}/E1"
        return Message(payload, "E1", None, topic, Source.MQTT, datetime.now(UTC), sparkplug=where)
