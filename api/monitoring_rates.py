"""/monitoring-rates: transmission and validity of outlets' hours by quarter."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Response
from fastapi import Query as QueryParameters
from pydantic import BaseModel, Field

import ledger.monitoring_rates
from api.answers import DOCUMENTED, Answer, Items, column
from api.context import Context
from api.names import require_point
from api.tenant import Tenant, own
from api.times import AccountedSpan, accounted_span

router = APIRouter(tags=["environment"])


class RatesQuery(AccountedSpan):
    """Of which outlets; the quarters of the current year by default."""

    enterprise: str | None = Field(None, description="code of an enterprise", examples=["heat-01"])
    point: str | None = Field(None, description="code of an outlet", examples=["DA001"])


class RateRow(BaseModel):
    """One outlet in one quarter; hours are of all its pollutants together."""

    quarter: str = column("calendar quarter in the park's time", "2026-Q1")
    start: datetime = column("when it begins", "2025-12-31T16:00:00Z")
    enterprise: str = column("code of the enterprise", "heat-01")
    point: str = column("code of the outlet", "DA001")
    medium: str = column("waste_gas or waste_water", "waste_gas")
    pollutants: int = column("how many it measures", 3)
    hours: int = column("hours that are over", 6_480, "h")
    stopped_hours: int = column("of them nothing ran and no data were owed", 0, "h")
    received_hours: int = column("of the others a value came", 6_470, "h")
    valid_hours: int = column("of them valid", 6_440, "h")
    transmission_rate: float | None = column("received / owed, 数据传输率", 0.9985, "1")
    validity_rate: float | None = column("valid / received, 数据有效率", 0.9954, "1")
    effective_rate: float | None = column("their product, 传输有效率", 0.9938, "1")
    capture_rate: float | None = column("valid / owed, least of the pollutants", 0.992, "1")
    quarter_valid: bool | None = column("whether it is 75 % or more (HJ 75)", True)


@router.get(
    "/monitoring-rates",
    response_model=Items[RateRow],
    responses=DOCUMENTED,
    summary="Transmission and validity of outlets by quarter",
)
def get_monitoring_rates(
    query: Annotated[RatesQuery, QueryParameters()],
    context: Context,
    answer: Answer,
    tenant: Tenant,
) -> Response:
    """Of every quarter that meets the span, up to now."""
    books = context.books
    registry = books.registry()
    require_point(registry, query.enterprise, query.point)
    start, end = accounted_span(query, registry.zone, books.now())
    frame = ledger.monitoring_rates.monitoring_rates(
        books, start=start, end=end, enterprise=own(tenant, query.enterprise), point=query.point
    )
    return answer.items(frame, RateRow)
