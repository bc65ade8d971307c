"""The hash chain: whole after any use, broken by any later change, and the batch is named."""

from datetime import timedelta

import pytest

from models.readings import Quality
from store.interface import BATCHES, Batch
from tests.integration.store_contract.damaging import meaning


@pytest.fixture
def filled(open_store, make):
    """The numbers of three batches: readings, both, rejections; closed."""
    store = open_store()
    store.append(Batch(readings=make.readings((1, 0, 1.5), (2, 0, 7), (1, 1, 2.5))))
    store.append(
        Batch(
            make.readings((1, 2, 3.5, 1, Quality.SUSPECT), (3, 9, 1)),
            make.rejections({"reason": "bad_value", "detail": "value: x", "payload": b"x"}),
        )
    )
    store.append(
        Batch(
            rejections=make.rejections(
                {"reason": "malformed", "payload": b"{"}, {"reason": "too_large"}
            )
        )
    )
    assert store.verify_chain() == []
    numbers = store.batches()["batch"].to_pylist()
    store.close()
    return numbers


def test_every_batch_follows_the_one_before(open_store, filled):
    batches = open_store().batches()
    assert batches.schema == BATCHES
    rows = batches.to_pylist()
    assert [row["batch"] for row in rows] == sorted({row["batch"] for row in rows})
    assert [(row["readings"], row["rejections"]) for row in rows] == [(3, 0), (2, 1), (0, 2)]
    assert [row["previous"] for row in rows] == ["0" * 64, rows[0]["sha256"], rows[1]["sha256"]]


def test_each_writer_has_its_chain(open_store, make, clock):
    numbers = []
    for writer, hour in (("a", 0), ("b", 1), ("a", 2), ("b", 3)):
        clock.now += timedelta(seconds=1)
        store = open_store(writer)
        numbers.append(store.append(Batch(readings=make.readings((1, hour, 1)))).batch)
        store.close()
    assert len(set(numbers)) == 4
    store = open_store()
    a, b = store.batches("a").to_pylist(), store.batches("b").to_pylist()
    assert [row["batch"] for row in a + b] == [numbers[at] for at in (0, 2, 1, 3)]
    for chain in (a, b):
        assert [row["previous"] for row in chain] == ["0" * 64, chain[0]["sha256"]]
    assert store.verify_chain() == []


@pytest.mark.parametrize(
    ("statement", "batches"),
    [
        ("update readings set value = value + 1e-12 where meter_key = 2", {1}),
        ("update readings set quality = 0 where quality = 10", {2}),
        ("update readings set ts = ts + interval 1 microsecond where meter_key = 3", {2}),
        ("update readings set received = received - interval 1 second where batch = 1", {1}),
        ("update readings set source = 100 where meter_key = 3", {2}),
        ("update readings set meter_key = 4 where meter_key = 3", {2}),
        ("update readings set position = 2 - position where batch = 1", {1}),
        ("delete from readings where meter_key = 2", {1}),
        ("insert into readings select * replace (1 as batch, 3 as position) from readings"
         " where batch = 2 limit 1", {1}),
        ("update readings set batch = 2, position = 7 where meter_key = 2", {1, 2}),
        ("insert into readings select * replace (9 as batch) from readings limit 1", {9}),
        ("update rejections set payload = 'y' where rejection_id = 1", {2}),
        ("update rejections set payload = null where rejection_id = 2", {3}),
        ("update rejections set payload = '' where rejection_id = 3", {3}),
        ("update rejections set reason = 'bad_unit' where rejection_id = 1", {2}),
        ("update rejections set detail = 'value: ', peer = peer || 'x' where rejection_id = 1",
         {2}),
        ("delete from rejections where rejection_id = 3", {3}),
        ("insert into rejections select * replace (4 as rejection_id) from rejections"
         " where rejection_id = 3", {3}),
        ("update batches set sha256 = repeat('0', 64) where batch = 2", {2, 3}),
        ("update batches set received = received + interval 1 second where batch = 2", {2}),
        ("update batches set writer = 'other' where batch = 1", {1, 2}),
        ("update batches set readings = 4 where batch = 1", {1}),
        ("delete from batches where batch = 2", {2, 3}),
    ],
)  # fmt: skip
def test_any_later_change_is_found(open_store, filled, damage, statement, batches):
    damage(statement)
    expected = {meaning(filled, place) for place in batches}
    assert {fault.batch for fault in open_store().verify_chain()} == expected


def test_where_the_rows_lie_does_not_matter(open_store, filled, damage):
    damage(
        "create table moved as select * from readings order by random();"
        "delete from readings; insert into readings select * from moved; drop table moved"
    )
    assert open_store().verify_chain() == []


def test_a_fault_says_what_is_wrong(open_store, filled, damage):
    damage("delete from readings where meter_key = 2")
    faults = open_store().verify_chain()
    assert [fault.writer for fault in faults] == ["test", "test"]
    assert faults[0].detail == "readings: 2 stored, 3 recorded"
    assert "content gives" in faults[1].detail


def test_many_batches_over_several_runs(open_store, make, damage, monkeypatch):
    monkeypatch.setattr("store.rules.chain_check.ROWS_AT_ONCE", 10)
    store = open_store()
    numbers = []
    for number in range(40):
        rows = ((m, number, number) for m in range(4))
        numbers.append(store.append(Batch(readings=make.readings(*rows))).batch)
    assert store.verify_chain() == []
    store.close()
    damage("update readings set value = 99 where batch in (7, 31) and meter_key = 2")
    assert [fault.batch for fault in open_store().verify_chain()] == [numbers[6], numbers[30]]
