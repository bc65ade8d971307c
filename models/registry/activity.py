"""Activity that is entered rather than metered: one record in one of its revisions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ActivityState(StrEnum):
    """Where a revision of a record stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"  # the only one that an inventory counts
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


OPEN_STATES = frozenset({ActivityState.DRAFT, ActivityState.SUBMITTED})


class ActivityOrigin(StrEnum):
    """How an amount came about."""

    INVOICE = "invoice"
    MEASURED = "measured"
    CALCULATED = "calculated"
    ESTIMATED = "estimated"
    STATISTICS = "statistics"


@dataclass(frozen=True, slots=True)
class ActivityRecord:
    """An amount of an activity of an enterprise in a period of the park's time.

    ``category`` is a code of models/reference/categories.csv, ``code`` a fuel, material, gas or
    activity of the factor library, ``period`` a year "2025" or a month "2025-03", ``amount`` in
    ``unit``. ``uncertainty_pct`` is that of the amount, 95 % confidence. A later ``revision``
    restates the record: it takes the place of the earlier one when it is approved. Instants are
    UTC; ``recorded_at`` is that of the revision's present state.
    """

    id: int
    enterprise: str
    category: str
    code: str
    period: str
    amount: float
    unit: str
    source_stream: str | None
    origin: ActivityOrigin
    evidence: str
    uncertainty_pct: float | None
    state: ActivityState
    entered_by: str
    entered_at: datetime
    decided_by: str | None = None
    decided_at: datetime | None = None
    note: str = ""
    revision: int = 1
    evidence_sha256: str | None = None
    submitted_by: str | None = None
    submitted_at: datetime | None = None
    recorded_at: datetime | None = None

    @property
    def counts(self) -> bool:
        """Whether an inventory counts it."""
        return self.state is ActivityState.APPROVED

    @property
    def is_open(self) -> bool:
        """Whether something has still to be decided."""
        return self.state in OPEN_STATES

    @property
    def subject(self) -> tuple[str, str, str, str | None, str]:
        """What it states the amount of; two records that hold never state the same."""
        return self.enterprise, self.category, self.code, self.source_stream, self.period
