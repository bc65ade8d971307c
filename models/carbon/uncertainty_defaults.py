"""Uncertainties to assume where none is known (``models/reference/uncertainty.csv``).

Relative, half of the 95 % interval. Of a range that is not symmetric the longer side is taken.
Rows of status ``assumption`` are this product's own and are told as such.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

Subject = Literal["activity", "ncv", "carbon", "factor", "gap"]

# Carriers that a row of the table stands for, beside those that have their own.
_KIND_OF_FUEL = {
    "bituminous": "solid_fuel",
    "anthracite": "solid_fuel",
    "lignite": "solid_fuel",
    "coke": "solid_fuel",
    "fuel_oil": "liquid_fuel",
    "diesel": "liquid_fuel",
    "gasoline": "liquid_fuel",
    "lng": "liquid_fuel",
    "lpg": "gas_fuel",
}
_BY_METER = ("meters", "measured", "invoice")


@dataclass(frozen=True, slots=True)
class DefaultUncertainty:
    """``rel`` is relative (0.05 for 5 %); ``status`` as of factors, or ``assumption``."""

    id: str
    rel: float
    source: str
    clause: str
    status: str
    note: str


@cache
def _rows() -> dict[tuple[str, str, str], DefaultUncertainty]:
    text = (files("models") / "reference" / "uncertainty.csv").read_text(encoding="utf-8")
    return {
        (row["subject"], row["category"], row["code"]): DefaultUncertainty(
            id=row["id"],
            rel=_relative(row),
            source=row["source"],
            clause=row["clause"],
            status=row["status"],
            note=row["note"],
        )
        for row in csv.DictReader(text.splitlines())
    }


def _relative(row: dict[str, str]) -> float:
    if row["rel_pct"]:
        return float(row["rel_pct"]) / 100
    lower, value, upper = (float(row[name]) for name in ("lower", "value", "upper"))
    return max(value - lower, upper - value) / value


def default_uncertainty(subject: Subject, category: str = "", code: str = "") -> DefaultUncertainty:
    """The row of a code, else of a category, else the subject's general one."""
    rows = _rows()
    of_code = rows.get((subject, "", code)) if code else None
    of_category = rows.get((subject, category, ""))  # the general row where there is no category
    return of_code or of_category or rows[subject, "", ""]


def activity_uncertainty(origin: str, carrier: str) -> DefaultUncertainty:
    """Of an amount by where it comes from: ``meters``, or a record's origin (``measured``,
    ``invoice``: the meter of the carrier stands behind it; ``calculated``, ``statistics``,
    ``estimated``).
    """
    if origin in _BY_METER:
        return default_uncertainty("activity", code=_KIND_OF_FUEL.get(carrier, carrier))
    return default_uncertainty("activity", code=origin)
