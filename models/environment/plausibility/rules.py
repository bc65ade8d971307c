"""The numbers that plausibility is judged by: models/reference/plausibility_rules.csv."""

from __future__ import annotations

import csv
from dataclasses import dataclass, fields
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Rules:
    """One number a rule, in the unit that the file gives; what each bounds stands with the check.

    ``history_days`` before the time that is asked about tell what is usual, if
    ``history_min_hours`` of them are known. Load is full at its ``load_mark_share`` quantile, a
    facility runs from ``running_share`` of it on and idles up to ``idle_share``.
    """

    history_days: float
    history_min_hours: float
    stuck_hours: float
    stuck_times: float
    copied_hours: float
    copied_changes: float
    copied_chance: float
    copied_days_back: float
    smooth_share: float
    smooth_day_hours: float
    smooth_history_days: float
    load_mark_share: float
    running_share: float
    idle_share: float
    oxygen_of_air: float
    oxygen_usual_max: float
    oxygen_high_hours: float
    oxygen_idle_hours: float
    oxygen_idle_after: float
    oxygen_idle_near: float
    treatment_off_share: float
    treatment_off_hours: float
    pollutant_fallen_share: float
    dry_flue_gas: float
    flue_gas_low: float
    flue_gas_high: float
    flue_gas_day_hours: float
    converted_share: float
    converted_floor: float
    converted_hours: float
    amount_share: float
    amount_floor_kg: float
    amount_floor_m3: float
    amount_hours: float


def _read() -> Rules:
    text = (files("models") / "reference" / "plausibility_rules.csv").read_text(encoding="utf-8")
    rows = {row["rule"]: float(row["value"]) for row in csv.DictReader(text.splitlines())}
    return Rules(**{field.name: rows[field.name] for field in fields(Rules)})


RULES = _read()
