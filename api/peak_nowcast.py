"""/peak/nowcast and /peak/nowcast/months: the running year's total, and its budget's chances."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Response
from fastapi import Query as QueryParameters
from pydantic import BaseModel, Field

from api.answers import DOCUMENTED, Answer, Items, column
from api.context import Context
from api.peak_asked import WhoseQuery, coded, one_code, whose_code
from api.tenant import Tenant
from ledger.nowcast import nowcast_months, nowcasts

router = APIRouter(tags=["progress"])

Subject = Literal["co2e_t", "energy_tce_equivalent", "energy_tce_calorific"]


class NowcastQuery(WhoseQuery):
    """Whose running year, and what of it."""

    subject: Subject | None = Field(
        None, description="emissions, or energy at one of its two values; by default all three"
    )


class MonthsQuery(WhoseQuery):
    """Whose months, and what of them."""

    subject: Subject = Field("co2e_t", description="emissions, or energy at one of its two values")


class NowcastRow(BaseModel):
    """The running year of one subject; amounts are in the row's ``unit``."""

    scope: str = column("`park`, `cluster` or `enterprise`", "cluster")
    code: str = column("its code", "equipment")
    name_zh: str = column("its name", "装备制造")
    name_en: str = column("its name in English", "Equipment")
    subject: str = column("co2e_t, energy_tce_equivalent or energy_tce_calorific", "co2e_t")
    unit: str = column("t (CO2e) or tce", "t")
    year: int = column("the running year", 2026)
    known: float | None = column("what the known months came to", 104_300.0, "{unit}")
    known_months: float | None = column("how many these are, the running one as a part", 10.8)
    months_unknown: str | None = column("months over and not known, joined by |", None)
    history_months: int = column("known months of earlier years", 24)
    growth_years: int = column("earlier yearly totals that tell growth", 10)
    growth_prior: float | None = column("growth a year that they tell (logarithm)", -0.012, "1")
    month_noise: float | None = column("a month's standard deviation around the model", 0.014, "1")
    total: float | None = column("median of the year's total", 118_900.0, "{unit}")
    low_50: float | None = column("the total lies above it with 75 %", 118_500.0, "{unit}")
    high_50: float | None = column("and below it with 75 %", 119_300.0, "{unit}")
    low_80: float | None = column("lower end of the 80 % interval", 118_200.0, "{unit}")
    high_80: float | None = column("its upper end", 119_700.0, "{unit}")
    low_95: float | None = column("lower end of the 95 % interval", 117_700.0, "{unit}")
    high_95: float | None = column("its upper end", 120_200.0, "{unit}")
    last_year: float | None = column("total of the year before", 121_000.0, "{unit}")
    change: float | None = column("total / last_year - 1", -0.0174, "1")
    limit: float | None = column("the tightest total that a target allows", 120_000.0, "{unit}")
    target_period: str | None = column("period of that target", "2026")
    target_document: str | None = column("its document", "carbon plan 2026")
    counted_share: float | None = column(
        "part of the energy that counts by the year's rule; `limit` is divided by it", 1.0, "1"
    )
    probability: float | None = column("that the year stays within `limit`", 0.93, "1")
    target_reason: str | None = column("why there is no limit: no_target, or a target's", None)
    reason: str | None = column(
        "why there is no nowcast: nothing_known, season_unknown or members (some are missing)", None
    )
    months_without_season: str | None = column("months never known before, joined by |", None)
    statement_zh: str = column("all this in words", "装备制造2026年温室气体排放总量预计…")
    statement_en: str = column("the same in English", "Equipment, greenhouse gas emissions …")


class NowcastMonthRow(BaseModel):
    """One month; amounts are in the row's ``unit``."""

    scope: str = column("`park`, `cluster` or `enterprise`", "park")
    code: str = column("its code", "demo")
    subject: str = column("co2e_t, energy_tce_equivalent or energy_tce_calorific", "co2e_t")
    unit: str = column("t (CO2e) or tce", "t")
    year: int = column("the year", 2026)
    month: int = column("the month, 1 to 12", 11)
    state: str = column("known, running, not_known (over, with gaps) or to_come", "running")
    known: float | None = column("what is known of it", 8_100.0, "{unit}")
    expected: float = column("the whole month, or its median", 9_800.0, "{unit}")
    low_80: float | None = column("lower end of its 80 % interval", 9_600.0, "{unit}")
    high_80: float | None = column("its upper end", 10_000.0, "{unit}")


@router.get(
    "/peak/nowcast",
    response_model=Items[NowcastRow],
    responses=DOCUMENTED,
    summary="This year's total as expected, with intervals, and the probability of its budget",
)
def get_nowcast(
    query: Annotated[NowcastQuery, QueryParameters()],
    context: Context,
    answer: Answer,
    tenant: Tenant,
) -> Response:
    """From the months known so far and earlier years (docs/methods/nowcast.md); the park's."""
    books = context.books
    code = whose_code(query, books.registry(), tenant)
    frame = nowcasts(books, by=query.by, code=code, subject=query.subject)
    return answer.items(coded(frame, query.by), NowcastRow)


@router.get(
    "/peak/nowcast/months",
    response_model=Items[NowcastMonthRow],
    responses=DOCUMENTED,
    summary="The months of this year, known and expected, beside those of the years before",
)
def get_nowcast_months(
    query: Annotated[MonthsQuery, QueryParameters()],
    context: Context,
    answer: Answer,
    tenant: Tenant,
) -> Response:
    """Of one enterprise, cluster or the park; none where there is no nowcast."""
    books = context.books
    code = one_code(query, books.registry(), tenant)
    frame = nowcast_months(books, by=query.by, code=code, subject=query.subject)
    return answer.items(coded(frame, query.by), NowcastMonthRow)
