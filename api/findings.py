"""/findings: what the usage arithmetic noticed in the readings."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Response
from fastapi import Query as QueryParameters
from pydantic import BaseModel, Field

import ledger.findings
from api.answers import DOCUMENTED, Answer, Items, column
from api.context import Context
from api.names import require_meter
from api.paging import Paged, instant_of, page
from api.times import Span, span

router = APIRouter(tags=["data quality"])


class FindingsQuery(Span, Paged):
    """Of which meters, and when."""

    enterprise: str | None = Field(None, description="code of an enterprise", examples=["axle-01"])
    meter: str | None = Field(None, description="code of a meter", examples=["EL-01"])


class FindingRow(BaseModel):
    """One finding."""

    ts: datetime = column("time of the reading that it is about", "2026-03-04T16:15:00Z")
    enterprise: str = column("code of the enterprise", "axle-01")
    meter: str = column("code of the meter", "EL-01")
    quantity: str = column("what the meter measures", "electricity")
    kind: str = column("reset, rollover, exchange, false_value or implausible_rate", "rollover")
    detail: str = column("what was seen", "999987.5 to 12.5 at 1000000")


@router.get(
    "/findings",
    response_model=Items[FindingRow],
    responses=DOCUMENTED,
    summary="Findings of the usage arithmetic",
)
def get_findings(
    query: Annotated[FindingsQuery, QueryParameters()], context: Context, answer: Answer
) -> Response:
    """The newest first."""
    books = context.books
    registry = books.registry()
    require_meter(registry, query.enterprise, query.meter)
    start, end = span(query, registry.zone, books.now())
    if query.cursor is not None:
        end = instant_of(query.cursor) + timedelta(microseconds=1)
    frame = ledger.findings.findings(
        books, enterprise=query.enterprise, meter=query.meter, start=start, end=end
    )
    order = {"ts": False, "enterprise": True, "meter": True, "kind": True}
    rows, following = page(frame, order, query.limit, query.cursor)
    return answer.items(rows, FindingRow, following=following)
