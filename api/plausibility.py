"""/plausibility: what looks implausible at outlets and stations, for an officer to judge."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Response
from fastapi import Query as QueryParameters
from pydantic import BaseModel, Field

import ledger.plausibility
from api.answers import DOCUMENTED, Answer, Items, column
from api.context import Context
from api.names import require_point
from api.problems import invalid
from api.times import Span, span
from ledger.plausibility import SPAN_DAYS_MAX

router = APIRouter(tags=["environment"])

DEFAULT_DAYS = 7

Kind = Literal[
    "stuck", "copied_day", "copied_series", "too_smooth", "oxygen_of_air_at_load",
    "oxygen_of_load_when_idle", "treatment_off", "fallen_without_treatment",
    "flue_gas_against_fuel", "converted_otherwise", "amount_otherwise",
]  # fmt: skip


class PlausibilityQuery(Span):
    """Of which points, and when."""

    enterprise: str | None = Field(None, description="code of an enterprise", examples=["heat-01"])
    point: str | None = Field(None, description="code of an outlet or station", examples=["DA001"])
    kind: Kind | None = Field(None, description="only of this kind")


class PlausibilityRow(BaseModel):
    """One finding."""

    ts: datetime = column("when it begins", "2026-11-20T16:00:00Z")
    until: datetime = column("when it ends", "2026-11-21T02:00:00Z")
    enterprise: str = column("code of the enterprise", "heat-01")
    point: str = column("code of the outlet or station", "DA001")
    pollutant: str | None = column(
        "code of what is measured (HJ 212-2017), null: the whole outlet", "a21002"
    )
    kind: Kind = column("what it is", "stuck")
    hours: int = column("how long", 10, "h")
    seen: float | None = column("what was seen, null where the kind has no number", 60.38, "{unit}")
    expected: float | None = column("what is usual, or follows otherwise", None, "{unit}")
    unit: str | None = column("unit of both", "mg/m3")
    source: str | None = column(
        "enterprise/point/pollutant that it is the same as, null but for copies of a series", None
    )
    detail: str = column(
        "the evidence in words",
        "nitrogen oxides read 60.38 mg/m3 for 10 hours without any change",
    )
    detail_zh: str = column("the same in Chinese", "氮氧化物连续 10 小时恒为 60.38 mg/m3")


@router.get(
    "/plausibility",
    response_model=Items[PlausibilityRow],
    responses=DOCUMENTED,
    summary="What looks implausible in the measurements, with its evidence",
)
def get_plausibility(
    query: Annotated[PlausibilityQuery, QueryParameters()], context: Context, answer: Answer
) -> Response:
    """The newest first; of the last seven days where no start is given. None is a verdict."""
    books = context.books
    registry, now = books.registry(), books.now()
    require_point(registry, query.enterprise, query.point)
    start, end = span(query, registry.zone, now)
    end = now if end is None else min(end, now)
    start = end - timedelta(days=DEFAULT_DAYS) if start is None else start
    if end - start > timedelta(days=SPAN_DAYS_MAX):
        raise invalid("start", f"more than {SPAN_DAYS_MAX} days before the end; ask by quarter")
    frame = ledger.plausibility.plausibility(
        books, start=start, end=end, enterprise=query.enterprise, point=query.point
    )
    if query.kind is not None:
        frame = frame[frame["kind"] == query.kind]
    return answer.items(frame, PlausibilityRow)
