"""/air-quality, /noise and /surface-water: what stations say of the surroundings."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Response
from fastapi import Query as QueryParameters
from pydantic import BaseModel, Field

import ledger.ambient
from api.answers import DOCUMENTED, Answer, Items, column
from api.context import Context
from api.names import require_point
from api.tenant import Tenant, own
from api.times import AccountedSpan, accounted_span

router = APIRouter(tags=["environment"])


class StationsQuery(AccountedSpan):
    """Which stations, and when; the current year by default."""

    enterprise: str | None = Field(None, description="code of an enterprise", examples=["heat-01"])
    point: str | None = Field(None, description="code of a station", examples=["AQ01"])


class AirQuery(StationsQuery):
    """Which stations of ambient air, by which periods."""

    every: Literal["hour", "day"] = Field("day", description="length of the periods")


class WaterQuery(StationsQuery):
    """Which sections, by which periods."""

    every: Literal["day", "month", "year"] = Field("month", description="length of the periods")


class AirRow(BaseModel):
    """The air quality index of one station in one period."""

    period: str = column("the period in the park's time", "2026-03-05")
    start: datetime = column("when the period begins", "2026-03-04T16:00:00Z")
    enterprise: str = column("code of the enterprise", "park-01")
    point: str = column("code of the station", "AQ01")
    aqi: float | None = column("air quality index; null: no pollutant is known", 87.0)
    aqi_class: int | None = column("1 excellent to 6 severe", 2)
    primary: str | None = column("leading pollutants, where the index is over 50", "a34004")
    pollutants: str | None = column("pollutants that have an index", "a34002|a34004")
    standard: str | None = column("edition that is in force", "HJ 633-2026")


class NoiseRow(BaseModel):
    """One day or night of one noise station."""

    period: str = column("when it begins in the park's time", "2026-03-05T06:00+08:00")
    start: datetime = column("when it begins", "2026-03-04T22:00:00Z")
    until: datetime = column("when it ends", "2026-03-05T14:00:00Z")
    enterprise: str = column("code of the enterprise", "axle-01")
    point: str = column("code of the station", "N01")
    part: str = column("daytime (06:00 to 22:00) or nighttime", "daytime")
    level_db: float | None = column("equivalent level; null: too few hours", 58.3, "dB")
    limit_db: float | None = column("limit", 65.0, "dB")
    zone: str | None = column("functional zone", "3")
    beyond_db: float | None = column("level less limit", -6.7, "dB")
    standard: str | None = column("standard of the limit", "GB 12348-2008")
    clause: str | None = column("clause of it", "table 1, 4.1.1")


class WaterRow(BaseModel):
    """The class of one section in one period."""

    period: str = column("the period in the park's time", "2026-03")
    start: datetime = column("when the period begins", "2026-02-28T16:00:00Z")
    enterprise: str = column("code of the enterprise", "park-01")
    point: str = column("code of the section", "R01")
    water_class: str | None = column("I to V of GB 3838-2002, or worse than V", "III")
    worst: str | None = column("pollutants that it is the class of, where worse than I", "w01018")
    pollutants: str | None = column("pollutants that were judged", "w01018|w21003")
    required_class: str | None = column("class that is required of the section", "III")
    met: bool | None = column("whether it is at least as good", True)


@router.get(
    "/air-quality", response_model=Items[AirRow], responses=DOCUMENTED, summary="Air quality index"
)
def get_air_quality(
    query: Annotated[AirQuery, QueryParameters()], context: Context, answer: Answer, tenant: Tenant
) -> Response:
    """Of stations of ambient air, by day or hour (HJ 633)."""
    frame = ledger.ambient.air_quality(
        context.books, every=query.every, **_asked(query, context, tenant)
    )
    return answer.items(frame, AirRow)


@router.get(
    "/noise", response_model=Items[NoiseRow], responses=DOCUMENTED, summary="Noise by day and night"
)
def get_noise(
    query: Annotated[StationsQuery, QueryParameters()],
    context: Context,
    answer: Answer,
    tenant: Tenant,
) -> Response:
    """Equivalent levels of the days and nights that begin in the span and are over."""
    frame = ledger.ambient.noise(context.books, **_asked(query, context, tenant))
    return answer.items(frame, NoiseRow)


@router.get(
    "/surface-water",
    response_model=Items[WaterRow],
    responses=DOCUMENTED,
    summary="Class of surface water",
)
def get_surface_water(
    query: Annotated[WaterQuery, QueryParameters()],
    context: Context,
    answer: Answer,
    tenant: Tenant,
) -> Response:
    """Of sections by their worst pollutant (GB 3838-2002), beside the class that is required."""
    frame = ledger.ambient.surface_water(
        context.books, every=query.every, **_asked(query, context, tenant)
    )
    return answer.items(frame, WaterRow)


def _asked(query: StationsQuery, context: Context, tenant: str | None) -> dict[str, Any]:
    registry = context.books.registry()
    require_point(registry, query.enterprise, query.point)
    start, end = accounted_span(query, registry.zone, context.books.now())
    return {
        "start": start, "end": end, "enterprise": own(tenant, query.enterprise),
        "point": query.point,
    }  # fmt: skip
