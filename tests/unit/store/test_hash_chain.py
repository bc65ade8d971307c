"""The canonical content against an independent writing of it, and what it must not depend on."""

import hashlib
import json
import struct

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.readings import NEW_READINGS
from store.hash_chain import CHAINED_REJECTIONS, GENESIS, batch_hash

WRITER, BATCH, RECEIVED = "服务", 5, 1_770_000_000_999_999
ROWS = [
    (1, 1_770_000_000_000_000, 1.5, 0, 1_770_000_000_123_456, 1),
    (-7, -62_135_596_800_000_000, -0.0, 15, 1_770_000_000_123_456, 100),
]
REFUSED = [
    (8, 1_770_000_000_000_000, 1, "park/p/e/batch", "e", None, 3, "bad_value", "值: x", "ab", 2,
     '{"header":"ts"}'),
    (9, None, None, None, None, None, None, None, None, None, None, None),
    (10, 0, 2, "", "", "", -1, "", "", "", 0, ""),
]  # fmt: skip


def readings(rows=ROWS):
    columns = zip(*rows, strict=True) if rows else [[] for _ in NEW_READINGS]
    arrays = [column_of(field, values) for field, values in zip(NEW_READINGS, columns, strict=True)]
    return pa.table(arrays, schema=NEW_READINGS)


def rejections(rows=REFUSED):
    columns = zip(*rows, strict=True) if rows else [[] for _ in CHAINED_REJECTIONS]
    arrays = [
        column_of(field, values) for field, values in zip(CHAINED_REJECTIONS, columns, strict=True)
    ]
    return pa.table(arrays, schema=CHAINED_REJECTIONS)


def column_of(field, values):
    if pa.types.is_timestamp(field.type):
        return pa.array(values, pa.int64()).cast(field.type)
    return pa.array(values, field.type)


def independent(rows, refused):
    """The docstring of store.hash_chain followed value by value with struct."""
    out = json.dumps(
        [2, GENESIS, WRITER, BATCH, RECEIVED, len(rows), len(refused)], separators=(",", ":")
    ).encode()
    out += b"\n"
    names = ["meter_key", "ts", "value", "quality", "received", "source"]
    for index, (name, code) in enumerate(zip(names, "iqdBqB", strict=True)):
        out += f"readings.{name}\n".encode()
        out += b"".join(struct.pack("<" + code, row[index]) for row in rows)
    names = ["rejection_id", "received", "source", "peer", "enterprise", "meter", "item", "reason",
             "detail", "payload_sha256", "payload_length", "decoding"]  # fmt: skip
    if refused:
        for index, (name, code) in enumerate(zip(names, "qqBsssisssqs", strict=True)):
            values = [row[index] for row in refused]
            out += f"rejections.{name}\n".encode()
            out += bytes(value is not None for value in values)
            if code == "s":
                texts = [
                    value.encode() if isinstance(value, str) else value or b"" for value in values
                ]
                out += b"".join(struct.pack("<q", len(text)) for text in texts) + b"".join(texts)
            else:
                out += b"".join(struct.pack("<" + code, value or 0) for value in values)
    return hashlib.sha256(out).hexdigest()


def ours(rows=ROWS, refused=REFUSED, **changed):
    given = {
        "writer": WRITER,
        "batch": BATCH,
        "received_us": RECEIVED,
        "readings": readings(rows),
        "rejections": rejections(refused),
    }
    return batch_hash(changed.pop("previous", GENESIS), **{**given, **changed})


@pytest.mark.parametrize("rows", [ROWS, []])
@pytest.mark.parametrize("refused", [REFUSED, []])
def test_it_is_what_the_documentation_says(rows, refused):
    expected = independent(rows, refused)
    assert ours(rows, refused) == expected


def test_chunks_and_slices_do_not_matter():
    whole, refused = readings(), rejections()
    longer = pa.concat_tables([whole, whole, whole]).combine_chunks()
    more = pa.concat_tables([refused, refused]).combine_chunks()
    split = pa.concat_tables([whole.slice(0, 1), whole.slice(1)])
    assert ours(readings=split) == ours()
    assert ours(readings=longer.slice(2, 2)) == ours()
    assert ours(rejections=more.slice(3, 3)) == ours()
    parts = [refused.slice(0, 1), refused.slice(1, 0), refused.slice(1)]
    assert ours(rejections=pa.concat_tables(parts)) == ours()


def test_what_lies_under_a_null_does_not_matter():
    mask = pa.array([True, False, False])
    values = pa.array(["secret", "ab", "c"])
    masked = pa.Array.from_buffers(
        pa.string(), 3, [pa.array([False, True, True]).buffers()[1], *values.buffers()[1:]]
    )
    assert masked.to_pylist() == [None, "ab", "c"]
    assert mask.to_pylist().count(True) == 1
    index = CHAINED_REJECTIONS.names.index("peer")
    field = CHAINED_REJECTIONS.field("peer")
    plain = rejections().set_column(index, field, pa.array([None, "ab", "c"]))
    hidden = rejections().set_column(index, field, masked)
    assert ours(rejections=hidden) == ours(rejections=plain)


@pytest.mark.parametrize(
    "changed",
    [{"previous": "1" * 64}, {"writer": "other"}, {"batch": 6}, {"received_us": 1}],
)
def test_the_header_counts(changed):
    assert ours(**changed) != ours()


@given(
    row=st.integers(0, 2), column=st.integers(0, len(CHAINED_REJECTIONS) - 1), null=st.booleans()
)
def test_every_cell_counts(row, column, null):
    value = REFUSED[row][column]
    if null:
        other = None
    elif pa.types.is_string(CHAINED_REJECTIONS.field(column).type):
        other = (value or "") + "!"
    else:
        other = (value or 0) + 1
    rows = [list(one) for one in REFUSED]
    rows[row][column] = other
    assert (ours(refused=rows) == ours()) == (other == value and type(other) is type(value))


@given(row=st.integers(0, 1), column=st.integers(0, len(NEW_READINGS) - 1))
def test_every_value_of_a_reading_counts(row, column):
    rows = [list(one) for one in ROWS]
    rows[row][column] += 1
    assert ours(rows) != ours()
    assert ours(ROWS[::-1]) != ours()


def test_bytes_cannot_move_from_one_text_to_the_next():
    rows = [list(one) for one in REFUSED]
    rows[0][3], rows[2][3] = "park/p/e/bat", "ch"
    assert ours(refused=rows) != ours()
