"""/discharges: what outlets discharge, by pollutant and period."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Response
from fastapi import Query as QueryParameters
from pydantic import BaseModel, Field

import ledger.discharges
from api.answers import DOCUMENTED, Answer, Items, column
from api.context import Context
from api.extent import require_extent
from api.points_asked import OutletsQuery, asked_of
from api.tenant import Tenant
from api.times import accounted_span
from ledger.discharging.layouts import layouts
from models.periods import Every
from models.registry.points import OUTLET_MEDIA

router = APIRouter(tags=["environment"])


class DischargesQuery(OutletsQuery):
    """Whose discharges, by which periods."""

    every: Every = Field("month", description="length of the periods, in the park's time")


class DischargeRow(BaseModel):
    """One pollutant of one outlet in one period."""

    period: str = column("the period in the park's time", "2026-03")
    start: datetime = column("when the period begins", "2026-02-28T16:00:00Z")
    enterprise: str = column("code of the enterprise", "heat-01")
    point: str = column("code of the outlet", "DA001")
    medium: str = column("waste_gas or waste_water", "waste_gas")
    pollutant: str = column("code of HJ 212-2017", "a21002")
    conc_measured: float | None = column(
        "mean of dry gas at standard state, or of the water; null: too few valid hours",
        61.2, "{conc_unit}",
    )  # fmt: skip
    conc_converted: float | None = column(
        "mean that limits speak of: of waste gas at reference oxygen", 74.9, "{conc_unit}"
    )
    conc_unit: str = column("unit of the concentrations", "mg/m3")
    flow_m3: float | None = column("volume of the known hours", 15_800_000.0, "m3")
    mass_kg: float | None = column("mass of the known hours, with what stands in", 967.2, "kg")
    substituted_kg: float | None = column("part of it that stands in for lost hours", 4.1, "kg")
    valid_minutes: float = column("minutes with valid data", 44_410.0, "min")
    valid_hours: int = column("hours with a valid concentration", 740, "h")
    hours: int = column("hours that are over", 744, "h")
    stopped_hours: int = column("of them nothing ran and no data were owed", 0, "h")
    substituted_hours: int = column("of them something stands in", 4, "h")
    known_hours: int = column(
        "of them the mass is known: measured, stood in for, or nothing ran", 744, "h"
    )
    flow_hours: int = column("of them the flow is known, or nothing ran", 742, "h")
    mark: str | None = column("HJ 212's letter: N valid, F stopped; null: nothing came", "N")
    state: str | None = column("declared operating states, joined by |", None)
    flow_basis: str | None = column("measured, velocity, amount (-Cou), device_mass", "measured")
    converted_basis: str | None = column(
        "measured (no reference oxygen), computed, device, oxygen_unusable", "computed"
    )


@router.get(
    "/discharges",
    response_model=Items[DischargeRow],
    responses=DOCUMENTED,
    summary="Discharges by outlet, pollutant and period",
)
def get_discharges(
    query: Annotated[DischargesQuery, QueryParameters()],
    context: Context,
    answer: Answer,
    tenant: Tenant,
) -> Response:
    """By enterprise, outlet, pollutant and time, never in pages; of the current year by default."""
    books = context.books
    registry = books.registry()
    which = asked_of(query, registry, tenant)
    start, end = accounted_span(query, registry.zone, books.now())
    found = layouts(registry, OUTLET_MEDIA, enterprise=which["enterprise"], point=which["point"])
    series = sum(1 if query.pollutant else len(one.pollutants) for one in found)
    hours = int((end - start).total_seconds() // 3600) + 1
    require_extent(series, query.every, start, end, series * hours)
    frame = ledger.discharges.discharges(books, every=query.every, start=start, end=end, **which)
    return answer.items(frame, DischargeRow)
