"""``start``, ``end`` and ``year`` of a question: instants, or words in the park's time.

2026, 2026-03 and 2026-03-05 are a year, a month and a day of the park; as ``start`` such a word is
its beginning, as ``end`` its end, so ``start=2026-01&end=2026-06`` is January to June; today,
yesterday, this_month, this_year and last_year are of the park's clock. Anything else is RFC 3339
with its offset. ``start`` is included, ``end`` is not.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from pydantic import Field

from api.paging import Query
from api.problems import invalid
from models.periods import label, next_start, parse_period, period_start

FIRST_YEAR, LAST_YEAR = 1970, 2200
EXPECTED = (
    "2026, 2026-03, 2026-03-05, today, yesterday, this_month, this_year, last_year or RFC 3339 "
    "with its offset"
)

_WORD = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
_INSTANT = re.compile(
    r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})", re.IGNORECASE
)
# "+08:00" written into an address without escaping arrives as " 08:00".
_LOST_PLUS = re.compile(r"(T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?) (\d{2}:\d{2})$", re.IGNORECASE)


class Span(Query):
    """Parameters that bound a question in time; without them it is not bounded."""

    start: str | None = Field(
        None,
        description=f"From when on: {EXPECTED}",
        examples=["2026-03", "2026-03-05T00:00:00+08:00"],
    )
    end: str | None = Field(
        None,
        description=f"Until when: {EXPECTED}; a word includes the period it names",
        examples=["2026-06"],
    )


class AccountedSpan(Span):
    """A year, or a span with both its ends known; what has not happened yet is cut off."""

    year: int | None = Field(
        None,
        ge=FIRST_YEAR,
        le=LAST_YEAR,
        description="A year of the park's time, cut at now; the current one by default. "
        "Not together with start and end",
        examples=[2026],
    )


def _named(text: str, zone: ZoneInfo, now: datetime) -> str:
    """The period that "today" and the like stand for at ``now``; other texts as they are."""
    day = now.astimezone(zone).date()
    words = {
        "today": f"{day}",
        "yesterday": f"{day - timedelta(days=1)}",
        "this_month": f"{day:%Y-%m}",
        "this_year": str(day.year),
        "last_year": str(day.year - 1),
    }
    return words.get(text, text)


def is_named(text: str | None) -> bool:
    """Whether it names a period of the park's time, and is no instant."""
    return text is not None and _INSTANT.fullmatch(_LOST_PLUS.sub(r"\1+\2", text.strip())) is None


def instant(
    field: str, text: str, zone: ZoneInfo, now: datetime, *, ending: bool = False
) -> datetime:
    """The UTC instant that a parameter names. Raises ProblemError (422) that says what it lacks."""
    text = _named(_LOST_PLUS.sub(r"\1+\2", text.strip()), zone, now)
    is_word = _WORD.fullmatch(text) is not None
    if not is_word and _INSTANT.fullmatch(text) is None:
        lacks_offset = _INSTANT.fullmatch(text.replace(" ", "T") + "Z")
        why = "has no offset from UTC" if lacks_offset else f"is not {EXPECTED}"
        raise invalid(field, f"{text!r} {why}")
    if not FIRST_YEAR <= int(text[:4]) <= LAST_YEAR:
        raise invalid(field, f"{text!r} is not of the years {FIRST_YEAR} to {LAST_YEAR}")
    try:
        if is_word:
            return parse_period(text, zone)[1 if ending else 0]
        return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except ValueError as error:
        raise invalid(field, f"{text!r} is not a date") from error


def span(query: Span, zone: ZoneInfo, now: datetime) -> tuple[datetime | None, datetime | None]:
    """UTC start and end of a question; None is unbounded. Raises ProblemError (422)."""
    start = None if query.start is None else instant("start", query.start, zone, now)
    end = None if query.end is None else instant("end", query.end, zone, now, ending=True)
    if start is not None and end is not None and start >= end:
        raise invalid("start", f"{query.start!r} is not before end {query.end!r}")
    return start, end


def accounted_span(
    query: AccountedSpan, zone: ZoneInfo, now: datetime
) -> tuple[datetime, datetime]:
    """UTC start and end of a question to the accounts, the end cut at now.

    Raises ProblemError (422) where the span is ambiguous, has no start, or has not begun.
    """
    if query.year is not None and (query.start is not None or query.end is not None):
        raise invalid("year", "is one way to say when, start and end the other; not both")
    start, end = span(query, zone, now)
    field = "start"
    if start is None:
        if end is not None:
            raise invalid("start", "is needed where end is given")
        field = "year"
        start = period_start(now, "year", zone)
        if query.year is not None:
            start = parse_period(str(query.year), zone)[0]
        end = next_start(start, "year", zone)
    if start >= now:
        raise invalid(field, f"{label(start, 'day', zone)} has not begun")
    return start, min(end or now, now)
