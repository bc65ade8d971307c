"""Seeded noise without state: the number at an index is a hash of name, seed and index.

Any stretch of time can so be computed alone and again, in any order, with the same result.
Mixing function: the finalizer of splitmix64 (Steele, Lea, Flood 2014, "Fast splittable
pseudorandom number generators", fig. 17).
"""

from __future__ import annotations

import hashlib

import numpy as np

from simulators.grid import Floats, Ints

SEED = 20260101


def stream(*names: str) -> int:
    """A 64-bit stream number of the names under the demo's seed."""
    text = "/".join((str(SEED), *names))
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")


def uniform(stream_number: int, index: Ints) -> Floats:
    """Numbers in [0, 1), one for each index of the stream."""
    x = index.astype(np.uint64)
    x *= np.uint64(0x9E3779B97F4A7C15)
    x += np.uint64(stream_number)
    x ^= x >> np.uint64(30)
    x *= np.uint64(0xBF58476D1CE4E5B9)
    x ^= x >> np.uint64(27)
    x *= np.uint64(0x94D049BB133111EB)
    x ^= x >> np.uint64(31)
    x >>= np.uint64(11)
    return x.astype(np.float64) * 2.0**-53


def fraction(*names: str) -> float:
    """One number in [0, 1) that belongs to the names."""
    return float(uniform(stream(*names), np.zeros(1, dtype=np.int64))[0])
