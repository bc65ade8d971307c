"""GET /readings: one meter's readings as they were stored."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Response
from fastapi import Query as QueryParameters
from pydantic import BaseModel, Field

import ledger.readings
from api.answers import DOCUMENTED, Answer, Items, column
from api.context import Context
from api.names import require_meter
from api.paging import Paged, instant_of, page
from api.times import Span, instant, span

router = APIRouter(tags=["readings"])


class ReadingsQuery(Span, Paged):
    """Which readings."""

    enterprise: str = Field(description="code of the enterprise", examples=["axle-01"])
    meter: str = Field(description="code of the meter", examples=["EL-01"])
    as_of: str | None = Field(
        None,
        description="As it was known then: of each time, the row that held at this moment",
        examples=["2026-04-01T00:00:00+08:00"],
    )
    every_row: bool = Field(
        False, description="All rows ever stored, also those that another replaced"
    )


class ReadingRow(BaseModel):
    """One reading."""

    ts: datetime = column("time of the reading", "2026-03-04T16:15:00Z")
    value: float = column("value without the meter's multiplier", 10_482.5, "{unit}")
    unit: str = column("the meter's unit", "kWh")
    quality: str = column("good, estimated, substituted and manual count in usage", "good")
    source: str = column("way in: mqtt, http, file, hj212 or correction", "mqtt")
    received: datetime = column("when it came in", "2026-03-04T16:15:00.214Z")
    batch: int = column("batch of the store's hash chain", 8_812)


@router.get(
    "/readings",
    response_model=Items[ReadingRow],
    responses=DOCUMENTED,
    summary="Readings of one meter",
)
def get_readings(
    query: Annotated[ReadingsQuery, QueryParameters()], context: Context, answer: Answer
) -> Response:
    """In the order of time; one row a time, unless `every_row` asks for all."""
    registry, now = context.books.registry(), context.books.now()
    require_meter(registry, query.enterprise, query.meter)
    start, end = span(query, registry.zone, now)
    as_of = None if query.as_of is None else instant("as_of", query.as_of, registry.zone, now)
    if query.cursor is not None:
        start = instant_of(query.cursor)
    frame = ledger.readings.readings(
        context.books,
        enterprise=query.enterprise,
        meter=query.meter,
        start=start,
        end=end,
        as_of=as_of,
        every_row=query.every_row,
        # Every time has a row at least. Of the cursor's time all may have been given, and one row
        # more than the page tells that another follows.
        instants=query.limit + 2,
    )
    order = {"ts": True, "received": True, "batch": True}
    rows, following = page(frame, order, query.limit, query.cursor)
    return answer.items(rows, ReadingRow, following=following)
