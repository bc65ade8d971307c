"""Files of readings, long or wide: CSV, Parquet and xlsx, block by block into the pipeline."""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet

from ingest.decode.columns import WHOLE, Refused, Rows
from ingest.decode.csv_rows import encoding_of, header_names, read_csv
from ingest.decode.file_rows import csv_decoding, parquet_decoding
from ingest.decode.file_table import table_columns
from ingest.decode.mapping import Mapping
from ingest.decode.wide import Ints, is_wide, long_form
from ingest.decode.workbook import CELL, read_workbook
from ingest.message import Origin
from ingest.pipeline import Outcome, Pipeline
from ingest.sources.wide_files import WideOrigin, heads_of
from models.errors import DecodeError, Reason
from models.readings import Source

CSV_BLOCK_BYTES = 8 << 20
PARQUET_BLOCK_ROWS = 500_000
SHOWN_REJECTIONS = 20


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


@dataclass(frozen=True)
class CsvOrigin:
    """What a refusal of a CSV's row keeps: its line, as the file has it."""

    block: Block
    received: datetime
    mapping: Mapping
    source: Source = Source.FILE

    @property
    def enterprise(self) -> str | None:
        """The enterprise that the mapping names."""
        return self.mapping.enterprise

    @property
    def meter(self) -> str | None:
        """The meter that the mapping names."""
        return self.mapping.meter

    def decoding(self, number: int) -> str | None:
        """The mapping, and the header that a line is read by."""
        return csv_decoding(self.mapping, self._lines[0] if number >= 0 else None)

    @cached_property
    def _lines(self) -> list[bytes]:
        return self.block.data.splitlines()

    def item(self, number: int) -> tuple[bytes, str]:
        """The line of a data row."""
        if number < 0:
            return self.block.data, self.block.name
        return self._lines[number + 1], f"{self.block.name} line {self.block.first_line + number}"


@dataclass(frozen=True)
class ParquetOrigin:
    """What a refusal of a Parquet file's row keeps: the row as JSON."""

    block: Block
    rows: pa.Table
    received: datetime
    mapping: Mapping
    source: Source = Source.FILE

    @property
    def enterprise(self) -> str | None:
        """The enterprise that the mapping names."""
        return self.mapping.enterprise

    @property
    def meter(self) -> str | None:
        """The meter that the mapping names."""
        return self.mapping.meter

    def decoding(self, number: int) -> str | None:
        """The mapping of a row that is kept as JSON; of a whole file none."""
        return parquet_decoding(self.mapping) if number >= 0 else None

    def item(self, number: int) -> tuple[bytes, str]:
        """The row as JSON."""
        if number < 0:
            return self.block.data, self.block.name
        row = self.rows.slice(number, 1).to_pylist()[0]
        text = json.dumps(row, ensure_ascii=False, default=str)
        return text.encode(), f"{self.block.name} row {self.block.first_line + number}"


@dataclass
class ImportReport:
    """What became of a file."""

    accepted: int = 0
    duplicates: int = 0
    rejected: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    examples: list[dict[str, object]] = field(default_factory=list)


def blocks(path: Path, mapping: Mapping) -> Iterator[Block]:
    """The file in pieces; a CSV's pieces end at line ends and each carries the header.

    A workbook's pieces are Parquet files of its readings, each with the cell it stands in. Raises
    DecodeError where a workbook cannot be read.
    """
    if path.suffix.lower() == ".xlsx":
        batches = read_workbook(path, mapping).to_batches(max_chunksize=PARQUET_BLOCK_ROWS)
        yield from _as_parquet(path, batches, sum(batch.num_rows for batch in batches), mapping)
        return
    if path.suffix.lower() == ".parquet":
        yield from _parquet_blocks(path, mapping)
        return
    with path.open("rb") as file:
        header = file.readline()
        heads = heads_of(
            header_names(header.decode(encoding_of(mapping), "replace"), mapping), mapping
        )
        line = 2
        while data := file.read(CSV_BLOCK_BYTES):
            data += file.readline()
            yield Block(header + data, path.name, line, len(data), heads=heads)
            line += data.count(b"\n")


def _parquet_blocks(path: Path, mapping: Mapping) -> Iterator[Block]:
    file = pyarrow.parquet.ParquetFile(path)
    batches = file.iter_batches(batch_size=PARQUET_BLOCK_ROWS)
    yield from _as_parquet(path, batches, file.metadata.num_rows, mapping)


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


def submit_csv(
    block: Block,
    mapping: Mapping,
    pipeline: Pipeline,
    source: Source,
    *,
    dry_run: bool = False,
    since: datetime | None = None,
) -> Outcome:
    """Take in one CSV block; one that cannot be read at all is refused and kept as a whole.

    ``since`` as in ``Pipeline.submit_columns``.
    """
    origin: Origin = CsvOrigin(block, pipeline.now(), mapping, source)
    refused: list[Refused] = []
    try:
        table, rows = read_csv(block.data, mapping, refused)
        table, rows, origin = _long(table, rows, origin, mapping, refused)
        columns = table_columns(table, rows, mapping, refused)
    except DecodeError as error:
        columns, refused = Rows().columns([]), [whole(error, mapping)]
    return pipeline.submit_columns(columns, refused, [origin], dry_run=dry_run, since=since)


def submit_parquet(
    block: Block,
    mapping: Mapping,
    pipeline: Pipeline,
    source: Source,
    *,
    dry_run: bool = False,
    since: datetime | None = None,
) -> Outcome:
    """Take in one Parquet block; one that cannot be read at all is refused and kept as a whole.

    ``since`` as in ``Pipeline.submit_columns``.
    """
    names = [mapping.columns.enterprise, mapping.columns.meter]
    try:
        table = pyarrow.parquet.read_table(io.BytesIO(block.data), read_dictionary=names)
    except pa.ArrowInvalid as error:
        fault = DecodeError(Reason.MALFORMED, f"payload: no Parquet file ({error})")
        origin = ParquetOrigin(block, pa.table({}), pipeline.now(), mapping, source)
        return pipeline.submit_columns(
            Rows().columns([]), [whole(fault, mapping)], [origin], dry_run=dry_run, since=since
        )
    return _submit_table(table, block, mapping, pipeline, source, dry_run=dry_run, since=since)


def submit_workbook(
    block: Block,
    mapping: Mapping,
    pipeline: Pipeline,
    source: Source,
    *,
    dry_run: bool = False,
    since: datetime | None = None,
) -> Outcome:
    """Take in a workbook; one that cannot be read at all is refused and kept as a whole.

    Items are numbered as the readings of its sheet are read: of a wide one, meter by meter.
    """
    try:
        table = read_workbook(io.BytesIO(block.data), mapping)
    except DecodeError as error:
        origin = ParquetOrigin(block, pa.table({}), pipeline.now(), mapping, source)
        return pipeline.submit_columns(
            Rows().columns([]), [whole(error, mapping)], [origin], dry_run=dry_run, since=since
        )
    return _submit_table(table, block, mapping, pipeline, source, dry_run=dry_run, since=since)


def _long(
    table: pa.Table, rows: Ints, origin: Origin, mapping: Mapping, refused: list[Refused]
) -> tuple[pa.Table, Ints, Origin]:
    """A wide table as readings; those that are not wide as they are."""
    if not is_wide(table.column_names, mapping):
        return table, rows, origin
    long = long_form(table, rows, mapping)
    refused[:] = [replace(one, item=one.item * len(long.heads)) for one in refused]
    return long.table, long.item, WideOrigin(origin, long, mapping)


def whole(error: DecodeError, mapping: Mapping) -> Refused:
    """The refusal of a block as a whole."""
    return Refused(0, WHOLE, mapping.meter, error.reason, error.detail)


def import_file(
    path: Path,
    mapping: Mapping,
    pipeline: Pipeline,
    *,
    progress: Callable[[int], None] | None = None,
) -> ImportReport:
    """Take a whole file in, in this process; ``progress`` is told the readings done."""
    report = ImportReport()
    if path.suffix.lower() == ".parquet":
        outcomes = _import_parquet(path, mapping, pipeline)
    elif path.suffix.lower() == ".xlsx":
        pieces = blocks(path, mapping)
        outcomes = (submit_parquet(piece, mapping, pipeline, Source.FILE) for piece in pieces)
    else:
        pieces = blocks(path, mapping)
        outcomes = (submit_csv(piece, mapping, pipeline, Source.FILE) for piece in pieces)
    for outcome in outcomes:
        add(report, outcome)
        if progress is not None:
            progress(report.accepted + report.rejected + report.duplicates)
    return report


def add(report: ImportReport, outcome: Outcome) -> None:
    """Count one block's outcome."""
    report.accepted += outcome.accepted
    report.duplicates += outcome.duplicates
    report.rejected += len(outcome.refused)
    report.reasons.update(one.reason.value for one in outcome.refused)
    for one in outcome.refused[: max(0, SHOWN_REJECTIONS - len(report.examples))]:
        report.examples.append({"item": one.item, "reason": one.reason, "detail": one.detail})


def _import_parquet(path: Path, mapping: Mapping, pipeline: Pipeline) -> Iterator[Outcome]:
    names = set(pyarrow.parquet.read_schema(path).names)
    texts = names & {mapping.columns.enterprise, mapping.columns.meter}
    file = pyarrow.parquet.ParquetFile(path, read_dictionary=sorted(texts))
    row = 1
    for batch in file.iter_batches(batch_size=PARQUET_BLOCK_ROWS):
        table = pa.Table.from_batches([batch])
        block = Block(b"", path.name, row)
        yield _submit_table(table, block, mapping, pipeline, Source.FILE, dry_run=False)
        row += batch.num_rows


def _submit_table(
    table: pa.Table,
    block: Block,
    mapping: Mapping,
    pipeline: Pipeline,
    source: Source,
    *,
    dry_run: bool,
    since: datetime | None = None,
) -> Outcome:
    origin: Origin = ParquetOrigin(block, table, pipeline.now(), mapping, source)
    refused: list[Refused] = []
    try:
        rows = np.arange(table.num_rows)
        table, rows, origin = _long(table, rows, origin, mapping, refused)
        columns = table_columns(table, rows, mapping, refused)
    except DecodeError as error:
        columns, refused = Rows().columns([]), [whole(error, mapping)]
    return pipeline.submit_columns(columns, refused, [origin], dry_run=dry_run, since=since)
