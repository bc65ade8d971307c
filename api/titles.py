"""/titles: green and other titles that the park and its enterprises hold."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Response
from fastapi import Query as QueryParameters
from pydantic import BaseModel, Field

import ledger.titles
from api.answers import DOCUMENTED, Answer, Items, column
from api.context import Context
from api.names import require_enterprise
from api.paging import Query
from api.tenant import Tenant, own
from ledger.books import Books

router = APIRouter(tags=["progress"])


class DayQuery(Query):
    """On which day."""

    on: date | None = Field(
        None, description="a day of the park's time; by default today", examples=["2026-11-25"]
    )


class TitlesQuery(DayQuery):
    """Whose titles."""

    enterprise: str | None = Field(None, description="code of an enterprise", examples=["EQ01"])


class TitleRow(BaseModel):
    """One title awarded."""

    scope: str = column("park or enterprise", "enterprise")
    code: str = column("code of the holder", "EQ01")
    title: str = column("code of the title", "green_factory")
    name_zh: str = column("its name", "绿色工厂")
    name_en: str = column("its name in English", "Green factory")
    level: str = column("national, provincial or city", "national")
    awarded: str = column("first day", "2023-03-24")
    valid_to: str | None = column("first day without it; null: no end", None)
    state: str = column("held, ended or not_yet", "held")
    days_left: int | None = column("days until it ends", None, "d")
    document: str = column("its document", "list of the ministry, batch 7")
    issuer_zh: str = column("who awards it", "工业和信息化主管部门")
    issuer_en: str = column("the same in English", "industry and information authorities")
    statement_zh: str = column("the sentence", "……国家级“绿色工厂”，2023-03-24授予，持有。")
    statement_en: str = column("the same in English", "...: Green factory (national), ...: held.")


class TitleCountRow(BaseModel):
    """One title, and how many hold it."""

    title: str = column("code of the title", "green_factory")
    scope: str = column("park or enterprise", "enterprise")
    name_zh: str = column("its name", "绿色工厂")
    name_en: str = column("its name in English", "Green factory")
    holders: int = column("who hold it", 3)
    national: int = column("of them at the national level, as their highest", 1)
    provincial: int = column("at the provincial level", 2)
    city: int = column("at the city's", 0)
    of: int = column("enterprises of the park; of a park's title 1", 45)
    holder_codes: str | None = column("codes of the holders, joined by |", "EQ01|IT01|MD01")
    statement_zh: str = column("the sentence", "45家企业中3家持有“绿色工厂”称号……")
    statement_en: str = column("the same in English", "3 of 45 enterprises hold the title ...")
    source: str = column("where the title was read", "Interim measures for green factories")
    status: str = column("how sure that is", "verified-secondary")


@router.get(
    "/titles", response_model=Items[TitleRow], responses=DOCUMENTED, summary="Titles awarded"
)
def get_titles(
    query: Annotated[TitlesQuery, QueryParameters()],
    context: Context,
    answer: Answer,
    tenant: Tenant,
) -> Response:
    """The park's first, then by enterprise; a key of an enterprise sees its own."""
    registry = context.books.registry()
    require_enterprise(registry, query.enterprise)
    enterprise = own(tenant, query.enterprise)
    frame = ledger.titles.titles(registry, on=_day(context.books, query), enterprise=enterprise)
    return answer.items(frame, TitleRow)


@router.get(
    "/title-counts",
    response_model=Items[TitleCountRow],
    responses=DOCUMENTED,
    summary="How many hold each title",
)
def get_title_counts(
    query: Annotated[DayQuery, QueryParameters()], context: Context, answer: Answer
) -> Response:
    """Every title of models/reference/titles.csv, also those that nobody holds."""
    registry = context.books.registry()
    frame = ledger.titles.title_counts(registry, on=_day(context.books, query))
    return answer.items(frame, TitleCountRow)


def _day(books: Books, query: DayQuery) -> date:
    return query.on or books.now().astimezone(books.registry().zone).date()
