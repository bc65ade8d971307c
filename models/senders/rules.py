"""The limits by which senders are judged: models/reference/sender_rules.csv, dated and sourced."""

from __future__ import annotations

import csv
from dataclasses import dataclass, fields
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Rules:
    """One number a rule; ``_s`` in seconds, ``_h`` in hours, ``_days`` in local days.

    ``completeness_min``: least share of the expected readings. A live reading is *late* where it
    came over ``late_intervals`` expected intervals after its time, and over ``late_min_s``; a meter
    is *silent* after ``silent_intervals`` without a sign, and ``silent_min_s``. A meter is *stuck*
    after ``still_intervals`` of one value, ``still_min_h`` at least, and over ``still_times`` as
    long as ever in the ``still_history_days`` before, of which ``still_history_min_h`` are known. A
    clock is *off* by over ``clock_off_s``, or by ``clock_growth_s`` more after growing over
    ``clock_growth_days``.
    """

    completeness_min: float
    late_intervals: float
    late_min_s: float
    silent_intervals: float
    silent_min_s: float
    still_intervals: float
    still_min_h: float
    still_times: float
    still_history_days: float
    still_history_min_h: float
    clock_off_s: float
    clock_growth_days: float
    clock_growth_s: float


def _read() -> Rules:
    text = (files("models") / "reference" / "sender_rules.csv").read_text(encoding="utf-8")
    rows = {row["rule"]: float(row["value"]) for row in csv.DictReader(text.splitlines())}
    return Rules(**{field.name: rows[field.name] for field in fields(Rules)})


RULES = _read()
