"""/budgets: annual amounts against permits."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Response
from fastapi import Query as QueryParameters
from pydantic import BaseModel, Field

import ledger.budgets
from api.answers import DOCUMENTED, Answer, Items, column
from api.context import Context
from api.names import require_enterprise
from api.paging import Query
from api.problems import invalid
from api.tenant import Tenant, own
from api.times import FIRST_YEAR, LAST_YEAR

router = APIRouter(tags=["environment"])


class BudgetsQuery(Query):
    """Whose annual amounts, of which year."""

    year: int | None = Field(
        None, ge=FIRST_YEAR, le=LAST_YEAR, description="of the park's time; by default this one",
        examples=[2026],
    )  # fmt: skip
    enterprise: str | None = Field(None, description="code of an enterprise", examples=["heat-01"])


class BudgetRow(BaseModel):
    """The annual amount of one pollutant of one outlet."""

    year: int = column("the year", 2026)
    enterprise: str = column("code of the enterprise", "heat-01")
    point: str = column("code of the outlet", "DA001")
    pollutant: str = column("code of HJ 212-2017", "a21002")
    permitted_kg: float = column("what the permit allows in the year", 12_000.0, "kg")
    mass_kg: float | None = column("discharged so far", 9_870.0, "kg")
    substituted_kg: float | None = column("part of it that stands in for lost hours", 40.0, "kg")
    share: float | None = column("mass_kg / permitted_kg", 0.8225, "1")
    left_kg: float | None = column("what is left; negative: beyond", 2_130.0, "kg")
    known_share: float | None = column("part of the hours so far that is known", 0.998, "1")
    rate_kg_per_day: float | None = column("of the last 30 days", 31.2, "kg/d")
    runs_out_on: date | None = column(
        "day on which it is used up at that rate, or was; null: it lasts", "2026-12-09"
    )
    expected_kg: float | None = column("mass of the whole year at that rate", 12_490.0, "kg")
    seasonal_runs_out_on: date | None = column(
        "the same by last year's course, scaled by the last 30 days of both years", "2026-12-15"
    )
    seasonal_expected_kg: float | None = column(
        "mass of the whole year by last year's course; null: not known well enough", 12_300.0, "kg"
    )
    even_rate_kg_per_day: float | None = column(
        "what may be discharged a day to the year's end", 25.4, "kg/d"
    )
    standard: str = column("permit", "912201017000000040001P")
    clause: str = column("place in it", "page 14")


@router.get(
    "/budgets",
    response_model=Items[BudgetRow],
    responses=DOCUMENTED,
    summary="Annual amounts against permits",
)
def get_budgets(
    query: Annotated[BudgetsQuery, QueryParameters()],
    context: Context,
    answer: Answer,
    tenant: Tenant,
) -> Response:
    """By enterprise, outlet and pollutant; of the current year by default."""
    books = context.books
    registry = books.registry()
    require_enterprise(registry, query.enterprise)
    this_year = books.now().astimezone(registry.zone).year
    year = this_year if query.year is None else query.year
    if year > this_year:
        raise invalid("year", f"{year} has not begun")
    frame = ledger.budgets.budgets(books, year=year, enterprise=own(tenant, query.enterprise))
    return answer.items(frame, BudgetRow)
