"""/indicators: the park's indicators by table, with value, target, state and statement."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Response
from fastapi import Query as QueryParameters
from pydantic import BaseModel, Field

import ledger.indicators
from api.answers import DOCUMENTED, Answer, Items, column
from api.context import Context
from api.paging import Query
from api.problems import invalid, unknown
from api.times import FIRST_YEAR, LAST_YEAR
from ledger.books import Books
from models.progress.indicators.tables import indicator_rows, indicator_tables

router = APIRouter(tags=["progress"])


class YearQuery(Query):
    """Of which year."""

    year: int | None = Field(
        None, ge=FIRST_YEAR, le=LAST_YEAR, examples=[2025],
        description="of the park's time; by default the last one that is over",
    )  # fmt: skip


class IndicatorsQuery(YearQuery):
    """Which indicators."""

    table: str | None = Field(
        None, description="code of a table (see /indicators/tables)", examples=["plan_14"]
    )
    code: str | None = Field(None, description="code of a row", examples=["green_cover"])


class IndicatorRow(BaseModel):
    """One indicator of one table."""

    table: str = column("code of the table", "plan_14")
    code: str = column("code of the row in it", "green_cover")
    name_zh: str = column("its name", "绿化覆盖率")
    name_en: str = column("its name in English", "Green cover")
    unit: str = column("unit of its values", "%")
    measure: str = column("level, or reduction since the base year (in per cent of it)", "level")
    direction: str = column("up: more is better; down: less", "up")
    kind: str = column(
        "binding, expected, core, guiding, required, optional or orientation", "expected"
    )
    judged: bool = column("false: a goal of others, told for orientation", True)
    year: int = column("the year", 2025)
    running: bool = column("the year is not over", False)
    value: float | None = column("its value", 46.8, "{unit}")
    origin: str | None = column("computed or entered", "entered")
    value_source_zh: str | None = column("what the value is made of", "录入：统计年鉴，2026-03-01")
    value_source_en: str | None = column("the same in English", "entered: yearbook, 2026-03-01")
    value_on: str | None = column("day of an entered value's source", "2026-03-01")
    entered_value: float | None = column(
        "what was entered, also beside a computed value", 46.8, "{unit}"
    )
    coverage: float | None = column("share of the hours that is known", None, "1")
    estimated_share: float | None = column("share without readings", None, "1")
    missing: str | None = column("enterprises without a part in it, joined by |", None)
    baseline_year: int | None = column("the table's base year", 2020)
    baseline: float | None = column("the table's value of it", 42.0, "{unit}")
    target: float | None = column("the target", 47.0, "{unit}")
    target_year: int | None = column("the year to reach it; null: whenever asked", 2025)
    target_document_zh: str | None = column("its document", "园区“十四五”规划 表1")
    target_document_en: str | None = column("the same in English", "The park's plan, table 1")
    target_clause: str | None = column("place in it", "row of green cover")
    target_entered: bool = column("the target was entered here", False)
    expected: float | None = column(
        "what an even course from the base year asks for", None, "{unit}"
    )
    margin: float | None = column("how much better than the target", -0.2, "{unit}")
    state: str = column(
        "met, missed, not_met, on_track, behind, open, no_target, unknown or not_asked", "missed"
    )
    reason: str | None = column("why there is no value or no target", None)
    statement_zh: str = column("the sentence", "绿化覆盖率（预期性）：2025年为46.8%……")
    statement_en: str = column("the same in English", "Green cover (expected): 46.8 % in 2025 ...")
    formula_zh: str | None = column("how it is computed", None)
    formula_en: str | None = column("the same in English", None)
    note_zh: str | None = column("a remark on the row", None)
    note_en: str | None = column("the same in English", None)
    source: str = column("where the row was read", "the plan's table 1 as told by the brief")
    clause: str = column("place in it", "row of green cover")
    status: str = column(
        "verified, verified-secondary, from memory or assumption", "verified-secondary"
    )


class IndicatorTableRow(BaseModel):
    """One table, and how its rows stand."""

    code: str = column("code of the table", "plan_14")
    name_zh: str = column("its name", "“十四五”规划表1")
    name_en: str = column("its name in English", "Plan 2021-2025, table 1")
    document_zh: str = column("its document", "园区“十四五”规划 表1")
    document_en: str = column("the same in English", "The park's plan, table 1")
    published: str | None = column("when it was published", None)
    baseline_year: int | None = column("base year of its reductions", 2020)
    target_year: int | None = column("year of its targets", 2025)
    judged: bool = column("false: goals of others, told for orientation", True)
    year: int = column("the year in which its rows were looked at", 2025)
    rows: int = column("rows of the table", 8)
    met: int = column("the target is reached", 1)
    missed: int = column("its year is over and it is not", 1)
    not_met: int = column("not reached, and no year is set", 0)
    on_track: int = column("its year is not over; as far as an even course", 0)
    behind: int = column("its year is not over; not as far", 0)
    open: int = column("its year is not over and no course is known", 0)
    no_target: int = column("its target is not entered", 4)
    unknown: int = column("it has no value", 2)
    not_asked: int = column("asked of parks of another size", 0)
    statement_zh: str = column("the sentence", "“十四五”规划表1：2025年8项指标中……")
    statement_en: str = column("the same in English", "Plan 2021-2025, table 1, 2025: of 8 ...")
    source: str = column("where the table was read", "as told by the brief")
    status: str = column("how sure that is", "from memory")


@router.get(
    "/indicators",
    response_model=Items[IndicatorRow],
    responses=DOCUMENTED,
    summary="Indicators against their targets",
)
def get_indicators(
    query: Annotated[IndicatorsQuery, QueryParameters()], context: Context, answer: Answer
) -> Response:
    """Value (computed or entered), target with its document, state and sentence of every row."""
    books = context.books
    if query.table is not None and query.table not in indicator_tables():
        raise unknown("table", query.table, "a table of /indicators/tables")
    codes = {one.code for one in indicator_rows().values() if query.table in (None, one.table)}
    if query.code is not None and query.code not in codes:
        raise unknown("code", query.code, f"a row of {query.table or 'any table'}")
    frame = ledger.indicators.indicators(
        books, year=_begun(books, query.year), table=query.table, code=query.code
    )
    return answer.items(frame, IndicatorRow)


@router.get(
    "/indicators/tables",
    response_model=Items[IndicatorTableRow],
    responses=DOCUMENTED,
    summary="Tables of indicators, and how their rows stand",
)
def get_indicator_tables(
    query: Annotated[YearQuery, QueryParameters()], context: Context, answer: Answer
) -> Response:
    """Every table with its document and the number of its rows in each state."""
    books = context.books
    frame = ledger.indicators.tables(books, year=_begun(books, query.year))
    return answer.items(frame, IndicatorTableRow)


def _begun(books: Books, year: int | None) -> int | None:
    if year is not None and year > ledger.indicators.last_whole_year(books) + 1:
        raise invalid("year", f"{year} has not begun")
    return year
