"""Activity records as they stand: where they are in their life, and until when they are due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd

from models.activity_states import due_day
from models.registry import ActivityRecord

COLUMNS = [
    "id", "revision", "enterprise", "category", "code", "period", "amount", "unit",
    "source_stream", "origin", "evidence", "evidence_sha256", "uncertainty_pct", "state",
    "entered_by", "entered_at", "submitted_by", "submitted_at", "decided_by", "decided_at", "note",
    "recorded_at",
]  # fmt: skip


def frame_of(records: Sequence[ActivityRecord], today: date, deadline_days: int) -> pd.DataFrame:
    """Records as a frame with COLUMNS, ``due`` (the last local day, a text) and ``overdue``.

    ``overdue`` is an open record on a day after that.
    """
    frame = pd.DataFrame(
        [[getattr(one, name) for name in COLUMNS] for one in records], columns=COLUMNS
    )
    for name in ("entered_at", "submitted_at", "decided_at", "recorded_at"):
        frame[name] = pd.to_datetime(frame[name], utc=True).astype("datetime64[us, UTC]")
    for name in ("origin", "state"):
        frame[name] = frame[name].astype(str)
    due = [due_day(one.period, deadline_days) for one in records]
    frame["due"] = [day.isoformat() for day in due]
    frame["overdue"] = [one.is_open and today > day for one, day in zip(records, due, strict=True)]
    return frame.astype({"amount": "float64", "uncertainty_pct": "float64", "overdue": "bool"})
