"""/water-balance: water of each enterprise, taken in, used again and led away."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Response
from fastapi import Query as QueryParameters
from pydantic import BaseModel, Field

import ledger.water_balance
from api.answers import DOCUMENTED, Answer, Items, column
from api.context import Context
from api.extent import require_extent
from api.names import require_enterprise
from api.times import AccountedSpan, accounted_span
from models.periods import Every

router = APIRouter(tags=["environment"])


class WaterQuery(AccountedSpan):
    """Whose water, by which periods."""

    enterprise: str | None = Field(None, description="code of an enterprise", examples=["axle-01"])
    every: Every = Field("year", description="length of the periods, in the park's time")


class WaterRow(BaseModel):
    """The water of one enterprise in one period; what nothing is stated of is null."""

    period: str = column("the period in the park's time", "2026")
    start: datetime = column("when the period begins", "2025-12-31T16:00:00Z")
    enterprise: str = column("code of the enterprise", "axle-01")
    intake_m3: float | None = column("water taken in", 52_000.0, "m3")
    unconventional_m3: float | None = column("of it reclaimed and rain water", 4_000.0, "m3")
    supplied_m3: float | None = column("handed on to others", None, "m3")
    reused_m3: float | None = column("used again", 148_000.0, "m3")
    reuse_rate: float | None = column("reused / (intake + reused)", 0.74, "1")
    discharged_m3: float | None = column("led away", 33_000.0, "m3")
    foul_m3: float | None = column("of it foul", 21_000.0, "m3")
    clean_m3: float | None = column("of it clean", 9_000.0, "m3")
    rain_m3: float | None = column("of it rain", 3_000.0, "m3")
    mixed_m3: float | None = column("of it clean and foul not kept apart", None, "m3")
    diversion_rate: float | None = column("share led away that is kept apart", 1.0, "1")
    consumed_m3: float | None = column(
        "intake - supplied - discharged without rain: evaporated, in products, leaked",
        22_000.0,
        "m3",
    )
    coverage: float | None = column(
        "share of the meters' hours that readings cover, null without meters", 0.998, "1"
    )
    estimated_share: float | None = column("share of all amounts that is estimated", 0.01, "1")
    origins: str = column("where the amounts come from: meters, records, outlets", "meters|records")


@router.get(
    "/water-balance",
    response_model=Items[WaterRow],
    responses=DOCUMENTED,
    summary="Water by enterprise",
)
def get_water_balance(
    query: Annotated[WaterQuery, QueryParameters()], context: Context, answer: Answer
) -> Response:
    """By time and enterprise, of the current year unless another span is named; never in pages."""
    books = context.books
    registry = books.registry()
    require_enterprise(registry, query.enterprise)
    start, end = accounted_span(query, registry.zone, books.now())
    # Records are spread over periods: what the store holds bounds nothing.
    require_extent(len(registry.enterprises), query.every, start, end, sys.maxsize)
    found = ledger.water_balance.water_balance(
        books, every=query.every, start=start, end=end, enterprise=query.enterprise
    )
    return answer.items(found, WaterRow)
