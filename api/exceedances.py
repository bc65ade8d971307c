"""/exceedances and /early-warnings: means beyond their limit, and those on the way there."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Response
from fastapi import Query as QueryParameters
from pydantic import BaseModel, Field

import ledger.early_warnings
import ledger.exceedances
from api.answers import DOCUMENTED, Answer, Items, column
from api.context import Context
from api.names import require_point
from api.paging import Query
from api.points_asked import OutletsQuery, asked_of
from api.tenant import Tenant, own
from api.times import accounted_span

router = APIRouter(tags=["environment"])


class ExceedanceRow(BaseModel):
    """One mean beyond one limit."""

    period: str = column("the averaging period in the park's time", "2026-03-05T14:00+08:00")
    start: datetime = column("when it begins", "2026-03-05T06:00:00Z")
    until: datetime = column("when it ends", "2026-03-05T07:00:00Z")
    enterprise: str = column("code of the enterprise", "heat-01")
    point: str = column("code of the outlet or station", "DA001")
    medium: str = column("what is watched", "waste_gas")
    pollutant: str = column("code of HJ 212-2017", "a21002")
    averaging: str = column("mean that the limit is of", "hour")
    value: float = column("the mean", 187.5, "{unit}")
    unit: str = column("unit of value and limit", "mg/m3")
    limit: float = column("the limit", 150.0, "{unit}")
    times: float | None = column(
        "how far beyond (超标倍数), value / limit - 1; null of least values, pH and sound",
        0.25,
        "1",
    )
    standard: str = column("standard or permit", "GB 13271-2014")
    clause: str = column("table and clause of it", "table 3, 4.1")
    rule_zh: str = column("the rule", "GB 13271-2014 table 3：氮氧化物小时均值不超过 150 mg/m3")
    rule_en: str = column("the rule in English", "GB 13271-2014, table 3: nitrogen oxides ...")
    basis: str = column("permit or standard", "standard")
    excused: str | None = column("declared states without whose hours nothing is beyond", None)


class EarlyWarningRow(ExceedanceRow):
    """One running mean of a period under way that is near its limit, or beyond."""

    elapsed_share: float = column("part of the period that is over", 0.5, "1")


class EarlyWarningsQuery(Query):
    """Whose early warnings."""

    enterprise: str | None = Field(None, description="code of an enterprise", examples=["heat-01"])
    point: str | None = Field(None, description="code of an outlet", examples=["DA001"])


@router.get(
    "/exceedances",
    response_model=Items[ExceedanceRow],
    responses=DOCUMENTED,
    summary="Means beyond their limit, of complete periods",
)
def get_exceedances(
    query: Annotated[OutletsQuery, QueryParameters()],
    context: Context,
    answer: Answer,
    tenant: Tenant,
) -> Response:
    """In time; of the current year by default. A period that meets the span is judged whole."""
    books = context.books
    registry = books.registry()
    which = asked_of(query, registry, tenant)
    start, end = accounted_span(query, registry.zone, books.now())
    frame = ledger.exceedances.exceedances(books, start=start, end=end, **which)
    return answer.items(frame, ExceedanceRow)


@router.get(
    "/early-warnings",
    response_model=Items[EarlyWarningRow],
    responses=DOCUMENTED,
    summary="Running means near their limit",
)
def get_early_warnings(
    query: Annotated[EarlyWarningsQuery, QueryParameters()],
    context: Context,
    answer: Answer,
    tenant: Tenant,
) -> Response:
    """Of the periods under way now, after a quarter of each, from 80 % of the limit on."""
    require_point(context.books.registry(), query.enterprise, query.point)
    enterprise = own(tenant, query.enterprise)
    frame = ledger.early_warnings.early_warnings(context.books)
    if enterprise is not None:
        frame = frame[frame["enterprise"] == enterprise]
    if query.point is not None:
        frame = frame[frame["point"] == query.point]
    return answer.items(frame, EarlyWarningRow)
