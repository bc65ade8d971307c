"""/peak and /peak/series: whether emissions have peaked, and the yearly values that say so."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Response
from fastapi import Query as QueryParameters
from pydantic import BaseModel, Field

import ledger.peak
from api.answers import DOCUMENTED, Answer, Items, column
from api.context import Context
from api.peak_asked import WhoseQuery, coded, whose_code
from api.tenant import Tenant
from ledger.peaking.peak_series import series_table

router = APIRouter(tags=["progress"])


class PeakQuery(WhoseQuery):
    """Whose verdict, and by which series."""

    adjusted: bool = Field(
        True, description="beside the series as it is, those without weather and without output"
    )


class SeriesQuery(PeakQuery):
    """Whose years, and which."""

    running: bool = Field(True, description="the running year too, up to now")


class PeakRow(BaseModel):
    """The verdict on one series."""

    scope: str = column("`park`, `cluster` or `enterprise`", "cluster")
    code: str = column("its code", "equipment")
    name_zh: str = column("its name", "装备制造")
    name_en: str = column("its name in English", "Equipment")
    series: str = column("raw, weather (adjusted) or output (adjusted)", "raw")
    series_zh: str = column("the series in words", "原始序列")
    series_en: str = column("the series in English", "as it is")
    verdict: str | None = column(
        "not_enough_years, at_maximum, not_established, peaked, plateau or rising_again; null: the "
        "adjusted series cannot be made", "peaked",
    )  # fmt: skip
    verdict_zh: str | None = column("the verdict in words", "已达峰")
    verdict_en: str | None = column("the verdict in English", "peaked")
    reason: str = column("the row of the decision table, or what lacks", "significant_decrease")
    n: int | None = column("judged yearly values", 11)
    first_year: int | None = column("the first of them", 2015)
    last_year: int | None = column("the last of them", 2025)
    last_value_t: float | None = column("its emissions", 118_230.0, "tCO2e")
    peak_year: int | None = column("year of the maximum, the last if tied", 2018)
    peak_value_t: float | None = column("the maximum", 141_900.0, "tCO2e")
    years_after: int | None = column("last_year - peak_year", 7)
    values_after: int | None = column("known values after the maximum", 7)
    mk_s: int | None = column("Mann-Kendall's S of these", -17)
    mk_z: float | None = column("its Z; null: fewer than five values", -2.403, "1")
    mk_p: float | None = column("its two-sided p; null: fewer than five", 0.0163, "1")
    slope_t: float | None = column("Sen's slope of these", -3_100.0, "tCO2e/a")
    slope_low_t: float | None = column(
        "lower end of its 95 % interval; null: too few values", -4_020.0, "tCO2e/a"
    )
    slope_high_t: float | None = column("its upper end", -1_950.0, "tCO2e/a")
    overall_mk_p: float | None = column("p of all judged values", 0.0009, "1")
    overall_slope_t: float | None = column("Sen's slope of all", -2_400.0, "tCO2e/a")
    overall_slope_low_t: float | None = column("its lower end", -3_300.0, "tCO2e/a")
    overall_slope_high_t: float | None = column("its upper end", -1_200.0, "tCO2e/a")
    missing_years: str | None = column("years between that are not known, joined by |", "2019")
    boundary_changes: str | None = column(
        "first years of another boundary, joined by |; years before the last are not judged", None
    )
    earliest_year: int | None = column("first year that can establish a verdict", None)
    next_verdicts: str | None = column(
        "the verdict by the value of the year after last_year, in t: ranges from low to high",
        "peaked [0.0, 88.0] | plateau (88.0, 100.0) | at_maximum [100.0, inf)",
    )
    coefficient: float | None = column(
        "of an adjusted series: t per degree day, or elasticity", None
    )
    coefficient_error: float | None = column("its standard error", None)
    output_change: float | None = column("change of output since the maximum", 0.212, "1")
    metered_years: int | None = column("judged values that meters gave", 2)
    imported_years: int | None = column("judged values that were entered", 9)
    statement_zh: str = column("the verdict with its reasons", "装备制造：已达峰。…")
    statement_en: str = column("the same in English", "Equipment: peaked. …")


class SeriesRow(BaseModel):
    """One year of one series."""

    scope: str = column("`park`, `cluster` or `enterprise`", "cluster")
    code: str = column("its code", "equipment")
    name_zh: str = column("its name", "装备制造")
    name_en: str = column("its name in English", "Equipment")
    series: str = column("raw, weather or output", "raw")
    series_zh: str = column("the series in words", "原始序列")
    series_en: str = column("the series in English", "as it is")
    year: int = column("the year", 2024)
    co2e_t: float | None = column("emissions of scopes 1 and 2, by location", 121_400.0, "tCO2e")
    origin: str | None = column("metered, running (so far) or imported", "metered")
    judged: bool = column("whether the verdict rests on it", True)
    boundary: str | None = column("what the figure covers", "")
    imported_co2e_t: float | None = column("what was entered for it", None, "tCO2e")
    reason: str | None = column("why it is not known", None)
    missing: str | None = column("codes of those who lack a figure, joined by |", None)


@router.get(
    "/peak",
    response_model=Items[PeakRow],
    responses=DOCUMENTED,
    summary="Whether emissions have peaked, and what next year would change",
)
def get_peak(
    query: Annotated[PeakQuery, QueryParameters()],
    context: Context,
    answer: Answer,
    tenant: Tenant,
) -> Response:
    """By the decision table of docs/methods/peak.md, with its evidence; of the park by default."""
    books = context.books
    code = whose_code(query, books.registry(), tenant)
    frame = ledger.peak.peak(books, by=query.by, code=code, adjusted=query.adjusted)
    return answer.items(coded(frame, query.by), PeakRow)


@router.get(
    "/peak/series",
    response_model=Items[SeriesRow],
    responses=DOCUMENTED,
    summary="Yearly emissions as the peak is judged by them",
)
def get_peak_series(
    query: Annotated[SeriesQuery, QueryParameters()],
    context: Context,
    answer: Answer,
    tenant: Tenant,
) -> Response:
    """As they are, and without the influence of weather and of output where that is known."""
    books = context.books
    code = whose_code(query, books.registry(), tenant)
    frame = series_table(
        books, by=query.by, code=code, adjusted=query.adjusted, running=query.running
    )
    return answer.items(coded(frame, query.by), SeriesRow)
