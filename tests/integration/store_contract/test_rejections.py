"""rejections: kept with their bytes, listed newest first, page by page."""

import hashlib
from datetime import timedelta

from store.interface import REJECTIONS, Batch

PAYLOADS = [b"{", b"", bytes(range(256)), "单位".encode()]


def fill(store, make):
    rows = [
        {
            "received": make.at(number),
            "source": 2,
            "peer": f"127.0.0.1:{number}",
            "enterprise": "acme" if number % 2 else "beta",
            "meter": "m1",
            "item": number,
            "reason": "malformed" if number < 2 else "bad_value",
            "detail": f"value: '{number}' 不是数字",
            "payload": payload,
            "payload_sha256": hashlib.sha256(payload).hexdigest(),
            "payload_length": len(payload),
            "decoding": '{"form": "csv"}' if number else None,
        }
        for number, payload in enumerate(PAYLOADS)
    ]
    appended = store.append(Batch(rejections=make.rejections(*rows)))
    return rows, appended


def test_every_column_comes_back(store, make):
    rows, appended = fill(store, make)
    assert len(set(appended.rejection_ids)) == 4
    found = store.rejections(with_payload=True)
    assert found.schema == REJECTIONS
    assert found.to_pylist() == [
        {
            "rejection_id": appended.rejection_ids[number],
            **rows[number],
            "batch": appended.batch,
            "expired": None,
        }
        for number in (3, 2, 1, 0)
    ]


def test_a_listing_leaves_the_payload_out(store, make):
    fill(store, make)
    assert store.rejections()["payload"].to_pylist() == [None] * 4
    assert store.rejections().schema == REJECTIONS


def test_one_by_its_id_has_the_payload(store, make):
    _, appended = fill(store, make)
    assert [store.rejection(one)["payload"].to_pylist() for one in appended.rejection_ids] == [
        [payload] for payload in PAYLOADS
    ]
    for unknown in (0, -1, appended.rejection_ids[-1] + 1, 1 << 62):
        assert store.rejection(unknown).num_rows == 0
        assert store.rejection(unknown).schema == REJECTIONS


def items(found):
    return found["item"].to_pylist()


def test_filters(store, make):
    fill(store, make)
    assert items(store.rejections(enterprise="acme")) == [3, 1]
    assert items(store.rejections(reason="malformed")) == [1, 0]
    assert items(store.rejections(start=make.at(1), end=make.at(3))) == [2, 1]
    assert items(store.rejections(enterprise="acme", reason="malformed")) == [1]
    assert items(store.rejections(meter="m1", source=2)) == [3, 2, 1, 0]
    assert items(store.rejections(meter="m2")) == items(store.rejections(source=1)) == []
    assert items(store.rejections(enterprise="x' or '1'='1")) == []


def test_only_these(store, make):
    _, appended = fill(store, make)
    first, *_, last = appended.rejection_ids
    assert items(store.rejections(ids=[last, first, last + 1])) == [3, 0]
    assert items(store.rejections(ids=[first], enterprise="acme")) == []
    assert items(store.rejections(ids=[])) == []


def test_a_payload_expires_and_the_rejection_stays(store, make, clock):
    rows, appended = fill(store, make)
    before = store.batches().to_pylist()
    assert store.expire_payloads(make.at(2)) == 2
    marked = clock.now
    clock.now += timedelta(days=1)
    assert store.expire_payloads(make.at(2)) == 0
    found = store.rejections(with_payload=True).to_pylist()
    assert [row["payload"] for row in found] == [PAYLOADS[3], PAYLOADS[2], None, None]
    assert [row["expired"] for row in found] == [None, None, marked, marked]
    kept = {name for name in REJECTIONS.names if name not in ("payload", "expired")}
    for row, original in zip(reversed(found), rows, strict=True):
        assert {name: row[name] for name in kept - {"rejection_id", "batch"}} == {
            name: original[name] for name in kept - {"rejection_id", "batch"}
        }
    assert store.rejection(appended.rejection_ids[1])["payload"].to_pylist() == [None]
    assert store.verify_chain() == []
    assert store.batches().to_pylist() == before
    assert store.counts()["rejections"] == 4


def test_what_comes_after_an_expiry_is_kept_and_chained(open_store, make, clock):
    store = open_store()
    fill(store, make)
    store.expire_payloads(make.at(4))
    store.close()
    clock.now += timedelta(seconds=1)
    store = open_store()
    late = make.rejections({"reason": "malformed", "payload": b"late", "received": make.at(1)})
    (number,) = store.append(Batch(rejections=late)).rejection_ids
    assert store.rejection(number)["payload"].to_pylist() == [b"late"]
    assert store.verify_chain() == []
    assert store.expire_payloads(make.at(4)) == 1
    assert store.rejection(number)["payload"].to_pylist() == [None]


def test_pages(store, make):
    fill(store, make)
    first = store.rejections(limit=3)
    assert items(first) == [3, 2, 1]
    below = first["rejection_id"].to_pylist()[-1]
    assert items(store.rejections(limit=3, before_id=below)) == [0]
    # A new one does not shift the pages.
    store.append(Batch(rejections=make.rejections({"item": 9, "reason": "bad_time"})))
    assert items(store.rejections(limit=3, before_id=below)) == [0]


def test_unknown_is_null(store, make):
    store.append(Batch(rejections=make.rejections({"reason": "malformed", "payload": None})))
    (row,) = store.rejections(with_payload=True).to_pylist()
    assert row["enterprise"] is row["meter"] is row["payload"] is row["payload_sha256"] is None


def test_rejections_touch_no_hours(store, make):
    fill(store, make)
    assert store.touched().hours.num_rows == 0
    assert store.counts()["rejections"] == 4
