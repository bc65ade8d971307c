"""/intensity: energy and emissions per 10,000 yuan of output."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Response
from fastapi import Query as QueryParameters
from pydantic import BaseModel, Field

import ledger.intensity
from api.answers import DOCUMENTED, Answer, Items, column
from api.context import Context
from api.names import require_enterprise
from api.problems import invalid
from api.times import AccountedSpan, accounted_span

router = APIRouter(tags=["accounts"])


class IntensityQuery(AccountedSpan):
    """By which periods, and of whom."""

    every: Literal["month", "year"] = Field("year", description="length of the periods")
    by: Literal["enterprise", "cluster", "park"] = Field("enterprise", description="whose")
    enterprise: str | None = Field(
        None, description="only this enterprise, with by=enterprise", examples=["axle-01"]
    )


class IntensityRow(BaseModel):
    """Intensity in one period; ``enterprise``, ``cluster`` or ``park`` as asked for."""

    period: str = column("the period in the park's time", "2026")
    start: datetime = column("when the period begins", "2025-12-31T16:00:00Z")
    enterprise: str = column("code of the enterprise; only by enterprise", "axle-01")
    cluster: str = column("code of the cluster; only by cluster", "equipment")
    park: str = column("code of the park; only by park", "demo-park")
    energy_tce_calorific: float | None = column("calorific value, 当量值", 639.1, "tce")
    energy_tce_equivalent: float | None = column("equivalent value, 等价值", 1_570.0, "tce")
    co2e_t: float | None = column("emissions of scopes 1 and 2", 4_039.9, "tCO2e")
    output_1e4_yuan: float | None = column("output", 52_000.0, "1e4_yuan")
    price_basis: str | None = column("prices that the output is in", "current")
    energy_intensity_tce_per_1e4_yuan: float | None = column(
        "energy per output", 0.01229, "tce/1e4_yuan"
    )
    emission_intensity_t_per_1e4_yuan: float | None = column(
        "emissions per output", 0.07769, "tCO2e/1e4_yuan"
    )
    coverage: float | None = column("share of the hours that readings cover", 0.998, "1")
    estimated_share: float | None = column("share not backed by readings", 0.001, "1")
    months_with_output: int | None = column("months whose output is known", 10)


WHOSE = ("enterprise", "cluster", "park")


@router.get(
    "/intensity",
    response_model=Items[IntensityRow],
    responses=DOCUMENTED,
    summary="Intensity per output",
)
def get_intensity(
    query: Annotated[IntensityQuery, QueryParameters()], context: Context, answer: Answer
) -> Response:
    """Of the current year unless another span is named; null where output is unknown."""
    books = context.books
    registry = books.registry()
    require_enterprise(registry, query.enterprise)
    if query.enterprise is not None and query.by != "enterprise":
        raise invalid("enterprise", f"goes with by=enterprise, not with by={query.by}")
    start, end = accounted_span(query, registry.zone, books.now())
    frame = ledger.intensity.intensity(books, every=query.every, start=start, end=end, by=query.by)
    if query.enterprise is not None:
        frame = frame[frame["enterprise"] == query.enterprise]
    columns = [name for name in IntensityRow.model_fields if name not in {*WHOSE} - {query.by}]
    return answer.items(frame, IntensityRow, columns=columns)
