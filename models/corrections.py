"""Corrections: what was recorded wrongly, put right with reason and evidence; old values stay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from models.errors import CarbonpeakError
from models.readings import Quality


class CorrectionKind(StrEnum):
    """What a correction does."""

    REPLACE = "replace"  # another value where there is a reading
    VOID = "void"  # the readings of a span do not count
    SUBSTITUTE = "substitute"  # values where there is none, or none that counts
    EXCHANGE = "exchange"  # a meter exchange is declared: final and initial value
    RESTORE = "restore"  # earlier corrections of a span no longer hold: the devices' values do


class CorrectionReason(StrEnum):
    """Why; a closed list, so that it can be counted. ``note`` says it in words."""

    METER_FAULT = "meter_fault"
    COMMUNICATION_FAULT = "communication_fault"
    METER_EXCHANGE = "meter_exchange"
    CALIBRATION = "calibration"
    WRONG_ENTRY = "wrong_entry"
    AGREED_ESTIMATE = "agreed_estimate"
    OTHER = "other"


class CorrectionState(StrEnum):
    """How far it is: recorded first, then stored, then applied."""

    PENDING = "pending"
    APPLIED = "applied"


class CorrectionError(CarbonpeakError):
    """A correction that cannot be made; nothing was changed. ``field`` is at fault."""

    def __init__(self, field: str, detail: str) -> None:
        super().__init__(f"{field}: {detail}")
        self.field = field
        self.detail = detail


@dataclass(frozen=True, slots=True)
class CorrectedValue:
    """What holds at an instant from now on; ``value`` in the meter's unit."""

    ts: datetime
    value: float
    quality: Quality


@dataclass(frozen=True, slots=True)
class Correction:
    """One correction. ``values`` are of readings; an exchange has its two values instead.

    ``start`` and ``end`` are its first and last instant, UTC. ``id`` 0 is none yet.
    """

    kind: CorrectionKind
    enterprise: str
    meter: str
    meter_key: int
    start: datetime
    end: datetime
    values: tuple[CorrectedValue, ...]
    reason: CorrectionReason
    note: str
    evidence: str
    author: str
    final_value: float | None = None
    initial_value: float | None = None
    id: int = 0
    state: CorrectionState = CorrectionState.PENDING
    recorded_at: datetime | None = None
    applied_at: datetime | None = None
    batch: int | None = None


@dataclass(frozen=True)
class Wanted:
    """A correction as it is asked for: instants in UTC, values in ``unit`` (or the meter's).

    ``replace`` and ``substitute`` have values, ``void`` and ``restore`` a span [start, end),
    ``substitute`` may have a span and an ``amount`` instead, ``exchange`` has ts and two values.
    ``periods`` are those of ``start`` and ``end`` that are the bounds of a day, month or year that
    was named. An amount is what was used, with the meter's multiplier.
    """

    kind: CorrectionKind
    enterprise: str
    meter: str
    reason: CorrectionReason
    note: str
    evidence: str
    author: str
    values: Sequence[tuple[datetime, float]] = ()
    unit: str | None = None
    start: datetime | None = None
    end: datetime | None = None
    amount: float | None = None
    ts: datetime | None = None
    final_value: float | None = None
    initial_value: float | None = None
    periods: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Before:
    """What held at an instant before a correction; None where there was nothing."""

    value: float | None
    quality: Quality | None
    received: datetime | None
