"""Files of readings, long or wide: CSV, Parquet and xlsx, block by block into the pipeline."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import numpy as np
import pyarrow as pa

from ingest.decode.columns import WHOLE, Refused, Rows
from ingest.decode.csv_rows import read_csv
from ingest.decode.file_table import table_columns
from ingest.decode.mapping import Mapping
from ingest.decode.parquet_file import parquet_batches, plain, read_parquet
from ingest.decode.wide import Ints, is_wide, long_form
from ingest.decode.workbook import read_workbook
from ingest.message import Origin
from ingest.pipeline import Outcome, Pipeline
from ingest.sources.file_blocks import PARQUET_BLOCK_ROWS, Block, blocks
from ingest.sources.file_origins import CsvOrigin, ParquetOrigin
from ingest.sources.wide_files import WideOrigin
from models.errors import DecodeError
from models.readings import Source

SHOWN_REJECTIONS = 20


@dataclass
class ImportReport:
    """What became of a file."""

    accepted: int = 0
    duplicates: int = 0
    rejected: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    examples: list[dict[str, object]] = field(default_factory=list)


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
    origin: Origin = CsvOrigin(block=block, received=pipeline.now(), mapping=mapping, source=source)
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
    try:
        table = read_parquet(block.data, mapping)
    except DecodeError as error:
        origin = ParquetOrigin(
            block=block, rows=pa.table({}), received=pipeline.now(), mapping=mapping, source=source
        )
        return pipeline.submit_columns(
            Rows().columns([]), [whole(error, mapping)], [origin], dry_run=dry_run, since=since
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
        origin = ParquetOrigin(
            block=block, rows=pa.table({}), received=pipeline.now(), mapping=mapping, source=source
        )
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
    texts = (mapping.columns.enterprise, mapping.columns.meter)
    row = 1
    for batch in parquet_batches(path, PARQUET_BLOCK_ROWS, texts):
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
    refused: list[Refused] = []
    origin: Origin = ParquetOrigin(
        block=block, rows=pa.table({}), received=pipeline.now(), mapping=mapping, source=source
    )
    try:
        table = plain(table, mapping)
        origin = ParquetOrigin(
            block=block, rows=table, received=pipeline.now(), mapping=mapping, source=source
        )
        rows = np.arange(table.num_rows)
        table, rows, origin = _long(table, rows, origin, mapping, refused)
        columns = table_columns(table, rows, mapping, refused)
    except DecodeError as error:
        columns, refused = Rows().columns([]), [whole(error, mapping)]
    return pipeline.submit_columns(columns, refused, [origin], dry_run=dry_run, since=since)
