"""/peak/neutrality: the way from the peak to neutrality."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Response
from fastapi import Query as QueryParameters
from pydantic import BaseModel, Field

import ledger.neutrality
from api.answers import DOCUMENTED, Answer, Items, column
from api.context import Context
from api.peak_asked import WhoseQuery, coded, whose_code
from api.tenant import Tenant
from api.times import FIRST_YEAR, LAST_YEAR

router = APIRouter(tags=["progress"])


class NeutralityQuery(WhoseQuery):
    """Whose way, to what."""

    residual_t: float = Field(
        0.0, ge=0, allow_inf_nan=False, examples=[20_000],
        description="emissions left in the goal's year, which sinks must take up",
    )  # fmt: skip
    goal: int | None = Field(
        None, ge=FIRST_YEAR, le=LAST_YEAR, description="the goal's year; by default 2060",
        examples=[2060],
    )  # fmt: skip


class NeutralityRow(BaseModel):
    """The way that is left."""

    scope: str = column("`park`, `cluster` or `enterprise`", "cluster")
    code: str = column("its code", "equipment")
    name_zh: str = column("its name", "示范园区")
    name_en: str = column("its name in English", "Demo park")
    verdict: str = column("that of /peak, on the series as it is", "plateau")
    verdict_zh: str = column("the verdict in words", "平台期")
    verdict_en: str = column("the verdict in English", "plateau")
    peak_year: int | None = column("year of the maximum", 2018)
    peak_value_t: float | None = column("the maximum", 141_900.0, "tCO2e")
    last_year: int | None = column("the last whole year that is known", 2025)
    level_t: float | None = column("its emissions", 118_230.0, "tCO2e")
    below_peak: float | None = column("share by which they lie below the maximum", 0.167, "1")
    goal_year: int = column("the goal's year", 2060)
    years_left: int | None = column("years until then", 35)
    residual_t: float = column("emissions left then, which sinks must take up", 0.0, "tCO2e")
    reduction_t_per_year: float | None = column(
        "what an even path takes off every year", 3_378.0, "tCO2e/a"
    )
    reduction_rate: float | None = column(
        "share of the year before that an even rate takes off; null: none reaches zero", None, "1"
    )
    still_emitted_t: float | None = column(
        "emitted on the even path from now on", 2_009_910.0, "tCO2e"
    )
    fall_since_peak_t_per_year: float | None = column(
        "what came off every year since the maximum", 3_381.0, "tCO2e/a"
    )
    reason: str | None = column("why there is no way to tell", None)
    statement_zh: str = column("the way as a sentence", "示范园区：平台期。…")
    statement_en: str = column("the same in English", "Demo park: plateau. …")


@router.get(
    "/peak/neutrality",
    response_model=Items[NeutralityRow],
    responses=DOCUMENTED,
    summary="The way from the peak to neutrality",
)
def get_neutrality(
    query: Annotated[NeutralityQuery, QueryParameters()],
    context: Context,
    answer: Answer,
    tenant: Tenant,
) -> Response:
    """What an even path would take off every year, beside what came off so far."""
    books = context.books
    code = whose_code(query, books.registry(), tenant)
    frame = ledger.neutrality.neutrality(
        books, by=query.by, code=code, residual_t=query.residual_t, goal_year=query.goal
    )
    return answer.items(coded(frame, query.by), NeutralityRow)
