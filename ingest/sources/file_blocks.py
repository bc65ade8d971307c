"""Files cut into blocks that can each be read alone: CSV, Parquet and xlsx, long or wide."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet

from ingest.decode.csv_rows import encoding_of, header_names
from ingest.decode.mapping import Mapping
from ingest.decode.parquet_file import parquet_batches, parquet_rows
from ingest.decode.workbook import CELL, read_workbook
from ingest.sources.wide_files import heads_of

CSV_BLOCK_BYTES = 8 << 20
PARQUET_BLOCK_ROWS = 500_000


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a file that can be read alone: a CSV with its header, or a Parquet file."""

    data: bytes
    name: str
    first_line: int  # line (CSV) or row (Parquet) of the file that its first reading stands in
    size: int = 0  # how much of the file it is, in bytes
    is_parquet: bool = False
    cells: tuple[str, ...] = ()  # of a workbook, where each row stands
    heads: tuple[str, ...] = ()  # of a wide table, by the place of a cell in its row

    def place(self, item: int) -> int | str:
        """Line or row of the file that an item stands in; of a workbook or wide table the cell."""
        if self.heads and item >= 0:
            row, column = divmod(item, len(self.heads))
            return f"{self.first_line + row} column {self.heads[column]}".removesuffix(" column ")
        return self.cells[item] if self.cells and item >= 0 else self.first_line + item


def blocks(path: Path, mapping: Mapping) -> Iterator[Block]:
    """The file in pieces; a CSV's pieces end at line ends and each carries the header.

    A workbook's pieces are Parquet files of its readings, each with the cell it stands in. Raises
    DecodeError where a workbook or Parquet file cannot be read.
    """
    if path.suffix.lower() == ".xlsx":
        table = read_workbook(path, mapping)
        pieces = table.to_batches(max_chunksize=PARQUET_BLOCK_ROWS)
        yield from _as_parquet(path, pieces, table.num_rows, mapping)
        return
    if path.suffix.lower() == ".parquet":
        batches = parquet_batches(path, PARQUET_BLOCK_ROWS)
        yield from _as_parquet(path, batches, parquet_rows(path), mapping)
        return
    with path.open("rb") as file:
        first = file.readline()
        header = first.splitlines(keepends=True)[0] if first else b""
        rest = first[len(header) :]  # where lines end with a carriage return alone
        heads = heads_of(
            header_names(header.decode(encoding_of(mapping), "replace"), mapping), mapping
        )
        line = 2
        while data := rest + file.read(CSV_BLOCK_BYTES):
            data, rest = data + file.readline(), b""
            yield Block(header + data, path.name, line, len(data), heads=heads)
            line += data.count(b"\n")


def _as_parquet(
    path: Path, batches: Iterable[pa.RecordBatch], rows: int, mapping: Mapping
) -> Iterator[Block]:
    row = 1
    row_size = path.stat().st_size / max(rows, 1)
    for batch in batches:
        buffer = io.BytesIO()
        pyarrow.parquet.write_table(pa.Table.from_batches([batch]), buffer, compression="zstd")
        size = round(batch.num_rows * row_size)
        heads = heads_of(batch.schema.names, mapping)
        cells = tuple(batch[CELL].to_pylist()) if path.suffix.lower() == ".xlsx" else ()
        yield Block(
            buffer.getvalue(), path.name, row, size, is_parquet=True, cells=cells, heads=heads
        )
        row += batch.num_rows
