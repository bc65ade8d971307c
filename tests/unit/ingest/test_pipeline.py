"""Acknowledged once, and only after the store has it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime

import pyarrow as pa
import pytest

from ingest.decode.columns import Rows
from ingest.decode.refusals import Refusals
from ingest.inbox import PipelineStoppedError
from ingest.message import Message, Ticket
from ingest.pipeline import Pipeline
from models.quantities import Kind
from models.readings import Source
from models.registry import Cluster, Enterprise, Meter, Park, Registry
from store.interface import Appended, Batch

WAIT_S = 20.0
REGISTRY = Registry(
    Park("p", "园", "park", "吉林", "东北"),
    (Cluster("c", "c", "c"),),
    (Enterprise("E1", "一", "one", "c"),),
    (Meter(1, "E1", "m1", "electricity", Kind.COUNTER, "kWh", 900),),
)


def now() -> datetime:
    return datetime(2026, 6, 1, tzinfo=UTC)


class Memory:
    """A store that keeps batches in order and can be told to refuse."""

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self.events: list[str] = []
        self.batches: list[Batch] = []
        self.refusing = False

    def append(self, batch: Batch) -> Appended:
        with self.changed:
            self.events.append("refused" if self.refusing else "stored")
            self.changed.notify_all()
            if self.refusing:
                raise OSError("disk full")
            self.batches.append(batch)
        ids = tuple(range(batch.rejections.num_rows))
        return Appended(len(self.batches), batch.readings.num_rows, 0, ids)

    def done(self, tickets: Sequence[Ticket]) -> None:
        with self.changed:
            self.events += ["done"] * len(tickets)
            self.changed.notify_all()

    def wait(self, holds: Callable[[], bool]) -> None:
        with self.changed:
            assert self.changed.wait_for(holds, WAIT_S)

    def values(self) -> list[float]:
        return [value for batch in self.batches for value in batch.readings["value"].to_pylist()]

    def rejections(self) -> list[dict[str, object]]:
        rows: list[dict[str, object]] = []
        for batch in self.batches:
            rows += batch.rejections.to_pylist()
        return rows


@pytest.fixture
def store() -> Memory:
    return Memory()


@pytest.fixture
def told() -> list[tuple[pa.Table, tuple[int, ...]]]:
    return []


@pytest.fixture
def pipeline(store: Memory, told: list[tuple[pa.Table, tuple[int, ...]]]) -> Iterator[Pipeline]:
    made = Pipeline(
        store,  # type: ignore[arg-type]
        lambda: REGISTRY,
        on_stored=lambda: None,
        on_rejected=lambda table, ids: told.append((table, ids)),
        now=now,
    )
    yield made
    made.stop()


def message(store: Memory, payload: bytes) -> Message:
    return Message(payload, "E1", "m1", "topic", Source.MQTT, now(), store.done)


def reading(value: float) -> bytes:
    return f'{{"ts": "2026-05-01T00:00:00Z", "value": {value}}}'.encode()


def test_a_store_that_refuses_and_then_takes_acknowledges_once_and_after(
    store: Memory, pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.pipeline.FIRST_RETRY_S", 0.01)
    store.refusing = True
    pipeline.start()
    pipeline.put(message(store, reading(5)))
    store.wait(lambda: store.events.count("refused") >= 3)
    assert set(store.events) == {"refused"}
    assert pipeline.counters()["accepted"] == 0
    assert pipeline.counters()["queued"] == 1  # taken out of the inbox, and not stored
    with store.changed:
        store.refusing = False
    store.wait(lambda: "done" in store.events)
    pipeline.stop()
    assert [event for event in store.events if event != "refused"] == ["stored", "done"]
    assert store.values() == [5.0]
    counted = {"messages": 1, "accepted": 1, "rejected": 0, "duplicates": 0, "queued": 0}
    assert pipeline.counters() == counted


def test_what_is_not_stored_when_it_stops_is_not_acknowledged(
    store: Memory, pipeline: Pipeline
) -> None:
    store.refusing = True
    pipeline.start()
    pipeline.put(message(store, reading(5)))
    store.wait(lambda: "refused" in store.events)
    pipeline.stop()
    assert "done" not in store.events
    assert (pipeline.counters()["messages"], pipeline.counters()["queued"]) == (0, 1)


def test_a_disk_too_full_to_acknowledge_ends_nothing(
    store: Memory, pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.pipeline.FIRST_RETRY_S", 0.01)
    full = iter([True, True, False])

    def done(tickets: Sequence[Ticket]) -> None:
        if next(full):
            raise OSError("No space left on device")
        store.done(tickets)

    pipeline.start()
    pipeline.put(Message(reading(5), "E1", "m1", "topic", Source.MQTT, now(), done))
    store.wait(lambda: store.events == ["stored", "done"])
    assert pipeline.counts().append_failures == 2
    pipeline.put(message(store, reading(6)))
    store.wait(lambda: store.events == ["stored", "done"] * 2)
    assert pipeline.counts().trouble is None


def test_a_mistake_in_acknowledging_or_telling_ends_nothing(store: Memory) -> None:
    def wrong(*_: object) -> None:
        raise LookupError("a mistake")

    made = Pipeline(store, lambda: REGISTRY, on_stored=wrong, now=now)  # type: ignore[arg-type]
    made.start()
    made.put(Message(reading(5), "E1", "m1", "topic", Source.MQTT, now(), wrong))
    made.put(message(store, reading(6)))
    store.wait(lambda: "done" in store.events)
    made.stop()
    assert store.values() == [5.0, 6.0]
    assert store.events.count("done") == 1


def test_stop_finishes_what_was_taken_and_takes_nothing_more(
    store: Memory, pipeline: Pipeline
) -> None:
    for value in range(50):
        pipeline.put(message(store, reading(value)))
    assert pipeline.counters()["queued"] == 50
    pipeline.start()
    pipeline.stop()
    assert store.values() == [float(value) for value in range(50)]
    assert store.events.count("done") == 50
    with pytest.raises(PipelineStoppedError):
        pipeline.put(message(store, reading(1)))


def test_a_message_that_breaks_the_program_is_kept_and_the_others_come_in(
    store: Memory,
    pipeline: Pipeline,
    told: list[tuple[pa.Table, tuple[int, ...]]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import ingest.decode.forms as module  # noqa: PLC0415

    poison = reading(6) + b" "
    sound = module.append_message

    def breaks(rows: Rows, refused: Refusals, number: int, message: Message) -> None:
        if message.payload == poison:
            raise ZeroDivisionError("a mistake of ours")
        sound(rows, refused, number, message)

    monkeypatch.setattr(module, "append_message", breaks)
    for payload in (reading(5), poison, reading(7)):
        pipeline.put(message(store, payload))
    pipeline.start()
    pipeline.stop()
    assert store.values() == [5.0, 7.0]
    (kept,) = store.rejections()
    assert (kept["payload"], kept["reason"], kept["item"]) == (poison, "malformed", -1)
    assert str(kept["detail"]).startswith("payload: could not be handled (ZeroDivisionError")
    assert store.events == ["stored", "done", "done", "done"]
    ((table, ids),) = told
    assert (table.num_rows, ids) == (1, (0,))


def test_a_refusal_is_acknowledged_once_it_is_kept(
    store: Memory, pipeline: Pipeline, told: list[tuple[pa.Table, tuple[int, ...]]]
) -> None:
    pipeline.put(message(store, b"{broken"))
    pipeline.start()
    pipeline.stop()
    assert store.events == ["stored", "done"]
    assert [row["reason"] for row in store.rejections()] == ["malformed"]
    assert len(told) == 1
    assert pipeline.counters()["rejected"] == 1


def test_submit_leaves_a_refusing_store_to_its_caller(store: Memory, pipeline: Pipeline) -> None:
    store.refusing = True
    with pytest.raises(OSError, match="disk full"):
        pipeline.submit([message(store, reading(1))])
    assert pipeline.counters()["messages"] == 0


def test_a_dry_run_answers_and_stores_nothing(store: Memory, pipeline: Pipeline) -> None:
    outcome = pipeline.submit(
        [message(store, b"[" + reading(1) + b', {"value": 1}]')], dry_run=True
    )
    assert (outcome.accepted, outcome.batch, outcome.rejection_ids) == (1, None, ())
    assert [one.reason for one in outcome.refused] == ["bad_time"]
    assert store.events == []


def test_a_payload_too_large_is_kept_by_its_first_mebibyte(
    store: Memory, pipeline: Pipeline
) -> None:
    payload = reading(1).ljust((1 << 20) + 1)
    outcome = pipeline.submit([message(store, payload), message(store, reading(2))])
    assert outcome.accepted == 1
    (kept,) = store.rejections()
    assert (kept["reason"], kept["payload_length"]) == ("too_large", len(payload))
    assert kept["payload"] == payload[: 1 << 20]
    assert pipeline.submit([message(store, reading(3).ljust(1 << 20))]).accepted == 1
