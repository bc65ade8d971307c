"""A message full of faults costs in proportion to its bytes, and loses none of them."""

from __future__ import annotations

import json

import pytest

import ingest.message
from ingest.decode import sparkplug
from ingest.decode.columns import WHOLE, Refused
from ingest.decode.json_items import items
from ingest.decode.refusals import SINGLY, Refusals
from ingest.decode.sparkplug import read_payload
from ingest.decode.sparkplug_payload import Payload
from ingest.message import Message
from ingest.pipeline import Pipeline
from models.errors import Reason
from models.readings import Source
from tests.unit.ingest.test_pipeline import REGISTRY, Memory, message, now, reading

FULL = 524_287  # items of one letter in a list of at most 1 MiB: (1,048,576 - 1) // 2


@pytest.fixture
def store() -> Memory:
    return Memory()


@pytest.fixture
def pipeline(store: Memory) -> Pipeline:
    return Pipeline(store, lambda: REGISTRY, on_stored=lambda: None, now=now)  # type: ignore[arg-type]


def test_a_mebibyte_of_what_is_no_reading_passes_and_keeps_every_byte(
    store: Memory, pipeline: Pipeline
) -> None:
    # Were the payload read again for each of its items, this would take days.
    payload = b"[" + b",".join([b"1"] * FULL) + b"]"
    pipeline.put(message(store, payload))
    pipeline.put(message(store, reading(5)))
    pipeline.start()
    pipeline.stop()
    assert store.events == ["stored", "done", "done"]
    assert store.values() == [5.0]
    whole, *single = store.rejections()
    assert [row["item"] for row in single] == list(range(SINGLY))
    assert {row["payload"] for row in single} == {b"1"}
    assert (whole["item"], whole["payload"], whole["meter"]) == (WHOLE, payload, "m1")
    assert whole["detail"] == (
        "payload: 514,287 more items are refused, one is 10000: item: 1 is not an object"
    )
    assert len(items(payload)) == FULL


def test_readings_among_what_is_kept_together_come_in(store: Memory, pipeline: Pipeline) -> None:
    faulty, sound = b"{}", reading(7)
    payload = b"[" + b",".join([faulty] * (SINGLY + 1) + [sound]) + b"]"
    outcome = pipeline.submit([message(store, payload)])
    assert (outcome.accepted, len(outcome.refused)) == (1, SINGLY + 1)
    assert store.values() == [7.0]
    assert outcome.accepted_items.tolist() == [SINGLY + 1]


def test_a_batch_in_the_wrong_unit_is_taken_apart_once(
    store: Memory, pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken_apart: list[bytes] = []

    def counted(payload: bytes) -> list[bytes]:
        taken_apart.append(payload)
        return items(payload)

    monkeypatch.setattr(ingest.message, "items", counted)
    sent = [
        json.dumps({"meter": "m1", "ts": 1_767_542_400_000 + n, "value": n, "unit": "m3"})
        for n in range(5_000)
    ]
    payload = f"[{','.join(sent)}]".encode()
    pipeline.submit([Message(payload, "E1", None, "batch", Source.MQTT, now())])
    assert taken_apart == [payload]
    kept = store.rejections()
    assert [row["payload"] for row in kept] == [text.encode() for text in sent]
    assert {row["reason"] for row in kept} == {"bad_unit"}


def test_a_birth_full_of_strangers_is_read_once_however_many_are_refused(
    store: Memory, pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    birth = Payload(timestamp=1_767_542_400_000)
    for number in range(2_000):
        birth.metrics.add(name=f"s{number}", alias=number, datatype=10, double_value=number)
    read: list[bytes] = []

    def counted(payload: bytes) -> object:
        read.append(payload)
        return read_payload(payload)

    monkeypatch.setattr(sparkplug, "read_payload", counted)
    topic, payload = "spBv1.0/park/NBIRTH/E1", birth.SerializeToString()
    where = sparkplug.Addressed("NBIRTH", None)
    pipeline.submit([Message(payload, "E1", None, topic, Source.MQTT, now(), sparkplug=where)])
    kept = store.rejections()
    assert read == [payload, payload]  # to decode it, and to keep what is refused
    assert [row["meter"] for row in kept] == [f"s{number}" for number in range(2_000)]
    assert read_payload(kept[7]["payload"]).metrics[0].double_value == 7.0


def test_a_long_number_that_is_ignored_does_not_multiply_the_payload(
    store: Memory, pipeline: Pipeline
) -> None:
    # Python reads no integer of so many digits, and the field is none of ours.
    faulty = b'{"ts": 1767542400000, "value": 1, "unit": "m3", "other": ' + b"9" * 5_000 + b"}"
    pipeline.submit([message(store, b"[" + faulty + b", " + faulty + b"]")])
    assert [row["payload"] for row in store.rejections()] == [faulty, faulty]


def test_each_message_has_its_own_room() -> None:
    refusals = Refusals(singly=2)
    for number, item in [(0, 4), (1, 0), (0, 2), (0, 7), (1, 1), (0, 8)]:
        refusals.append(Refused(number, item, "m", Reason.BAD_UNIT, "unit: 'x'", "E1"))
    kept = refusals.kept()
    assert [(one.message, one.item) for one in kept] == [(0, WHOLE), (0, 2), (0, 4), (1, 0), (1, 1)]
    assert kept[0].detail == "payload: 2 more items are refused, one is 7: unit: 'x'"
    assert (kept[0].reason, kept[0].enterprise) == (Reason.BAD_UNIT, "E1")


def test_many_messages_full_of_faults_share_the_room_of_their_batch() -> None:
    refusals = Refusals(singly=3, together=4)
    for number, item in [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (2, 5), (3, WHOLE)]:
        refusals.append(Refused(number, item, "m", Reason.BAD_UNIT, "unit: 'x'", "E1"))
    kept = refusals.kept()
    assert [(one.message, one.item) for one in kept] == [
        (0, 0), (0, 1), (0, 2), (1, WHOLE), (1, 0), (2, WHOLE), (3, WHOLE),
    ]  # fmt: skip
    assert kept[3].detail == "payload: 1 more items are refused, one is 1: unit: 'x'"
    assert kept[5].detail == "payload: 1 more items are refused, one is 5: unit: 'x'"
    assert kept[6].detail == "unit: 'x'"
