"""Hostile payloads made of valid ones: seeded, so that each can be made again by its number."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence

Mutation = Callable[[random.Random, bytes], bytes]

_TOKEN = re.compile(rb'-?\d+(?:\.\d+)?|"[^"\n]*"|true|false|null')
_KEYED = re.compile(rb'"[^"\n]{1,40}"\s*:\s*(?:-?\d[\d.]*|"[^"\n]*")')
_HUGE = (
    b"1e999", b"-1e999", b"1e-999", b"9" * 400, b"-" + b"9" * 5000, b"0." + b"3" * 3000,
    b"18446744073709551616", b"-9223372036854775809", b"1.7976931348623157e308", b"NaN",
    b"-Infinity", b"0x10", b"1_000", b"--1", b"1e", b"253402300800000", b"-0",
)  # fmt: skip
_OTHER = (
    b"null", b"true", b"{}", b"[]", b"[[]]", b'""', b'"' + b"A" * 70_000 + b'"', b'"\\ud800"',
    b'"\\u0000"', b'{"a":1}', b'"1e5"', "\"２０２６年\"".encode(), b'"0000-00-00T99:99:99Z"',
    b'"2026-11-24T10:15:00+99:99"', b'"99999999-01-01T00:00:00Z"', b'"kWh**999999"',
    b'"((((((((m))))))))"', b'"=cmd|A1"', b'"../../../etc"', b'"+/#"',
)  # fmt: skip
_ODD = (
    b"\x00", b"\xff", b"\xfe\xff", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80",
    b"\xef\xbb\xbf", b"\r", b"\n", b"\r\n", b"\t", b'"', b"'", b",", b";", b":", b"[", b"]", b"{",
    b"}", b"\\", b"\\u", b"\x1f", b"\x7f", "\u2028\u202e\u200b".encode(),
    b"\x08" + b"\x80" * 10,
)  # fmt: skip


def _place(chance: random.Random, data: bytes) -> int:
    return chance.randint(0, len(data))


def _slice(chance: random.Random, data: bytes) -> tuple[int, int]:
    begin = _place(chance, data)
    return begin, min(len(data), begin + chance.choice((1, 2, 5, 20, 100)))


def truncate(chance: random.Random, data: bytes) -> bytes:
    """Cut off at the end, or at the beginning."""
    cut = _place(chance, data)
    return data[:cut] if chance.random() < 0.8 else data[cut:]


def flip(chance: random.Random, data: bytes) -> bytes:
    """Some bits the other way round."""
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 8))):
        if changed:
            changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def remove(chance: random.Random, data: bytes) -> bytes:
    """A piece is missing."""
    begin, end = _slice(chance, data)
    return data[:begin] + data[end:]


def repeat(chance: random.Random, data: bytes) -> bytes:
    """A piece comes again, once or many times."""
    begin, end = _slice(chance, data)
    return data[:end] + data[begin:end] * chance.choice((1, 2, 50)) + data[end:]


def insert(chance: random.Random, data: bytes) -> bytes:
    """Bytes that are odd in texts: NUL, half characters, surrogates, signs of the grammar."""
    place = _place(chance, data)
    return data[:place] + chance.choice(_ODD) + data[place:]


def mark(_chance: random.Random, data: bytes) -> bytes:
    """A byte order mark before it."""
    return b"\xef\xbb\xbf" + data


def recode(chance: random.Random, data: bytes) -> bytes:
    """Another encoding than the one agreed on."""
    text = data.decode("utf-8", "replace")
    return text.encode(chance.choice(("utf-16", "utf-32", "gb18030", "latin-1")), "replace")


def _swap(chance: random.Random, data: bytes, by: Sequence[bytes]) -> bytes:
    tokens = list(_TOKEN.finditer(data))
    if not tokens:
        return insert(chance, data)
    token = chance.choice(tokens)
    return data[: token.start()] + chance.choice(by) + data[token.end() :]


def huge(chance: random.Random, data: bytes) -> bytes:
    """A value becomes a number beyond all bounds, or none."""
    return _swap(chance, data, _HUGE)


def retype(chance: random.Random, data: bytes) -> bytes:
    """A value becomes one of another type."""
    return _swap(chance, data, _OTHER)


def key_again(chance: random.Random, data: bytes) -> bytes:
    """A key comes twice."""
    pairs = list(_KEYED.finditer(data))
    if not pairs:
        return repeat(chance, data)
    pair, other = chance.choice(pairs), chance.choice(pairs)
    return data[: pair.end()] + b"," + other[0] + data[pair.end() :]


def nest(chance: random.Random, data: bytes) -> bytes:
    """Nested deeper than a parser's stack, around it or inside."""
    depth = chance.choice((2, 30, 1_000, 20_000))
    opening, closing = chance.choice(((b"[", b"]"), (b'{"a":', b"}")))
    inside = opening * depth + b"1" + closing * (depth if chance.random() < 0.5 else 0)
    if chance.random() < 0.5:
        return opening * depth + data + closing * depth
    return _swap(chance, data, (inside,))


def long_list(chance: random.Random, data: bytes) -> bytes:
    """The whole of it many times in a list."""
    return b"[" + b",".join([data.strip(b"[]")] * chance.choice((10, 100, 300))) + b"]"


# The dear ones come seldom: they cost time, not variety.
MUTATIONS: dict[Mutation, float] = {
    truncate: 10, flip: 12, remove: 10, repeat: 6, insert: 12, mark: 2, recode: 2,
    huge: 12, retype: 12, key_again: 8, nest: 1, long_list: 0.5,
}  # fmt: skip


def hostile(valid: Sequence[bytes], count: int, seed: int) -> Iterator[bytes]:
    """``count`` payloads, each a valid one changed one to three times."""
    chance = random.Random(seed)
    mutations, weights = list(MUTATIONS), list(MUTATIONS.values())
    for _ in range(count):
        payload = chance.choice(valid)
        for mutation in chance.choices(mutations, weights, k=chance.choice((1, 1, 2, 3))):
            payload = mutation(chance, payload)
        yield payload
