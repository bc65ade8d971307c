"""Corrections as they were made: what was put right, why, by whom, and what holds since."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import pandas as pd

from models.corrections import Before, Correction, Wanted
from store.registry_db.corrections import Corrections

COLUMNS = [
    "id", "kind", "enterprise", "meter", "start", "end", "values", "final_value", "initial_value",
    "reason", "note", "evidence", "author", "state", "recorded_at", "applied_at", "batch",
]  # fmt: skip


class Corrects(Protocol):
    """What makes corrections: given by the service, since the checks are the way in's."""

    def correct(self, wanted: Wanted, *, dry_run: bool = False) -> tuple[Correction, list[Before]]:
        """Make a correction, with what held before at each instant. Raises CorrectionError."""


def frame_of(found: Sequence[Correction]) -> pd.DataFrame:
    """Corrections as a frame with COLUMNS; ``values`` counts the instants corrected."""
    rows = [
        {name: getattr(one, name) for name in COLUMNS if name != "values"}
        | {"values": len(one.values)}
        for one in found
    ]
    frame = pd.DataFrame(rows, columns=COLUMNS)
    for name in ("start", "end", "recorded_at", "applied_at"):
        frame[name] = pd.to_datetime(frame[name], utc=True).astype("datetime64[us, UTC]")
    for name in ("kind", "reason", "state"):
        frame[name] = frame[name].astype(str)
    return frame.astype({"batch": "Int64", "final_value": "float64", "initial_value": "float64"})


def corrections(
    record: Corrections,
    *,
    enterprise: str | None = None,
    meter: str | None = None,
    start: datetime | None = None,
    end: datetime | None = None,
    before_id: int | None = None,
    limit: int | None = None,
) -> pd.DataFrame:
    """Corrections that touch [start, end), newest first, with numbers below ``before_id``."""
    return frame_of(
        record.select(
            enterprise=enterprise,
            meter=meter,
            start=start,
            end=end,
            before_id=before_id,
            limit=limit,
        )
    )
