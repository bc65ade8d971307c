"""Tables to the line protocol, column by column."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from store.hour_ranges import Ints

Column = Any  # a constant (str) or an Arrow array


def lines(
    measurement: str, tags: Mapping[str, Column], fields: Mapping[str, pa.Array], ns: Ints
) -> pa.Array:
    """One line a row. ``tags`` are strings or numbers, of a constant or a column; fields are
    floats, integers or strings. A null is left out, as is what is not finite, which InfluxDB cannot
    keep; every row has a field that is not null.
    """
    head: list[Column] = [measurement]
    for name, column in tags.items():
        if isinstance(column, str):
            head[0] = f"{head[0]},{name}={column}"
            continue
        head.append(pc.binary_join_element_wise(f",{name}=", _text(column), ""))
    count = len(ns)
    start = [
        pa.repeat(part, count) if isinstance(part, str) else part.fill_null("") for part in head
    ]
    written = [
        pc.binary_join_element_wise(f"{name}=", *_value(array), "")
        for name, array in fields.items()
    ]
    joined = pc.binary_join_element_wise(*written, ",", null_handling="skip")
    whole: pa.Array = pc.binary_join_element_wise(*start, " ", joined, " ", _text(pa.array(ns)), "")
    return whole


def _text(array: pa.Array) -> pa.Array:
    return array if pa.types.is_string(array.type) else array.cast(pa.string())


def _value(array: pa.Array) -> tuple[pa.Array | str, ...]:
    if pa.types.is_string(array.type):
        return ('"', escaped(array), '"')
    if pa.types.is_floating(array.type):
        finite = pc.if_else(pc.is_finite(array), array, pa.scalar(None, array.type))
        return (finite.cast(pa.string()),)
    return (array.cast(pa.string()), "i")


def escaped(array: pa.Array) -> pa.Array:
    """Strings as they stand between quotes in the line protocol."""
    return pc.replace_substring(pc.replace_substring(array, "\\", "\\\\"), '"', '\\"')


NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")
