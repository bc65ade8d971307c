"""The limits by which alarms are judged that no standard sets: models/reference/alarm_rules.csv."""

from __future__ import annotations

import csv
from dataclasses import dataclass, fields
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Rules:
    """One number a rule; ``_s`` in seconds, ``_days`` in local days.

    Refusals are a *burst* from ``rejections_burst_n`` of one enterprise for one reason within
    ``rejections_burst_s``. A permit *expires soon* ``permit_expiring_days`` before its end. Of a
    permitted amount it is warned from ``budget_share`` of it on, or where it runs out within
    ``budget_days`` and this year.
    """

    rejections_burst_n: float
    rejections_burst_s: float
    permit_expiring_days: float
    budget_share: float
    budget_days: float


def _read() -> Rules:
    text = (files("models") / "reference" / "alarm_rules.csv").read_text(encoding="utf-8")
    rows = {row["rule"]: float(row["value"]) for row in csv.DictReader(text.splitlines())}
    return Rules(**{field.name: rows[field.name] for field in fields(Rules)})


RULES = _read()
