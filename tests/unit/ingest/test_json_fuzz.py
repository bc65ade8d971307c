"""Whatever bytes arrive, each item is a reading or a refusal that names its field."""

from __future__ import annotations

import json

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ingest.decode.lines import decode_lines
from models.errors import Reason

# Half surrogates, which JSON can write and no UTF-8 column can hold, are left out here.
TEXT = st.text(st.characters(codec="utf-8"), max_size=20)
SCALAR = st.none() | st.booleans() | st.integers() | st.floats() | TEXT
JSON = st.recursive(
    SCALAR,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)
# How long one example takes is the machine's business, not the decoder's.
UNHURRIED = settings(
    deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)
ITEM = st.dictionaries(
    st.sampled_from(["ts", "value", "unit", "quality", "meter", "enterprise", "other"]),
    SCALAR | st.sampled_from(["2026-11-24T10:15:00+08:00", "good"]) | st.lists(SCALAR, max_size=2),
)


def one(payload: bytes) -> dict[str, object]:
    """The answer to one message."""
    (answer,) = decode_lines([payload])
    return answer


@UNHURRIED
@given(st.binary(min_size=1, max_size=200).filter(lambda raw: raw.strip()))
def test_arbitrary_bytes_are_answered(raw: bytes) -> None:
    for answer in decode_lines([raw]):
        assert answer["ok"] is (not answer["rejected"])


@UNHURRIED
@given(st.lists(ITEM, max_size=6))
def test_every_item_of_a_list_is_a_reading_or_a_refusal(items: list[dict[str, object]]) -> None:
    answer = one(json.dumps(items).encode())
    readings = [reading["item"] for reading in answer["readings"]]
    refused = [refusal["item"] for refusal in answer["rejected"]]
    assert sorted(readings + refused) == list(range(len(items)))
    for refusal in answer["rejected"]:
        assert refusal["reason"] in set(Reason)
        assert ":" in refusal["detail"]


@UNHURRIED
@given(JSON)
@example([{"s": None}])  # looks like SenML, and says nothing
@example([{"n": "a"}, {}])
def test_any_json_is_answered_item_by_item(value: object) -> None:
    answer = one(json.dumps(value).encode())
    items = [one["item"] for one in [*answer["readings"], *answer["rejected"]]]
    assert sorted(items) == list(range(len(value) if isinstance(value, list) else 1))
    assert all(": " in refusal["detail"] for refusal in answer["rejected"])


def test_one_bad_item_in_a_hundred_is_refused_alone() -> None:
    items = [{"ts": 1_795_486_500_000 + n, "value": n} for n in range(100)]
    items[41]["value"] = "abc"
    answer = one(json.dumps(items).encode())
    assert len(answer["readings"]) == 99
    (refusal,) = answer["rejected"]
    assert (refusal["item"], refusal["reason"]) == (41, "bad_value")
    assert refusal["detail"].startswith("value:")


def test_the_instant_is_that_of_its_offset() -> None:
    # 10:15 at +08:00 is 02:15 UTC.
    (reading,) = one(b'{"ts": "2026-11-24T10:15:00+08:00", "value": 1}')["readings"]
    assert reading["ts"] == "2026-11-24T02:15:00Z"
