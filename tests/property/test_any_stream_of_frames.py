"""HJ 212: whatever a connection brings, and however it is cut, every good frame is found."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.decode.hj212_frames import packed, parse
from ingest.decode.hj212_stream import Garbage, Splitter
from models.errors import DecodeError

TEXT = st.text("0.1-eé清\xa0/ :", max_size=8)
NAME = st.sampled_from(("DataTime", "a21026-Rtd", "w01018-Avg", "PolId", "SB001-RS", "i11001-Info"))
ITEM = st.lists(st.tuples(NAME, TEXT), min_size=1, max_size=4).map(tuple)
AREA = st.lists(ITEM, max_size=6).map(tuple)
Area = tuple[tuple[tuple[str, str], ...], ...]


def data_of(area: Area, flag: int = 5) -> bytes:
    items = ";".join(",".join(f"{name}={value}" for name, value in item) for item in area)
    return f"QN=20261126080000123;ST=31;CN=2011;MN=A1;Flag={flag};CP=&&{items}&&".encode()


DATA = st.builds(data_of, AREA, st.sampled_from((0, 4, 5, 7, 9)))
# Bytes, and what looks like the beginning, the middle or the end of a frame.
RUBBISH = st.lists(
    st.one_of(
        st.binary(max_size=12),
        st.sampled_from((b"#", b"##", b"##0101", b"##9999", b"\r\n", b"\n", b"&&1C80", b"CP=&&")),
        DATA.map(lambda data: packed(data)[:-7]),
        DATA.map(lambda data: packed(data)[3:]),
    ),
    max_size=5,
).map(b"".join)


def frames(pieces: Sequence[bytes | Garbage]) -> list[bytes]:
    return [piece for piece in pieces if isinstance(piece, bytes)]


def sound(pieces: Sequence[bytes | Garbage]) -> list[bytes]:
    """The data segments of those that are frames indeed."""
    found = []
    for piece in frames(pieces):
        try:
            found.append(parse(piece).data)
        except DecodeError:
            continue
    return found


def cut(stream: bytes, sizes: Sequence[int]) -> list[bytes | Garbage]:
    splitter, pieces, place = Splitter(), list[bytes | Garbage](), 0
    for size in sizes:
        pieces += splitter.feed(stream[place : place + size])
        place += size
    return [*pieces, *splitter.feed(stream[place:]), *splitter.close()]


FEW = settings(max_examples=40, deadline=None)


@FEW
@given(AREA)
def test_what_is_packed_is_read_again(area: Area) -> None:
    read = parse(packed(data_of(area)))
    assert read.cp == area
    assert read.data == data_of(area)


@FEW
@given(st.lists(st.tuples(RUBBISH, DATA), max_size=4), st.lists(st.integers(1, 60), max_size=60))
def test_any_cutting_gives_the_same_frames(
    parts: list[tuple[bytes, bytes]], sizes: list[int]
) -> None:
    stream = b"".join(rubbish + packed(data) for rubbish, data in parts)
    whole, pieces = cut(stream, []), cut(stream, sizes)
    assert frames(pieces) == frames(whole)
    # And nothing is lost but line ends between frames.
    told = b"".join(one.data if isinstance(one, Garbage) else one for one in pieces)
    ends = b"\r\n"
    assert told.translate(None, ends) == stream.translate(None, ends)


@FEW
@given(st.lists(st.tuples(RUBBISH, DATA), min_size=1, max_size=5))
def test_any_garbage_between_frames_loses_none(parts: list[tuple[bytes, bytes]]) -> None:
    stream = b"".join(rubbish + packed(data) for rubbish, data in parts)
    found = iter(sound(cut(stream, [])))
    assert all(data in found for _, data in parts)  # each of them, in their order


@FEW
@given(
    st.one_of(
        st.binary(max_size=40),
        RUBBISH,
        st.binary(max_size=40).map(packed),
        st.tuples(DATA, st.integers(0, 200), st.binary(min_size=1, max_size=3)).map(
            lambda changed: packed(changed[0][: changed[1]] + changed[2] + changed[0][changed[1] :])
        ),
    )
)
def test_reading_anything_gives_a_frame_or_says_what_is_wrong(frame: bytes) -> None:
    try:
        read = parse(frame)
    except DecodeError as error:
        field, _, detail = error.detail.partition(": ")
        assert field.isalnum()
        assert detail
    else:
        assert packed(read.data).rstrip() == frame.rstrip()


@pytest.mark.parametrize("head", [b"##0060QN=1;MN=A1;Flag=9;CP=&&", b"##9999Flag=9;CP=&&"])
@FEW
@given(area=st.binary(max_size=60), sizes=st.lists(st.integers(1, 30), max_size=20))
def test_what_may_be_encrypted_is_cut_alike_and_loses_nothing(
    head: bytes, area: bytes, sizes: list[int]
) -> None:
    good = packed(data_of(((("DataTime", "20261126080000"),),)))
    stream = head + area + b"\r\n" + good
    assert frames(cut(stream, sizes)) == frames(cut(stream, []))
    assert sound(cut(stream, sizes))[-1:] == [parse(good).data]
