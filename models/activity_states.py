"""The life cycle of an activity record: entered, submitted, decided by a second person.

Draft -> submitted -> approved or refused; withdrawn from every state but the last two. Each step
gives a new state of the record; what held before is kept with its record time.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from models.errors import CarbonpeakError
from models.registry import ActivityRecord, ActivityState


class ActivityAction(StrEnum):
    """What can be done with a record that was entered."""

    SUBMIT = "submit"
    APPROVE = "approve"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"


_D, _S, _A = ActivityState.DRAFT, ActivityState.SUBMITTED, ActivityState.APPROVED
STEPS: dict[ActivityAction, tuple[frozenset[ActivityState], ActivityState]] = {
    ActivityAction.SUBMIT: (frozenset({_D}), _S),
    ActivityAction.APPROVE: (frozenset({_S}), _A),
    ActivityAction.REFUSE: (frozenset({_S}), ActivityState.REFUSED),
    ActivityAction.WITHDRAW: (frozenset({_D, _S, _A}), ActivityState.WITHDRAWN),
}


class ActivityError(CarbonpeakError):
    """An activity record that cannot be entered or moved; nothing was changed.

    ``field`` is at fault, ``row`` (from 0) the record of those entered together; None: of one.
    """

    def __init__(self, field: str, detail: str, row: int | None = None) -> None:
        super().__init__(f"{field}: {detail}")
        self.field = field
        self.detail = detail
        self.row = row


class ActivityFaultsError(CarbonpeakError):
    """Every fault of the records entered together; none of them was entered."""

    def __init__(self, faults: list[ActivityError]) -> None:
        super().__init__("; ".join(f"record {fault.row}: {fault}" for fault in faults))
        self.faults = faults


def normal_name(name: str) -> str:
    """A person's name as it is compared: width, case, spaces and invisible characters are nothing.

    "王 芳" is "王芳", and "Wang Fang" is "ＷＡＮＧ  FANG".
    """
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return "".join(
        c for c in text if unicodedata.category(c) not in _INVISIBLE and not _BLANK.match(c)
    )


_INVISIBLE = {"Zs", "Zl", "Zp", "Cc", "Cf", "Cn", "Co", "Cs"}
# Letters, marks and symbols that show nothing: fillers, joiners, selectors of a glyph's variant.
_BLANK = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0"
    "\U000e0100-\U000e01ef]"
)


def is_same_person(one: str, other: str) -> bool:
    """Whether two names as written are one person's."""
    return normal_name(one) == normal_name(other)


def moved(
    record: ActivityRecord, action: ActivityAction, by: str, at: datetime, note: str = ""
) -> ActivityRecord:
    """The record after ``action`` of a person at ``at`` (UTC).

    Nobody decides on what they entered: approving, and withdrawing what was approved (both change
    an inventory), is for a second person. Refusing, and withdrawing what was approved, says why in
    ``note``. Raises ActivityError.
    """
    allowed, to = STEPS[action]
    if record.state not in allowed:
        states = " or ".join(sorted(allowed))
        raise ActivityError("state", f"record {record.id} is {record.state}, not {states}")
    if not normal_name(by):
        raise ActivityError("by", "is empty: who answers for it?")
    changes_books = action is ActivityAction.APPROVE or record.state is _A
    if changes_books and is_same_person(by, record.entered_by):
        raise ActivityError(
            "by",
            f"{by!r} entered record {record.id} (as {record.entered_by!r}); "
            f"a second person must {action} it",
        )
    if not note.strip() and (action is ActivityAction.REFUSE or record.state is _A):
        raise ActivityError("note", f"is empty: why {action} record {record.id}?")
    if action is ActivityAction.SUBMIT:
        return replace(record, state=to, submitted_by=by, submitted_at=at, note=note or record.note)
    return replace(record, state=to, decided_by=by, decided_at=at, note=note or record.note)


def last_day(period: str) -> date:
    """The last local day of "2025" or "2025-03"."""
    year, _, month = period.partition("-")
    number = int(year) * 12 + (int(month) if month else 12)
    return date(number // 12, number % 12 + 1, 1) - timedelta(days=1)


def due_day(period: str, days: int) -> date:
    """The last local day on which the record of a period is in time."""
    return last_day(period) + timedelta(days=days)


def last_overdue(today: date, days: int) -> tuple[str, str]:
    """The last year and the last month that are overdue on a local day."""
    before = today - timedelta(days=days)  # periods whose last day lies before it
    month = before.replace(day=1) - timedelta(days=1)
    return f"{before.year - 1:04}", f"{month:%Y-%m}"
