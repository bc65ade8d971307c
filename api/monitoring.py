"""/monitoring: what every outlet and station shows, its last whole hour beside its limit."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Response
from fastapi import Query as QueryParameters
from pydantic import BaseModel, Field

import ledger.monitoring
from api.answers import DOCUMENTED, Answer, Items, column
from api.context import Context
from api.names import require_point
from api.paging import Query
from api.tenant import Tenant, own
from models.registry.points import Medium

router = APIRouter(tags=["environment"])

Standing = Literal["beyond", "near", "within", "no_limit", "stopped", "no_value"]


class MonitoringQuery(Query):
    """Which points."""

    enterprise: str | None = Field(None, description="code of an enterprise", examples=["heat-01"])
    point: str | None = Field(None, description="code of an outlet or station", examples=["DA001"])
    medium: Medium | None = Field(None, description="what is watched", examples=["waste_gas"])


class MonitoringRow(BaseModel):
    """One pollutant of one point."""

    hour: datetime = column("start of the last hour that is over", "2026-11-26T01:00:00Z")
    enterprise: str = column("code of the enterprise", "heat-01")
    point: str = column("code of the outlet or station", "DA001")
    name_zh: str = column("the point's name", "1号锅炉排放口")
    name_en: str = column("the point's name in English", "stack of boiler 1")
    medium: Medium = column("what is watched", "waste_gas")
    pollutant: str = column("code of HJ 212-2017", "a21002")
    pollutant_name_zh: str = column("the pollutant's name", "氮氧化物")
    pollutant_name_en: str = column("the pollutant's name in English", "nitrogen oxides")
    value: float | None = column(
        "mean of the hour; of waste gas dry and at the limit's reference oxygen, "
        "null: no valid hour",
        96.4,
        "{unit}",
    )
    unit: str = column("unit of value and limit", "mg/m3")
    limit: float | None = column("limit that it is set beside", 150.0, "{unit}")
    bound: Literal["max", "min"] | None = column("whether it is a highest or lowest value", "max")
    averaging: str | None = column("mean that the limit is of", "hour")
    share: float | None = column(
        "value / limit, of a highest value; null of pH and sound, whose scales have no such share",
        0.643,
        "1",
    )
    standing: Standing = column(
        "near: from 80 % of the limit on (pH by 0.5, sound by 3 dB), or beyond what a longer mean "
        "than the hour may be",
        "within",
    )
    standard: str | None = column("standard or permit of the limit", "GB 13271-2014")
    clause: str | None = column("clause of it", "table 3")
    basis: Literal["permit", "standard"] | None = column("where the limit comes from", "permit")
    mark: str | None = column("HJ 212's letter of the hour, null: nothing came", "N")
    state: str | None = column("operating state that was declared", None)
    valid_minutes: float = column("minutes with valid data", 60.0, "min")


@router.get(
    "/monitoring",
    response_model=Items[MonitoringRow],
    responses=DOCUMENTED,
    summary="Outlets and stations: the last whole hour beside its limit",
)
def get_monitoring(
    query: Annotated[MonitoringQuery, QueryParameters()],
    context: Context,
    answer: Answer,
    tenant: Tenant,
) -> Response:
    """By enterprise, point and pollutant; all points, or those that fit every filter."""
    require_point(context.books.registry(), query.enterprise, query.point)
    frame = ledger.monitoring.monitoring(
        context.books,
        enterprise=own(tenant, query.enterprise),
        point=query.point,
        medium=query.medium,
    )
    return answer.items(frame, MonitoringRow)
