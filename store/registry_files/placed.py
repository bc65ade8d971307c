"""Records with the place they came from, so that a fault can name it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from models.errors import Fault
from models.registry import Registry
from store.registry_db.kinds import RecordKind


@dataclass(frozen=True, slots=True)
class Placed:
    """One record of a file: its values by field, and the line (a YAML list: the position)."""

    values: dict[str, Any]
    file: str
    row: int | None

    def fault(self, field: str, detail: str) -> Fault:
        """A fault of this record."""
        return Fault(self.file, self.row, field, detail)


@dataclass(frozen=True, slots=True)
class RegistryFiles:
    """All records of a folder by kind; ``zone`` is the park's.

    ``checked_with`` is the snapshot that they were checked against (None: an empty database).
    """

    zone: ZoneInfo
    records: dict[RecordKind, list[Placed]]
    checked_with: Registry | None
    # Codes in rows that were refused: what refers to them is not at fault.
    refused: dict[RecordKind, set[tuple[object, ...]]] = field(default_factory=dict)
