"""/factors: published factors with their sources, side by side, and what they are chosen for."""

from __future__ import annotations

from typing import Annotated

import msgspec
import pandas as pd
from fastapi import APIRouter, Depends, Path, Response
from fastapi import Query as QueryParameters
from pydantic import Field

import ledger.factor_uses
import ledger.factors
from api.answers import DOCUMENTED, Answer, Items, records
from api.context import Context
from api.factor_rows import ComparedRow, FactorDetail, FactorRow, FactorUseRow, GuidelineRow
from api.paging import Query, no_query
from api.problems import unknown
from api.times import FIRST_YEAR, LAST_YEAR
from models.carbon.guidelines import guidelines

router = APIRouter(tags=["factors"])

FactorId = Annotated[
    str, Path(description="id of a factor", examples=["ncsc/electricity/average/2012/东北"])
]


class FactorsQuery(Query):
    """Which factors."""

    set: str | None = Field(None, description="code of a factor set", examples=["ncsc"])
    category: str | None = Field(
        None, description="category of the inventory, of materials", examples=["process"]
    )
    carrier: str | None = Field(
        None, description="energy carrier, gas or material", examples=["electricity"]
    )
    region: str | None = Field(None, description="region of validity", examples=["东北"])
    year: int | None = Field(
        None, ge=FIRST_YEAR, le=LAST_YEAR, description="year of the data", examples=[2012]
    )
    status: str | None = Field(
        None, description="how the value was checked", examples=["from memory"]
    )
    search: str | None = Field(
        None,
        min_length=1,
        max_length=200,
        description="words that all occur in id, names, region, source, clause or note",
        examples=["天然气"],
    )


class ComparedQuery(Query):
    """Which factors side by side."""

    carrier: str = Field(description="energy carrier, gas or material", examples=["natural_gas"])
    region: str | None = Field(None, description="region of validity", examples=["全国"])
    basis: str | None = Field(None, description="basis of the value", examples=["average"])
    reference: str | None = Field(
        None,
        description="id of the factor that the others are compared with; else the first",
        examples=["ndrc_sector/natural_gas"],
    )


@router.get(
    "/factors", response_model=Items[FactorRow], responses=DOCUMENTED, summary="Emission factors"
)
def get_factors(
    query: Annotated[FactorsQuery, QueryParameters()], context: Context, answer: Answer
) -> Response:
    """All that the library holds, or those that fit every given filter."""
    whole = ledger.factors.factors(context.books)
    asked = query.model_dump(exclude_none=True)
    for name in ("set", "category", "carrier", "region", "status"):
        if name in asked and asked[name] not in set(whole[name].dropna()):
            raise unknown(name, asked[name], "in the factor library")
    return answer.items(ledger.factors.factors(context.books, **asked), FactorRow)


@router.get(
    "/factors/compare",
    response_model=Items[ComparedRow],
    responses=DOCUMENTED,
    summary="Factors of one carrier side by side",
)
def get_comparison(
    query: Annotated[ComparedQuery, QueryParameters()], context: Context, answer: Answer
) -> Response:
    """Set by set and year by year, with the difference to one of them and to the year before."""
    whole = ledger.factors.factors(context.books)
    asked = query.model_dump(exclude_none=True)
    for name in ("carrier", "region", "basis"):
        if name in asked and asked[name] not in set(whole[name].dropna()):
            raise unknown(name, asked[name], "in the factor library")
    frame = ledger.factors.comparison(context.books, **asked)
    if frame.empty and query.reference is not None:
        raise unknown("reference", query.reference, "among the factors compared")
    return answer.items(frame, ComparedRow)


@router.get(
    "/factors/guidelines",
    response_model=Items[GuidelineRow],
    dependencies=[Depends(no_query)],
    responses=DOCUMENTED,
    summary="Accounting guidelines of the sectors",
)
def get_guidelines(answer: Answer) -> Response:
    """Each edition with the sets it takes factors from and its formula of combustion."""
    columns = list(GuidelineRow.model_fields)
    rows = [{name: getattr(one, name) for name in columns} for one in guidelines()]
    frame = pd.DataFrame(rows, columns=columns)
    for name in ("fuel_sets", "material_sets"):
        frame[name] = frame[name].str.join(" ")
    for name in ("year_from", "year_to"):
        frame[name] = frame[name].astype("Int64")
    return answer.items(frame, GuidelineRow)


@router.get(
    "/factors/{factor_id:path}",
    response_model=FactorDetail,
    dependencies=[Depends(no_query)],
    summary="One factor and what it is chosen for",
)
def get_factor(factor_id: FactorId, context: Context) -> Response:
    """Every column of it, and the guidelines, years and categories in which it is chosen."""
    frame = ledger.factors.factors(context.books)
    found = frame[frame["id"] == factor_id]
    if found.empty:
        raise unknown("factor_id", factor_id, "in the factor library")
    uses = ledger.factor_uses.factor_uses(context.books, factor_id)
    body = records(found, list(FactorRow.model_fields))[0]
    body["uses"] = records(uses, list(FactorUseRow.model_fields))
    return Response(msgspec.json.encode(body), media_type="application/json")
