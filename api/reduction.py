"""/reduction: amounts of the main pollutants, year on year."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Response
from fastapi import Query as QueryParameters
from pydantic import BaseModel, Field

import ledger.reduction
from api.answers import DOCUMENTED, Answer, Items, column
from api.context import Context
from api.paging import Query
from api.problems import invalid
from api.times import FIRST_YEAR, LAST_YEAR

router = APIRouter(tags=["environment"])

WHOSE = ("enterprise", "cluster", "park")


class ReductionQuery(Query):
    """Which year, and of whom."""

    year: int | None = Field(
        None, ge=FIRST_YEAR + 1, le=LAST_YEAR, examples=[2026],
        description="of the park's time; by default this one",
    )  # fmt: skip
    by: Literal["enterprise", "cluster", "park"] = Field("enterprise", description="whose")


class ReductionRow(BaseModel):
    """One indicator; ``enterprise``, ``cluster`` or ``park`` as asked for."""

    year: int = column("the year", 2026)
    enterprise: str = column("code of the enterprise; only by enterprise", "heat-01")
    cluster: str = column("code of the cluster; only by cluster", "equipment")
    park: str = column("code of the park; only by park", "demo-park")
    indicator: str = column("cod, nh3n, nox or vocs", "nox")
    pollutant: str = column("code of HJ 212-2017 that it is measured as", "a21002")
    name_zh: str = column("its name", "氮氧化物")
    name_en: str = column("its name in English", "nitrogen oxides")
    until: datetime = column("up to when, and in the year before", "2026-11-25T16:00:00Z")
    mass_kg: float | None = column("discharged in the year so far", 9_870.0, "kg")
    substituted_kg: float | None = column("part of it that stands in for lost hours", 40.0, "kg")
    known_share: float | None = column("share of the hours that is known", 0.99, "1")
    previous_kg: float | None = column("the same days of the year before", 11_240.0, "kg")
    previous_known_share: float | None = column("share of their hours that is known", 0.97, "1")
    change_kg: float | None = column("mass_kg - previous_kg", -1_370.0, "kg")
    reduction: float | None = column(
        "(previous - now) / previous; null where less than 75 % of either is known", 0.1219, "1"
    )
    one_year_only: str | None = column(
        "enterprise/outlet, joined by |, that measured it in one of the two years only", None
    )


@router.get(
    "/reduction",
    response_model=Items[ReductionRow],
    responses=DOCUMENTED,
    summary="COD, NH3-N, NOx and VOCs year on year",
)
def get_reduction(
    query: Annotated[ReductionQuery, QueryParameters()], context: Context, answer: Answer
) -> Response:
    """Of the current year up to now by default, beside the same days of the year before."""
    books = context.books
    this_year = books.now().astimezone(books.registry().zone).year
    year = this_year if query.year is None else query.year
    if year > this_year:
        raise invalid("year", f"{year} has not begun")
    frame = ledger.reduction.reduction(books, year=year, by=query.by)
    columns = [name for name in ReductionRow.model_fields if name not in {*WHOSE} - {query.by}]
    return answer.items(frame, ReductionRow, columns=columns)
