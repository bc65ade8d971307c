"""/usage: amounts by meter and period, what all accounts stand on."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Response
from fastapi import Query as QueryParameters
from pydantic import BaseModel, Field

import ledger.usage
from api.answers import DOCUMENTED, Answer, Items, column
from api.context import Context
from api.extent import require_extent
from api.names import require_meter, require_quantity
from api.times import Span, instant, span
from ledger.as_of import registry_as_of
from ledger.books import select_meters
from models.periods import Every

router = APIRouter(tags=["accounts"])


class UsageQuery(Span):
    """Whose usage, by which periods."""

    enterprise: str | None = Field(None, description="code of an enterprise", examples=["axle-01"])
    meter: str | None = Field(None, description="code of a meter", examples=["EL-01"])
    quantity: str | None = Field(None, description="code of a quantity", examples=["electricity"])
    every: Every = Field("day", description="length of the periods, in the park's time")
    as_of: str | None = Field(
        None,
        description="As it was known then: computed anew from the readings and registry of then",
        examples=["2026-04-01T00:00:00+08:00"],
    )


class UsageRow(BaseModel):
    """Usage of one meter in one period."""

    enterprise: str = column("code of the enterprise", "axle-01")
    meter: str = column("code of the meter", "EL-01")
    quantity: str = column("what it measures", "electricity")
    period: str = column("the period in the park's time", "2026-03-05")
    start: datetime = column("when the period begins", "2026-03-04T16:00:00Z")
    amount: float | None = column("null is unknown (and for levels)", 5_210.4, "{unit}")
    unit: str = column("unit of usage", "kWh")
    estimated: float | None = column("part of amount not backed by readings", 120.0, "{unit}")
    estimated_share: float | None = column("estimated / amount", 0.02303, "1")
    coverage: float = column("share of the period's hours that readings cover", 0.9583, "1")
    mean: float | None = column("of rates, levels and means", None, "{unit}")
    min: float | None = column("of rates, levels and means", None, "{unit}")
    max: float | None = column("of rates, levels and means", None, "{unit}")
    n: int = column("readings", 92)


@router.get(
    "/usage",
    response_model=Items[UsageRow],
    responses=DOCUMENTED,
    summary="Usage by meter and period",
)
def get_usage(
    query: Annotated[UsageQuery, QueryParameters()], context: Context, answer: Answer
) -> Response:
    """By meter and time, never in pages; periods without any reading are not listed."""
    books = context.books
    registry, as_of = books.registry(), None
    if query.as_of is not None:
        as_of = instant("as_of", query.as_of, registry.zone, books.now())
        registry = registry_as_of(books, as_of)
    require_meter(registry, query.enterprise, query.meter)
    require_quantity(query.quantity)
    start, end = span(query, registry.zone, books.now())
    series = len(
        select_meters(
            registry, enterprise=query.enterprise, meter=query.meter, quantity=query.quantity
        )
    )
    require_extent(series, query.every, start, end or books.now(), books.store.counts()["usage"])
    frame = ledger.usage.usage(
        books,
        enterprise=query.enterprise,
        meter=query.meter,
        quantity=query.quantity,
        every=query.every,
        start=start,
        end=end,
        as_of=as_of,
    )
    # Nothing used is nothing estimated; an unknown amount has an unknown share.
    share = (frame["estimated"] / frame["amount"]).where(frame["amount"] != 0, 0.0)
    return answer.items(frame.assign(estimated_share=share), UsageRow)
