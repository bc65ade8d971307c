"""The table of quantities: what is measured, in which unit, by which kinds of meter.

One table (``models/reference/quantities.csv``) drives validation, the API, panel units and docs.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files


class Kind(StrEnum):
    """How a meter's values relate to time.

    Totals (``counter``, ``interval``) are never averaged; levels (``level``, ``mean``) are never
    summed; ``rate`` integrates over time to an amount.
    """

    COUNTER = "counter"  # running total of the register
    INTERVAL = (
        "interval"  # amount of the interval that ends at ts, as long as the expected interval
    )
    RATE = "rate"  # power or flow at an instant
    LEVEL = "level"  # concentration, temperature or state at an instant
    MEAN = "mean"  # average over the interval that ends at ts


AMOUNT_KINDS = frozenset({Kind.COUNTER, Kind.INTERVAL, Kind.RATE})


@dataclass(frozen=True, slots=True)
class Quantity:
    """One row of the table.

    ``unit`` is the unit of usage amounts (kinds counter, interval and the integral of a rate) or,
    for quantities without amounts, of the level. ``rate_unit`` is ``unit`` per hour. ``carrier`` is
    the energy carrier's code in the factor files, or empty where the quantity carries no energy.
    """

    code: str
    name_zh: str
    name_en: str
    unit: str
    rate_unit: str
    kinds: frozenset[Kind]
    carrier: str
    low: float | None
    note: str

    def unit_for(self, kind: Kind) -> str:
        """Canonical unit of a meter's values of this kind."""
        return self.rate_unit if kind is Kind.RATE else self.unit


@cache
def quantities() -> dict[str, Quantity]:
    """Every known quantity by its code."""
    text = (files("models") / "reference" / "quantities.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return {
        row["code"]: Quantity(
            code=row["code"],
            name_zh=row["name_zh"],
            name_en=row["name_en"],
            unit=row["unit"],
            rate_unit=row["rate_unit"],
            kinds=frozenset(Kind(kind) for kind in row["kinds"].split("|")),
            carrier=row["carrier"],
            low=float(row["low"]) if row["low"] else None,
            note=row["note"],
        )
        for row in rows
    }
