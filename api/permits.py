"""/permits: what outlets may discharge, beside what the standards allow."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Response
from fastapi import Query as QueryParameters
from pydantic import BaseModel, Field

import ledger.permits
from api.answers import DOCUMENTED, Answer, Items, column
from api.context import Context
from api.names import require_point
from api.paging import Query
from models.registry.points import Averaging, PermitKind

router = APIRouter(tags=["environment"])


class PermitsQuery(Query):
    """Which permits, in force on which day."""

    enterprise: str | None = Field(None, description="code of an enterprise", examples=["heat-01"])
    point: str | None = Field(None, description="code of an outlet", examples=["DA001"])
    on: date | None = Field(None, description="day of the park; today", examples=["2026-03-01"])
    looser: bool = Field(False, description="only those that allow more than the standards")


class PermitRow(BaseModel):
    """What a permit allows of one pollutant."""

    enterprise: str = column("code of the enterprise", "heat-01")
    point: str = column("code of the outlet", "DA001")
    medium: str = column("what is discharged", "waste_gas")
    pollutant: str = column("code of HJ 212-2017", "a21002")
    kind: PermitKind = column("what it bounds", "concentration")
    averaging: Averaging = column("over which mean", "hour")
    value: float = column("what it allows", 150.0, "{unit}")
    unit: str = column("unit of value and limit", "mg/m3")
    reference_oxygen_pct: float | None = column("oxygen that it is converted to", 3.5, "%")
    standard: str = column("permit or standard that it names", "912201017000000040001P")
    clause: str = column("table or clause there", "table of concentrations")
    valid_from: str = column("first day of validity", "2024-01-01")
    valid_to: str | None = column("day on which validity ends", "2029-01-01")
    days_left: int | None = column("days to that end, null where it is open", 731, "d")
    evidence: str = column("where it was read", "permit file 2024-17")
    limit_class: str | None = column(
        "class of the strictest standard of the same mean, null where there is none",
        "GB13271-2014/new/gas",
    )
    limit: float | None = column("its limit, at the permit's reference oxygen", 200.0, "{unit}")
    looser: bool | None = column("whether the permit allows more than that", False)


@router.get(
    "/permits",
    response_model=Items[PermitRow],
    responses=DOCUMENTED,
    summary="Permits beside the standards",
)
def get_permits(
    query: Annotated[PermitsQuery, QueryParameters()], context: Context, answer: Answer
) -> Response:
    """Those in force, by enterprise, outlet and pollutant; never in pages."""
    books = context.books
    registry = books.registry()
    require_point(registry, query.enterprise, query.point)
    on = query.on or books.now().astimezone(registry.zone).date()
    found = ledger.permits.permits(books, on=on, enterprise=query.enterprise, point=query.point)
    if query.looser:
        found = found[found["looser"].eq(True)]
    return answer.items(found.astype({"days_left": "Int64"}), PermitRow)
