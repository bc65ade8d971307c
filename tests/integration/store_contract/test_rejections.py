"""rejections: kept with their bytes, listed newest first, page by page."""

import hashlib

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
    assert items(store.rejections(enterprise="x' or '1'='1")) == []


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
