"""Rejections replayed after repair: all comes in, once, and what is left says why."""

from __future__ import annotations

import hashlib
import io
import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet
import pytest

from carbonpeak.expiry import Expiry
from ingest.decode.sparkplug import addressed
from ingest.decode.sparkplug_payload import Payload
from ingest.message import Message
from ingest.sources.sparkplug_nodes import Node, Nodes
from models.readings import Source
from store.interface import NEW_REJECTIONS, Batch
from tests.integration.rejections.conftest import M7, Open, Park

ROOT = Path(__file__).parents[3]
KILLED = Path(__file__).with_name("killed_replay.py")
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}
TEN = "2026-03-02T10:00:00+08:00"


def item(hour: int, value: object, **more: object) -> dict[str, object]:
    return {"ts": f"2026-03-02T{hour:02}:00:00+08:00", "value": value, **more}


def kept(park: Park, payload: bytes, **row: Any) -> int:
    """A rejection put into the store as it would have been kept."""
    blank = {
        "received": datetime.now(UTC),
        "source": int(Source.MQTT),
        "peer": "park/demo/E01/batch",
        "enterprise": "E01",
        "item": -1,
        "reason": "malformed",
        "detail": "payload: kept",
        "payload": payload,
        "payload_sha256": hashlib.sha256(payload).hexdigest(),
        "payload_length": len(payload),
    }
    table = pa.Table.from_pylist([blank | row], schema=NEW_REJECTIONS)
    (number,) = park.service.store.append(Batch(rejections=table)).rejection_ids
    return number


def test_every_way_in_is_replayed_as_it_came(park: Park) -> None:
    park.by_mqtt("meter/M7", item(10, 1))
    park.by_mqtt("batch", [item(10, 5, meter="M1"), item(11, 2, meter="M7", unit="kWh")])
    park.push(b'{"ts":"2026-03-02T12:00:00+08:00","value":3}', "application/json",
              enterprise="E01", meter="M7")  # fmt: skip
    mapping = '{"enterprise":"E01","meter":"M7","unit":"MWh","zone":"Asia/Shanghai",' \
        '"columns":{"ts":"zeit","value":"stand"},"delimiter":";","decimal":","}'  # fmt: skip
    lines = b'zeit;stand\n2026-03-02 13:00:00;0,004\n"2026-03-02 14:00:00";0,005\n'
    park.push(lines, "text/csv", mapping=mapping, filename="may.csv")
    rows = pa.table(
        {"meter": ["M7"], "ts": [datetime(2026, 3, 2, 7, tzinfo=UTC)], "value": [6.0]},
    )
    buffer = io.BytesIO()
    pyarrow.parquet.write_table(rows, buffer)
    park.push(buffer.getvalue(), "application/vnd.apache.parquet", enterprise="E01",
              filename="may.parquet")  # fmt: skip
    refused = park.get("rejections")["items"]
    assert [(row["reason"], row["state"]) for row in refused] == [("unknown_meter", "open")] * 6

    park.register(M7)
    before = datetime.now(UTC)
    tried = park.replay(dry_run=True)
    assert (tried["outcomes"], tried["accepted"]) == ({"accepted": 6}, 6)
    assert park.rows() == []
    answer = park.replay()
    assert (answer["outcomes"], answer["accepted"], answer["next"]) == ({"accepted": 6}, 6, None)
    found = park.rows()
    # 0.004 MWh of the file are 4 kWh; 07:00 UTC is 15:00 in the park.
    assert [row["value"] for row in found] == pytest.approx([1, 2, 3, 4, 5, 6])
    hours = [row["ts"].hour + 8 for row in found]
    assert hours == [10, 11, 12, 13, 14, 15]
    assert [Source(row["source"]) for row in found] == [
        Source.MQTT, Source.MQTT, Source.HTTP, Source.FILE, Source.FILE, Source.FILE,
    ]  # fmt: skip
    assert all(row["received"] >= before for row in found)
    assert [row["value"] for row in park.rows("M1")] == [5]

    batches = park.get("health")["store"]["batches"]
    assert park.replay()["items"] == []
    again = park.replay(ids=[row["rejection_id"] for row in refused])
    assert again["accepted"] == 0
    assert {one["outcome"] for one in again["items"]} == {"accepted"}
    assert len(park.rows()) == 6
    assert park.get("health")["store"]["batches"] == batches
    assert park.service.store.verify_chain() == []
    assert {row["state"] for row in park.get("rejections")["items"]} == {"replayed"}


def test_senml_and_sparkplug_mean_what_they_meant(park: Park) -> None:
    now = int(datetime.now(UTC).timestamp())
    pack = [
        {"bn": "M", "bt": now - 7200, "n": "1", "u": "J", "v": 7.2e6},
        {"n": "7", "u": "J", "v": 3.6e6},
    ]
    park.by_mqtt("batch", pack)
    metric = Payload(timestamp=(now - 3600) * 1_000)
    metric.metrics.add(name="M7", datatype=10, double_value=2.5)
    topic = "spBv1.0/demo/NDATA/E01"
    parts = addressed(topic)
    assert parts is not None
    message = Message(
        metric.SerializeToString(), "E01", None, topic, Source.MQTT, datetime.now(UTC),
        sparkplug=parts[2],
    )  # fmt: skip
    park.service.pipeline.submit([message])
    assert [row["value"] for row in park.rows("M1")] == pytest.approx([2.0])  # 7.2 MJ
    assert len(park.get("rejections", reason="unknown_meter")["items"]) == 2
    park.register(M7)
    assert park.replay()["outcomes"] == {"accepted": 2}
    ages = [now - int(row["ts"].timestamp()) for row in park.rows()]
    assert ages == [7200, 3600]
    assert [row["value"] for row in park.rows()] == pytest.approx([1.0, 2.5])  # 3.6 MJ are 1 kWh


def test_a_name_alone_waits_for_the_birth_that_tells_its_unit(park: Park) -> None:
    """As it did when it came: 2.5 are MWh by the birth, and would be kWh by the meter."""
    park.register(M7)
    now = int(datetime.now(UTC).timestamp()) * 1_000
    topic = "spBv1.0/demo/NDATA/E01"
    parts = addressed(topic)
    assert parts is not None
    metric = Payload(timestamp=now - 3_600_000, seq=1)
    metric.metrics.add(name="M7", datatype=10, double_value=2.5)
    node = Node()
    where = node.take(parts[2], metric, again=False)
    payload = metric.SerializeToString()
    park.service.pipeline.submit(
        [Message(payload, "E01", None, topic, Source.MQTT, datetime.now(UTC), sparkplug=where)]
    )
    (refused,) = park.replay()["items"]
    assert (refused["outcome"], refused["reason"]) == ("refused", "unknown_meter")
    assert refused["detail"].startswith("name: no birth is known that it was sent under")
    birth = Payload(timestamp=now, seq=0)
    metric = birth.metrics.add(name="M7", datatype=10, double_value=3.0)
    metric.properties.keys.append("engUnit")
    metric.properties.values.add(type=12, string_value="MWh")
    node.take(replace(parts[2], kind="NBIRTH"), birth, again=False)
    nodes = Nodes(park.service.settings.data / "sparkplug")
    nodes.remember([("E01", 0, node)])
    assert park.replay()["outcomes"] == {"accepted": 1}
    assert [row["value"] for row in park.rows()] == pytest.approx([2_500])


def test_what_is_refused_still_is_not_kept_twice(park: Park) -> None:
    park.by_mqtt("meter/M7", item(10, -4))
    (row,) = park.get("rejections")["items"]
    first = park.replay()["items"]
    assert (first[0]["outcome"], first[0]["reason"]) == ("refused", "unknown_meter")
    park.register(M7)
    (second,) = park.replay()["items"]
    assert (second["outcome"], second["reason"]) == ("refused", "out_of_range")
    assert second["detail"] == "value: -4 is negative, which this register cannot show"
    (after,) = park.get("rejections", state="open")["items"]
    assert (after["rejection_id"], after["reason"]) == (row["rejection_id"], "unknown_meter")
    assert (after["outcome"], after["replayed_by"]) == ("refused", "officer")
    assert park.rows() == []


def test_a_message_of_which_some_came_in_doubles_nothing(park: Park) -> None:
    park.by_mqtt("batch", [item(10, 5, meter="M1"), item(11, 6, meter="M1")])
    park.by_mqtt("meter/M1", item(10, 7))  # the sender corrected itself
    stored = park.rows("M1")
    payload = b"[%s, %s, %s, 1]" % tuple(
        f'{{"meter":"M1","ts":"2026-03-02T{hour}:00:00+08:00","value":{value}}}'.encode()
        for hour, value in ((10, 5), (11, 6), (12, 8))
    )
    number = kept(park, payload, received=stored[0]["received"])  # with what came in of it
    (one,) = park.replay()["items"]
    assert (one["outcome"], one["accepted"], one["duplicates"], one["refused"]) == (
        "partly",
        1,
        2,
        1,
    )
    assert one["detail"] == "item: 1 is not an object"
    assert [row["value"] for row in park.rows("M1")] == [5, 7, 6, 8]
    assert len(park.rows("M1")) == len(stored) + 1
    (one,) = park.replay(ids=[number])["items"]
    assert (one["accepted"], one["duplicates"]) == (0, 3)
    assert len(park.rows("M1")) == 4


def test_what_came_later_is_not_overwritten(park: Park) -> None:
    park.by_mqtt("meter/M7", item(10, 1))
    park.register(M7)
    park.by_mqtt("meter/M7", item(10, 2))
    (one,) = park.replay()["items"]
    assert (one["outcome"], one["superseded"], one["accepted"]) == ("superseded", 1, 0)
    assert [row["value"] for row in park.rows()] == [2]
    assert park.get("rejections", state="open")["items"] == []


def test_what_came_later_holds_also_where_it_is_replayed_later(park: Park) -> None:
    """Two causes, mended one after the other: when the earlier one is replayed it came before."""
    park.by_mqtt("meter/M7", item(10, 1))
    park.by_mqtt("meter/M7", item(10, 2, unit="degC"))
    first, second = sorted(row["rejection_id"] for row in park.get("rejections")["items"])
    park.register(M7)
    assert park.replay(ids=[first])["outcomes"] == {"accepted": 1}
    park.register(M7.replace("electricity,counter,kWh", "temperature,level,degC"))
    assert park.replay(ids=[second])["outcomes"] == {"accepted": 1}
    assert [row["value"] for row in park.rows()] == [1, 2]
    assert park.replay(ids=[first, second])["accepted"] == 0


def test_a_value_that_was_sent_before_and_again_is_the_last_word(park: Park) -> None:
    """5, then 7, then 5 in a message that was refused: 5 is what the sender said last."""
    for value in (5, 7):
        park.by_mqtt("meter/M1", item(10, value))
    kept(park, json.dumps(item(10, 5)).encode(), peer="park/demo/E01/meter/M1")
    (one,) = park.replay()["items"]
    assert (one["outcome"], one["accepted"], one["duplicates"]) == ("accepted", 1, 0)
    assert [row["value"] for row in park.rows("M1")] == [5, 7, 5]


def test_a_replay_lies_under_a_correction(park: Park) -> None:
    """Which holds on, and without which the device's value holds again."""
    park.by_mqtt("meter/M7", item(10, 4))
    park.register(M7)
    signed = {"enterprise": "E01", "meter": "M7", "reason": "agreed_estimate", "note": "n",
              "evidence": "e", "author": "a"}  # fmt: skip

    def correct(kind: str, **given: Any) -> None:
        answer = park.client.post("/api/v1/corrections", json={"kind": kind} | signed | given)
        assert answer.status_code == 200, answer.text

    correct("substitute", values=[{"ts": TEN, "value": 9}])
    assert park.replay()["outcomes"] == {"accepted": 1}
    key = park.service.registry().key_of["E01", "M7"]
    assert park.service.store.readings([key])["value"].to_pylist() == [9]
    correct("restore", start="2026-03-02", end="2026-03-02")
    held = park.service.store.readings([key]).to_pylist()
    assert [(row["value"], row["quality"]) for row in held] == [(4, 0)]


def test_of_two_of_the_same_time_the_later_holds(park: Park) -> None:
    park.by_mqtt("meter/M7", item(10, 1))
    park.by_mqtt("meter/M7", item(10, 2))
    park.register(M7)
    assert park.replay()["outcomes"] == {"accepted": 2}
    key = park.service.registry().key_of["E01", "M7"]
    assert park.service.store.readings([key])["value"].to_pylist() == [2]


def test_a_kill_before_the_record_is_healed_by_the_next_replay(
    open_park: Open, store: dict[str, Any], tmp_path: Path
) -> None:
    park = open_park()
    park.by_mqtt("meter/M7", [item(10, 1), item(11, 2)])
    park.register(M7)
    park.service.stop()
    settings = json.dumps({"data": str(tmp_path / "data"), "broker": "none", **store})
    child = subprocess.run([sys.executable, KILLED, settings], env=ENVIRONMENT, check=False)
    assert child.returncode == -signal.SIGKILL
    park = open_park()
    assert [row["value"] for row in park.rows()] == [1, 2]
    answer = park.replay()
    assert (answer["outcomes"], answer["accepted"]) == ({"accepted": 2}, 0)
    assert answer["duplicates"] == 2
    assert len(park.rows()) == 2
    replayed = park.get("rejections", state="replayed")["items"]
    assert [one["outcome"] for one in replayed] == ["accepted", "accepted"]


def test_what_is_not_wholly_kept_says_so(park: Park) -> None:
    whole = b"[" + b" " * (1 << 20) + b"]"
    kept(park, whole[: 1 << 20], payload_length=len(whole), reason="too_large")
    kept(park, b"E01,M7", source=int(Source.FILE), peer="old.csv line 3")
    for how in ('{"form":"csv","mapping":{"gone":1},"header":"ts"}', '{"form":"new"}'):
        kept(park, b"E01,M7", source=int(Source.FILE), peer="new.csv line 3", decoding=how)
    mended = kept(park, b'{"meter":"M1","ts":"2026-03-02T10:00:00+08:00","value":1}')
    answer = park.replay()
    assert answer["outcomes"] == {"impossible": 2, "accepted": 1, "refused": 2}
    _, *other, file, large = answer["items"]
    assert {(one["reason"], one["detail"][:10]) for one in other} == {("unsupported", "decoding: ")}
    assert large["detail"] == "payload: only 1,048,576 of 1,048,578 bytes are kept"
    assert file["detail"].endswith("import the file again")
    assert {row["state"] for row in park.get("rejections")["items"]} == {"open", "replayed"}
    (done,) = park.get("rejections", state="replayed")["items"]
    assert done["rejection_id"] == mended


def test_pages_reach_everything(park: Park) -> None:
    park.by_mqtt("batch", [item(hour, hour, meter="M7") for hour in range(7)])
    park.register(M7)
    sizes, cursor = [], {}
    while True:
        answer = park.replay(limit=3, **cursor)
        sizes.append(len(answer["items"]))
        if answer["next"] is None:
            break
        cursor = {"cursor": answer["next"]}
    assert sizes == [3, 3, 1]
    assert sorted(row["value"] for row in park.rows()) == [0, 1, 2, 3, 4, 5, 6]


def test_filters_counts_and_states(park: Park) -> None:
    park.by_mqtt("meter/M7", item(10, 1))
    park.by_mqtt("meter/M7", item(11, 2))
    park.by_mqtt("meter/M1", item(10, "x"))
    park.by_mqtt("meter/M1", item(10, 1), enterprise="nobody")
    park.push(b'{"ts":"2026-03-02T12:00:00+08:00","value":3}', "application/json",
              enterprise="E01", meter="M7")  # fmt: skip
    assert len(park.get("rejections", meter="M7")["items"]) == 3
    assert len(park.get("rejections", meter="M7", source="http")["items"]) == 1
    park.register(M7)
    assert park.replay(source="mqtt", reason="unknown_meter")["outcomes"] == {"accepted": 2}
    counts = [
        (row["enterprise"], row["reason"], row["state"], row["n"])
        for row in park.get("rejections/counts")["items"]
    ]
    assert counts[0] == ("E01", "unknown_meter", "replayed", 2)
    assert set(counts[1:]) == {
        ("E01", "unknown_meter", "open", 1),
        ("E01", "bad_value", "open", 1),
        ("nobody", "unknown_enterprise", "open", 1),
    }
    (left,) = park.get("rejections/counts", state="open", meter="M7")["items"]
    assert left["n"] == 1
    page = park.get("rejections", state="open", limit=2)
    rest = park.get("rejections", state="open", limit=2, cursor=page["next"])
    assert (len(page["items"]), len(rest["items"]), rest["next"]) == (2, 1, None)


def test_an_explanation_says_what_a_replay_would_do(park: Park) -> None:
    park.by_mqtt("meter/M7", item(10, 1))
    (row,) = park.get("rejections")["items"]
    path = f"rejections/{row['rejection_id']}/explanation"
    before = park.get(path)
    assert before["registry"] == "enterprise E01 is registered, meter E01/M7 is not"
    assert before["now"]["outcome"] == "refused"
    assert "would be refused still (unknown_meter)" in before["verdict"]["en"]
    assert before["todo"]["en"].startswith("Officer: register the meter")
    assert "登记表计" in before["todo"]["zh"]
    assert before["payload_text"] == f'{{"ts": "{TEN}", "value": 1}}'
    park.register(M7)
    after = park.get(path)
    assert after["registry"] == (
        "meter E01/M7 is registered: electricity in kWh, valid from ever on"
    )
    assert after["verdict"]["en"].startswith("A replay would accept 1 readings now")
    assert park.rows() == []
    park.replay()
    assert "It was replayed at " in park.get(path)["verdict"]["en"]
    assert park.client.get("/api/v1/rejections/99/explanation").status_code == 404


def test_only_the_policy_lets_bytes_expire(open_park: Any) -> None:
    park = open_park()
    old = datetime.now(UTC) - timedelta(days=31)
    number = kept(park, b"{", received=old)
    kept(park, b"[", received=old + timedelta(days=2))
    assert park.get("health")["rejections_expiry"]["keep_days"] is None
    assert park.service.expiry.apply() == 0
    park = open_park(rejections_keep_days=30)
    assert park.service.expiry.apply() == 1
    newer, older = park.get("rejections")["items"]
    assert (newer["state"], older["state"]) == ("open", "expired")
    assert (older["rejection_id"], older["payload_length"]) == (number, 1)
    assert older["payload_sha256"] == hashlib.sha256(b"{").hexdigest()
    assert park.get("audit")["chain_faults"] == []
    state = park.get("health")["rejections_expiry"]
    assert (state["keep_days"], state["expired"], state["trouble"]) == (30, 1, None)
    (one,) = park.replay(ids=[number])["items"]
    assert one["outcome"] == "impossible"
    assert one["detail"].startswith("payload: expired, its bytes were dropped at ")


def test_a_clock_that_starts_years_ahead_ages_nothing(park: Park) -> None:
    now = datetime.now(UTC)
    park.by_mqtt("batch", [{"meter": "M1", "ts": now.isoformat(), "value": 1}])
    kept(park, b"{", received=now - timedelta(days=31))
    kept(park, b"[", received=now - timedelta(days=29))
    policy = Expiry(park.service.store, 30, lambda: now + timedelta(days=800))
    assert policy.apply() == 1
    newer, older = park.get("rejections")["items"]
    assert (newer["state"], older["state"]) == ("open", "expired")
