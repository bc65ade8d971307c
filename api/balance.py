"""/balance: main meters against their sub-meters, with what is lost between them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Response
from fastapi import Query as QueryParameters
from pydantic import BaseModel, Field

import ledger.balance
from api.answers import DOCUMENTED, Answer, Items, column
from api.context import Context
from api.extent import require_extent
from api.names import require_meter, require_quantity
from api.times import AccountedSpan, accounted_span
from ledger.books import select_meters
from models.periods import Every

router = APIRouter(tags=["accounts"])


class BalanceQuery(AccountedSpan):
    """Which main meters, by which periods."""

    enterprise: str | None = Field(None, description="code of an enterprise", examples=["axle-01"])
    meter: str | None = Field(None, description="code of a main meter", examples=["EL-01"])
    quantity: str | None = Field(None, description="code of a quantity", examples=["electricity"])
    every: Every = Field("month", description="length of the periods, in the park's time")


class BalanceRow(BaseModel):
    """One main meter against its own sub-meters in one period."""

    enterprise: str = column("code of the enterprise", "axle-01")
    meter: str = column("code of the main meter", "EL-01")
    quantity: str = column("what it measures", "electricity")
    period: str = column("the period in the park's time", "2026-03")
    start: datetime = column("when the period begins", "2026-02-28T16:00:00Z")
    unit: str = column("unit of usage", "kWh")
    amount: float | None = column("usage of the main meter", 52_104.0, "{unit}")
    coverage: float = column("share of the hours that its readings cover", 0.998, "1")
    estimated_share: float | None = column("share of it not backed by readings", 0.001, "1")
    parts: int = column("its sub-meters", 4)
    parts_amount: float | None = column(
        "their sum with the signs of their directions; null where one is unknown",
        50_819.0,
        "{unit}",
    )
    parts_coverage: float = column("share of their hours that readings cover", 0.991, "1")
    parts_estimated_share: float | None = column("share of it not backed by readings", 0.01, "1")
    unknown: str | None = column("sub-meters of which no hour is known", None)
    loss: float | None = column(
        "what came in less what went out, in the balanced hours", 1_285.0, "{unit}"
    )
    loss_share: float | None = column("loss / what came in, in the balanced hours", 0.0247, "1")
    balanced: float = column("share of the hours that the loss is known of", 0.993, "1")


@router.get(
    "/balance",
    response_model=Items[BalanceRow],
    responses=DOCUMENTED,
    summary="Main meters against their sub-meters",
)
def get_balance(
    query: Annotated[BalanceQuery, QueryParameters()], context: Context, answer: Answer
) -> Response:
    """By main meter and time, of the current year unless another span is named; never in pages."""
    books = context.books
    registry = books.registry()
    require_meter(registry, query.enterprise, query.meter)
    require_quantity(query.quantity)
    start, end = accounted_span(query, registry.zone, books.now())
    asked = {"enterprise": query.enterprise, "meter": query.meter, "quantity": query.quantity}
    series = len(select_meters(registry, **asked))
    require_extent(series, query.every, start, end, books.store.counts()["usage"])
    found = ledger.balance.balance(books, **asked, every=query.every, start=start, end=end)
    return answer.items(found, BalanceRow)
