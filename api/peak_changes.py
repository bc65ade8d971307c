"""/peak/decomposition and /peak/decoupling: why emissions changed, and how output went with it."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Response
from fastapi import Query as QueryParameters
from pydantic import BaseModel, Field

import ledger.decomposition
import ledger.decoupling
from api.answers import DOCUMENTED, Answer, Items, column
from api.context import Context
from api.peak_asked import WhoseQuery, coded, one_code, whose_code
from api.problems import invalid
from api.tenant import Tenant
from api.times import FIRST_YEAR, LAST_YEAR

router = APIRouter(tags=["progress"])


class DecompositionQuery(WhoseQuery):
    """Whose change, between which years, by which units."""

    first: int | None = Field(
        None, ge=FIRST_YEAR, le=LAST_YEAR, examples=[2020],
        description="the first year; by default the first known one of the last boundary",
    )  # fmt: skip
    last: int | None = Field(
        None, ge=FIRST_YEAR, le=LAST_YEAR, examples=[2025],
        description="the last year; by default the last whole one that is known",
    )  # fmt: skip
    units: Literal["enterprise", "cluster"] = Field(
        "enterprise", description="whose shares of output are the structure"
    )
    energy: Literal["calorific", "equivalent"] = Field(
        "calorific", description="value at which electricity enters energy"
    )
    chained: bool = Field(False, description="from each known year to the next, and their sum")


class DecompositionRow(BaseModel):
    """One effect."""

    scope: str = column("`park`, `cluster` or `enterprise`", "cluster")
    code: str = column("its code", "equipment")
    name_zh: str = column("its name", "示范园区")
    name_en: str = column("its name in English", "Demo park")
    method: str | None = column("two_years, step or chained", "two_years")
    first_year: int | None = column("from", 2020)
    last_year: int | None = column("to", 2025)
    effect: str | None = column(
        "activity, structure, intensity, mix, factor or not_attributed", "intensity"
    )
    effect_zh: str | None = column("the effect in words", "强度效应")
    effect_en: str | None = column("the effect in English", "energy intensity")
    effect_t: float | None = column("what it changed", -21_300.0, "tCO2e")
    share_of_first: float | None = column("effect_t / before_t", -0.108, "1")
    factor: float | None = column(
        "multiplicative effect; their product is the ratio of what is attributed", 0.891, "1"
    )
    largest_unit: str | None = column("the unit that contributes most to it", "heat-01")
    largest_zh: str | None = column("its name", "热力厂")
    largest_en: str | None = column("its name in English", "Heat plant")
    largest_t: float | None = column("its part", -9_400.0, "tCO2e")
    before_t: float | None = column("emissions of the first year", 197_000.0, "tCO2e")
    after_t: float | None = column("emissions of the last year", 188_500.0, "tCO2e")
    change_t: float | None = column("after_t - before_t", -8_500.0, "tCO2e")
    residual_t: float | None = column("what the arithmetic leaves over", 0.0, "tCO2e")
    units: int | None = column("units that have a place in it", 31)
    left_out: str | None = column(
        "enterprises without such a place, as `code: reason` joined by |", "drug-02: without_output"
    )
    price_basis: str | None = column("prices of the outputs", "constant 2020")
    reason: str | None = column("why there are no effects", None)
    statement_zh: str = column("the effect as a sentence", "示范园区2020—2025年强度效应…")
    statement_en: str = column("the same in English", "Demo park, 2020 to 2025: …")


class DecouplingQuery(WhoseQuery):
    """Whose emissions, held against what."""

    of: Literal["output", "value_added", "gdp"] = Field(
        "output", description="what emissions are held against, at constant prices"
    )


class DecouplingRow(BaseModel):
    """From one year to another."""

    scope: str = column("`park`, `cluster` or `enterprise`", "cluster")
    code: str = column("its code", "equipment")
    name_zh: str = column("its name", "示范园区")
    name_en: str = column("its name in English", "Demo park")
    span: str = column("year (to the next known one) or whole", "year")
    first_year: int = column("from", 2023)
    last_year: int = column("to", 2024)
    co2e_first_t: float | None = column("emissions of the first year", 197_000.0, "tCO2e")
    co2e_last_t: float | None = column("emissions of the last year", 188_500.0, "tCO2e")
    of: str = column("output, value_added or gdp", "output")
    of_first_1e4_yuan: float | None = column("that of the first year", 4_600_000.0, "1e4_yuan")
    of_last_1e4_yuan: float | None = column("that of the last year", 4_900_000.0, "1e4_yuan")
    price_basis: str | None = column("its prices", "constant 2020")
    elasticity: float | None = column("(dC/C0) / (dG/G0)", -0.66, "1")
    state: str = column("one of Tapio's eight states, or not_defined", "strong_decoupling")
    state_zh: str = column("the state in words", "强脱钩")
    state_en: str = column("the state in English", "strong decoupling")
    reason: str | None = column("why there is none", None)
    statement_zh: str = column("the state as a sentence", "示范园区2023—2024年：强脱钩…")
    statement_en: str = column("the same in English", "Demo park, 2023 to 2024: …")


@router.get(
    "/peak/decomposition",
    response_model=Items[DecompositionRow],
    responses=DOCUMENTED,
    summary="Why emissions changed, in five effects",
)
def get_decomposition(
    query: Annotated[DecompositionQuery, QueryParameters()],
    context: Context,
    answer: Answer,
    tenant: Tenant,
) -> Response:
    """Logarithmic mean Divisia index; of the park by its enterprises by default."""
    books = context.books
    code = one_code(query, books.registry(), tenant)
    if query.first is not None and query.last is not None and query.first >= query.last:
        raise invalid("first", f"{query.first} does not lie before {query.last}")
    asked = ledger.decomposition.Asked(query.by, code, query.units, query.energy)
    frame = ledger.decomposition.decomposition(
        books, asked, first=query.first, last=query.last, chained=query.chained
    )
    return answer.items(coded(frame, query.by), DecompositionRow)


@router.get(
    "/peak/decoupling",
    response_model=Items[DecouplingRow],
    responses=DOCUMENTED,
    summary="How far emissions have come apart from output",
)
def get_decoupling(
    query: Annotated[DecouplingQuery, QueryParameters()],
    context: Context,
    answer: Answer,
    tenant: Tenant,
) -> Response:
    """Tapio's states from year to year and over the whole series; of the park by default."""
    books = context.books
    code = whose_code(query, books.registry(), tenant)
    frame = ledger.decoupling.decoupling(books, by=query.by, code=code, of=query.of)
    return answer.items(coded(frame, query.by), DecouplingRow)
