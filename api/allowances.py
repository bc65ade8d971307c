"""/allowances: positions in the national ETS, and what they are made of."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Response
from fastapi import Query as QueryParameters
from pydantic import BaseModel, Field

import ledger.allowances
from api.answers import DOCUMENTED, Answer, Items, column
from api.context import Context
from api.names import require_enterprise
from api.paging import Query
from api.tenant import Tenant, own
from api.times import FIRST_YEAR, LAST_YEAR
from ledger.books import Books

router = APIRouter(tags=["progress"])


class UnitsQuery(Query):
    """Whose position, of which accounting year."""

    year: int | None = Field(
        None, ge=FIRST_YEAR + 1, le=LAST_YEAR, examples=[2025],
        description="accounting year; by default the last one and the running one",
    )  # fmt: skip
    enterprise: str | None = Field(
        None, description="code of an enterprise; by default all with a sector of the ETS",
        examples=["heat-01"],
    )  # fmt: skip


class AllowancesQuery(UnitsQuery):
    """Whose position, of which accounting year, at which price."""

    price_yuan: float | None = Field(
        None, ge=0, le=1e6, allow_inf_nan=False, examples=[80.0],
        description="price of an allowance, yuan/t; by default the last known one",
    )  # fmt: skip


class AllowanceRow(BaseModel):
    """The position of one enterprise for one accounting year; 1 allowance is 1 t CO2e."""

    enterprise: str = column("code of the enterprise", "heat-01")
    year: int = column("accounting year", 2025)
    sector: str | None = column("its sector in the ETS", "power")
    verdict: str = column(
        "`surrendered`, `covered`, `short`, `overdue`, `not_obligated`, `unknown`", "short"
    )
    reason: str | None = column("why it is unknown", None)
    notes: str | None = column("what was assumed, codes joined by |", "benchmark_draft")
    emissions_origin: str | None = column("`verified`, `computed` or `expected`", "verified")
    emissions_t: float | None = column("emissions of the whole year", 101_500.0, "t")
    emissions_so_far_t: float | None = column("known so far", 101_500.0, "t")
    coverage: float | None = column("share of its hours covered by readings", 0.998, "1")
    allocation_t: float | None = column("determined or computed allocation", 98_000.0, "t")
    computed_allocation_t: float | None = column("computed by benchmark", 98_000.0, "t")
    benchmark_stage: str | None = column("`final`, `draft` or `carried`", "final")
    preallocation_t: float | None = column("pre-allocation by rule", 49_000.0, "t")
    due_t: float | None = column("to be surrendered", 101_500.0, "t")
    waived_t: float | None = column("emissions for which nothing is due", 0.0, "t")
    over_t: float | None = column("allocation beyond what is due", 0.0, "t")
    short_t: float | None = column("what is due beyond the allocation", 3_500.0, "t")
    ccer_limit_t: float | None = column("CCER that may stand for it at most", 5_075.0, "t")
    ccer_t: float | None = column("CCER surrendered, up to that", 0.0, "t")
    ccer_usable_t: float | None = column("CCER held that still may stand for it", 0.0, "t")
    surrendered_t: float | None = column("allowances surrendered for the year", 0.0, "t")
    outstanding_t: float | None = column("still to be surrendered", 101_500.0, "t")
    held_t: float | None = column("at its disposal, of usable vintages", 50_000.0, "t")
    booked_t: float | None = column("allocated of the year's vintage so far", 50_000.0, "t")
    to_come_t: float | None = column("still to be allocated", 48_000.0, "t")
    to_return_t: float | None = column("allocated in excess", 0.0, "t")
    to_buy_t: float | None = column("to be bought", 3_500.0, "t")
    left_t: float | None = column("left in the end", 0.0, "t")
    price_yuan: float | None = column("price of one allowance", 80.0, "yuan/t")
    price_on: date | None = column("day of that price", "2026-01-13")
    price_source: str | None = column("where it is from", "given")
    cost_1e4_yuan: float | None = column("to_buy_t at that price", 28.0, "10^4 yuan")
    fine_least_1e4_yuan: float | None = column("least fine, where overdue", None, "10^4 yuan")
    fine_most_1e4_yuan: float | None = column("greatest fine, where overdue", None, "10^4 yuan")
    surrender_by: date | None = column("last day of surrender", "2026-12-31")
    days_left: int | None = column("days to it; negative: past", 35, "d")
    statement_zh: str = column("all of it in words", "……应清缴101,500吨……")
    statement_en: str = column("the same in English", "... 101,500 t due ...")


class AllowanceUnitRow(BaseModel):
    """The allocation of one class of units: A = Qe x Be x Ff + Qh x Bh, rounded down."""

    enterprise: str = column("code of the enterprise", "heat-01")
    year: int = column("accounting year", 2025)
    unit_class: str = column("class of unit in benchmarks.csv", "up_to_300_mw")
    electricity_generated_mwh: float | None = column("Qe", 10_000.0, "MWh")
    heat_supplied_gj: float | None = column("Qh", 700_000.0, "GJ")
    load_factor: float | None = column("F", 0.75, "1")
    load_correction: float | None = column("Ff", 1.0, "1")
    electricity_benchmark_t_per_mwh: float | None = column("Be", 0.8049, "t/MWh")
    heat_benchmark_t_per_gj: float | None = column("Bh", 0.1033, "t/GJ")
    benchmark_stage: str | None = column("`final`, `draft` or `carried`", "final")
    benchmarks: str = column("ids in benchmarks.csv, joined by |", "power/2024/coal/heat")
    amount_t: float | None = column("A before rounding", 80_359.4, "t")
    allocation_t: float | None = column("whole allowances", 80_359.0, "t")
    reason: str | None = column("why it is unknown", None)
    notes: str = column("what was assumed, codes joined by |", "")


def _years(books: Books, year: int | None) -> dict[str, int]:
    this_year = books.now().astimezone(books.registry().zone).year
    if year is None:
        return {"first": this_year - 1, "last": this_year}
    return {"first": year, "last": year}


@router.get(
    "/allowances",
    response_model=Items[AllowanceRow],
    responses=DOCUMENTED,
    summary="Positions in the national ETS",
)
def get_allowances(
    query: Annotated[AllowancesQuery, QueryParameters()],
    context: Context,
    tenant: Tenant,
    answer: Answer,
) -> Response:
    """By enterprise and accounting year."""
    books = context.books
    enterprise = own(tenant, query.enterprise)
    require_enterprise(books.registry(), enterprise)
    frame = ledger.allowances.allowances(
        books, **_years(books, query.year), enterprise=enterprise, price_yuan=query.price_yuan
    )
    return answer.items(frame, AllowanceRow)


@router.get(
    "/allowances/units",
    response_model=Items[AllowanceUnitRow],
    responses=DOCUMENTED,
    summary="Allocations by class of units, with amounts and benchmarks",
)
def get_allowance_units(
    query: Annotated[UnitsQuery, QueryParameters()],
    context: Context,
    tenant: Tenant,
    answer: Answer,
) -> Response:
    """By enterprise, accounting year and class."""
    books = context.books
    enterprise = own(tenant, query.enterprise)
    require_enterprise(books.registry(), enterprise)
    frame = ledger.allowances.unit_allocations(
        books, **_years(books, query.year), enterprise=enterprise
    )
    return answer.items(frame, AllowanceUnitRow)
