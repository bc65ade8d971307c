"""/side-by-side and /stack-co2: pollutants beside greenhouse gases."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Response
from fastapi import Query as QueryParameters
from pydantic import BaseModel, Field

import ledger.side_by_side
import ledger.stack_co2
from api.answers import DOCUMENTED, Answer, Items, column
from api.context import Context
from api.names import require_enterprise
from api.tenant import Tenant, own
from api.times import AccountedSpan, accounted_span

router = APIRouter(tags=["environment"])


class EnterprisesQuery(AccountedSpan):
    """Of whom, by which periods; the current year by default."""

    enterprise: str | None = Field(None, description="code of an enterprise", examples=["heat-01"])
    every: Literal["day", "month", "year"] = Field("month", description="length of the periods")


class SideBySideRow(BaseModel):
    """What one enterprise emitted in one period."""

    period: str = column("the period in the park's time", "2026-03")
    start: datetime = column("when the period begins", "2026-02-28T16:00:00Z")
    enterprise: str = column("code of the enterprise", "heat-01")
    co2e_t: float | None = column("emissions of scopes 1 and 2, by location", 8_120.0, "tCO2e")
    energy_tce_calorific: float | None = column("energy, calorific value", 3_050.0, "tce")
    energy_tce_equivalent: float | None = column("energy, equivalent value", 3_410.0, "tce")
    cod_kg: float | None = column("COD of its outlets", 210.0, "kg")
    nh3n_kg: float | None = column("ammonia nitrogen", 8.1, "kg")
    nox_kg: float | None = column("nitrogen oxides", 967.2, "kg")
    vocs_kg: float | None = column("VOCs, as non-methane hydrocarbons", None, "kg")
    so2_kg: float | None = column("sulphur dioxide", 120.5, "kg")
    pm_kg: float | None = column("particulate matter", 44.0, "kg")
    tn_kg: float | None = column("total nitrogen", 60.2, "kg")
    tp_kg: float | None = column("total phosphorus", 2.9, "kg")
    coverage: float | None = column("share of its meters' hours that readings cover", 0.998, "1")
    known_share: float | None = column("share of its outlets' hours that is known", 0.99, "1")


class StackRow(BaseModel):
    """CO2 of one enterprise's stacks in one period, and what is computed for it."""

    period: str = column("the period in the park's time", "2026-03")
    start: datetime = column("when the period begins", "2026-02-28T16:00:00Z")
    enterprise: str = column("code of the enterprise", "heat-01")
    outlets: str = column("outlets that measure CO2, joined by |", "DA001|DA002")
    stack_co2_t: float | None = column("concentration times flow", 8_230.0, "tCO2")
    known_share: float | None = column("share of their hours that is known", 0.99, "1")
    computed_co2_t: float | None = column("CO2 of scope 1 in the inventory", 8_120.0, "tCO2")
    biogenic_co2_t: float | None = column("biogenic CO2 in the inventory", 0.0, "tCO2")
    difference_t: float | None = column("stack - (computed + biogenic)", 110.0, "tCO2")
    difference_share: float | None = column("of the computed", 0.0135, "1")


@router.get(
    "/side-by-side",
    response_model=Items[SideBySideRow],
    responses=DOCUMENTED,
    summary="Pollutants and greenhouse gases of enterprises, side by side",
)
def get_side_by_side(
    query: Annotated[EnterprisesQuery, QueryParameters()],
    context: Context,
    answer: Answer,
    tenant: Tenant,
) -> Response:
    """By period and enterprise; null where nothing of it is measured or known."""
    books = context.books
    registry = books.registry()
    require_enterprise(registry, query.enterprise)
    start, end = accounted_span(query, registry.zone, books.now())
    frame = ledger.side_by_side.side_by_side(
        books, every=query.every, start=start, end=end, enterprise=own(tenant, query.enterprise)
    )
    return answer.items(frame, SideBySideRow)


@router.get(
    "/stack-co2",
    response_model=Items[StackRow],
    responses=DOCUMENTED,
    summary="CO2 as stacks measure it, beside the computed",
)
def get_stack_co2(
    query: Annotated[EnterprisesQuery, QueryParameters()],
    context: Context,
    answer: Answer,
    tenant: Tenant,
) -> Response:
    """By period and enterprise, of those that have an outlet with CO2 (a05001)."""
    books = context.books
    registry = books.registry()
    require_enterprise(registry, query.enterprise)
    start, end = accounted_span(query, registry.zone, books.now())
    frame = ledger.stack_co2.stack_co2(
        books, every=query.every, start=start, end=end, enterprise=own(tenant, query.enterprise)
    )
    return answer.items(frame, StackRow)
