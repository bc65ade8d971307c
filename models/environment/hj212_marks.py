"""What the marks of HJ 212 say of a value (``models/reference/hj212_marks.csv``)."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING

from models.readings import QUALITY_BY_NAME, Quality

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Mark:
    """One row: a mark of a -Flag field and the quality that its values get here."""

    mark: str
    name_zh: str
    name_en: str
    quality: Quality
    editions: tuple[str, ...]
    status: str
    source: str


@cache
def hj212_marks() -> Mapping[str, Mark]:
    """Every mark; those of the 2005 edition are read in frames of any (Flag can lie)."""
    text = (files("models") / "reference" / "hj212_marks.csv").read_text(encoding="utf-8")
    return MappingProxyType(
        {
            row["mark"]: Mark(
                mark=row["mark"],
                name_zh=row["name_zh"],
                name_en=row["name_en"],
                quality=QUALITY_BY_NAME[row["quality"]],
                editions=tuple(row["editions"].split("|")),
                status=row["status"],
                source=row["source"],
            )
            for row in csv.DictReader(text.splitlines())
        }
    )
