"""The hash of a batch: sha256 over its canonical content, chained on the hash before it.

Canonical content, version 2. First a line of JSON (UTF-8, ended by a line feed)::

    [2, previous, writer, batch, received in µs since 1970 UTC, readings, rejections]

Then every column of the readings and every column of the rejections but their ``payload``, in the
order of their schemas, rows in the order of the batch. A payload is covered by its hash and length
among them, so that its bytes can expire and the chain still holds. A column is a line
``table.name`` and

- if it may be null (all of the rejections, none of the readings): a byte a row, 1 where known;
- numbers and times: little-endian values at their width, times as int64 µs, 0 where null;
- text and bytes: int64 little-endian lengths (0 where null), then the bytes one after the other.

So the hash depends on the values alone: not on how Arrow cuts tables into chunks, pads buffers or
fills the place of a null. Anyone can recompute it from an export with a few lines of any language.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from models.readings import NEW_READINGS
from store.interface import NEW_REJECTIONS

VERSION: Final = 2
GENESIS: Final = "0" * 64  # what stands for the previous hash of a writer's first batch

# Columns of a rejection that the batch's hash covers.
CHAINED_REJECTIONS = pa.schema(
    [
        pa.field("rejection_id", pa.int64()),
        *(field for field in NEW_REJECTIONS if field.name != "payload"),
    ]
)


def batch_hash(
    previous: str,
    *,
    writer: str,
    batch: int,
    received_us: int,
    readings: pa.Table,
    rejections: pa.Table,
) -> str:
    """Hexadecimal sha256 of a batch, chained on ``previous`` (GENESIS for a writer's first).

    ``readings`` has at least the columns of NEW_READINGS without nulls, ``rejections`` those of
    CHAINED_REJECTIONS; rows in the order of the batch.
    """
    header = [
        VERSION, previous, writer, batch, received_us, readings.num_rows, rejections.num_rows,
    ]  # fmt: skip
    digest = hashlib.sha256(json.dumps(header, separators=(",", ":")).encode() + b"\n")
    for field in NEW_READINGS:
        digest.update(b"readings.%s\n" % field.name.encode())
        digest.update(_fixed(_whole(readings[field.name])))
    if rejections.num_rows:
        for field in CHAINED_REJECTIONS:
            digest.update(b"rejections.%s\n" % field.name.encode())
            _add_nullable(digest, _whole(rejections[field.name]))
    return digest.hexdigest()


def _whole(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def _add_nullable(digest: Any, array: pa.Array) -> None:
    known = array.is_valid().to_numpy(zero_copy_only=False)
    digest.update(known.astype(np.uint8).data)
    if pa.types.is_string(array.type) or pa.types.is_binary(array.type):
        array = array.cast(pa.large_binary()).fill_null(b"")
        digest.update(_fixed(pc.binary_length(array)))
        _, offsets, data = array.buffers()
        bounds = np.frombuffer(offsets, dtype="<i8")[array.offset : array.offset + len(array) + 1]
        if data is not None:
            digest.update(memoryview(data)[bounds[0] : bounds[-1]])
    else:
        digest.update(_fixed(array))


def _fixed(array: pa.Array) -> memoryview:
    if pa.types.is_timestamp(array.type):
        array = array.cast(pa.int64())
    if array.null_count:
        array = array.fill_null(0)
    values = array.to_numpy(zero_copy_only=False)
    return np.ascontiguousarray(values, dtype=values.dtype.newbyteorder("<")).data
