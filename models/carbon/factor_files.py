"""The factor files (``models/reference/factors``): dated rows with unit, source and status.

Columns of every file: id, set, code (the carrier), unit, published, source, clause, status
(``verified``, ``verified-secondary`` or ``from memory``), uncertainty_pct (empty where unknown)
and note. What was published as a range or a formula has an empty value and stands in the note.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

# Of a gas or a material per unit of activity, by category (models/reference/categories.csv).
MATERIAL_FILES = ("process", "leakage", "wastewater", "recovered", "scope3", "sinks")
FILES = (
    "electricity",
    "heat",
    "fuels",
    "standard_coal",
    "coal_rate",
    "combustion_gases",
    "gwp",
    "blends",
    *MATERIAL_FILES,
)

Row = Mapping[str, str]


@cache
def rows_of(name: str) -> tuple[Row, ...]:
    """The rows of one of FILES as text, read once; KeyError for another name."""
    if name not in FILES:
        raise KeyError(name)
    path = files("models") / "reference" / "factors" / f"{name}.csv"
    text = path.read_text(encoding="utf-8")
    return tuple(MappingProxyType(row) for row in csv.DictReader(text.splitlines()))


def number(row: Row, column: str) -> float:
    """The value in a column of a row that has one; ValueError that names the row where not."""
    text = row[column]
    if not text:
        raise ValueError(f"{row['id']}: {column} has no single value ({row['note']})")
    return float(text)


def optional_number(row: Row, column: str) -> float | None:
    """The value in a column, None where it is empty or the file has no such column."""
    text = row.get(column, "")
    return float(text) if text else None
