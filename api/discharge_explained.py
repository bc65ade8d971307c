"""/discharges/explain: a discharged mass down to the readings of its meters."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Response
from fastapi import Query as QueryParameters
from pydantic import BaseModel, Field

import ledger.discharge_explained
from api.answers import DOCUMENTED, Answer
from api.context import Context
from api.explain import ExplainNode, of_boundary
from api.names import require_point, require_pollutant
from api.paging import Query
from api.problems import invalid
from api.tenant import Tenant, own
from api.times import instant
from ledger.discharge_explained import Discharge
from ledger.explaining.hour import instant as told
from ledger.explaining.node import DEEPEST, ExplainError
from models.periods import HOUR_US, from_us, label, parse_period, to_us

router = APIRouter(tags=["environment"])


class ExplainedQuery(Query):
    """Which mass, and how much of its tree."""

    enterprise: str = Field(description="code of an enterprise", examples=["heat-01"])
    point: str = Field(description="code of an outlet", examples=["DA001"])
    pollutant: str = Field(description="code of a pollutant", examples=["a21002"])
    period: str | None = Field(
        None, description="2026, 2026-03 or 2026-03-05; the current month by default",
        examples=["2026-03"],
    )  # fmt: skip
    path: str = Field(
        "", pattern=r"^[^\x00-\x1f]*$", description="id of the node to begin at",
        examples=["2026-03/2026-03-05"],
    )  # fmt: skip
    depth: int = Field(2, ge=0, le=DEEPEST, description="levels unfolded below it")
    hours: str | None = Field(
        None, description="hours to unfold to concentration, flow and readings, by commas",
        examples=["2026-03-05T08:00:00+08:00"],
    )  # fmt: skip


class DischargeExplained(BaseModel):
    """A mass's tree with what was asked."""

    figure: ExplainNode
    enterprise: str
    point: str
    pollutant: str
    period: str


@router.get(
    "/discharges/explain", response_model=DischargeExplained, responses={304: DOCUMENTED[304]},
    summary="A discharged mass down to its readings",
)  # fmt: skip
def get_discharge_explained(
    query: Annotated[ExplainedQuery, QueryParameters()],
    context: Context,
    answer: Answer,
    tenant: Tenant,
) -> Response:
    """Days have their hours as a table; hours named in `hours` unfold to the readings."""
    books = context.books
    registry, now = books.registry(), books.now()
    period = query.period or label(now, "month", registry.zone)
    try:
        start, _ = parse_period(period, registry.zone)
    except ValueError as error:
        raise invalid("period", str(error).removeprefix("period: ")) from error
    if start >= now:
        raise invalid("period", f"{period} has not begun")
    given = [] if query.hours is None else query.hours.split(",")
    hours = [_hour(instant("hours", one, registry.zone, now)) for one in given]
    require_pollutant(query.pollutant)
    require_point(registry, query.enterprise, query.point)
    own(tenant, query.enterprise)
    which = Discharge(query.enterprise, query.point, query.pollutant, period)
    try:
        figure = ledger.discharge_explained.explain_discharge(
            books, which, path=query.path, depth=query.depth, hours=hours
        )
    except ExplainError as error:
        raise of_boundary(error) from error
    asked = {"enterprise": query.enterprise, "point": query.point, "pollutant": query.pollutant}
    return answer.one({"figure": figure, **asked, "period": period})


def _hour(at: datetime) -> str:
    us = to_us(at)
    return told(from_us(us - us % HOUR_US)) or ""
