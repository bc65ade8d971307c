"""/latest: the newest reading of every meter."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Response
from fastapi import Query as QueryParameters
from pydantic import BaseModel, Field

import ledger.latest
from api.answers import DOCUMENTED, Answer, Items, column
from api.context import Context
from api.names import require_enterprise, require_quantity
from api.paging import Paged, page

router = APIRouter(tags=["readings"])


class LatestQuery(Paged):
    """Of which meters."""

    enterprise: str | None = Field(None, description="code of an enterprise", examples=["axle-01"])
    quantity: str | None = Field(None, description="code of a quantity", examples=["electricity"])


class LatestRow(BaseModel):
    """A meter and its newest reading."""

    enterprise: str = column("code of the enterprise", "axle-01")
    meter: str = column("code of the meter", "EL-01")
    name_zh: str = column("the meter's name, or its quantity's", "总进线")
    name_en: str = column("the meter's name in English", "main feeder")
    quantity: str = column("what it measures", "electricity")
    kind: str = column("counter, interval, rate, level or mean", "counter")
    ts: datetime = column("time of the reading", "2026-11-20T03:15:40Z")
    value: float = column("value without the meter's multiplier", 10_482.5, "{unit}")
    unit: str = column("the meter's unit", "kWh")
    quality: str = column("what the value is worth", "good")
    source: str = column("way in: mqtt, http, file, hj212 or correction", "mqtt")
    received: datetime = column("when it came in", "2026-11-20T03:15:40.080Z")


@router.get(
    "/latest",
    response_model=Items[LatestRow],
    responses=DOCUMENTED,
    summary="Newest reading of every meter",
)
def get_latest(
    query: Annotated[LatestQuery, QueryParameters()], context: Context, answer: Answer
) -> Response:
    """The newest received first; a meter that never sent is not listed."""
    require_enterprise(context.books.registry(), query.enterprise)
    require_quantity(query.quantity)
    frame = ledger.latest.latest(
        context.books, enterprise=query.enterprise, quantity=query.quantity
    )
    order = {"received": False, "ts": False, "enterprise": True, "meter": True}
    rows, following = page(frame, order, query.limit, query.cursor)
    return answer.items(rows, LatestRow, following=following)
