"""How large an answer may become, known before it is computed.

Answers of the accounts are not paged: a page of figures that are meant to be summed sums to less
without saying so. They are whole or refused.
"""

from __future__ import annotations

from datetime import datetime

from api.problems import ProblemError
from models.periods import Every

MAX_ROWS = 200_000  # about 60 MB of JSON

# Hours of the shortest period of each length.
_HOURS: dict[Every, float] = {"hour": 1, "day": 23, "month": 28 * 24, "year": 365 * 24}


def require_extent(
    series: int, every: Every, start: datetime | None, end: datetime, stored_hours: int
) -> None:
    """Refuse a question whose answer could have more than MAX_ROWS rows.

    ``series`` is how many meters answer, ``stored_hours`` how many rows of usage there are at all,
    which bounds the hours of a question without a start. Raises ProblemError (422) naming the
    limit.
    """
    if every == "total":
        return
    hours = float(stored_hours)
    if start is not None:
        hours = min(hours, series * ((end - start).total_seconds() / 3600 + 1))
    rows = int(hours / _HOURS[every])
    if rows > MAX_ROWS:
        reason = (
            f"up to {rows:,} rows by {every}, the limit is {MAX_ROWS:,}: "
            "ask for a shorter span, longer periods, or fewer meters"
        )
        raise ProblemError(422, "too-many-rows", f"every: {reason}", [("every", reason)])
