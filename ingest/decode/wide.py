"""Wide tables, a meter a column, to the long form: an empty cell is no reading."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ingest.decode.mapping import Mapping
from models.errors import DecodeError, Reason

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Long:
    """The cells of a wide table, a row each; ``item`` is data row x width + place of the column.

    The first of ``heads`` stands for the row as a whole, so that cells begin at place 1.
    """

    table: pa.Table
    item: Ints
    heads: tuple[str, ...]


def is_wide(names: Sequence[str], mapping: Mapping) -> bool:
    """Whether a table of these columns has neither values nor meters named beside them."""
    long = {mapping.columns.value, mapping.columns.meter}
    return mapping.meter is None and mapping.columns.ts in names and not long & set(names)


def meter_heads(names: Sequence[str], mapping: Mapping) -> tuple[tuple[str, str, str], ...]:
    """Heading, meter and unit ("" where none is named) of each column that is a meter's.

    The mapping's ``wide`` names them; without it all are that are nothing else. Raises DecodeError
    where there is none, a heading stands there twice, or two of them name one meter.
    """
    twice = sorted(name for name, times in Counter(filter(None, names)).items() if times > 1)
    if twice:
        raise DecodeError(Reason.MALFORMED, f"columns: {', '.join(twice)} more than once")
    missing = [head for head in mapping.wide if head not in names]
    if missing:
        detail = f"columns: {', '.join(missing)} missing (the file has {', '.join(names)})"
        raise DecodeError(Reason.MALFORMED, detail)
    other = {
        getattr(mapping.columns, name) for name in ("ts", "time_of_day", "enterprise", "quality")
    }
    heads = [head for head in names if head and head not in other]
    if mapping.wide:
        heads = [head for head in heads if head in mapping.wide]
    found = tuple((head, *_meter(mapping.wide.get(head, head))) for head in heads)
    if not found:
        raise DecodeError(Reason.MALFORMED, "columns: none beside the time names a meter")
    meters = Counter(code for _, code, _ in found)
    for code, times in meters.items():
        if times > 1:
            under = ", ".join(head for head, meter, _ in found if meter == code)
            raise DecodeError(Reason.MALFORMED, f"columns: {under} name the same meter {code}")
    return found


def _meter(text: str) -> tuple[str, str]:
    """Code and unit of ``main (kWh)``."""
    code, _, unit = unicodedata.normalize("NFKC", text).partition("(")
    return code.strip(), unit.strip().removesuffix(")").strip()


def unit_in_brackets(heading: str) -> str:
    """The unit of ``Energy (kWh)``; nothing where there are no brackets."""
    return _meter(heading)[1]


def long_form(table: pa.Table, rows: Ints, mapping: Mapping) -> Long:
    """The readings of a wide table, meter by meter; raises DecodeError as ``meter_heads``."""
    names = mapping.columns
    meters = meter_heads(table.column_names, mapping)
    unnamed = [at for at, name in enumerate(table.column_names) if not name]
    require_headings(unnamed, [table.column(at) for at in unnamed], mapping)
    count, width = table.num_rows, len(meters) + 1
    values = [table[head].combine_chunks() for head, _, _ in meters]
    is_text = any(_is_text(column) for column in values)
    if is_text:
        value = pa.concat_arrays([_as_text(column, mapping) for column in values])
    else:
        value = pa.concat_arrays([column.cast(pa.float64(), safe=False) for column in values])
    holds = pc.is_valid(value)
    if is_text:
        holds = pc.and_(holds, pc.not_equal(pc.fill_null(pc.utf8_trim_whitespace(value), ""), ""))
    place = np.repeat(np.arange(width - 1), count)
    row = np.tile(np.arange(count), width - 1)
    kept = [
        name
        for name in (names.ts, names.time_of_day, names.enterprise, names.quality)
        if name is not None and name in table.column_names
    ]
    columns = {name: table[name].combine_chunks().take(pa.array(row)) for name in kept}
    columns[names.meter] = _repeated(place, [code for _, code, _ in meters])
    columns[names.value] = value
    units = [unit or mapping.unit or "" for _, _, unit in meters]
    columns[names.unit] = _repeated(place, units).cast(pa.string())
    mask = holds.to_numpy(zero_copy_only=False)
    return Long(
        pa.table(columns).filter(pa.array(mask)),
        (rows[row] * width + place + 1)[mask],
        ("", *(head for head, _, _ in meters)),
    )


def require_headings(places: Sequence[int], columns: Sequence[pa.Array], mapping: Mapping) -> None:
    """DecodeError where a column without a heading has cells: nothing says whose they are.

    ``places`` are those of the columns in the file, from 0. Where the mapping's ``wide`` names the
    columns that are meant, the others are none of our business.
    """
    if mapping.wide:
        return
    for place, cells in zip(places, columns, strict=True):
        said = pc.utf8_trim_whitespace(cells.cast(pa.string()).fill_null(""))
        if pc.any(pc.not_equal(said, "")).as_py():
            detail = f"columns: column {place + 1} has values and no heading: name it, or those "
            raise DecodeError(Reason.MALFORMED, f"{detail}that are meant in wide of the mapping")


def _is_text(cells: pa.Array) -> bool:
    return bool(pa.types.is_string(cells.type) or pa.types.is_temporal(cells.type))


def _as_text(cells: pa.Array, mapping: Mapping) -> pa.Array:
    """Cells as the texts beside them are written: a number has no point that parts thousands."""
    texts = cells.cast(pa.string(), safe=False)
    if _is_text(cells) or mapping.decimal == ".":
        return texts
    return pc.replace_substring(texts, ".", mapping.decimal)


def _repeated(place: Ints, texts: Sequence[str]) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(place, pa.int32()), pa.array(texts, pa.string()))
