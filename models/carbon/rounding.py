"""Decimals of printed figures (``models/reference/rounding.csv``): reports only, never accounting.

The table is that of the ETS report template (CETS-AG-03.01-V01-2024, annex C); its decimals serve
the other reports too. Sums are formed from unrounded figures and rounded once.
"""

from __future__ import annotations

import csv
import math
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from importlib.resources import files


@cache
def decimals() -> dict[str, int]:
    """Decimals by quantity: amount, ncv, carbon, co2, co2_total, electricity, heat, intensity,
    hours.
    """
    text = (files("models") / "reference" / "rounding.csv").read_text(encoding="utf-8")
    return {row["quantity"]: int(row["decimals"]) for row in csv.DictReader(text.splitlines())}


def rounded(value: float | None, quantity: str) -> Decimal | None:
    """A figure as it is printed; halves go away from zero (四舍五入), of the figure's decimal form.

    None for an unknown one (None, NaN); KeyError where the table has no such quantity. Electricity
    is in MWh here.
    """
    places = decimals()[quantity]
    if value is None or math.isnan(value):
        return None
    # repr is the shortest decimal that is this number: 2.675 is a half, whatever its binary digits.
    exact = Decimal(repr(float(value)))
    return exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
