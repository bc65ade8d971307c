"""/findings: what the usage arithmetic noticed in the readings, and what is wrong with senders."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Literal

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

Kind = Literal[
    "reset", "rollover", "exchange", "false_value", "implausible_rate", "gap_unknown", "gap_filled",
    "silent", "stuck", "spike", "clock_off", "clock_drift",
]  # fmt: skip


class FindingsQuery(Span, Paged):
    """Of which meters, and when."""

    enterprise: str | None = Field(None, description="code of an enterprise", examples=["axle-01"])
    meter: str | None = Field(None, description="code of a meter", examples=["EL-01"])
    kind: Kind | None = Field(None, description="only of this kind")
    origin: Literal["usage", "senders"] | None = Field(
        None, description="only what usage noticed, or what is wrong with senders now"
    )


class FindingRow(BaseModel):
    """One finding."""

    ts: datetime = column("time of the reading that it is about", "2026-03-04T16:15:00Z")
    enterprise: str = column("code of the enterprise", "axle-01")
    meter: str = column("code of the meter", "EL-01")
    quantity: str = column("what the meter measures", "electricity")
    origin: Literal["usage", "senders"] = column(
        "usage: stored with the usage concerned; senders: computed when asked", "usage"
    )
    kind: Kind = column("what it is", "rollover")
    detail: str = column("what was seen", "from 999994.5 to 2.7 over the register's end at 1000000")
    detail_zh: str = column("the same in Chinese", "表底由 999994.5 经满量程 1000000 翻转为 2.7")
    until: datetime = column("how far it reaches; now, for what lasts", "2026-03-04T16:15:00Z")


@router.get(
    "/findings",
    response_model=Items[FindingRow],
    responses=DOCUMENTED,
    summary="What was noticed in readings and senders",
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
        books,
        enterprise=query.enterprise,
        meter=query.meter,
        kind=query.kind,
        origin=query.origin,
        start=start,
        end=end,
    )
    order = {"ts": False, "enterprise": True, "meter": True, "kind": True}
    rows, following = page(frame, order, query.limit, query.cursor)
    return answer.items(rows, FindingRow, following=following)
