"""/solid-waste: solid waste of each enterprise, generated, reused, disposed of and stored."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Response
from fastapi import Query as QueryParameters
from pydantic import BaseModel, Field

import ledger.solid_waste
from api.answers import DOCUMENTED, Answer, Items, column
from api.context import Context
from api.extent import require_extent
from api.names import require_enterprise
from api.times import AccountedSpan, accounted_span
from ledger.solid_waste import By
from models.periods import Every

router = APIRouter(tags=["environment"])

KINDS = 10  # of waste that an enterprise has, generously


class WasteQuery(AccountedSpan):
    """Whose waste, by which periods and kinds."""

    enterprise: str | None = Field(None, description="code of an enterprise", examples=["axle-01"])
    every: Every = Field("year", description="length of the periods, in the park's time")
    by: By = Field("waste", description="each kind, or all hazardous and all general waste")


class WasteRow(BaseModel):
    """One kind of waste of one enterprise in one period; what nothing is stated of is null."""

    period: str = column("the period in the park's time", "2026")
    start: datetime = column("when the period begins", "2025-12-31T16:00:00Z")
    enterprise: str = column("code of the enterprise", "axle-01")
    waste: str = column("code of the kind, or hazardous, general", "HW08")
    name_zh: str = column("name of the kind", "废矿物油与含矿物油废物")
    name_en: str = column("its name in English", "waste mineral oil and what holds it")
    hazardous: bool = column("in the National Catalogue of Hazardous Wastes", True)
    generated_t: float | None = column("generated", 12.0, "t")
    reused_t: float | None = column("reused", 7.0, "t")
    reused_stock_t: float | None = column("of it from earlier storage", 1.0, "t")
    disposed_t: float | None = column("disposed of", 4.0, "t")
    disposed_stock_t: float | None = column("of it from earlier storage", None, "t")
    stored_t: float | None = column("put into storage", 2.0, "t")
    stored_change_t: float | None = column("storage at the end less at the beginning", 1.0, "t")
    difference_t: float | None = column(
        "generated - reused - disposed - stored change: whereabouts not told", 0.0, "t"
    )
    reuse_rate: float | None = column("reused / (generated + reused from storage)", 0.538, "1")
    unstated: str | None = column("what is not stated, joined by |", None)
    coverage: float | None = column(
        "share of the meters' hours that readings cover, null without meters", None, "1"
    )
    estimated_share: float | None = column("share of all amounts that is estimated", 0.0, "1")
    origins: str = column("where the amounts come from", "records")


@router.get(
    "/solid-waste",
    response_model=Items[WasteRow],
    responses=DOCUMENTED,
    summary="Solid waste by enterprise and kind",
)
def get_solid_waste(
    query: Annotated[WasteQuery, QueryParameters()], context: Context, answer: Answer
) -> Response:
    """By time, enterprise and kind, of the current year unless another span is named; whole."""
    books = context.books
    registry = books.registry()
    require_enterprise(registry, query.enterprise)
    start, end = accounted_span(query, registry.zone, books.now())
    # Records are spread over periods: what the store holds bounds nothing.
    require_extent(len(registry.enterprises) * KINDS, query.every, start, end, sys.maxsize)
    found = ledger.solid_waste.solid_waste(
        books, every=query.every, start=start, end=end, enterprise=query.enterprise, by=query.by
    )
    return answer.items(found, WasteRow)
