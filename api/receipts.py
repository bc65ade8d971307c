"""/receipts: what each meter was expected to send, what came, and how."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Response
from fastapi import Query as QueryParameters
from pydantic import BaseModel, Field

import ledger.receipts
from api.answers import DOCUMENTED, Answer, Items, column
from api.context import Context
from api.extent import MAX_ROWS, require_extent
from api.names import require_meter
from api.problems import ProblemError, invalid
from api.times import Span, span
from ledger.books import select_meters
from ledger.sender_days import expected_a_day, senders
from models.periods import period_start

router = APIRouter(tags=["data quality"])

MAX_READINGS = 50_000_000  # expected in the days of one question: about a minute of counting


class ReceiptsQuery(Span):
    """Of whom, by which periods."""

    enterprise: str | None = Field(None, description="code of an enterprise", examples=["axle-01"])
    meter: str | None = Field(None, description="code of a meter", examples=["EL-01"])
    every: Literal["day", "month", "year"] = Field(
        "day", description="length of the periods, in the park's time"
    )
    by: Literal["meter", "enterprise"] = Field(
        "meter", description="a row for each meter, or for each enterprise"
    )
    incomplete: bool = Field(False, description="only rows of which something is missing")
    worst: int | None = Field(
        None,
        ge=1,
        le=10_000,
        description="only so many rows, the most missing first",
        examples=[20],
    )


class ReceiptRow(BaseModel):
    """What one meter, or all meters of an enterprise, sent in one period."""

    period: str = column("the period in the park's time", "2026-03-05")
    start: datetime = column("when the period begins", "2026-03-04T16:00:00Z")
    enterprise: str = column("code of the enterprise", "axle-01")
    meter: str | None = column("code of the meter; null by enterprise", "EL-01")
    quantity: str | None = column("what the meter measures", "electricity")
    interval_s: int | None = column("the meter's expected interval", 900, "s")
    meters: int = column("meters of which readings were expected", 1)
    meters_below: int = column("of these, meters below the required completeness", 0)
    expected: int = column("readings expected: intervals that are over", 96)
    received: int = column("different times of which a reading came", 95)
    missing: int = column("expected and not received", 1)
    duplicate: int = column("readings that came again", 0)
    late: int = column("live readings over 2 intervals, and over 10 minutes, behind their time", 2)
    suspect: int = column("readings stored as suspect, which do not count", 0)
    rejected: int = column("items that were refused on these days", 0)
    completeness: float | None = column("(expected - missing) / expected", 0.9896, "1")
    complete: bool | None = column("whether that is at least the required 90 %", True)
    clock_offset_s: float | None = column(
        "median of receipt less time of live readings; negative where the clock is ahead", 1.8, "s"
    )
    least_delay_s: float | None = column("the least of these", 0.6, "s")


@router.get(
    "/receipts",
    response_model=Items[ReceiptRow],
    responses=DOCUMENTED,
    summary="What was expected of senders, and what came",
)
def get_receipts(
    query: Annotated[ReceiptsQuery, QueryParameters()], context: Context, answer: Answer
) -> Response:
    """Of whole local days, today unless a span is named; never in pages."""
    books = context.books
    registry, now = books.registry(), books.now()
    require_meter(registry, query.enterprise, query.meter)
    start, end = span(query, registry.zone, now)
    if start is None and end is not None:
        raise invalid("start", "is needed where end is given")
    start = start or period_start(now, "day", registry.zone)
    if start >= now:
        raise invalid("start", "has not begun")
    end = min(end or now, now)
    meters = senders(select_meters(registry, enterprise=query.enterprise, meter=query.meter))
    require_extent(len(meters), query.every, start, end, MAX_ROWS * 24 * 366)
    readings = expected_a_day(meters) * ((end - start) / timedelta(days=1) + 1)
    if readings > MAX_READINGS:
        reason = (
            f"about {readings:,.0f} readings were expected in these days, the limit is "
            f"{MAX_READINGS:,}: ask for a shorter span, or fewer meters"
        )
        raise ProblemError(422, "too-many-rows", f"start: {reason}", [("start", reason)])
    found = ledger.receipts.receipts(
        books,
        start=start,
        end=end,
        enterprise=query.enterprise,
        meter=query.meter,
        every=query.every,
        by=query.by,
    )
    if query.incomplete:
        found = found[found["missing"] > 0]
    if query.worst is not None:
        found = found.sort_values("missing", ascending=False, kind="stable")[: query.worst]
    return answer.items(found.reset_index(drop=True), ReceiptRow)
