"""Appeals of enterprises against their assessment: filed with reasons, answered once by an officer.

Local rules give enterprises a time to object with evidence after the results are shown (Huangyan
2022, https://www.chacewang.com/newsdetail/news430850.html); ours keeps the objection and the answer
with what the assessment was when it was filed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from models.errors import CarbonpeakError

MOST_CHARACTERS = 10_000


class AppealState(StrEnum):
    """Where an appeal stands."""

    OPEN = "open"
    UPHELD = "upheld"  # the officer agrees: what was wrong is to be put right in its record
    DISMISSED = "dismissed"
    WITHDRAWN = "withdrawn"  # by the enterprise


ANSWERS = (AppealState.UPHELD, AppealState.DISMISSED, AppealState.WITHDRAWN)


class AppealError(CarbonpeakError):
    """An appeal or an answer that is refused."""

    def __init__(self, field: str, detail: str) -> None:
        super().__init__(f"{field}: {detail}")
        self.field = field
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Appeal:
    """An appeal of an ``enterprise`` against its assessment of a ``year``, or one criterion of it.

    ``note`` says why, ``evidence`` what proves it. ``score`` and ``grade`` are those it was filed
    against, as they were then (None: there was none). ``id`` 0 is none yet.
    """

    enterprise: str
    year: int
    criterion: str | None
    note: str
    evidence: str
    filed_by: str
    filed_at: datetime
    score: float | None = None
    grade: str | None = None
    state: AppealState = AppealState.OPEN
    answer: str = ""
    answered_by: str | None = None
    answered_at: datetime | None = None
    id: int = 0


def check_filed(one: Appeal) -> None:
    """Raises AppealError where something is missing or too long."""
    for field, text in (("note", one.note), ("by", one.filed_by)):
        if not text.strip():
            raise AppealError(field, "is empty")
    for field, text in (("note", one.note), ("evidence", one.evidence), ("by", one.filed_by)):
        if len(text) > MOST_CHARACTERS:
            raise AppealError(field, f"{len(text)} characters; at most {MOST_CHARACTERS}")


def check_answer(one: Appeal, state: AppealState, note: str, by: str) -> None:
    """Raises AppealError where the appeal was answered already, or the answer says nothing."""
    if one.state is not AppealState.OPEN:
        raise AppealError("state", f"appeal {one.id} is {one.state.value} already")
    if state not in ANSWERS:
        raise AppealError("state", f"{state.value!r} is no answer")
    if not by.strip():
        raise AppealError("by", "is empty")
    if state is not AppealState.WITHDRAWN and not note.strip():
        raise AppealError("note", "is empty: an answer has its reason")
    if len(note) > MOST_CHARACTERS:
        raise AppealError("note", f"{len(note)} characters; at most {MOST_CHARACTERS}")
