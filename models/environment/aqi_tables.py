"""Breakpoints of the air quality index (``models/reference/aqi_breakpoints.csv``), by edition.

HJ 633-2012 (table 1) until 2026-02-28, HJ 633-2026 (table 3) from 2026-03-01. Pollutants are codes
of HJ 212-2017, units the row's own. The new edition has the breakpoints of a day for particles of
an hour too, and tells what becomes of a concentration above the last one: SO2 of an hour over 800
ug/m3 counts as 200, ozone of 8 hours as 300 (its notes b and c; two public transcriptions).
"""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from models.environment.limits import Averaging

LEVELS = (0, 50, 100, 150, 200, 300, 400, 500)
_CAPPED_SINCE = "HJ 633-2026"


@dataclass(frozen=True, slots=True)
class AqiTable:
    """Of one pollutant and mean. ``breakpoints`` belong to LEVELS, NaN where there is none.

    ``capped`` tells whether what lies above the last breakpoint has the index of that breakpoint;
    else that mean has no index then, another mean of the pollutant has.
    """

    standard: str
    pollutant: str
    averaging: Averaging
    unit: str
    breakpoints: tuple[float, ...]
    capped: bool
    source: str
    status: str


def aqi_tables(on: date) -> list[AqiTable]:
    """The tables in force on a day of Asia/Shanghai; empty before 2016."""
    return [
        table for valid_from, valid_to, table in _tables()
        if valid_from <= on and (valid_to is None or on < valid_to)
    ]  # fmt: skip


@cache
def _tables() -> list[tuple[date, date | None, AqiTable]]:
    path = files("models") / "reference" / "aqi_breakpoints.csv"
    found: dict[tuple[str, str, str], dict[str, dict[str, str]]] = {}
    for row in csv.DictReader(path.read_text(encoding="utf-8").splitlines()):
        key = (row["standard"], row["pollutant"], row["averaging"])
        found.setdefault(key, {})[row["index"]] = row
    tables = []
    for (standard, pollutant, averaging), rows in found.items():
        first = next(iter(rows.values()))
        tables.append(
            (
                date.fromisoformat(first["valid_from"]),
                date.fromisoformat(first["valid_to"]) if first["valid_to"] else None,
                AqiTable(
                    standard=standard,
                    pollutant=pollutant,
                    averaging=Averaging(averaging),
                    unit=first["unit"],
                    breakpoints=tuple(
                        float(rows[str(level)]["value"]) if str(level) in rows else math.nan
                        for level in LEVELS
                    ),
                    capped=standard >= _CAPPED_SINCE,
                    source=first["source"],
                    status=first["status"],
                ),
            )
        )
    return tables
