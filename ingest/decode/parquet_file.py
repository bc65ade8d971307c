"""Parquet files, whose bytes may be anything, to columns of texts, numbers and times."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet

from ingest.decode.mapping import Mapping
from ingest.decode.wide import is_wide
from models.errors import DecodeError, Reason

# Whole seconds since 1970 of the years 1 to 9999: beyond them no calendar of ours goes.
_FIRST_S, _LAST_S = -62_135_596_800, 253_402_300_799
_PER_SECOND = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}


def read_parquet(data: bytes, mapping: Mapping) -> pa.Table:
    """The file's table, enterprises and meters as dictionaries. Raises DecodeError."""
    with _reading():
        names = [mapping.columns.enterprise, mapping.columns.meter]
        table = pyarrow.parquet.read_table(io.BytesIO(data), read_dictionary=names)
        table.validate(full=True)
        return table


def parquet_batches(path: Path, rows: int, texts: Sequence[str] = ()) -> Iterator[pa.RecordBatch]:
    """A file's rows, so many at a time; ``texts`` as dictionaries. Raises DecodeError, or OSError
    of the disk.
    """
    with _reading():
        names = set(pyarrow.parquet.read_schema(path).names)
        file = pyarrow.parquet.ParquetFile(path, read_dictionary=sorted(names & set(texts)))
        batches = file.iter_batches(batch_size=rows)
    while True:
        with _reading():
            batch = next(batches, None)
            if batch is None:
                return
            batch.validate(full=True)
        yield batch


def parquet_rows(path: Path) -> int:
    """How many rows a file says it has. Raises DecodeError, or OSError of the disk."""
    with _reading():
        return int(pyarrow.parquet.read_metadata(path).num_rows)


@contextmanager
def _reading() -> Iterator[None]:
    """What Arrow says of bytes that are no Parquet file becomes a DecodeError."""
    try:
        yield
    except (pa.ArrowException, OSError, OverflowError, UnicodeDecodeError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise  # of the disk
        detail = f"payload: no Parquet file ({str(error).strip()[:200]})"
        raise DecodeError(Reason.MALFORMED, detail) from error


def plain(table: pa.Table, mapping: Mapping) -> pa.Table:
    """The table with each column as texts, numbers or times that Python can tell.

    Columns of other kinds, lists for instance, are left out where nothing reads them. Raises
    DecodeError where something does, or where bytes are no text.
    """
    with _reading():
        heads = table.column_names
    names = mapping.columns
    texts = {names.enterprise, names.meter, names.unit, names.quality}
    read = set(names.model_dump().values())
    if is_wide(heads, mapping):
        read |= set(mapping.wide or heads)
    columns: dict[int, pa.Array] = {}
    for place, (name, column) in enumerate(zip(heads, table.columns, strict=True)):
        with _reading():
            cells = _plain(column.combine_chunks())
            is_encoded = cells is not None and pa.types.is_dictionary(cells.type)
            if cells is not None and is_encoded != (name in texts):
                cells = cells.cast(pa.string())
        if cells is not None:
            columns[place] = cells
        elif name in read:
            detail = f"columns: {name[:100]} holds {column.type}: neither texts nor numbers"
            raise DecodeError(Reason.MALFORMED, detail)
    return pa.Table.from_arrays(list(columns.values()), [heads[place] for place in columns])


def _plain(cells: pa.Array) -> pa.Array | None:
    """Texts (or a dictionary of them), numbers or times; None for anything else."""
    kind = cells.type
    if pa.types.is_dictionary(kind):
        if pa.types.is_string(kind.value_type):
            return cells
        cells = cells.cast(kind.value_type)
        kind = cells.type
    if pa.types.is_string(kind):
        return cells
    if _is_of(kind, "large_string", "string_view", "null", "time", "binary", "boolean"):
        return cells.cast(pa.string())
    if _is_of(kind, "timestamp", "date"):
        return _times(cells)
    if _is_of(kind, "integer", "floating", "decimal") and not pa.types.is_float16(kind):
        return cells
    return None


def _is_of(kind: pa.DataType, *names: str) -> bool:
    return any(getattr(pa.types, f"is_{name}")(kind) for name in names)


def _times(cells: pa.Array) -> pa.Array:
    """Times to the microsecond; where one is beyond all calendars, all as texts."""
    if pa.types.is_date32(cells.type):
        cells = pc.multiply(cells.cast(pa.int32()).cast(pa.int64()), 86_400).cast(pa.timestamp("s"))
    elif pa.types.is_date64(cells.type):
        cells = cells.cast(pa.int64()).cast(pa.timestamp("ms"))
    unit, zone = cells.type.unit, cells.type.tz and "UTC"  # it may name a zone that there is not
    count = cells.cast(pa.int64())
    second = pc.divide(count, _PER_SECOND[unit])
    within = pc.and_(pc.greater(second, _FIRST_S), pc.less(second, _LAST_S))
    near = pc.if_else(within, cells, pa.scalar(None, cells.type))
    near = near.cast(pa.timestamp("us", zone), safe=False)
    if near.null_count == cells.null_count:
        return near
    far = pc.binary_join_element_wise(count.cast(pa.string()), f"{unit} since 1970", " ")
    return pc.if_else(within, near.cast(pa.string()), far)
