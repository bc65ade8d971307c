"""The demo park's activity records: entered by one person, approved by another."""

from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path

from models.activity_entry import ActivityEntry, EntryCheck
from models.activity_states import ActivityAction
from models.errors import CarbonpeakError
from models.registry import ActivityOrigin
from store.registry_db import RegistryDatabase
from store.registry_db.activity import Activity

ACCOUNTANT, REVIEWER = "demo accountant", "demo reviewer"


def enter_activity(database: RegistryDatabase, path: Path, now: datetime) -> int:
    """Enter and approve the records of a CSV file (columns of ActivityEntry); how many they were.

    Raises CarbonpeakError that names the row and every fault of it.
    """
    registry = database.snapshot()
    check = EntryCheck(registry, now.astimezone(registry.zone).date())
    entries = [_entry(row) for row in _rows(path)]
    for line, entry in enumerate(entries, 2):
        faults = [f"{field}: {why}" for field, why in check.faults(entry)]
        if faults:
            raise CarbonpeakError(f"{path.name}, line {line}: {'; '.join(faults)}")
    records = Activity(database)
    for record in records.enter(entries, ACCOUNTANT, now, submit=True):
        records.move(record.id, ActivityAction.APPROVE, REVIEWER, now)
    return len(entries)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _entry(row: dict[str, str]) -> ActivityEntry:
    uncertainty = row["uncertainty_pct"]
    return ActivityEntry(
        enterprise=row["enterprise"],
        category=row["category"],
        code=row["code"],
        period=row["period"],
        amount=float(row["amount"]),
        unit=row["unit"],
        origin=ActivityOrigin(row["origin"]),
        evidence=row["evidence"],
        source_stream=row["source_stream"] or None,
        uncertainty_pct=float(uncertainty) if uncertainty else None,
    )
