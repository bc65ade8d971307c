"""What is kept of rows of files that are refused: a CSV's line as it is, any other row as JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import pyarrow as pa

from ingest.decode.file_rows import csv_decoding, parquet_decoding
from ingest.decode.mapping import Mapping
from ingest.sources.file_blocks import Block
from models.readings import Source


@dataclass(frozen=True, kw_only=True)
class _FileOrigin:
    """What the rows of every block have in common."""

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


@dataclass(frozen=True, kw_only=True)
class CsvOrigin(_FileOrigin):
    """What a refusal of a CSV's row keeps: its line, as the file has it."""

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


@dataclass(frozen=True, kw_only=True)
class ParquetOrigin(_FileOrigin):
    """What a refusal of a Parquet file's row keeps: the row as JSON."""

    rows: pa.Table

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
