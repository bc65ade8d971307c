"""The limits by which a peak is judged: models/reference/peak_rules.csv, dated and sourced."""

from __future__ import annotations

import csv
from dataclasses import dataclass, fields
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Rules:
    """One number a rule.

    Under ``years_needed`` values nothing is judged. A maximum is established ``years_after`` years
    later, with ``values_after`` known values; before, a last year within ``near_maximum`` (a share)
    of it has not left it. ``significance`` is that of the two-sided trend, ``confidence`` that of
    the slope's interval. Tapio's coupling lies from ``coupled_from`` to ``coupled_to``. Neutrality
    is due in ``neutral_year``. A coefficient that adjusts a series rests on ``adjusting_pairs``
    pairs of years and is ``adjusting_errors`` standard errors above zero.
    """

    years_needed: float
    years_after: float
    values_after: float
    near_maximum: float
    significance: float
    confidence: float
    coupled_from: float
    coupled_to: float
    neutral_year: float
    adjusting_pairs: float
    adjusting_errors: float


def _read() -> Rules:
    text = (files("models") / "reference" / "peak_rules.csv").read_text(encoding="utf-8")
    rows = {row["rule"]: float(row["value"]) for row in csv.DictReader(text.splitlines())}
    return Rules(**{field.name: rows[field.name] for field in fields(Rules)})


RULES = _read()
