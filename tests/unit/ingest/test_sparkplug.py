"""Sparkplug B: bytes of another implementation, and what a payload cannot say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ingest.decode.sparkplug import (
    Addressed,
    Births,
    Born,
    addressed,
    births_in,
    decode,
    kept_items,
    read_payload,
)  # fmt: skip
from ingest.decode.sparkplug_payload import Payload
from ingest.sources.sparkplug_nodes import Node, Nodes, births_of
from models.errors import DecodeError

FOREIGN = Path(__file__).parents[2] / "fixtures" / "foreign_senders" / "sparkplug.txt"
T = 1_795_485_600_000  # 2026-11-24T02:00:00Z
MESSAGES = [
    (topic, bytes.fromhex(payload))
    for topic, payload in (line.split() for line in FOREIGN.read_text("ascii").splitlines())
]
NODE = births_in(read_payload(MESSAGES[0][1]))
DEVICE = births_in(read_payload(MESSAGES[1][1]))


def decoded(payload: bytes, where: Addressed):
    refused: list[tuple] = []
    sent, items = decode(payload, lambda *one: refused.append(one), where)
    readings = [
        (item, one.meter, one.ts, one.value, one.unit, one.quality)
        for item, one in zip(items, sent, strict=True)
    ]
    return readings, [
        (item, meter, reason.value, detail) for item, meter, reason, detail in refused
    ]


def test_births_tell_names_aliases_types_and_units():
    assert NODE.by_alias == {
        1: Born("m1", 10, "kWh"), 2: Born("m2", 4, "MWh"), 3: Born("temp", 2, "degC"),
        4: Born("note", 12, None),
    }  # fmt: skip
    readings, refused = decoded(MESSAGES[0][1], Addressed("NBIRTH", None))
    assert readings == [
        (2, "m1", T, 1000.5, "kWh", None),
        (3, "m2", T, 2.0, "MWh", None),
        (4, "temp", T, -12.0, "degC", None),
    ]
    assert [(item, reason) for item, _, reason, _ in refused] == [(5, "unsupported")]


def test_data_by_alias_with_negative_integers_quality_and_times():
    readings, refused = decoded(MESSAGES[2][1], Addressed("NDATA", None, NODE))
    assert refused == []
    assert readings == [
        (0, "m1", T + 3_600_000, 1010.5, "kWh", None),
        (1, "m2", T + 3_600_000, 3.0, "MWh", None),
        (2, "temp", T + 3_600_000, -15.0, "degC", "fault"),
    ]
    readings, refused = decoded(MESSAGES[3][1], Addressed("DDATA", "boiler", DEVICE))
    assert readings == [  # a historical one has its own time; -40000 does not fit 16 bits
        (0, "boiler.gas.total", T + 3_500_000, 9.25, "Nm3", None),
        (1, "boiler.out", T + 3_600_000, -40000.0, None, None),
    ]
    assert refused == [
        (2, "boiler.gas.total", "bad_value", "value: null, so there is none at that time"),
        (3, None, "unknown_meter", "alias: 99 is in no birth of this node"),
    ]
    readings, _ = decoded(MESSAGES[4][1], Addressed("NDATA", None, NODE))
    assert readings == [  # without a time of its own the payload's
        (0, "m1", T + 7_200_000, 1022.5, "kWh", None),
        (1, "temp", T + 7_200_000, -5.0, "degC", None),
    ]


def test_what_is_kept_of_a_metric_needs_no_birth_any_more():
    kept = kept_items(MESSAGES[2][1], Addressed("NDATA", None, NODE))(1)
    readings, refused = decoded(kept, Addressed("NDATA", None, Births()))
    assert (readings, refused) == ([(0, "m2", T + 3_600_000, 3.0, "MWh", None)], [])
    kept = kept_items(MESSAGES[4][1], Addressed("NDATA", None, NODE))(1)
    readings, _ = decoded(kept, Addressed("NDATA", None, Births()))
    assert readings == [(0, "temp", T + 7_200_000, -5.0, "degC", None)]


def test_what_is_kept_without_a_birth_waits_for_it():
    nothing = Addressed("NDATA", None, Births(), "alias: no birth of this node")
    readings, refused = decoded(MESSAGES[2][1], nothing)
    assert readings == []
    assert [(item, reason, detail) for item, _, reason, detail in refused] == [
        (item, "unknown_meter", "alias: no birth of this node") for item in range(3)
    ]
    kept = kept_items(MESSAGES[2][1], nothing)(0)
    assert decoded(kept, Addressed("NDATA", None, NODE))[0] == [
        (0, "m1", T + 3_600_000, 1010.5, "kWh", None)
    ]


@pytest.mark.parametrize(
    ("datatype", "sent", "value"),
    [(1, 0xFB, -5), (1, 0xFFFFFFFB, -5), (2, 0xFFFB, -5), (3, 0xFFFFFFFB, -5), (5, 0xFB, 251),
     (7, 0xFFFFFFFB, 4294967291), (3, 0x7FFFFFFF, 2147483647)],
)  # fmt: skip
def test_integers_are_read_by_their_type(datatype, sent, value):
    payload = Payload(timestamp=T)
    payload.metrics.add(name="m1", datatype=datatype, int_value=sent)
    assert decoded(payload.SerializeToString(), Addressed("NDATA", None))[0][0][3] == value


def test_64_bits_and_what_has_no_type():
    payload = Payload(timestamp=T)
    payload.metrics.add(name="m1", datatype=4, long_value=2**64 - 7)
    payload.metrics.add(name="m1", int_value=7)
    payload.metrics.add(name="m1", datatype=10, double_value=float("inf"))
    payload.metrics.add(int_value=7)
    readings, refused = decoded(payload.SerializeToString(), Addressed("NDATA", None))
    assert [one[3] for one in readings] == [-7.0]
    assert [(item, reason) for item, _, reason, _ in refused] == [
        (1, "unsupported"), (2, "out_of_range"), (3, "unknown_meter"),
    ]  # fmt: skip


def test_a_time_is_needed():
    payload = Payload()
    payload.metrics.add(name="m1", datatype=10, double_value=1)
    assert decoded(payload.SerializeToString(), Addressed("NDATA", None))[1] == [
        (0, "m1", "bad_time", "timestamp: missing in the metric and in the payload")
    ]


def test_no_payload_is_refused_as_a_whole():
    with pytest.raises(DecodeError, match="no payload of Sparkplug B"):
        decoded(b"\xff{not protobuf", Addressed("NDATA", None))


def test_topics():
    assert addressed("spBv1.0/tl/DDATA/E1/boiler") == ("tl", "E1", Addressed("DDATA", "boiler"))
    assert addressed("spBv1.0/tl/NDATA/E1") == ("tl", "E1", Addressed("NDATA", None))
    assert addressed("park/tl/E1/meter/m1") is None
    assert addressed("spBv1.0/STATE/carbonpeak") is None


def test_a_long_text_is_refused_before_aliases_multiply_it():
    # 20,000 aliases of ten bytes would each stand for the whole name, unit or device.
    refusal = r"{}: 1,001 characters, at most 1,000 are read"
    for name, unit, device in (("x" * 1_001, "kWh", "d"), ("x", "u" * 1_001, "d")):
        payload = Payload(timestamp=T)
        metric = payload.metrics.add(name=name, alias=1, datatype=10, double_value=1)
        metric.properties.keys.append("engUnit")
        metric.properties.values.add(type=12, string_value=unit)
        label = "name" if unit == "kWh" else "engUnit"
        with pytest.raises(DecodeError, match=refusal.format(label)):
            decoded(payload.SerializeToString(), Addressed("DBIRTH", device))
    with pytest.raises(DecodeError, match=refusal.format("device")):
        decoded(MESSAGES[0][1], Addressed("DBIRTH", "d" * 1_001))


def test_of_a_name_too_long_for_a_file_nothing_is_remembered(tmp_path: Path) -> None:
    assert births_of(tmp_path, "x" * 300, None) == Births()


def test_a_node_cannot_fill_the_memory_with_births(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.sources.sparkplug_nodes.METRICS", 5)
    node = Node()
    birth = Payload(timestamp=T)
    for alias in range(2):
        birth.metrics.add(name=f"m{alias}", alias=alias, datatype=10, double_value=1)
    for device in ("a", "b", "c", "b"):
        node.take(Addressed("DBIRTH", device), birth, again=False)
    assert list(node.births) == ["a", "b"]
    node.missing = None
    refused = node.take(Addressed("DDATA", "c"), Payload(timestamp=T), again=False)
    assert str(refused.distrusted).startswith("name: no birth of the device c is known")


def test_what_came_before_an_alias_changed_its_meaning_is_not_read_by_the_new_one(
    tmp_path: Path,
) -> None:
    nodes = Nodes(tmp_path)
    node = nodes.nodes.setdefault("E1", Node())

    def born(kind: str, device: str | None, *names: str) -> int:
        birth = Payload(timestamp=T)
        for alias, name in enumerate(names):
            birth.metrics.add(name=name, alias=alias, datatype=10, double_value=1)
        node.take(Addressed(kind, device), birth, again=False)
        nodes.remember([("E1", node.seq, node.copy())])
        return births_of(tmp_path, "E1", device).since_ms

    # By the first birth what came before it is read: nothing else was ever known.
    assert born("NBIRTH", None, "a", "b") == born("DBIRTH", "d", "x") == 0
    assert born("NBIRTH", None, "a", "b") == born("DBIRTH", "d", "x", "y") == 0
    assert born("NBIRTH", None, "b", "a") > T - 365 * 86_400_000
    assert born("DBIRTH", "d", "x", "y") == 0
    assert born("DBIRTH", "d", "y") > 0
    assert born("DBIRTH", "new", "z") > 0  # what it was before is not known


@pytest.mark.parametrize("alias", [None, 1])
@pytest.mark.parametrize("change", [{"datatype": 3}, {"unit": "MWh"}])
def test_what_came_before_a_type_or_unit_changed_is_not_read_by_the_new_one(
    tmp_path: Path, alias: int | None, change: dict[str, Any]
) -> None:
    """0xFFFFFFFB is 4294967291 as UInt32 and -5 as Int32; 5 kWh are not 5 MWh."""
    nodes = Nodes(tmp_path)
    node = nodes.nodes.setdefault("E1", Node())

    def since(datatype: int = 7, unit: str = "kWh") -> int:
        birth = Payload(timestamp=T)
        metric = birth.metrics.add(name="m", alias=alias, datatype=datatype, int_value=1)
        metric.properties.keys.append("engUnit")
        metric.properties.values.add(type=12, string_value=unit)
        node.take(Addressed("NBIRTH", None), birth, again=False)
        nodes.remember([("E1", node.seq, node.copy())])
        return births_of(tmp_path, "E1", None).since_ms

    assert (since(), since()) == (0, 0)
    assert since(**change) > T - 365 * 86_400_000


def test_while_a_birth_may_be_missing_nothing_is_read_by_the_last_one(tmp_path: Path) -> None:
    """Neither live nor by a replay: the number 2 came where 1 should."""
    nodes = Nodes(tmp_path)
    node = nodes.nodes.setdefault("E1", Node())
    birth = Payload(timestamp=T, seq=0)
    birth.metrics.add(name="m", alias=1, datatype=10, double_value=1)
    for kind, payload in (("NBIRTH", birth), ("NDATA", Payload(timestamp=T, seq=2))):
        node.take(Addressed(kind, None), payload, again=False)
    nodes.remember([("E1", node.seq, node.copy())])
    assert births_of(tmp_path, "E1", None) == Births()
    node.take(Addressed("NBIRTH", None), birth, again=False)
    nodes.remember([("E1", node.seq, node.copy())])
    assert list(births_of(tmp_path, "E1", None).by_alias) == [1]


def test_a_metric_without_name_and_alias_is_none_of_alias_0() -> None:
    """0 is only what protobuf gives for a field that is not there."""
    births = Births({0: Born("m", 10, "kWh")}, {})
    data = Payload(timestamp=T)
    data.metrics.add(datatype=10, double_value=7)
    data.metrics.add(alias=0, datatype=10, double_value=8)
    payload = data.SerializeToString()
    readings, refused = decoded(payload, Addressed("NDATA", None, births))
    assert readings == [(1, "m", T, 8, "kWh", None)]
    assert refused == [(0, None, "unknown_meter", "name: missing, and no alias")]
    kept = kept_items(payload, Addressed("NDATA", None, births))(0)
    assert read_payload(kept).metrics[0].name == ""
