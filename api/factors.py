"""/factors: emission factors with their sources."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Response
from fastapi import Query as QueryParameters
from pydantic import BaseModel, Field

import ledger.factors
from api.answers import DOCUMENTED, Answer, Items, column
from api.context import Context
from api.paging import Query
from api.times import FIRST_YEAR, LAST_YEAR

router = APIRouter(tags=["factors"])


class FactorsQuery(Query):
    """Which factors."""

    set: str | None = Field(None, description="name of a factor set")
    carrier: str | None = Field(None, description="energy carrier", examples=["electricity"])
    region: str | None = Field(None, description="region of validity", examples=["东北"])
    year: int | None = Field(
        None, ge=FIRST_YEAR, le=LAST_YEAR, description="data year", examples=[2022]
    )


class FactorRow(BaseModel):
    """One factor."""

    set: str = column("factor set", "ncsc")
    carrier: str = column("energy carrier", "electricity")
    region: str | None = column("region of validity", "东北")
    year: int | None = column("data year", 2012)
    valid_from: date | None = column("valid from", None)


@router.get(
    "/factors", response_model=Items[FactorRow], responses=DOCUMENTED, summary="Emission factors"
)
def get_factors(
    query: Annotated[FactorsQuery, QueryParameters()], context: Context, answer: Answer
) -> Response:
    """All that the library holds, or those that fit every given filter."""
    frame = ledger.factors.factors(
        context.books,
        set=query.set,
        carrier=query.carrier,
        region=query.region,
        year=query.year,
    )
    return answer.items(frame, FactorRow)
