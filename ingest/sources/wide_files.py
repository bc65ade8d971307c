"""Cells of wide files that are refused: each is kept by itself, with its line and column."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import numpy as np

from ingest.decode.file_rows import parquet_decoding
from ingest.decode.mapping import Mapping
from ingest.decode.wide import Ints, Long, is_wide, meter_heads
from ingest.message import Origin
from models.errors import DecodeError
from models.readings import Source


@dataclass(frozen=True)
class WideOrigin:
    """What a refusal of a cell keeps: its reading as JSON; of a whole row what ``rows`` keeps."""

    rows: Origin
    long: Long
    mapping: Mapping

    @property
    def source(self) -> Source:
        """The way in."""
        return self.rows.source

    @property
    def received(self) -> datetime:
        """When it came, UTC."""
        return self.rows.received

    @property
    def enterprise(self) -> str | None:
        """The enterprise that the mapping names."""
        return self.rows.enterprise

    @property
    def meter(self) -> str | None:
        """None: each column has its own."""
        return None

    def decoding(self, number: int) -> str | None:
        """The mapping of a cell; of a row or the whole as for any file."""
        row, column = divmod(number, len(self.long.heads))
        if number < 0 or column == 0:
            return self.rows.decoding(min(number, row))
        return parquet_decoding(self.mapping)

    def item(self, number: int) -> tuple[bytes, str]:
        """The cell's reading as JSON, and the line and column that it stands in."""
        row, column = divmod(number, len(self.long.heads))
        if number < 0 or column == 0:
            return self.rows.item(min(number, row))
        at = self._order[np.searchsorted(self.long.item, number, sorter=self._order)]
        reading = self.long.table.slice(int(at), 1).to_pylist()[0]
        peer = f"{self.rows.item(row)[1]} column {self.long.heads[column]}"
        text = json.dumps(reading | {"cell": peer}, ensure_ascii=False, default=str)
        return text.encode(), peer

    @cached_property
    def _order(self) -> Ints:
        return np.argsort(self.long.item)


def heads_of(names: Sequence[str], mapping: Mapping) -> tuple[str, ...]:
    """Headings by the place of a cell in its row; empty where the table is long, or cannot be."""
    if not is_wide(names, mapping):
        return ()
    try:
        return ("", *(head for head, _, _ in meter_heads(names, mapping)))
    except DecodeError:  # the service says so, and keeps it
        return ()
