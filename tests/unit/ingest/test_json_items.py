"""Items of a message as they were sent."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.decode.json_items import items
from tests.unit.ingest.test_json_fuzz import JSON, UNHURRIED

SPACE = st.text(" \t\r\n", max_size=3)


@UNHURRIED
@given(st.lists(st.tuples(SPACE, JSON, st.booleans(), SPACE), max_size=6), SPACE)
def test_each_item_of_a_list_is_found_as_it_was_written(
    sent: list[tuple[str, object, bool, str]], around: str
) -> None:
    texts = [json.dumps(value, ensure_ascii=ascii_only) for _, value, ascii_only, _ in sent]
    spaced = [f"{one[0]}{text}{one[3]}" for one, text in zip(sent, texts, strict=True)]
    payload = f"{around}[{','.join(spaced)}]{around}".encode()
    assert items(payload) == [text.encode() for text in texts]


@pytest.mark.parametrize(
    ("payload", "found"),
    [
        (b'{"a": [1, 2]}', [b'{"a": [1, 2]}']),
        (b" 7 ", [b" 7 "]),
        (b'"[1, 2]"', [b'"[1, 2]"']),
        (b" [ ] ", []),
        (b"\xef\xbb\xbf[1, 2]", [b"1", b"2"]),
        (b'["a\\"],[", "\\\\", NaN]', [b'"a\\"],["', b'"\\\\"', b"NaN"]),
        (b"[" + b"[" * 5_000 + b"]" * 5_000 + b", 1]", [b"[" * 5_000 + b"]" * 5_000, b"1"]),
        (b"[" + b"1" * 5_000 + b", 2]", [b"1" * 5_000, b"2"]),
    ],
)
def test_what_is_no_list_is_one_item_and_texts_are_no_structure(
    payload: bytes, found: list[bytes]
) -> None:
    assert items(payload) == found
