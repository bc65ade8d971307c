"""/outlets and /stations: the monitoring points, what they measure and what is permitted."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import pandas as pd
from fastapi import APIRouter, Response
from fastapi import Query as QueryParameters
from pydantic import BaseModel, Field

from api.answers import DOCUMENTED, Answer, Items, column
from api.context import Context
from api.names import require_enterprise
from api.paging import Query
from api.tenant import Tenant, own
from models.registry import Registry
from models.registry.points import Point

router = APIRouter(tags=["registry"])


class PointsQuery(Query):
    """Whose points."""

    enterprise: str | None = Field(None, description="code of an enterprise", examples=["heat-01"])


class PointRow(BaseModel):
    """The latest version of a monitoring point. Its password is told nowhere."""

    enterprise: str = column("code of the enterprise", "heat-01")
    code: str = column("code of the point", "DA001")
    medium: str = column("what it watches", "waste_gas")
    name_zh: str = column("name", "1号锅炉排放口")
    name_en: str = column("name in English", "stack of boiler 1")
    mn: str | None = column("MN of its HJ 212 device", "880000000000000000000001")
    edition: str = column("edition of HJ 212 that it is declared to speak", "2017")
    channels: str = column("codes of what it measures now, joined by |", "a00000|a19001|a21002")
    reference_oxygen_pct: float | None = column("of waste gas", 3.5, "%")
    limit_classes: str | None = column("classes of limits, joined by |", "GB13271-2014/new/gas")
    zone: str | None = column("noise zone, or class of surface water", None)
    permits: int = column("limits and amounts of its permit that hold now", 4)
    longitude: float | None = column("WGS 84", 125.32, "deg")
    latitude: float | None = column("WGS 84", 43.88, "deg")
    valid_from: datetime | None = column("valid from; null is unbounded", None)
    valid_to: datetime | None = column("valid until; null is unbounded", None)


@router.get(
    "/outlets",
    response_model=Items[PointRow],
    responses=DOCUMENTED,
    summary="Outlets of waste gas and waste water",
)
def get_outlets(
    query: Annotated[PointsQuery, QueryParameters()],
    context: Context,
    answer: Answer,
    tenant: Tenant,
) -> Response:
    """By enterprise and code, each in its latest version."""
    return answer.items(_points(context, query, tenant, outlets=True), PointRow)


@router.get(
    "/stations",
    response_model=Items[PointRow],
    responses=DOCUMENTED,
    summary="Stations of dust, air, noise and surface water",
)
def get_stations(
    query: Annotated[PointsQuery, QueryParameters()],
    context: Context,
    answer: Answer,
    tenant: Tenant,
) -> Response:
    """By enterprise and code, each in its latest version."""
    return answer.items(_points(context, query, tenant, outlets=False), PointRow)


def _points(
    context: Context, query: PointsQuery, tenant: str | None, *, outlets: bool
) -> pd.DataFrame:
    registry = context.books.registry()
    require_enterprise(registry, query.enterprise)
    enterprise = own(tenant, query.enterprise)
    now = context.books.now()
    rows = [
        _row(registry, one, now)
        for one in registry.point_by_code.values()
        if one.is_outlet is outlets and enterprise in (None, one.enterprise)
    ]
    frame = pd.DataFrame(rows, columns=list(PointRow.model_fields))
    for name in ("valid_from", "valid_to"):
        frame[name] = pd.to_datetime(frame[name], utc=True)
    return frame.sort_values(["enterprise", "code"])


def _row(registry: Registry, point: Point, now: datetime) -> dict[str, Any]:
    place = (point.enterprise, point.code)
    day = now.astimezone(registry.zone).date()
    channels = [
        one.code
        for one in registry.channels_of.get(place, ())
        if (one.valid_from is None or one.valid_from <= now)
        and (one.valid_to is None or now < one.valid_to)
    ]
    permits = [
        one
        for one in registry.permits_of.get(place, ())
        if one.valid_from <= day and (one.valid_to is None or day < one.valid_to)
    ]
    known = {name: getattr(point, name) for name in PointRow.model_fields if hasattr(point, name)}
    return known | {
        "medium": point.medium.value,
        "channels": "|".join(sorted(channels)),
        "limit_classes": "|".join(point.limit_classes) or None,
        "permits": len(permits),
    }
